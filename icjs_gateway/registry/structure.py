"""Where in a table a place on the wire is, and what of the table's structure an XML document misses.

For the cold path: a refusal names the canonical path beside the wire's. libxml2 stops judging the children of an
element at the first one out of place; the table goes on, so that a sender learns of every fault at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from icjs_gateway.mappings.reading import Place, path_of, wire_path_of
from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.findings import Finding

Step = tuple[str, int]
"""A child's local name (or `@attribute`) and its index from 0 among its like."""


def local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def place_of(group: Group, steps: Sequence[Step]) -> Place:
    """The place of these steps in the table; None for the root, and for what the table does not know."""
    place: Place = None
    here: Group | None = group
    for name, index in steps:
        row = next((row for row in here.rows if row.wire == name), None) if here is not None else None
        if row is None:
            # An attribute without a row of its own belongs to its element's.
            return place if name.startswith("@") else None
        place = (place, row, index)
        here = row.group
    return place


def wire_path(root: str, group: Group, steps: Sequence[Step]) -> str:
    """The XPath of these steps. An unknown name carries an index only when it is not the first."""
    if not steps:
        return wire_path_of(None, root)
    *before, (name, index) = steps
    place = place_of(group, steps)
    if place is not None and place[1].wire == name:
        return wire_path_of(place, root)
    return f"{wire_path(root, group, before)}/{name}" + (f"[{index + 1}]" if index else "")


def row_of(place: Place) -> Row | None:
    return None if place is None else place[1]


def faults_of(root: str, group: Group, element: Any, place: Place = None) -> Iterator[Finding]:
    """Required children that are missing, unknown ones, and ones that occur too often."""
    rows = {row.wire: row for row in group.rows}
    seen: Counter[str] = Counter()
    namespace = str(element.tag).rpartition("}")[0]
    for child in element:
        name = local_name(child)
        row = rows.get(name) if str(child.tag).rpartition("}")[0] == namespace else None
        index = seen[name]
        seen[name] += 1
        if row is None or (index and not row.repeats):
            at = f"{wire_path_of(place, root)}/{name}" + (f"[{index + 1}]" if index else "")
            yield Finding(code="SCHEMA-UNEXPECTED", path=path_of(place), wire_path=at, line=child.sourceline)
        elif row.group is not None:
            yield from faults_of(root, row.group, child, (place, row, index))
    for name, row in rows.items():
        if row.required and not seen[name] and not name.startswith("@") and name != ".":
            missing: Place = (place, row, 0)
            yield Finding(
                code="SCHEMA-MISSING",
                path=path_of(missing),
                wire_path=wire_path_of(missing, root),
                line=element.sourceline,
                expected=name,
            )
