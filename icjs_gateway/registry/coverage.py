"""Coverage: a schema and its table say the same of every leaf, or the table says why not.

What the schema lets in and the table does not read would be lost in silence, so it is a fault; so is a row for what
the schema never lets in, a list of codes that differs, and a repetition or a need that only one of them knows. What the
table writes must fit the canonical model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from icjs_gateway.mappings.vocabulary import Group
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.canonical import misfits
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.leaves import Leaves, document_leaves, json_document, table_leaves, xsd_document
from icjs_gateway.registry.named_members import unknown_event_members, unknown_members
from icjs_gateway.registry.places import Place, foreign, losses, of_namespace
from icjs_gateway.registry.reshaping import reshaped_leaves

UNMAPPED_SHARE_MAX = 0.05

Fault = tuple[str, str]
"""A place of the schema or the table, and what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many leaves there are, which are left out on purpose, and what is wrong.

    `computed` counts the rows that a function makes instead of the table. The vocabulary has no such row yet. A fault
    begins with its file and line.
    """

    leaves: int
    mapped: int
    unmapped: tuple[str, ...]
    rows: int
    computed: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A schema and a table, side by side."""

    document: Place
    schema: Leaves
    mapped: Leaves
    left_out: frozenset[str]

    @property
    def unread(self) -> list[Fault]:
        return [
            (leaf, "the schema has it, the table does not")
            for leaf in self.schema
            if leaf not in self.mapped and leaf not in self.left_out
        ]


def _held(contract: CompiledContract) -> _Held:
    """Raises Misconfigured."""
    declaration, table = contract.declaration, contract.translator.table
    file = declaration.schema_file
    document = xsd_document(file, declaration.root) if declaration.is_xml else json_document(file)
    schema = document_leaves(document)
    if contract.reshape is not None:
        try:
            schema = reshaped_leaves(schema, contract.reshape)
        except Misconfigured as fault:
            raise Misconfigured(f"{declaration.folder / 'mapping.yaml'}: {fault.detail}") from None
    left_out = frozenset(leaf for leaf in schema if _left_out(leaf, tuple(table.unmapped)))
    return _Held(document=document, schema=schema, mapped=table_leaves(table.group), left_out=left_out)


def lost_in(contract: CompiledContract) -> tuple[str, ...]:
    """What a document may hold and the table would drop in silence, never read, or turn into what no event can hold,
    each with file and line. Raises Misconfigured for a schema that no table could follow."""
    held = _held(contract)
    faults = [*held.unread, *_lost(held.document, contract)]
    for leaf in sorted(held.schema.keys() & held.mapped.keys()):
        steps = zip(held.schema[leaf].steps, held.mapped[leaf].steps, strict=False)
        repeats = [(often, read) for (_, often), (_, read) in steps]
        if any(often and not read for often, read in repeats):
            faults.append((leaf, "it may repeat by the schema, and the table reads one"))
        if any(read and not often for often, read in repeats):
            faults.append((leaf, "it stands once by the schema, and the table reads a list"))
        ours, theirs = held.mapped[leaf], held.schema[leaf]
        if unmapped := theirs.codes - ours.codes if ours.codes else ():
            faults.append((leaf, f"the schema lets in {', '.join(sorted(unmapped))}, and the table says no meaning"))
        if stranger := _unread(theirs.types, ours.types):
            faults.append((leaf, stranger))
    mapping = contract.declaration.folder / "mapping.yaml"
    unfit = (f"{mapping}:{line}: {fault}" for line, fault in misfits(contract))
    return (*_placed(contract, faults), *unfit)


def _placed(contract: CompiledContract, faults: list[Fault]) -> tuple[str, ...]:
    lines = dict(_lines(contract.translator.table.group, ""))
    file = contract.declaration.folder / "mapping.yaml"
    return tuple(f"{file}:{_line_of(path, lines)}: {path or 'the document'}: {reason}" for path, reason in faults)


