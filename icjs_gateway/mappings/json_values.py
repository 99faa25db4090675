"""What one value is in JSON: of which type it stands there, and the text that codecs read and write.

A codec has a type of its own: whole numbers and booleans stand for themselves, all else is a string, and an amount is
read as a number too. A row says `type` where a sender writes it in another way: a phone number as a number, an age as a
string. The value counts, not its writing: 2026.0 is a whole number (JSON Schema says so), 2.5e4 is 25000.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from icjs_gateway.mappings.codecs import CODECS, Unfit
from icjs_gateway.mappings.vocabulary import Row

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_OWN: Mapping[type | None, str] = {None: "string", int: "integer", bool: "boolean"}


def type_of(row: Row) -> str:
    """The JSON type of what the row reads and writes: string, number, integer or boolean."""
    if row.type is not None:
        return row.type
    # Codes are told by their text, whatever they mean.
    return "string" if row.codes else _OWN[CODECS[row.codec or ""].native]


def types_of(row: Row) -> frozenset[str]:
    """The JSON types that the row reads."""
    kind = type_of(row)
    return frozenset({kind, "number"} if row.codec == "decimal" and row.type is None else {kind})


def reader_of(row: Row) -> Callable[[Any], str]:
    """From a value in JSON to the text that the row's codec reads. Raises Unfit for a value of another type."""
    return text_reader("amount" if len(types_of(row)) > 1 else type_of(row))


def text_reader(kind: str) -> Callable[[Any], str]:
    """From a value of this type to its text. Raises Unfit for one of another."""
    types, expected, text = _TEXTS[kind]

    def read(value: Any) -> str:
        # `type`, because in Python true is an integer too.
        if type(value) not in types or (kind == "integer" and value != int(value)):
            raise Unfit(expected)
        return text(value)

    return read


def number_of(text: str) -> float:
    """The number whose text it is; a whole one where it is whole. Raises Unfit where there is none."""
    if not _NUMBER.fullmatch(text):
        raise Unfit("a number")
    return float(text) if "." in text else int(text)


def _digits(value: float) -> str:
    """A number as written in full: 25000 and 25000.0 are the same number, 1e-05 is 0.00001."""
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


_TEXTS: Mapping[str, tuple[tuple[type, ...], str, Callable[[Any], str]]] = {
    "string": ((str,), "a string", str),
    "number": ((int, float), "a number", _digits),
    "integer": ((int, float), "a whole number", _digits),
    "amount": (
        (str, int, float),
        "a string or a number",
        lambda value: value if type(value) is str else _digits(value),
    ),
    "boolean": ((bool,), "true or false", lambda value: "true" if value else "false"),
}
