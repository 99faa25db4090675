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
from icjs_gateway.registry.leaves import Leaves, document_leaves, json_document, table_leaves, xsd_document
from icjs_gateway.registry.places import Place, foreign, losses
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
    file = declaration.schema_file
    document = xsd_document(file, declaration.root) if declaration.is_xml else json_document(file)
    schema = document_leaves(document)
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
    faults += _lost(document, contract)
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


def _lost(document: Place, contract: CompiledContract) -> list[str]:
    """What the schema lets in beside its leaves, where the table does not leave the place out."""
    left_out, namespace = tuple(contract.translator.table.unmapped), contract.declaration.namespace
    found = [(path, reason) for path, reason in losses(document)]
    if namespace is not None:
        known = contract.reshape.namespaces if contract.reshape is not None else {}
        found += [
            (path, _FOREIGN.format(other=other, namespace=namespace) if other else _NAMESPACELESS)
            for path, name, other in foreign(document, namespace)
            if known.get(name, ("", ""))[1] != other or not other
        ]
    return [f"{path or 'the document'}: {reason}" for path, reason in found if not _left_out(path, left_out)]


_FOREIGN = "it is of the namespace {other}, and rows are of {namespace}: `reshape: namespaces` brings it there"
_NAMESPACELESS = 'it has no namespace, and rows have the contract\'s: the schema needs elementFormDefault="qualified"'


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
