"""Codecs: pairs of functions between what stands on the wire and what the canonical tree holds.

`decode(encode(value)) == value` for every value that a payload model admits. What a codec changes on the way in
(blanks around, letter case of a CNR, the offset of an instant and its digits beyond the microsecond, zeros of a number
that say nothing) is its declared loss; a row that must not lose it keeps the wire's text under `raw`.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icjs_gateway.model.identifiers import (
    Cnr,
    Identifier,
    MessageId,
    Pid,
    ProcessId,
    Ptn,
    StateCode,
    StationCode,
)
from icjs_gateway.model.instants import IST, rfc3339
from icjs_gateway.model.names.fir_numbers import parse_fir_number
from icjs_gateway.model.text import normalise

YEARS = range(1900, 2200)


class Unfit(ValueError):
    """A value does not fit. `expected` is safe to show."""

    def __init__(self, expected: str, code: str = "VALUE-INVALID") -> None:
        super().__init__(f"expected {expected}")
        self.expected = expected
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """A pair. `native` is the JSON type that stands for itself; without it, JSON carries the same text as XML."""

    decode: Callable[[str], Any]
    encode: Callable[[Any], str] = str
    native: type | None = None


def text(raw: str) -> str:
    if raw.isascii() and raw.isprintable() and (plain := raw.strip()):
        return plain
    normal = normalise(raw)
    if normal is None:
        raise Unfit("text that is not blank")
    return normal


_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/()-]{0,63}")


_is_token = _TOKEN.fullmatch


def token(raw: str) -> str:
    if _is_token(raw):
        return raw
    value = raw.strip()
    if not _is_token(value):
        raise Unfit(Identifier.expected)
    return value


_INTEGER = re.compile(r"[+-]?0*[0-9]{1,9}")


def integer(raw: str) -> int:
    value = raw.strip()
    if not _INTEGER.fullmatch(value):
        raise Unfit("a whole number of at most nine digits")
    return int(value)


def year(raw: str) -> int:
    value = integer(raw)
    if value not in YEARS:
        raise Unfit(f"a year from {YEARS.start} to {YEARS.stop - 1}")
    return value


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def boolean(raw: str) -> bool:
    value = _BOOLEANS.get(raw.strip())
    if value is None:
        raise Unfit("true or false")
    return value


def civil_date(raw: str) -> date:
    value = raw.strip()
    try:
        # The hyphens rule out the other forms of ISO 8601, which two readers may not read alike.
        on = date.fromisoformat(value) if value[4:5] == value[7:8] == "-" else None
    except ValueError:
        on = None
    if on is None or on.year not in YEARS:
        raise Unfit("a date that exists, as YYYY-MM-DD")
    return on


_END_OF_DAY = re.compile(r"T24:00:00(?=[.0]*(Z|[+-][0-9:]+)\Z)")


def timestamp(raw: str) -> datetime:
    """An instant of ISO 8601, to the microsecond: further digits, as .NET and Java write them, are cut off.

    `t` and `z` count as capitals (RFC 3339), 24:00:00 is the start of the next day (XML Schema). Raises Unfit.
    """
    value = raw.strip().upper()
    whole, ends_day = _END_OF_DAY.subn("T00:00:00", value)
    try:
        at = datetime.fromisoformat(whole) if whole[10:11] == "T" else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at.year not in YEARS:
        raise Unfit("an instant with its offset, e.g. 2026-11-20T16:42:10+05:30")
    return at.astimezone(UTC) + timedelta(days=ends_day)


def date_text(raw: str) -> str:
    """A date that stays the text it is: what the gateway sends is made from an event's JSON."""
    return civil_date(raw).isoformat()


def instant_text(raw: str) -> str:
    """An instant that stays the text it is."""
    timestamp(raw)
    return raw.strip()


def ist(at: datetime) -> str:
    return at.astimezone(IST).isoformat()


_DECIMAL = re.compile(r"\+?0*([0-9]{1,13}(?:\.[0-9]{1,2})?)")
_LONGER_DECIMAL = re.compile(r"\+?0*([0-9]{0,13})\.([0-9]{0,2})0*")


