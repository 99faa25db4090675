"""What a JSON Schema wants of a value, in plain words: its `description` beside a pattern, its limits, its lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from icjs_gateway.mappings.reading import FOUND_CHARS_MAX
from icjs_gateway.mappings.vocabulary import Row
from icjs_gateway.model.words import did_you_mean, one_among
from icjs_gateway.registry.value_words import OTHERWISE, by_codec, hint_of

_LIMITS = {
    "MinItems": "at least {} items",
    "MaxItems": "at most {} items",
    "MinLength": "at least {} characters",
    "MaxLength": "at most {} characters",
    "Minimum": "at least {}",
    "Maximum": "at most {}",
    "ExclusiveMinimum": "more than {}",
    "ExclusiveMaximum": "less than {}",
    "MinProperties": "at least {} members",
    "MaxProperties": "at most {} members",
}
_OTHERS = {
    "UniqueItems": "each item once",
    "AnyOf": "one of the forms that the contract has for it",
    "OneOfNotValid": "one of the forms that the contract has for it",
    "OneOfMultipleValid": "one of the forms that the contract has for it, and not several at once",
    "FalseSchema": "nothing there",
    "Not": "another value",
    "Contains": "an item that the contract wants in every such list",
    "PropertyNames": "members with other names",
    "MultipleOf": "a number with fewer decimals",
}
_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a string, in double quotes",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
_NAMES: Mapping[type, str] = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}


def told(row: Row | None, kind: str, error: Any, words: Mapping[str, str]) -> tuple[str, str | None]:
    """What was expected of a value, and a hint: in the words of the row's codec where it refuses the value too."""
    value = error.instance
    if kind == "Type":
        expected = " or ".join(_TYPES.get(name, name) for name in error.kind.types)
        return expected, "leave it out where there is nothing to say" if value is None else None
    if kind in ("Enum", "Constant"):
        options = error.kind.options if kind == "Enum" else [error.kind.expected_value]
        codes, found = [str(each) for each in options], str(value)
        return one_among(codes, found), did_you_mean(found, codes) if isinstance(value, str) else None
    hint = hint_of(value) if isinstance(value, str) else None
    wanted = by_codec(row, value) if isinstance(value, str) else None
    if wanted is None and kind == "Pattern":
        wanted = words.get(error.kind.pattern)
    if wanted is None and kind in _LIMITS:
        limit = error.kind.limit
        wanted = _LIMITS[kind].format(f"{limit:.15g}" if isinstance(limit, float) else limit)
    return wanted or _OTHERS.get(kind, OTHERWISE), hint


def kind_of(error: Any) -> str:
    """The keyword that was broken: `Required`, `AnyOf`."""
    return type(error.kind).__name__.rpartition("_")[2]


def alternatives(error: Any) -> list[str]:
    """The members of which one has to be there, where that is what the schema says there: `anyOf` of `required`."""
    ways = getattr(error.kind, "context", None)
    if not isinstance(ways, list):
        return []
    names = [[each.kind.property for each in way if kind_of(each) == "Required"] for way in ways]
    return [name for way in names for name in way] if all(names) else []


def as_found(value: Any) -> str | None:
    """A value as a finding shows it; an object and a list are not repeated."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:FOUND_CHARS_MAX] or None if isinstance(value, str | int | float) else None


def name_of(value: Any) -> str | None:
    """What stands there, where its value is not shown."""
    return _NAMES.get(type(value))


def patterns_in_words(schema: Any) -> dict[str, str]:
    """The descriptions that stand beside patterns, by pattern."""
    found: dict[str, str] = {}
    waiting = [schema]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            pattern, words = here.get("pattern"), here.get("description")
            if isinstance(pattern, str) and isinstance(words, str):
                found[pattern] = " ".join(words.split())
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return found
