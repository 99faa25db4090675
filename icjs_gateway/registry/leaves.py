"""The leaves of a schema and those of a table, in the same words, so that they can be held against each other.

A leaf is a place that holds a value: `Court/Name`, `Case/FIR/Number`, `Hearing/Purpose/@code`. With it go the codes of
a closed list, and which steps on the way repeat or must be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icjs_gateway.mappings.vocabulary import Group
from icjs_gateway.registry.places import Place, json_places, xsd_root

Steps = tuple[tuple[bool, bool], ...]
"""(required, repeats) of each step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One leaf. `steps` says of the steps above and its own what may be there; `codes` is empty for open values."""

    steps: Steps
    codes: frozenset[str] = frozenset()


Leaves = dict[str, Leaf]


def table_leaves(group: Group) -> Leaves:
    """Every leaf that the rows of a table read and write."""
    return dict(_of_rows(group, "", ()))


def _of_rows(group: Group, above: str, around: Steps) -> Iterator[tuple[str, Leaf]]:
    for row in group.rows:
        if row.wire == ".":
            yield above.rstrip("/"), Leaf(steps=around, codes=frozenset(row.codes))
            continue
        name = f"{above}{row.wire}"
        steps = (*around, (row.required, row.repeats))
        if row.group is not None:
            yield from _of_rows(row.group, f"{name}/", steps)
        else:
            yield name, Leaf(steps=steps, codes=frozenset(row.codes))
        # Attributes that a row handles without a row of their own. A constant is required, and a list of one code.
        if row.codec == "coded":
            yield f"{name}/@code", Leaf(steps=(*steps, (False, False)))
        for constant, value in row.constants.items():
            yield f"{name}/@{constant}", Leaf(steps=(*steps, (True, False)), codes=frozenset({value}))


def xsd_leaves(file: Path, root: str | None = None) -> Leaves:
    """Every leaf of a global element of an XSD, of the only one where none is named. Raises Misconfigured."""
    place = xsd_root(file, root).place
    return dict(_of_places(place.below, "", ())) or {"": Leaf(steps=(), codes=frozenset(place.codes))}


def json_leaves(file: Path) -> Leaves:
    """Every leaf of a JSON Schema. Raises Misconfigured."""
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))  # noqa: TID251 - our own, checked in
    return dict(_of_places(json_places(schema), "", ()))


def _of_places(places: Sequence[Place], above: str, around: Steps) -> Iterator[tuple[str, Leaf]]:
    for place in places:
        if place.name == ".":
            yield above.rstrip("/"), Leaf(steps=around, codes=frozenset(place.codes))
            continue
        name = f"{above}{place.name}"
        steps = (*around, (place.required, place.many))
        if place.below:
            yield from _of_places(place.below, f"{name}/", steps)
        else:
            yield name, Leaf(steps=steps, codes=frozenset(place.codes))
