"""From a path of the canonical tree back to the rows of a table that read it, and to the line of an XML document."""

from __future__ import annotations

import re
from typing import Any

from icjs_gateway.mappings.reading import Place
from icjs_gateway.mappings.vocabulary import Group, Row

_STEP = re.compile(r"([^.\[\]]+)(?:\[([0-9]+)\])?")


def find_place(group: Group, path: str) -> Place:
    """Where `hearing.accused[1].bail.decision` was read; where what is around it was, as far as there are rows."""
    steps = [(name, int(index or 0)) for name, index in _STEP.findall(path)]
    place: Place = None
    within: Group | None = group
    while steps and within is not None:
        found = next((row for row in within.rows if _leads(row, steps)), None)
        if found is None:
            break
        count = len(_members(found))
        place = (place, found, steps[count - 1][1])
        steps, within = steps[count:], found.group
    return place


def _members(row: Row) -> list[str]:
    return [*(row.inside.split(".") if row.inside else ()), row.to]


def _leads(row: Row, steps: list[tuple[str, int]]) -> bool:
    members = _members(row)
    return members == [name for name, _ in steps[: len(members)]]


def line_of(root: Any, place: Place) -> int | None:
    """The line of the element at a place, from 1; that of the nearest around it where it is no element."""
    chain: list[tuple[Row, int]] = []
    while place is not None:
        place, row, index = place
        chain.append((row, index))
    element = root
    for row, index in reversed(chain):
        named = [child for child in element if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == row.wire]
        if len(named) <= index:
            break
        element = named[index]
    line: int | None = element.sourceline
    return line
