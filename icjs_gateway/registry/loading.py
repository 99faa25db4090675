"""Finding contract folders and compiling all of them at start-up: a wrong one stops the start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import icjs_gateway
from icjs_gateway.mappings.codelists import CodeLists, read_codelists
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.answer_words import load_answer_words
from icjs_gateway.registry.closed_codes import closed_lists, code_faults, codelist_faults
from icjs_gateway.registry.compiled import CompiledContract, compile_contract
from icjs_gateway.registry.contracts import CompiledContracts
from icjs_gateway.registry.contradictions import load_contradictions
from icjs_gateway.registry.coverage import lost_in
from icjs_gateway.registry.declarations import read_declaration
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.registry.outbound import CompiledOutbound, compile_outbound, is_outbound, read_words
from icjs_gateway.registry.queries import CompiledQuery, compile_query, is_query

_TOLD_MAX = 20
"""Faults of one contract, at start-up; `contracts check` tells all."""


def packaged_contracts() -> Path:
    """The contracts that come with the gateway: inside an installed package, beside it in a checkout."""
    package = Path(icjs_gateway.__file__).parent
    for folder in (package / "_contracts", package.parent / "contracts"):
        if folder.is_dir():
            return folder
    raise Misconfigured("The gateway's own contracts are not where the package is; install it again.")


def load_contracts(extra: Path | None = None) -> CompiledContracts:
    """Every packaged contract, and those under `extra`. Raises Misconfigured with file, line and reason, also for one
    under `extra` whose table would lose in silence what its schema lets in; the packaged ones are held against theirs
    before they are released."""
    packaged = packaged_contracts()
    folders = [packaged] if extra is None else [packaged, extra]
    if extra is not None and not extra.is_dir():
        raise Misconfigured(f"{extra}: no such folder of contracts")
    lists = lists_of(folders)
    contracts = compile_all(folders, lists)
    closed = closed_lists(each for each in contracts if each.declaration.folder.is_relative_to(packaged))
    if extra is not None and (strange := [*codelist_faults(_codelists(extra), _codelists(packaged))]):
        raise Misconfigured("\n".join(strange[:_TOLD_MAX]))
    for contract in contracts:
        added = not contract.declaration.folder.is_relative_to(packaged)
        if added and (lost := (*lost_in(contract), *code_faults(contract, closed))):
            raise Misconfigured("\n".join(lost[:_TOLD_MAX]))
    return CompiledContracts(
        contracts,
        queries=compile_queries(folders, lists),
        outbound=compile_all_outbound(folders),
        gateway_schema=packaged / "gateway" / "gateway.xsd",
    )


def lists_of(folders: list[Path]) -> CodeLists:
    """The code lists of these folders together. Raises Misconfigured."""
    return read_codelists(file for folder in folders for file in _codelists(folder))


def _codelists(folder: Path) -> list[Path]:
    return sorted(folder.glob("codelists/*.csv"))


def strange_codes(folder: Path, contracts: list[CompiledContract]) -> list[str]:
    """What of the codes of a folder of one's own means nothing that there is. Raises Misconfigured."""
    packaged = packaged_contracts()
    closed = closed_lists(compile_all([packaged], lists_of([packaged])))
    faults = [*codelist_faults(_codelists(folder), _codelists(packaged))]
    return faults + [fault for contract in contracts for fault in code_faults(contract, closed)]


def contract_folders(folder: Path) -> Iterator[Path]:
    """Every folder below with a contract.yaml, in order."""
    for file in sorted(folder.rglob("contract.yaml")):
        yield file.parent


def compile_all(folders: list[Path], lists: CodeLists) -> list[CompiledContract]:
    """Compile every contract of a message below these folders. Raises Misconfigured, also for an id or a root used
    twice."""
    contracts: dict[str, CompiledContract] = {}
    contradictions = load_contradictions(packaged_contracts())
    for folder in folders:
        for found in contract_folders(folder):
            if is_query(found) or is_outbound(found):
                continue
            declaration = read_declaration(found)
            if declaration.id in contracts:
                other = contracts[declaration.id].declaration.folder
                raise declaration.where.wrong(f"{declaration.id} is declared in {other} too")
            contracts[declaration.id] = compile_contract(declaration, lists, contradictions)
    roots: dict[tuple[str, str], str] = {}
    for contract in contracts.values():
        if contract.root is not None:
            taken = roots.setdefault((contract.pillar, contract.root), contract.id)
            if taken != contract.id:
                raise contract.declaration.where.wrong(f"{taken} has the same root element")
    return list(contracts.values())


def compile_queries(folders: list[Path], lists: CodeLists) -> list[CompiledQuery]:
    """Compile every query below these folders. Raises Misconfigured, also for an id used twice."""
    queries: dict[str, CompiledQuery] = {}
    for folder in folders:
        for found in filter(is_query, contract_folders(folder)):
            query = compile_query(found, lists)
            if query.id in queries:
                raise Misconfigured(f"{found}: {query.id} is declared in {queries[query.id].declaration.folder} too")
            queries[query.id] = query
    return list(queries.values())


def compile_all_outbound(folders: list[Path]) -> list[CompiledOutbound]:
    """Compile every outbound contract below these folders, by the packaged policy and words. Raises Misconfigured."""
    packaged = packaged_contracts()
    policy, words, answers = load_policy(packaged), read_words(packaged), load_answer_words(packaged)
    contracts: dict[str, CompiledOutbound] = {}
    for folder in folders:
        for found in filter(is_outbound, contract_folders(folder)):
            contract = compile_outbound(found, policy, words, answers)
            if contract.id in contracts:
                other = contracts[contract.id].declaration.folder
                raise contract.declaration.where.wrong(f"{contract.id} is declared in {other} too")
            contracts[contract.id] = contract
    return list(contracts.values())
