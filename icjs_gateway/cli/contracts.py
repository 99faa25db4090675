"""`contracts`: what exchanges there are, whether their folders are sound, and their golden files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.mappings.codelists import CodeLists
from icjs_gateway.model.errors import Misconfigured, Rejected
from icjs_gateway.registry import load_head_waits, packaged_contracts
from icjs_gateway.registry.authority import AUTHORITY, load_authority
from icjs_gateway.registry.binding_names import binding_faults
from icjs_gateway.registry.canonical import UNWRITTEN, canonical_coverage
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.coverage import coverage_of
from icjs_gateway.registry.delivery import load_probing
from icjs_gateway.registry.disclosure import DISCLOSURE, load_policy
from icjs_gateway.registry.loading import (
    compile_all,
    compile_all_outbound,
    compile_queries,
    lists_of,
    load_contracts,
    strange_codes,
)
from icjs_gateway.registry.lock import Published
from icjs_gateway.registry.lock import faults_of as lock_faults
from icjs_gateway.registry.lock import lock as add_to_lock
from icjs_gateway.registry.matrix import MATRIX, load_matrix
from icjs_gateway.registry.outbound import OUT, CompiledOutbound
from icjs_gateway.registry.outbound_samples import faults_of as faults_of_outbound
from icjs_gateway.registry.outbound_samples import write_goldens as write_outbound_goldens
from icjs_gateway.registry.queries import QUERY, CompiledQuery
from icjs_gateway.registry.query_samples import faults_of as faults_of_samples
from icjs_gateway.registry.query_samples import query_faults
from icjs_gateway.registry.query_samples import write_goldens as write_query_goldens
from icjs_gateway.registry.samples import faults_of, write_goldens
from icjs_gateway.registry.scaffolding import scaffold
from icjs_gateway.registry.todos import todos
from icjs_gateway.routing.contracts import Document, Wire
from icjs_gateway.settings import Settings

contracts = typer.Typer(no_args_is_help=True, help="The exchanges: contract folders, compiled and checked.")

Folder = Annotated[
    Path | None, typer.Argument(help="A folder of contracts; without it, the packaged ones.", file_okay=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


def register(app: typer.Typer) -> None:
    app.add_typer(contracts, name="contracts")


def parse(body: bytes, wire: Wire) -> Document:
    """One document in the form that its contract wants."""
    return parse_json(body) if wire is Wire.JSON else parse_xml(body)


@contracts.command(name="list")
def list_contracts(as_json: AsJson = False) -> None:
    """Every contract: id, wires, SOAP operation, title."""
    known = load_contracts(Settings.from_environment().contracts)
    rows: list[dict[str, Any]] = [
        {
            "id": contract.id,
            "title": contract.title,
            "pillar": contract.pillar,
            "direction": contract.declaration.direction,
            "wires": sorted(wire.value for wire in contract.wires),
            "operation": contract.operation,
            "events": list(contract.declaration.events),
        }
        for contract in known.all()
    ]
    rows += [
        {
            "id": contract.id,
            "title": contract.title,
            "pillar": contract.pillar,
            "direction": OUT,
            "wires": [contract.wire.value],
            "operation": contract.declaration.operation,
            "events": sorted(contract.events),
        }
        for contract in known.all_outbound()
    ]
    rows += [
        {
            "id": query.id,
            "title": query.title,
            "pillar": query.pillar,
            "direction": QUERY,
            "wires": sorted(wire.value for wire in (Wire.JSON, Wire.SOAP)),
            "operation": query.operation,
            "events": [],
        }
        for query in known.queries()
    ]
    rows.sort(key=lambda row: str(row["id"]))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        wires = ",".join(row["wires"] or ())
        typer.echo(f"{row['id']:<30} {wires:<10} {row['operation'] or '-':<22} {row['title']}")


@contracts.command()
def new(
    contract_id: Annotated[str, typer.Argument(metavar="ID", help="The new contract, e.g. police.state-fir.v1.")],
    source: Annotated[
        Path,
        typer.Option("--from", help="An XSD, a JSON Schema, a WSDL, or one document.", exists=True, dir_okay=False),
    ],
    root: Annotated[str | None, typer.Option(help="The document's element, where the schema has several.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="A noun it is about (`fir`); may be given again.")] = None,
    out: Annotated[Path, typer.Option(help="The folder of contracts to put it in.", file_okay=False)] = Path(
        "contracts-of-ours"
    ),
) -> None:
    """Scaffold a contract folder: schema, a row for every place with what it likely is, and what is left to do."""
    try:
        made = scaffold(contract_id, source, root=root, events=event or (), parse=parse)
    except Rejected as error:
        found = [f"line {each.line or 1}: {each.code} {each.expected or ''}".rstrip() for each in error.findings]
        raise typer.BadParameter("; ".join([f"{source}: {error.detail}", *found])) from None
    except Misconfigured as error:
        raise typer.BadParameter(error.detail) from None
    folder = out.joinpath(*contract_id.split("."))
    if folder.exists():
        raise typer.BadParameter(f"{folder} is there already; nothing of it is written over")
    for name, body in made.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        typer.echo(f"written {file}")
    for kind in ("valid", "invalid"):
        (folder / "samples" / kind).mkdir(parents=True, exist_ok=True)
    typer.echo(f"{made.places} places, {made.proposed} with a likely member beside them")
    typer.echo(f"next: `icjs-gateway contracts check {out}` says what is left to do")


@contracts.command()
def check(folder: Folder = None, as_json: AsJson = False) -> None:
    """Compile every contract and hold its samples, goldens, coverage, lock and disclosure to what they should be."""
    faults = [*todos(folder)] if folder is not None else []
    unbound = _binding(folder or packaged_contracts())
    checked: list[str] = []
    if faults:
        # What is unfinished is no contract yet; all of it is told at once.
        _tell(checked, faults + unbound, [], as_json=as_json)
        raise typer.Exit(1)
    faults += unbound
    try:
        compiled = _compiled(folder)
        for contract in compiled:
            checked.append(contract.id)
            faults += coverage_of(contract).faults
            faults += faults_of(contract, parse)
        if folder is not None:
            faults += strange_codes(folder, compiled)
        queries = _queries(folder)
        for query in queries:
            checked.append(query.id)
            faults += [f"{query.declaration.folder}: {fault}" for fault in query_faults(query)]
            faults += faults_of_samples(query, parse)
        outbound = _outbound(folder)
        for out in outbound:
            checked.append(out.id)
            faults += faults_of_outbound(out, parse)
        whole = folder or packaged_contracts()
        if (whole / UNWRITTEN).is_file():
            faults += [f"{whole / UNWRITTEN}: {fault}" for fault in canonical_coverage(whole, compiled).faults]
        if (whole / DISCLOSURE).is_file():
            load_policy(whole)
        if (whole / MATRIX).is_file():
            load_matrix(whole)
        if (whole / AUTHORITY).is_file():
            load_authority(whole)
        load_head_waits(folder)
        load_probing(folder)
        declared: list[Published] = [contract.declaration for contract in compiled]
        declared += [query.declaration for query in queries]
        declared += [contract.declaration for contract in outbound]
        faults += lock_faults(whole, declared)
    except Misconfigured as error:
        faults.append(error.detail)
    if not checked and not faults:
        faults.append(f"{folder}: no contract.yaml below")
    _tell(checked, faults, _clash(folder) if not faults else [], as_json=as_json)
    if faults:
        raise typer.Exit(1)


def _binding(folder: Path) -> list[str]:
    """What of the schemas below no client in Java can be generated from."""
    faults: list[str] = []
    for file in sorted(folder.rglob("schema.xsd")):
        try:
            faults += binding_faults(file)
        except Misconfigured:
            continue  # A schema that is none is told where its contract is compiled.
    return faults


def _clash(folder: Path | None) -> list[str]:
    """Why a gateway that adds this folder to its own contracts would not start. No fault: it may be a copy of them."""
    if folder is None:
        return []
    try:
        load_contracts(folder)
    except Misconfigured as error:
        return [f"beside the packaged contracts a gateway would not start: {error.detail}"]
    return []


def _tell(checked: list[str], faults: list[str], notes: list[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"checked": checked, "faults": faults, "notes": notes}, ensure_ascii=False))
        return
    for said in (*faults, *notes):
        typer.echo(said, err=True)
    typer.echo(f"{len(checked)} contracts checked, {len(faults)} faults")


@contracts.command()
def coverage(folder: Folder = None, as_json: AsJson = False) -> None:
    """How much of each schema the table reads and writes, how much of the canonical events, and what is left out."""
    compiled = _compiled(folder)
    covered = [(contract, coverage_of(contract)) for contract in compiled]
    canonical = canonical_coverage(folder or packaged_contracts(), compiled)
    if as_json:
        rows = [
            {
                "id": contract.id,
                "leaves": found.leaves,
                "mapped": found.mapped,
                "rows": found.rows,
                "computed": found.computed,
                "unmapped": {leaf: _reason(contract, leaf) for leaf in found.unmapped},
                "faults": list(found.faults),
            }
            for contract, found in covered
        ]
        unwritten = [
            {"events": noun, "leaf": leaf, "reason": reason} for (noun, leaf), reason in canonical.unwritten.items()
        ]
        canon = {"leaves": canonical.leaves, "written": canonical.written, "unwritten": unwritten}
        typer.echo(json.dumps({"contracts": rows, "canonical": canon}, ensure_ascii=False))
    else:
        for contract, found in covered:
            mapped, unmapped = found.mapped / found.leaves, len(found.unmapped) / found.leaves
            typer.echo(
                f"{contract.id:<30} {found.leaves} leaves: {mapped:.1%} mapped, {unmapped:.1%} unmapped; "
                f"{found.rows} rows: {found.computed / found.rows:.1%} computed"
            )
            for leaf in found.unmapped:
                typer.echo(f"  unmapped: {leaf}: {_reason(contract, leaf)}")
            for fault in found.faults:
                typer.echo(f"  fault: {fault}")
        share = canonical.written / canonical.leaves if canonical.leaves else 1
        typer.echo(f"{'canonical events':<30} {canonical.leaves} leaves: {share:.1%} written")
        for (noun, leaf), reason in canonical.unwritten.items():
            typer.echo(f"  unwritten: {leaf} of {noun} events: {reason}")
    if any(found.faults for _, found in covered):
        raise typer.Exit(1)


@contracts.command()
def goldens(folder: Folder = None) -> None:
    """Write the golden files anew. Read the difference before committing it."""
    for contract in _compiled(folder):
        for file in write_goldens(contract, parse):
            typer.echo(f"written {file}")
    for query in _queries(folder):
        for file in write_query_goldens(query, parse):
            typer.echo(f"written {file}")
    for out in _outbound(folder):
        for file in write_outbound_goldens(out, parse):
            typer.echo(f"written {file}")


@contracts.command()
def lock(
    folder: Folder = None,
    unpublished: Annotated[
        bool, typer.Option("--unpublished", help="Also replace versions that changed: no release has carried them yet.")
    ] = False,
) -> None:
    """Add the digests of new versions to LOCK. A version that is in there and has changed is refused."""
    declarations: list[Published] = [contract.declaration for contract in _compiled(folder)]
    declarations += [query.declaration for query in _queries(folder)]
    declarations += [contract.declaration for contract in _outbound(folder)]
    for version in add_to_lock(folder or packaged_contracts(), declarations, unpublished=unpublished):
        typer.echo(f"locked {version}")


def _compiled(folder: Path | None) -> list[CompiledContract]:
    """The contracts of messages below a folder; code lists of the packaged ones are known to them too."""
    return compile_all(*_folder(folder))


def _queries(folder: Path | None) -> list[CompiledQuery]:
    """The queries below a folder."""
    return compile_queries(*_folder(folder))


def _outbound(folder: Path | None) -> list[CompiledOutbound]:
    """The outbound contracts below a folder."""
    folders, _ = _folder(folder)
    return compile_all_outbound(folders)


def _folder(folder: Path | None) -> tuple[list[Path], CodeLists]:
    packaged = packaged_contracts()
    folder = folder or packaged
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder")
    same = folder.resolve() == packaged.resolve()
    return [folder], lists_of([folder] if same else [packaged, folder])


def _reason(contract: CompiledContract, leaf: str) -> str:
    unmapped = contract.translator.table.unmapped
    return next(reason for path, reason in unmapped.items() if leaf == path or leaf.startswith(f"{path}/"))
