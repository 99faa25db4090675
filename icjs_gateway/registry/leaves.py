"""The leaves of a schema and those of a table, in the same words, so that they can be held against each other.

A leaf is a place that holds a value: `Court/Name`, `Case/FIR/Number`, `Hearing/Purpose/@code`. With it go the codes of
a closed list, and which steps on the way repeat or must be there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from icjs_gateway.mappings.json_values import types_of
from icjs_gateway.mappings.vocabulary import Group
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.json_places import json_root
from icjs_gateway.registry.places import Place
from icjs_gateway.registry.xsd_places import xsd_root

Steps = tuple[tuple[bool, bool], ...]
"""(required, repeats) of each step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One leaf. `steps` says of the steps above and its own what may be there; `codes` is empty for open values, and
    `types`, of a value in JSON, where they are not said."""

    steps: Steps
    codes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


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
            types = frozenset() if row.codec == "coded" else types_of(row)
            yield name, Leaf(steps=steps, codes=frozenset(row.codes), types=types)
        # Attributes that a row handles without a row of their own. A constant is required, and a list of one code.
        if row.codec == "coded":
            yield f"{name}/@code", Leaf(steps=(*steps, (False, False)))
        for constant, value in row.constants.items():
            yield f"{name}/@{constant}", Leaf(steps=(*steps, (True, False)), codes=frozenset({value}))


def xsd_document(file: Path, root: str | None = None) -> Place:
    """A global element of an XSD, of the only one where none is named. Raises Misconfigured."""
    return _of_file(file, lambda: xsd_root(file, root).place)


def json_document(file: Path) -> Place:
    """The object that a JSON Schema describes. Raises Misconfigured."""
    schema = json.loads(file.read_text(encoding="utf-8"))  # noqa: TID251 - it was compiled, so it is JSON
    return _of_file(file, lambda: json_root(schema))


def _of_file(file: Path, read: Callable[[], Place]) -> Place:
    try:
        return read()
    except Misconfigured as error:
        raise Misconfigured(f"{file}: {error.detail}") from None


def document_leaves(document: Place) -> Leaves:
    """Every leaf of a document, as its schema has it."""
    return dict(_of_places(document.below, "", ())) or {"": Leaf(steps=(), codes=frozenset(document.codes))}


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
            yield name, Leaf(steps=steps, codes=frozenset(place.codes), types=place.types)
