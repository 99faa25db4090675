"""`translate`: one document through its contract, without a store: what an integrator tries first."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from icjs_gateway.cli.contracts import parse
from icjs_gateway.cli.preview import previews
from icjs_gateway.model.errors import NotFound, Rejected
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.contracts import CompiledContracts
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.registry.outbound import CompiledOutbound
from icjs_gateway.registry.samples import content_json
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.contracts import Contract, Wire
from icjs_gateway.settings import Settings


def register(app: typer.Typer) -> None:
    app.command()(translate)


def translate(
    file: Annotated[Path, typer.Argument(help="The document.", exists=True, dir_okay=False)],
    contract: Annotated[str, typer.Option(help="The contract it follows, e.g. courts.hearing-outcome.v1.")],
    to: Annotated[
        str | None,
        typer.Option(help="Print it as a document of this contract instead; of an outbound one, a document an event."),
    ] = None,
) -> None:
    """Print the canonical events of a document as JSON; or its findings, and exit 1."""
    contracts = load_contracts(Settings.from_environment().contracts)
    try:
        source = contracts.get(contract)
        target = None if to is None else _target(contracts, to)
    except NotFound as error:
        hints = "; ".join(finding.hint for finding in error.findings if finding.hint)
        raise typer.BadParameter(f"{error.detail} {hints}") from None
    try:
        document = parse(file.read_bytes(), Wire.JSON if Wire.JSON in source.wires else Wire.XML)
        source.admit(document)
        content = source.decode(document)
        if isinstance(target, CompiledOutbound):
            disclosure = Disclosure(load_policy(packaged_contracts()))
            for told in previews(content, pillar=source.pillar, to=target, disclosure=disclosure, at=datetime.now(UTC)):
                typer.echo(told.decode())
            return
        if target is not None:
            typer.echo(target.encode(content, _wire(target)).decode())
            return
    except Rejected as refusal:
        findings = [finding.as_json() for finding in refusal.findings]
        typer.echo(json.dumps({"detail": refusal.detail, "findings": findings}, ensure_ascii=False, indent=2))
        raise typer.Exit(1) from None
    typer.echo(json.dumps(content_json(content), ensure_ascii=False, indent=2))


def _target(contracts: CompiledContracts, contract_id: str) -> Contract | CompiledOutbound:
    """Raises NotFound."""
    if contract_id in {each.id for each in contracts.all_outbound()}:
        return contracts.outbound(contract_id)
    return contracts.get(contract_id)


def _wire(contract: Contract) -> Wire:
    return Wire.JSON if Wire.JSON in contract.wires else Wire.XML
