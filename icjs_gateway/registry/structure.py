"""Where in a table a place on the wire is, and what of the table's structure an XML document misses.

For the cold path: a refusal names the canonical path beside the wire's. libxml2 stops judging the children of an
element at the first one out of place; the table goes on, so that a sender learns of every fault at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from icjs_gateway.mappings.reading import Place, path_of, wire_path_of
from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.words import nearest, one_among

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


def faults_of(
    root: str, group: Group, element: Any, place: Place = None, *, whole: Group | None = None, is_ordered: bool = False
) -> Iterator[Finding]:
    """Required children that are missing, unknown ones, ones that occur too often and, where the schema keeps an order,
    ones that stand out of it; each with what is right. `whole` is the table's group, where `group` is within it."""
    whole = whole or group
    rows = {row.wire: row for row in group.rows}
    names = [name for name in rows if not name.startswith("@") and name != "."]
    seen: Counter[str] = Counter()
    namespace = str(element.tag).rpartition("}")[0]
    known: list[tuple[int, Any]] = []
    misspelt: set[str | None] = set()
    for child in element:
        name = local_name(child)
        row = rows.get(name) if str(child.tag).rpartition("}")[0] == namespace else None
        index = seen[name]
        seen[name] += 1
        at = f"{wire_path_of(place, root)}/{name}" + (f"[{index + 1}]" if index else "")
        if row is None:
            meant = nearest(name, names)
            misspelt.add(meant)
            yield _told("SCHEMA-UNEXPECTED", place, at, child, *_unknown(name, meant, names, whole, element))
        elif index and not row.repeats:
            yield _told(
                "SCHEMA-UNEXPECTED", place, at, child, f"at most one {name}", f"this is number {index + 1}: take it out"
            )
        else:
            known.append((names.index(name), child))
            if row.group is not None:
                yield from faults_of(root, row.group, child, (place, row, index), whole=whole, is_ordered=is_ordered)
    for position, name in enumerate(names):
        if rows[name].required and not seen[name] and name not in misspelt:
            missing: Place = (place, rows[name], 0)
            before = next((each for each in reversed(names[:position]) if seen[each]), None)
            hint = f"it stands behind {before}" if before else f"it stands first in {local_name(element)}"
            yield _told("SCHEMA-MISSING", missing, wire_path_of(missing, root), element, name, hint)
    if is_ordered:
        yield from _misplaced(root, place, [rows[name] for name in names], known)


def _misplaced(root: str, place: Place, rows: Sequence[Row], known: Sequence[tuple[int, Any]]) -> Iterator[Finding]:
    """The fewest children that have to move for all to stand in order, and where each belongs."""
    kept = _longest_in_order([position for position, _ in known])
    standing = [known[each][0] for each in sorted(kept)]
    names = [row.wire for row in rows]
    seen: Counter[int] = Counter()
    for each, (position, child) in enumerate(known):
        name, index = names[position], seen[position]
        seen[position] += 1
        if each in kept:
            continue
        before = [at for at in standing if at <= position]
        where = f"{name} behind {names[before[-1]]}" if before else f"{name} before {names[standing[0]]}"
        at = wire_path_of((place, rows[position], index), root)
        order = ", ".join(names[each] for each in sorted({*standing, position})[:_ORDER_NAMED_MAX])
        yield _told("SCHEMA-UNEXPECTED", place, at, child, where, f"order matters: {order}")


_ORDER_NAMED_MAX = 12


def _longest_in_order(positions: Sequence[int]) -> set[int]:
    """The indices of a longest run that never goes down (patience sorting)."""
    tops: list[int] = []
    values: list[int] = []
    below: dict[int, int | None] = {}
    for index, position in enumerate(positions):
        at = bisect_right(values, position)
        below[index] = tops[at - 1] if at else None
        tops[at : at + 1], values[at : at + 1] = [index], [position]
    kept, last = set(), tops[-1] if tops else None
    while last is not None:
        kept.add(last)
        last = below[last]
    return kept


def _unknown(name: str, meant: str | None, names: Sequence[str], whole: Group, element: Any) -> tuple[str, str]:
    """What may stand there instead of a child that nobody knows, and what was meant, it seems."""
    expected = one_among(names, name) or "no element there"
    if meant is not None:
        return expected, f"did you mean {meant}?" if meant != name else f"{name} is in another namespace"
    where = _elsewhere(name, whole)
    outside = f"{local_name(element)} has no {name[:80]}: leave it out"
    return expected, outside if where is None else f"{name} belongs into {where}"


def _elsewhere(name: str, group: Group) -> str | None:
    """The child, or child of a child, of this group in which there is an element of this name."""
    for row in group.rows:
        if row.group is None:
            continue
        if any(each.wire == name for each in row.group.rows):
            return row.wire
        below = _elsewhere(name, row.group)
        if below is not None:
            return f"{row.wire}/{below}"
    return None


def _told(code: str, place: Place, at: str, element: Any, expected: str, hint: str | None) -> Finding:
    found = local_name(element)[:80] if code == "SCHEMA-UNEXPECTED" else None
    return Finding(
        code=code,
        path=path_of(place),
        wire_path=at,
        line=element.sourceline,
        expected=expected,
        found=found,
        hint=hint,
    )
