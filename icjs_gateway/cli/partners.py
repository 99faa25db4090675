"""`partners`: who the gateway deals with, from one YAML file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from icjs_gateway.bootstrap import open_store
from icjs_gateway.cli.user import user
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.matrix import load_matrix
from icjs_gateway.registry.purposes import load_purposes
from icjs_gateway.settings import Settings
from icjs_gateway.stores.directory import load
from icjs_gateway.stores.partner_entries import apply_entries
from icjs_gateway.stores.partners_file import read_partners

partners = typer.Typer(no_args_is_help=True, help="Partners, their credentials and their subscriptions.")


def register(app: typer.Typer) -> None:
    app.add_typer(partners, name="partners")


@partners.command()
def apply(
    file: Annotated[Path, typer.Argument(help="The partners file (YAML).", exists=True, dir_okay=False)],
    by: Annotated[
        str | None, typer.Option(help="Who applies it; else the user of the system. Kept in the audit.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the changes as JSON.")] = False,
) -> None:
    """Put the partners of a file in place; others stay as they are. A running gateway follows within 5 s."""
    settings = Settings.from_environment()
    entries = read_partners(
        file,
        os.environ,
        matrix=load_matrix(packaged_contracts()),
        contracts=load_contracts(settings.contracts),
        purposes=load_purposes(settings.contracts),
        inline_secrets=settings.environment == "demo",
    )
    store = open_store(settings, may_create=True)
    with store.engine.begin() as connection:
        changes = apply_entries(connection, entries, store.vault, by=by or user())
    if as_json:
        typer.echo(json.dumps(changes))
        return
    for partner_id, change in changes.items():
        typer.echo(f"{partner_id}: {change}")


@partners.command(name="list")
def list_partners(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Every partner with its pillar, state and subscriptions."""
    store = open_store(Settings.from_environment(), may_create=False)
    directory = load(store.engine, store.vault)
    rows = [
        {
            "id": partner.id,
            "name": partner.name,
            "pillar": partner.pillar.value,
            "state": partner.state,
            "subscriptions": [each.id for each in directory.subscriptions() if each.partner == partner.id],
        }
        for partner in sorted(directory.partners.values(), key=lambda partner: partner.id)
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['id']:<24} {row['pillar']:<12} {row['state']:<8} {', '.join(row['subscriptions']) or '-'}")
