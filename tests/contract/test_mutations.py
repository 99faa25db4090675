"""A mapping table with one thing wrong is refused, or reads every sample as before; nothing is a crash or a silence."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.closed_codes import closed_lists, code_faults
from icjs_gateway.registry.compiled import CompiledContract, compile_contract
from icjs_gateway.registry.contradictions import load_contradictions
from icjs_gateway.registry.coverage import coverage_of, lost_in
from icjs_gateway.registry.declarations import read_declaration
from icjs_gateway.registry.loading import lists_of
from icjs_gateway.registry.samples import faults_of
from tests.contracts import contracts, parse

LISTS = lists_of([packaged_contracts()])
CONTRADICTIONS = load_contradictions(packaged_contracts())
CLOSED = closed_lists(contracts().all())
ONE_IN = 7
"""Of all mutations of a table so many are played, another share of them for each contract."""


def _codec(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda row: row.update(codec=name) if "codec" in row else None


def _occurs(row: dict[str, Any]) -> None:
    row["occurs"] = "*" if row.get("occurs", "?") in ("?", "1") else "1"


def _codes(row: dict[str, Any]) -> None:
    if isinstance(row.get("codes"), list):
        row["codes"] = {code: code for code in row["codes"]} | {row["codes"][0]: "NO_SUCH_CODE"}


def _null_code(row: dict[str, Any]) -> None:
    if isinstance(row.get("codes"), list):
        row["codes"] = {code: code for code in row["codes"]} | {row["codes"][-1]: None}


def _slash(row: dict[str, Any]) -> None:
    row["wire"] = f"{row['wire']}/Value"


def _misspelt(row: dict[str, Any]) -> None:
    row["to"] = f"{row['to']}x"


MUTATIONS = [*map(_codec, ("coded", "integer", "boolean", "date", "base64", "cnr")), _occurs, _codes, _null_code]
MUTATIONS += [_slash, _misspelt]


def _rows(table: Any) -> Iterator[dict[str, Any]]:
    """Every row of a table, those of its shapes too."""
    inner = table.values() if isinstance(table, dict) else table if isinstance(table, list) else ()
    if isinstance(table, dict) and "wire" in table and "to" in table:
        yield table
    for each in inner:
        yield from _rows(each)


def _fault(folder: Path) -> str | None:
    """The first thing that a check says. Any other error than of the configuration fails the test."""
    try:
        contract = compile_contract(read_declaration(folder), LISTS, CONTRADICTIONS)
        faults = [*lost_in(contract), *code_faults(contract, CLOSED), *coverage_of(contract).faults]
    except Misconfigured as error:
        return error.detail
    return faults[0] if faults else next(faults_of(contract, parse), None)


@pytest.mark.parametrize("contract", contracts().all(), ids=lambda contract: contract.id)
def test_a_wrong_table_is_refused_or_behaves(contract: CompiledContract, tmp_path: Path) -> None:
    source = contract.declaration.folder
    for file in source.rglob("*"):
        if file.is_file():
            (tmp_path / file.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file.relative_to(source)).write_bytes(file.read_bytes())
    table = yaml.safe_load((source / "mapping.yaml").read_text(encoding="utf-8"))
    ways = [(at, mutate) for at in range(len([*_rows(table)])) for mutate in MUTATIONS]
    refused = played = 0
    for at, mutate in ways[len(contract.id) % ONE_IN :: ONE_IN]:
        wrong = copy.deepcopy(table)
        mutate([*_rows(wrong)][at])
        if wrong == table:
            continue
        text = yaml.safe_dump(wrong, allow_unicode=True, sort_keys=False)
        (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
        played += 1
        refused += _fault(tmp_path) is not None
    assert played > 10
    assert refused > played / 2