def coverage_of(contract: CompiledContract) -> Coverage:
    """Hold schema and table of a contract against each other. Raises Misconfigured for a schema that no table could
    follow."""
    declaration, table = contract.declaration, contract.translator.table
    held = _held(contract)
    schema, mapped = held.schema, held.mapped
    faults = held.unread
    faults += [(leaf, "the table has it, the schema does not") for leaf in mapped if leaf not in schema]
    faults += [(leaf, "mapped and unmapped at once") for leaf in sorted(held.left_out) if leaf in mapped]
    faults += _lost(held.document, contract)
    faults += differences(schema, mapped)
    if len(held.left_out) > UNMAPPED_SHARE_MAX * len(schema):
        share = f"{len(held.left_out)} of {len(schema)} leaves are unmapped: more than {UNMAPPED_SHARE_MAX:.0%}"
        faults.append(("", share))
    faults += [
        (f"unmapped {path}", "the schema has no such place")
        for path in table.unmapped
        if not any(leaf == path or leaf.startswith(f"{path}/") for leaf in schema)
    ]
    mapping = declaration.folder / "mapping.yaml"
    return Coverage(
        leaves=len(schema),
        mapped=len(schema.keys() & mapped.keys()),
        unmapped=tuple(sorted(held.left_out)),
        rows=_rows(table.group),
        faults=(
            *_placed(contract, faults),
            *(f"{mapping}:{line}: {fault}" for line, fault in (*misfits(contract), *unknown_event_members(contract))),
            *(f"{declaration.where.file}:{line}: {fault}" for line, fault in unknown_members(contract)),
        ),
    )


def _lines(group: Group, above: str) -> Iterator[tuple[str, int]]:
    """Where in the mapping file the row of each place stands."""
    for row in group.rows:
        path = f"{above}/{row.wire}".lstrip("/")
        yield path, row.where.line
        if row.group is not None:
            yield from _lines(row.group, path)


def _line_of(path: str, lines: Mapping[str, int]) -> int:
    """That of the row, else of the one around it that there is."""
    while path and path not in lines:
        path = path.rpartition("/")[0]
    return lines.get(path, 1)


def _lost(document: Place, contract: CompiledContract) -> list[Fault]:
    """What the schema lets in beside its leaves, where the table does not leave the place out."""
    left_out, namespace = tuple(contract.translator.table.unmapped), contract.declaration.namespace
    found = list(losses(document))
    if namespace is not None:
        known = contract.reshape.namespaces if contract.reshape is not None else {}
        found += [
            (path, of_namespace(other, namespace))
            for path, name, other in foreign(document, namespace)
            if known.get(name, ("", ""))[1] != other or not other
        ]
    return [(path, reason) for path, reason in found if not _left_out(path, left_out)]


def _rows(group: Group) -> int:
    return sum(1 if row.group is None else 1 + _rows(row.group) for row in group.rows)


def _left_out(leaf: str, unmapped: tuple[str, ...]) -> bool:
    return any(leaf == path or leaf.startswith(f"{path}/") for path in unmapped)


def differences(schema: Leaves, mapped: Leaves) -> list[Fault]:
    """Where both have a leaf, and say different things of it."""
    faults: list[Fault] = []
    for leaf in schema.keys() & mapped.keys():
        ours, theirs = mapped[leaf], schema[leaf]
        for index, word in enumerate(("must be there", "may repeat")):
            if [step[index] for step in ours.steps] != [step[index] for step in theirs.steps]:
                faults.append((leaf, f"schema and table differ in what {word}"))
        if ours.codes != theirs.codes:
            differ = ", ".join(sorted(ours.codes ^ theirs.codes))
            faults.append((leaf, f"schema and table differ in their codes: {differ}"))
        if stranger := _unread(theirs.types, ours.types):
            faults.append((leaf, stranger))
    return sorted(faults)


def _unread(stands: frozenset[str], read: frozenset[str]) -> str | None:
    """What of the JSON types that the schema lets stand somewhere the row there does not read, and what to do."""
    whole = {"integer"} if "number" in read else set()
    strange = stands - read - whole
    if not read or not strange:
        return None
    advice = "say in the schema which of them it is"
    if stands <= {"number", "integer"}:
        advice = "say `type: number`"
    elif len(stands) == 1:
        advice = {"string": "say `type: string`", "boolean": "it needs `codec: boolean`"}.get("".join(stands), advice)
    return f"{' or '.join(sorted(stands))} may stand there, and the row reads {', '.join(read)}: {advice}"
