"""Paths and templates over the canonical tree: `hearing.order.signed_at`, `{fir.police_station.state}/{fir.number}`.

A number is the index of a list's item, from 0: `case.firs.0.number`. A template has a value only where every hole in
it has one; `{a|b}` is the first of several paths that has one, and `{a+b+c}` the value of `a` with what tells it apart
from others, `/` between: `b` and `c` may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Tree = Mapping[str, Any]
Get = Callable[[Tree], Any]

_PATH = re.compile(r"[a-z_][a-z0-9_]*(\.([a-z_][a-z0-9_]*|[0-9]))*")
_HOLE = re.compile(r"\{([a-z0-9_.|+]+)(?::([0-9]+))?\}")


def path(written: str) -> Get:
    """Reads one member, however deep; None where the way ends early. Raises ValueError."""
    if not _PATH.fullmatch(written):
        raise ValueError(f"{written} is not a path like hearing.listed_on")
    steps: list[str | int] = [int(step) if step.isdigit() else step for step in written.split(".")]

    def get(tree: Any) -> Any:
        for step in steps:
            if not tree:
                return None
            # A slice, because the list may be shorter.
            tree = tree.get(step) if isinstance(step, str) else next(iter(tree[step : step + 1]), None)
        return tree

    return get


def _first_of(written: str) -> Get:
    """The first of several paths that has a value."""
    ways = [_joined(way) for way in written.split("|")]
    if len(ways) == 1:
        return ways[0]
    return lambda tree: next((value for get in ways if (value := get(tree)) is not None), None)


def _joined(written: str) -> Get:
    """One path, or several with `+` between: None where the first has no value."""
    first, *others = (path(each) for each in written.split("+"))
    if not others:
        return first

    def get(tree: Tree) -> str | None:
        value = first(tree)
        told = ("" if (each := other(tree)) is None else str(each) for other in others)
        return None if value is None else "/".join((str(value), *told))

    return get


def template(written: str) -> Callable[[Tree], str | None]:
    """Text with paths in braces; `{court.establishment:2}` takes the first two characters. Raises ValueError."""
    parts: list[tuple[str, Get | None, int | None]] = []
    end = 0
    for hole in _HOLE.finditer(written):
        parts.append((written[end : hole.start()], _first_of(hole[1]), int(hole[2]) if hole[2] else None))
        end = hole.end()
    parts.append((written[end:], None, None))
    if any(brace in text for text, _, _ in parts for brace in "{}"):
        raise ValueError(f"{written} has a brace that is no path")

    def fill(tree: Tree) -> str | None:
        text = ""
        for before, get, length in parts:
            text += before
            if get is not None:
                value = get(tree)
                if value is None:
                    return None
                text += str(value)[:length]
        return text

    return fill
