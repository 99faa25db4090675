"""The leaves of a schema and those of a table, in the same words, so that they can be held against each other.

A leaf is a place that holds a value: `Court/Name`, `Case/FIR/Number`, `Hearing/Purpose/@code`. With it go the codes of
a closed list, and which steps on the way repeat or must be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icjs_gateway.mappings.vocabulary import Group

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
    """Every leaf of a global element of an XSD, of the only one where none is named.

    Read with xmlschema, which libxml2's verdict is not from."""
    import xmlschema

    schema = xmlschema.XMLSchema(str(file), allow="local")
    [element] = [each for each in schema.elements.values() if root in (None, each.local_name)]
    return dict(_of_type(element.type, "", ()))


def _of_type(kind: Any, above: str, around: Steps) -> Iterator[tuple[str, Leaf]]:
    for name, attribute in kind.attributes.items() if kind.is_complex() else ():
        steps = (*around, (attribute.use == "required", False))
        yield f"{above}@{name}", Leaf(steps=steps, codes=_codes(attribute.type))
    if kind.is_simple() or kind.has_simple_content():
        yield above.rstrip("/"), Leaf(steps=around, codes=_codes(kind))
        return
    for child in kind.content.iter_elements():
        often = child.max_occurs is None or child.max_occurs > 1
        yield from _of_type(child.type, f"{above}{child.local_name}/", (*around, (child.min_occurs > 0, often)))


def _codes(kind: Any) -> frozenset[str]:
    values = (kind.content if kind.is_complex() else kind).enumeration
    return frozenset(str(value) for value in values or () if value != "")


def json_leaves(file: Path) -> Leaves:
    """Every leaf of a JSON Schema that uses properties, items and local references."""
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))  # noqa: TID251 - our own, checked in
    return dict(_of_schema(schema, schema, "", ()))


def _of_schema(
    schema: Mapping[str, Any], whole: Mapping[str, Any], above: str, around: Steps
) -> Iterator[tuple[str, Leaf]]:
    while "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    if "properties" not in schema:
        yield above.rstrip("/"), Leaf(steps=around, codes=frozenset(schema.get("enum", ())) - {None})
        return
    for name, member in schema["properties"].items():
        often = member.get("type") == "array"
        steps = (*around, (name in schema.get("required", ()), often))
        yield from _of_schema(member["items"] if often else member, whole, f"{above}{name}/", steps)
