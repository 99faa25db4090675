"""The one JSON parser for what comes from outside, and the writer of our own.

Python's own parser takes NaN, duplicate names, lone surrogates, 1e400 and integers that no other system reads
back alike, and falls over at 100,000 brackets. Each of these is refused here, because two readers of such a
body may see two different messages. The digest is SHA-256 over the JSON Canonicalization Scheme (RFC 8785).

Numbers with a fraction are read as doubles; a contract that needs exact decimals carries them as strings.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn

import rfc8785

from icjs_gateway.adapters.wire.charset import UTF8_BOM, require_utf8
from icjs_gateway.adapters.wire.limits import JsonLimits
from icjs_gateway.model.errors import Malformed
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.contracts import Document, Wire

DEFAULT = JsonLimits()
INTEGER_MAX = 2**53 - 1
"""The largest integer that a double, and so every JSON reader, holds exactly."""

# A string that never ends runs to the end of the body; were it no match, each quote in it would be tried
# anew.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_SEARCHED_CHARS = 64
"""Longer tokens are looked for as they are: they stand only once, and make a pattern that is slow to compile.
"""
_BRACKET = re.compile(rb"[\[\]{}]")
_STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
# Escapes are consumed one by one, so that `\\u0000` (a backslash and letters) is not taken for a NUL.
_NUL = re.compile(rb"\\(?:(u0000)|.)")
_LONE_SURROGATE = re.compile(rb"\\(?:u[dD][89aAbB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

_BROKEN = (
    ("Expecting property name", "something else where the name of a member should stand in double quotes"),
    ("Illegal trailing comma", "a comma behind the last member or item"),
    ("Expecting ':'", "no colon between a name and its value"),
    ("Expecting ','", "no comma between two members or items, or no bracket behind the last"),
    ("Expecting value", "nothing, or something that is no value, where a value should stand"),
    ("Unterminated string", "a string without its closing double quote"),
    ("Invalid control character", "a line end or another control character within a string: write \\n, \\t or \\u000A"),
    ("Invalid \\", "a backslash that begins no escape: write \\\\ for one"),
    ("Extra data", "something behind the end of the document"),
)
"""How Python's parser begins to say what breaks a document, and what its sender is told."""

_canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode


def parse_json(body: bytes, limits: JsonLimits = DEFAULT) -> Document:
    """Parse a JSON body. Raises UnsupportedMedia for UTF-16 and UTF-32, else Malformed with its findings."""
    require_utf8(body, "JSON")
    if body.startswith(UTF8_BOM):
        raise _refusal(
            "JSON-BOM",
            "The JSON starts with a byte order mark; leave it out.",
            line=1,
            expected="no byte order mark U+FEFF",
        )
    _screen(body, limits)
    reader = _Reader(body, limits)
    value = reader.read()
    canonical = _canonical_form(value, body, has_floats=reader.has_floats)
    digest = hashlib.sha256(canonical).digest()
    return Document(wire=Wire.JSON, root=value, body=body, digest=digest)


