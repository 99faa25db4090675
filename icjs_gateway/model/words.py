"""Plain words for findings: the nearest right name, lists that stay short, and what a shape of our own wants."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

NAMED_MAX = 12
"""So many names or codes stand in one finding."""


def nearest(found: str, known: Iterable[str]) -> str | None:
    """The known name that was meant, it seems: the same but for the case of its letters, or nearly the same."""
    by_plain = {_plain(each): each for each in known}
    near = difflib.get_close_matches(_plain(found[:200]), by_plain, n=1, cutoff=0.7)
    return by_plain[near[0]] if near else None


def one_among(names: Iterable[str], found: str | None = None) -> str:
    """`one of A, B, C`; of a long list the nearest names first, and how many more there are."""
    listed = list(names)
    near = nearest(found, listed) if found and len(listed) > NAMED_MAX else None
    if near is not None:
        listed = [near, *(each for each in listed if each != near)]
    more = f" and {len(listed) - NAMED_MAX} more" if len(listed) > NAMED_MAX else ""
    return f"one of {', '.join(listed[:NAMED_MAX])}{more}" if len(listed) > 1 else "".join(listed)


def did_you_mean(found: str | None, known: Iterable[str]) -> str | None:
    """A hint, where a name is near."""
    near = nearest(found, known) if found else None
    return None if near is None or near == found else f"did you mean {near}?"


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def shape_fault(fault: Mapping[str, Any]) -> str:
    """What a fault of a shape of our own wants, from pydantic's kind of it: its own sentences are for programmers."""
    kind, context = str(fault["type"]), fault.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", "another value")).removeprefix("expected ")
    if kind in ("literal_error", "enum"):
        return f"one of {str(context.get('expected', '')).replace(chr(39), '').replace(' or ', ', ')}"
    for limit, words in _LIMITS.items():
        if limit in context:
            return words.format(context[limit])
    return next((words for begins, words in _KINDS.items() if kind.startswith(begins)), "a value of another form")


_LIMITS = {
    "ge": "at least {}",
    "gt": "more than {}",
    "le": "at most {}",
    "lt": "less than {}",
    "min_length": "at least {} characters or items",
    "max_length": "at most {} characters or items",
}
_KINDS = {
    "missing": "it; it is required",
    "extra_forbidden": "no member of this name",
    "string_pattern": "text of another form",
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "an object",
    "model": "an object",
    "datetime": "an instant with its offset, e.g. 2026-11-20T16:42:10+05:30",
    "timezone": "an instant with its offset, e.g. 2026-11-20T16:42:10+05:30",
    "date": "a date that exists, as YYYY-MM-DD",
    "none_required": "nothing there",
    "json": "well-formed JSON",
}