def decimal(raw: str) -> str:
    """An amount, whatever zeros it is written with: `25000.`, `+25000` and `025000.0000` are 25000. Raises Unfit."""
    value = raw.strip()
    match = _DECIMAL.fullmatch(value)
    if match is not None:
        return match[1]
    longer = _LONGER_DECIMAL.fullmatch(value)
    if longer is None or not (longer[1] or longer[2]):
        raise Unfit("an amount in digits with at most two decimals, e.g. 50000 or 1250.50")
    whole, fraction = longer[1] or "0", longer[2]
    return f"{whole}.{fraction:0<2}" if fraction.strip("0") else whole


_COORDINATE = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,10})?")


def coordinate(raw: str) -> str:
    value = raw.strip()
    if not _COORDINATE.fullmatch(value) or abs(float(value)) > 180:
        raise Unfit("decimal degrees, e.g. 32.1109")
    return value


def sha256(raw: str) -> str:
    value = raw.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise Unfit("a SHA-256 digest of 64 hexadecimal digits")
    return value


CONTENT_BYTES_MAX = 5 * 1024 * 1024
"""Of a file inline, before encoding. With its encoding it stays under what a parser gives one run of text."""


def inline(raw: str) -> str:
    """Base64 (RFC 4648) without the blanks and line ends that senders fold it with."""
    value = "".join(raw.split())
    try:
        size = len(b64decode(value, validate=True))
    except ValueError:
        raise Unfit("content in base64") from None
    if not 0 < size <= CONTENT_BYTES_MAX:
        raise Unfit(f"content of 1 to {CONTENT_BYTES_MAX} bytes")
    return value


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def language(raw: str) -> str:
    value = raw.strip()
    if not _LANGUAGE.fullmatch(value):
        raise Unfit("a language tag, e.g. hi")
    return value


def currency(raw: str) -> str:
    value = raw.strip()
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise Unfit("a currency code of three letters, e.g. INR")
    return value


def nfn(raw: str) -> str:
    value = raw.strip()
    if not re.fullmatch(r"[0-9]{10}", value):
        raise Unfit("a National Fingerprint Number of ten digits")
    return value


def fir_number(raw: str) -> str:
    return str(parse_fir_number(raw)[0])


def closed(codes: tuple[str, ...], meanings: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """The decoder of a closed list: to what its codes mean, where they are a source's own."""
    # A dictionary answers at once and hands out one string for all documents.
    allowed: Mapping[str, str] = meanings or {code: code for code in codes}

    def code(raw: str) -> str:
        value = allowed.get(raw) or allowed.get(raw.strip())
        if value is None:
            raise Unfit(f"one of {', '.join(codes)}", "CODE-NOT-ALLOWED")
        return value

    return code


CODECS: Mapping[str, Codec] = {
    "text": Codec(decode=text),
    "token": Codec(decode=token),
    "pid": Codec(decode=Pid.parse),
    "ptn": Codec(decode=Ptn.parse),
    "code": Codec(decode=token),
    "coded": Codec(decode=text),
    "integer": Codec(decode=integer, native=int),
    "year": Codec(decode=year, native=int),
    "boolean": Codec(decode=boolean, encode=lambda value: "true" if value else "false", native=bool),
    "date": Codec(decode=civil_date, encode=date.isoformat),
    "timestamp": Codec(decode=timestamp, encode=ist),
    "instant": Codec(decode=timestamp, encode=rfc3339),
    "date-text": Codec(decode=date_text),
    "instant-text": Codec(decode=instant_text),
    "decimal": Codec(decode=decimal),
    "coordinate": Codec(decode=coordinate),
    "sha256": Codec(decode=sha256),
    "base64": Codec(decode=inline),
    "language": Codec(decode=language),
    "currency": Codec(decode=currency),
    "cnr": Codec(decode=Cnr.parse),
    "message-id": Codec(decode=MessageId.parse),
    "process-id": Codec(decode=ProcessId.parse),
    "station": Codec(decode=StationCode.parse),
    "state": Codec(decode=StateCode.parse),
    "nfn": Codec(decode=nfn),
    "fir-number": Codec(decode=fir_number),
}
"""By the name that rows use. `code` is a closed list, `coded` a value of an open one; both say more in their row."""
