"""Deletes one thing at a time from the mapping tables and shows which contract tests notice.

    python -m tests.contract.deletions            prints a table; exits 1 when a deletion survives

A row, a check, a part of an event or an option of a row is taken out; a codec is replaced by plain text. Then the tests
of that contract are played in this process, cheapest first, until one fails: does the table compile, do the samples
come to their goldens and read the same when written again, do schema, table and canonical events agree.

Not shown: that other contracts' tests go on passing. They read other folders.
"""

from __future__ import annotations

import copy
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from icjs_gateway.model.errors import GatewayError, Misconfigured
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.canonical import canonical_coverage
from icjs_gateway.registry.compiled import CompiledContract, compile_contract
from icjs_gateway.registry.contradictions import load_contradictions
from icjs_gateway.registry.coverage import coverage_of
from icjs_gateway.registry.declarations import read_declaration
from icjs_gateway.registry.loading import lists_of
from icjs_gateway.registry.samples import faults_of, samples_of
from tests.contracts import contracts, parse

LISTS = lists_of([packaged_contracts()])
CONTRADICTIONS = load_contradictions(packaged_contracts())
_OPTIONS = ("raw", "further", "list", "per", "remember", "constants", "occurs")
_ONLY_WITH_THEIR_CODEC = ("codes", "list", "per", "remember")


@dataclass(frozen=True, slots=True)
class Deletion:
    """One thing less: what it is, where it stood, and the table without it."""

    contract: CompiledContract
    kind: str
    what: str
    table: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """`noticed` is the test that failed and why; None when every test passed."""

    deletion: Deletion
    noticed: tuple[str, str] | None


def deletions(contract: CompiledContract) -> Iterator[Deletion]:
    """Everything that can be taken out of a contract's table, one at a time."""
    table = _table(contract)

    def without(kind: str, what: str, change: Callable[[Any], object]) -> Deletion:
        changed = copy.deepcopy(table)
        change(changed)
        return Deletion(contract, kind, what, changed)

    for at, row in _rows(table):
        name = ".".join(str(row.get("to") or f"include {row.get('include')}") for row in _along(table, at))
        yield without("row", name, lambda tree, at=at: _at(tree, at[:-1]).pop(at[-1]))
        if row.get("codec", "text") != "text":
            yield without(f"codec {row['codec']}", name, lambda tree, at=at: _as_text(_at(tree, at)))
        for option in _OPTIONS:
            if option in row:
                yield without(option, name, lambda tree, at=at, option=option: _at(tree, at).pop(option))
        for index, check in enumerate(row.get("checks", ())):
            yield without(
                f"check {check['check']}", name, lambda tree, at=at, index=index: _at(tree, at)["checks"].pop(index)
            )
    for way in _of_events(table["events"], ("events",)):
        yield without("events", ".".join(map(str, way[1:])), lambda tree, way=way: _at(tree, way[:-1]).pop(way[-1]))


def _table(contract: CompiledContract) -> Any:
    return yaml.safe_load((contract.declaration.folder / "mapping.yaml").read_text(encoding="utf-8"))


Way = tuple[str | int, ...]


def _rows(table: Any) -> Iterator[tuple[Way, Any]]:
    for name, rows in table.get("shapes", {}).items():
        yield from _below(rows, ("shapes", name))
    yield from _below(table["rows"], ("rows",))


def _below(rows: list[Any], way: Way) -> Iterator[tuple[Way, Any]]:
    for index, row in enumerate(rows):
        yield (*way, index), row
        yield from _below(row.get("rows", []), (*way, index, "rows"))


def _of_events(entry: Any, way: Way) -> Iterator[Way]:
    """Every member and item below `events`: required ones too, which must not compile without."""
    steps = entry.items() if isinstance(entry, dict) else enumerate(entry) if isinstance(entry, list) else ()
    for step, inner in steps:
        yield (*way, step)
        yield from _of_events(inner, (*way, step))


def _at(tree: Any, way: Way) -> Any:
    for step in way:
        tree = tree[step]
    return tree


def _along(table: Any, way: Way) -> Iterator[Any]:
    """The rows on the way to a row."""
    for length in range(1, len(way) + 1):
        if isinstance(found := _at(table, way[:length]), dict) and ("to" in found or "include" in found):
            yield found


def _as_text(row: dict[str, Any]) -> None:
    row["codec"] = "text"
    for option in _ONLY_WITH_THEIR_CODEC:
        row.pop(option, None)


def judge(deletion: Deletion, folder: Path) -> Verdict:
    """Play the contract's tests on the table with the deletion, in a folder that is a copy of the contract's."""
    (folder / "mapping.yaml").write_text(
        yaml.safe_dump(deletion.table, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    try:
        contract = compile_contract(read_declaration(folder), LISTS, CONTRADICTIONS)
    except Misconfigured as error:
        return Verdict(deletion, ("compile", error.detail.partition(": ")[2]))
    for test, faults in (("golden", _goldens), ("round trip", _round_trips), ("coverage", _coverage)):
        fault = next(faults(contract), None)
        if fault is not None:
            return Verdict(deletion, (test, fault.replace(f"{folder}/", "")))
    return Verdict(deletion, None)


def _goldens(contract: CompiledContract) -> Iterator[str]:
    try:
        yield from faults_of(contract, parse)
    except GatewayError:
        raise
    except Exception as error:
        yield f"{type(error).__name__}: {error}"


def _round_trips(contract: CompiledContract) -> Iterator[str]:
    for sample in samples_of(contract):
        if sample.valid:
            content = contract.decode(sample.document(parse))
            try:
                again = parse(contract.encode(content, sample.wire), sample.wire)
                contract.admit(again)
                reread = contract.decode(again)
            except GatewayError as error:
                yield f"{sample.file}: {error.detail}"
            else:
                if replace(reread, findings=()) != replace(content, findings=()):
                    yield f"{sample.file}: reads otherwise when written again"


def _coverage(contract: CompiledContract) -> Iterator[str]:
    yield from coverage_of(contract).faults
    others = [each for each in contracts().all() if each.id != contract.id]
    yield from canonical_coverage(packaged_contracts(), [*others, contract]).faults


def play(contract: CompiledContract) -> list[Verdict]:
    """Every deletion of a contract, judged."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for file in contract.declaration.folder.iterdir():
            if file.name != "mapping.yaml":
                (folder / file.name).symlink_to(file)
        whole = judge(Deletion(contract, "nothing", "", _table(contract)), folder)
        if whole.noticed is not None:
            raise AssertionError(f"{contract.id} fails as it is: {whole.noticed}")
        return [judge(deletion, folder) for deletion in deletions(contract)]


def table_of(verdicts: list[Verdict]) -> str:
    """One line a deletion, and how many of each kind were noticed by which test."""
    lines = []
    for verdict in verdicts:
        deletion = verdict.deletion
        test, fault = verdict.noticed or ("SURVIVED", "")
        lines.append(
            f"{deletion.contract.id:<26} {deletion.kind:<22} {deletion.what[:48]:<48} {test:<10} {fault[:110]}"
        )
    tests = Counter(verdict.noticed[0] if verdict.noticed else "SURVIVED" for verdict in verdicts)
    counts = ", ".join(f"{count} by {test}" for test, count in tests.most_common())
    return "\n".join([*lines, f"{len(verdicts)} deletions: {counts}"])


if __name__ == "__main__":
    played = [verdict for contract in contracts().all() for verdict in play(contract)]
    print(table_of(played))
    sys.exit(any(verdict.noticed is None for verdict in played))
