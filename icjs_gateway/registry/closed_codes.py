"""Codes of a contract of one's own, held against the closed lists of the canonical events.

A closed list is what the packaged contracts may write to a member (`bail.decision`: GRANTED, REFUSED ...), where none
of them leaves it open. A code that means something else would go out as an order that nobody can read; so would a
member that a table fills with whatever stands there.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from icjs_gateway.mappings.codelists import read_codelist_rows
from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.content import Action
from icjs_gateway.registry.canonical import written_leaves
from icjs_gateway.registry.compiled import CompiledContract

Place = tuple[str, str]
"""(noun, leaf): `("bail", "bail.decision")`."""
ClosedLists = Mapping[Place, frozenset[str]]
_WITHDRAW = frozenset({"WITHDRAW"})
_ACTIONS = frozenset(each.value for each in Action)


def closed_lists(contracts: Iterable[CompiledContract]) -> ClosedLists:
    """What these contracts may write, by member, where all of them say it."""
    values: dict[Place, set[str]] = defaultdict(set)
    listed: set[Place] = set()
    open_ones: set[Place] = set()
    for contract in contracts:
        for noun, leaf, row in written_leaves(contract):
            if row is not None and row.codec == "code":
                values[noun, leaf].update(_meanings(row))
                listed.add((noun, leaf))
            elif row is not None:
                open_ones.add((noun, leaf))
        for noun, leaf, value in _fixed(contract):
            values[noun, leaf].add(value)
            listed.add((noun, leaf))
    return {place: frozenset(values[place]) for place in listed - open_ones}


def code_faults(contract: CompiledContract, closed: ClosedLists) -> tuple[str, ...]:
    """What of a contract's codes, constants and conditions means nothing that there is, with file, line and nearest."""
    file = contract.declaration.folder / "mapping.yaml"
    faults = {f"{file}:{line}: {fault}" for line, fault in _faults(contract, closed)}
    return tuple(sorted(faults, key=lambda fault: (int(fault.removeprefix(f"{file}:").partition(":")[0]), fault)))


def _faults(contract: CompiledContract, closed: ClosedLists) -> Iterator[tuple[int, str]]:
    table = contract.translator.table
    for noun, leaf, row in written_leaves(contract):
        allowed = closed.get((noun, leaf))
        if allowed is None or row is None:
            continue
        if row.codec != "code":
            yield row.where.line, f"{leaf} is one of {_known(allowed)}: `codec: code` with `codes` says which"
            continue
        yield from _strangers(row, leaf, allowed)
    yield from _of_actions(table.group, is_top=True)
    if table.events is None:
        return
    for noun, leaf, value in _fixed(contract):
        if (allowed := closed.get((noun, leaf))) is not None and value not in allowed:
            yield _line_in(table.events, value), f"set: {_stranger(leaf, value, allowed)}"
    for noun, entry in _conditions(table.events):
        for member, values in entry.members(optional=None).items():
            allowed = _WITHDRAW if member == "action" else closed.get((noun, f"{noun}.{member}"), frozenset())
            for each in values.items():
                if allowed and each.plain() is not None and each.text() not in allowed:
                    yield each.line, f"when: {_stranger(f'{noun}.{member}', each.text(), allowed)}"


def _strangers(row: Row, leaf: str, allowed: Collection[str]) -> Iterator[tuple[int, str]]:
    for code, meaning in (row.meanings or {code: code for code in row.codes}).items():
        if meaning not in allowed:
            yield _line_of(row, code), _stranger(leaf, meaning, allowed)


def _of_actions(group: Group, *, is_top: bool) -> Iterator[tuple[int, str]]:
    """`action` is what a message does, or takes back what it stands in; by another word it would do nothing."""
    for row in group.rows:
        if row.to == "action" and row.inside is None and row.codec == "code":
            yield from _strangers(row, "action", _ACTIONS if is_top else _WITHDRAW)
        if row.group is not None:
            yield from _of_actions(row.group, is_top=False)


def _meanings(row: Row) -> Collection[str]:
    return row.codes if row.meanings is None else row.meanings.values()


def _line_of(row: Row, code: str) -> int:
    """The line of a code, of its row where that is a shape's."""
    codes = row.where.members(optional=None).get("codes")
    if codes is None:
        return row.where.line
    if codes.is_mapping:
        return codes.members(optional=None)[code].line
    return next((each.line for each in codes.items() if each.text() == code), codes.line)


def _fixed(contract: CompiledContract) -> Iterator[tuple[str, str, str]]:
    """(noun, leaf, value) of what `set` says."""
    splitting = contract.translator.splitting
    for main in splitting.mains:
        for name, value in main.added.fixed.items():
            yield main.member, f"{main.member}.{name}", str(value)
    for part in splitting.parts:
        for noun in part.nouns:
            for name, value in part.added.fixed.items():
                yield noun, f"{noun}.{name}", str(value)


def _conditions(entry: Marked) -> Iterator[tuple[str, Marked]]:
    """Every `when` below `events`, with the noun beside it."""
    if entry.is_mapping:
        members = entry.members(optional=None)
        if "when" in members and "noun" in members:
            yield members["noun"].text().replace("-", "_"), members["when"]
        for inner in members.values():
            yield from _conditions(inner)
    elif isinstance(entry.plain(), list):
        for inner in entry.items():
            yield from _conditions(inner)


def _line_in(entry: Marked, value: str) -> int:
    """The line of the first scalar with this value."""
    if entry.is_mapping:
        inner = list(entry.members(optional=None).values())
    elif isinstance(entry.plain(), list):
        inner = entry.items()
    else:
        return entry.line if str(entry.plain()) == value else 0
    return next((line for each in inner if (line := _line_in(each, value))), 0)


def codelist_faults(files: Iterable[Path], packaged: Iterable[Path]) -> Iterator[str]:
    """Codes of one's own lists that the packaged list of that name does not have, with file and line. A list of a new
    name has codes of its own."""
    known: dict[str, set[str]] = defaultdict(set)
    for row in read_codelist_rows(packaged):
        known[_base(row.name)].add(row.code)
    for row in read_codelist_rows(files):
        allowed = known.get(_base(row.name))
        if allowed is not None and row.code not in allowed:
            yield f"{row.file}:{row.line}: {_stranger(f'list {row.name}', row.code, allowed)}"


def _base(name: str) -> str:
    return name.partition("/")[0]


def _stranger(what: str, value: str, allowed: Collection[str]) -> str:
    near = difflib.get_close_matches(value.upper(), sorted(allowed), n=1, cutoff=0.5)
    return f"{what}: {value} is none of {_known(allowed)}" + (f"; did you mean {near[0]}?" if near else "")


_SHOWN_MAX = 40


def _known(allowed: Collection[str]) -> str:
    shown = sorted(allowed)
    return ", ".join(shown[:_SHOWN_MAX]) + (" ..." if len(shown) > _SHOWN_MAX else "")
