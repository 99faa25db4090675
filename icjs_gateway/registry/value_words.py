"""What a schema wants of a value, in plain words: never its pattern, and never what a validator says of it.

The words of the row's codec come first, where the codec refuses the value too. Then what the schema itself says: the
`documentation` of the simple type (XSD) or the `description` (JSON Schema) beside a pattern, and its limits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.mappings.vocabulary import Row
from icjs_gateway.model.words import did_you_mean, one_among

_SIMPLE_TYPE = re.compile(r"<(?:\w+:)?simpleType\b.*?</(?:\w+:)?simpleType>", re.DOTALL)
_DOCUMENTATION = re.compile(r"<(?:\w+:)?documentation\b[^>]*>(.*?)</", re.DOTALL)
_PATTERN_FACET = re.compile(r"<(?:\w+:)?pattern\s[^>]*?value=([\"'])(.*?)\1", re.DOTALL)
_PATTERN = re.compile(r"not accepted by the pattern '(.*)'\.?\Z", re.DOTALL)
_ENUMERATION = re.compile(r"is not an element of the set \{(.*)\}", re.DOTALL)
_WITHIN = "Element content is not allowed"
_LIMITS = (
    (re.compile(r"allowed minimum length of '(\d+)'"), "at least {} characters"),
    (re.compile(r"allowed maximum length of '(\d+)'"), "at most {} characters"),
    (re.compile(r"minimum value allowed \('([^']*)'\)"), "at least {}"),
    (re.compile(r"maximum value allowed \('([^']*)'\)"), "at most {}"),
    (re.compile(r"must be (?:less|smaller) than '([^']*)'"), "less than {}"),
    (re.compile(r"must be greater than '([^']*)'"), "more than {}"),
    (re.compile(r"fractional digits than are allowed \('([^']*)'\)"), "at most {} decimals"),
    (re.compile(r"digits than are allowed \('([^']*)'\)"), "at most {} digits"),
)
"""What libxml2 says of a limit that was passed, and how it is told."""
_BASES = (
    ("dateTime", "an instant with its offset, e.g. 2026-11-20T16:42:10+05:30"),
    ("date", "a date that exists, as YYYY-MM-DD"),
    ("boolean", "true or false"),
    ("integer", "a whole number"),
    ("decimal", "a number in digits, e.g. 1250.50"),
    ("base64Binary", "content in base64"),
)
OTHERWISE = "a value of another form"
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.,]+\Z")
_NO_SECONDS = re.compile(r"[Tt][0-9]{2}:[0-9]{2}([Zz]|[+-][0-9:]+)?\Z")
_ZONED_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Zz]|[+-][0-9]{2}:?[0-9]{2}|[Tt].*)\Z")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{2,3})+(\.[0-9]*)?\Z")
_CURRENCY = re.compile(r"(Rs\.?|INR|₹)\s*|\s*(/-|INR|Rs\.?)\Z", re.IGNORECASE)
_OFFSET = re.compile(r"[+-][0-9]{4}\Z")


class ValueWords:
    """The words of one XSD."""

    def __init__(self, xsd: str) -> None:
        self._by_pattern: dict[str, str] = {}
        for kind in _SIMPLE_TYPE.findall(xsd):
            said, pattern = _DOCUMENTATION.search(kind), _PATTERN_FACET.search(kind)
            if said is not None and pattern is not None:
                self._by_pattern[unescape(pattern[2])] = " ".join(unescape(said[1]).split())

    def told(self, row: Row | None, message: str, value: str) -> tuple[str, str | None]:
        """What was expected, and a hint, of a value that libxml2 refused with this message."""
        if _WITHIN in message:
            return "text and no element within it", None
        if row is not None and row.codes:
            return one_among(row.codes, value), did_you_mean(value, row.codes) if value not in row.codes else None
        listed = _ENUMERATION.search(message)
        if listed is not None:
            codes = [each.strip().strip("'") for each in listed[1].split("', '")]
            return one_among(codes, value), did_you_mean(value, codes)
        expected = by_codec(row, value)
        if expected is None:
            pattern = _PATTERN.search(message)
            expected = self._by_pattern.get(pattern[1]) if pattern else None
        if expected is None:
            expected = next(
                (words.format(*found.groups()) for limit, words in _LIMITS if (found := limit.search(message))), None
            )
        if expected is None:
            expected = next((words for base, words in _BASES if row is not None and _is_of(row, base)), None)
        return expected or OTHERWISE, hint_of(value)


def by_codec(row: Row | None, value: str) -> str | None:
    """The words of the row's codec, where it refuses the value."""
    if row is None or row.codec is None:
        return None
    try:
        (CODECS["token"].decode if row.codec == "coded" else row.decode)(value)
    except ValueError as error:
        return str(error).removeprefix("expected ")
    return None


def hint_of(value: str) -> str | None:
    """What to do with a value that is nearly right."""
    if value.strip() and _GROUPED.match(bare := _CURRENCY.sub("", value.strip())):
        return f"write it without commas and currency: {bare.replace(',', '')}"
    if (bare := _CURRENCY.sub("", value.strip())) != value.strip() and re.fullmatch(r"[0-9]+(\.[0-9]+)?", bare):
        return f"write it without the currency: {bare}"
    if _NO_SECONDS.search(value.strip()):
        return "the seconds are missing: a time is written as hours, minutes and seconds, e.g. 16:42:10"
    if _INSTANT.match(value.strip()):
        return "the offset is missing: behind the time of India stands +05:30"
    if _ZONED_DATE.match(value.strip()) and not (_OFFSET.search(value) and "T" in value):
        return "a date has no zone and no time; an instant has hours, minutes, seconds and its offset"
    if _OFFSET.search(value.strip()) and "T" in value:
        return "an offset has a colon: +05:30"
    if not value.strip():
        return "it is blank: fill it, or leave it out where it is not required"
    return None


_CODECS_OF: Mapping[str, frozenset[str]] = {
    "dateTime": frozenset({"timestamp", "instant", "instant-text"}),
    "date": frozenset({"date", "date-text"}),
    "boolean": frozenset({"boolean"}),
    "integer": frozenset({"integer", "year"}),
    "decimal": frozenset({"decimal", "coordinate"}),
    "base64Binary": frozenset({"base64"}),
}


def _is_of(row: Any, base: str) -> bool:
    return row.codec in _CODECS_OF[base]
