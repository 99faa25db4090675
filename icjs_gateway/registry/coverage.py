"""Coverage: a schema and its table say the same of every leaf, or the table says why not.

What the schema lets in and the table does not read would be lost in silence, so it is a fault; so is a row for what
the schema never lets in, a list of codes that differs, and a repetition or a need that only one of them knows. What the
table writes must fit the canonical model.
"""

from __future__ import annotations

from dataclasses import dataclass

from icjs_gateway.mappings.vocabulary import Group
from icjs_gateway.registry.canonical import misfits
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.leaves import Leaves, json_leaves, table_leaves, xsd_leaves
from icjs_gateway.registry.reshaping import reshaped_leaves

UNMAPPED_SHARE_MAX = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many leaves there are, which are left out on purpose, and what is wrong.

    `computed` counts the rows that a function makes instead of the table. The vocabulary has no such row yet.
    """

    leaves: int
    mapped: int
    unmapped: tuple[str, ...]
    rows: int
    computed: int = 0
    faults: tuple[str, ...] = ()


def coverage_of(contract: CompiledContract) -> Coverage:
    """Hold schema and table of a contract against each other."""
    declaration, table = contract.declaration, contract.translator.table
    schema = xsd_leaves(declaration.schema_file) if declaration.is_xml else json_leaves(declaration.schema_file)
    if contract.reshape is not None:
        schema = reshaped_leaves(schema, contract.reshape)
    mapped = table_leaves(table.group)
    left_out = {leaf for leaf in schema if _left_out(leaf, tuple(table.unmapped))}
    faults = [
        f"{leaf}: the schema has it, the table does not"
        for leaf in schema
        if leaf not in mapped | dict.fromkeys(left_out)
    ]
    faults += [f"{leaf}: the table has it, the schema does not" for leaf in mapped if leaf not in schema]
    faults += [f"{leaf}: mapped and unmapped at once" for leaf in left_out if leaf in mapped]
    faults += differences(schema, mapped)
    faults += misfits(contract)
    if len(left_out) > UNMAPPED_SHARE_MAX * len(schema):
        faults.append(f"{len(left_out)} of {len(schema)} leaves are unmapped: more than {UNMAPPED_SHARE_MAX:.0%}")
    return Coverage(
        leaves=len(schema),
        mapped=len(schema.keys() & mapped.keys()),
        unmapped=tuple(sorted(left_out)),
        rows=_rows(table.group),
        faults=tuple(faults),
    )


def _rows(group: Group) -> int:
    return sum(1 if row.group is None else 1 + _rows(row.group) for row in group.rows)


def _left_out(leaf: str, unmapped: tuple[str, ...]) -> bool:
    return any(leaf == path or leaf.startswith(f"{path}/") for path in unmapped)


def differences(schema: Leaves, mapped: Leaves) -> list[str]:
    faults = []
    for leaf in schema.keys() & mapped.keys():
        ours, theirs = mapped[leaf], schema[leaf]
        for index, word in enumerate(("must be there", "may repeat")):
            if [step[index] for step in ours.steps] != [step[index] for step in theirs.steps]:
                faults.append(f"{leaf}: schema and table differ in what {word}")
        if ours.codes != theirs.codes:
            differ = ", ".join(sorted(ours.codes ^ theirs.codes))
            faults.append(f"{leaf}: schema and table differ in their codes: {differ}")
    return sorted(faults)