def jcs(value: Any) -> bytes:
    """A JSON value of our own making in canonical form (RFC 8785). Raises ValueError where it has none."""
    if _has_plain_numbers(value):
        text = _canonical(value)
        if text.isascii() or _ASTRAL.search(text) is None:
            return text.encode()
    return rfc8785.dumps(value)


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON of a value of our own, members in the order given."""
    return _compact(value).encode()


def loads_own(body: bytes | str) -> Any:
    """Read JSON that this gateway wrote itself: from its store, or under its own signature. Never anything
    else.
    """
    return json.loads(body)


def _refusal(code: str, detail: str, *, line: int | None = None, expected: str | None = None) -> Malformed:
    return Malformed(detail, [Finding(code=code, line=line, expected=expected)])


def _screen(body: bytes, limits: JsonLimits) -> None:
    """Bound depth and size before the parser, which recurses. Plain counts decide for most bodies."""
    opened = body.count(b"[") + body.count(b"{")
    if opened <= limits.depth and opened + body.count(b",") < limits.values:
        return
    structure = _STRING.sub(b'""', body)
    if structure.count(b"[") + structure.count(b"{") + structure.count(b",") >= limits.values:
        raise _refusal(
            "JSON-TOO-MANY-VALUES", "The JSON has too many values.", expected=f"at most {limits.values} values"
        )
    if max(accumulate(_STEP[bracket] for bracket in _BRACKET.findall(structure)), default=0) > limits.depth:
        raise _refusal(
            "JSON-TOO-DEEP",
            "The JSON is nested too deep.",
            expected=f"at most {limits.depth} levels of objects and lists",
        )


def _canonical_form(value: Any, body: bytes, *, has_floats: bool) -> bytes:
    """RFC 8785 by the standard library's fast encoder, which differs in two things only.

    It writes doubles in another way, and it sorts names by code point instead of UTF-16 unit, which differ
    only when a character beyond the basic plane is among them.
    """
    text = _canonical(value)
    try:
        canonical = text.encode()
    except UnicodeEncodeError:
        line = _line_of_escape(_LONE_SURROGATE, body)
        raise _refusal(
            "JSON-LONE-SURROGATE",
            "The JSON holds half a surrogate pair.",
            line=line,
            expected="both halves of a character beyond U+FFFF, or the character itself in UTF-8",
        ) from None
    if has_floats or not (text.isascii() or _ASTRAL.search(text) is None):
        return rfc8785.dumps(value)
    return canonical


def _has_plain_numbers(value: Any) -> bool:
    """Whether a value of our own has no number but integers that a double holds."""
    if isinstance(value, dict):
        return all(map(_has_plain_numbers, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_has_plain_numbers, value))
    return not isinstance(value, float) and not (isinstance(value, int) and abs(value) > INTEGER_MAX)


def _line_of_escape(escapes: re.Pattern[bytes], body: bytes) -> int | None:
    """The line of the first escape that the pattern captures."""
    starts = (escape.start() for escape in escapes.finditer(body) if escape[1])
    start = next(starts, None)
    return None if start is None else body.count(b"\n", 0, start) + 1


class _Reader:
    """One parse: collects every fault that the parser itself would let pass."""

    def __init__(self, body: bytes, limits: JsonLimits) -> None:
        self._body = body
        self._limits = limits
        self._findings: list[Finding] = []
        self.has_floats = False

    def read(self) -> Any:
        try:
            value = json.loads(
                self._body,
                object_pairs_hook=self._object,
                parse_int=self._integer,
                parse_float=self._float,
                parse_constant=self._constant,
            )
        except json.JSONDecodeError as error:
            what = next(
                (told for said, told in _BROKEN if error.msg.startswith(said)), "a value of no form that JSON has"
            )
            raise Malformed(
                f"The JSON is not well formed: there is {what}, line {error.lineno}, column {error.colno}.",
                [
                    Finding(
                        code="JSON-NOT-WELL-FORMED",
                        line=error.lineno,
                        expected="well-formed JSON",
                        hint=f"there is {what}, in column {error.colno}",
                    )
                ],
            ) from None
        if b"\\u0000" in self._body and (line := _line_of_escape(_NUL, self._body)):
            self._add("JSON-NUL", line=line, expected="no NUL characters")
        if self._findings:
            raise Malformed("The JSON is ambiguous: readers of it would disagree.", self._findings)
        return value

    def _add(self, code: str, *, expected: str, line: int | None = None, found: str | None = None) -> None:
        if len(self._findings) < self._limits.findings:
            self._findings.append(Finding(code=code, line=line, expected=expected, found=found))

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            self._duplicates(pairs)
        if members and len(max(members, key=len)) > self._limits.name_chars:
            self._add("JSON-NAME-TOO-LONG", expected=f"at most {self._limits.name_chars} characters")
        return members

    def _duplicates(self, pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                shown = name[: self._limits.name_chars].encode(errors="replace").decode()
                line = self._line_of_second(name)
                self._add("JSON-DUPLICATE-NAME", line=line, expected="each name once in an object", found=shown)
            seen.add(name)

    def _line_of_second(self, name: str) -> int | None:
        """Where a name stands for the second time; not known where it stands more often, or is written in escapes."""
        places = [
            each.start() for each in re.finditer(re.escape(_canonical(name).encode(errors="replace")), self._body)
        ]
        return self._body.count(b"\n", 0, places[1]) + 1 if len(places) == 2 else None

    def _integer(self, digits: str) -> int:
        if len(digits) > 17 or abs(int(digits)) > INTEGER_MAX:
            self._number("JSON-INTEGER-TOO-LARGE", digits, f"at most {INTEGER_MAX}; larger ones as strings")
            return 0
        return int(digits)

    def _float(self, digits: str) -> float:
        self.has_floats = True
        value = float(digits)
        if math.isinf(value):
            self._number("JSON-NUMBER-TOO-LARGE", digits, "a number that a double can hold")
            return 0.0
        return value

    def _constant(self, name: str) -> NoReturn:
        line = self._line_of(name)
        raise _refusal(
            "JSON-NOT-A-NUMBER",
            f"The JSON holds {name}, which JSON does not have.",
            line=line,
            expected="a number in digits, or no member at all",
        )

    def _number(self, code: str, digits: str, expected: str) -> None:
        if len(self._findings) < self._limits.findings:
            self._add(code, line=self._line_of(digits), expected=expected, found=digits[:40])

    def _line_of(self, token: str) -> int | None:
        """Where a token first stands outside strings. Raw line ends cannot be in strings, so lines stay
        right.
        """
        structure = _STRING.sub(b'""', self._body)
        sought = token.encode()
        if len(sought) > _SEARCHED_CHARS:
            start = structure.find(sought)
        else:
            found = re.search(rb"(?<![\w.+-])%b(?![\w.])" % re.escape(sought), structure)
            start = found.start() if found else -1
        return None if start < 0 else structure.count(b"\n", 0, start) + 1
