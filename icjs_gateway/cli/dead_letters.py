"""`dead-letters` and `replay`: deliveries whose schedule is used up, and owing them again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from icjs_gateway.bootstrap import open_store
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.settings import Settings
from icjs_gateway.stores import dead_letters as letters

Subscription = Annotated[str | None, typer.Option(help="Only this subscription's.")]


def register(app: typer.Typer) -> None:
    app.command(name="dead-letters")(dead_letters)
    app.command()(replay)


def dead_letters(
    subscription: Subscription = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")] = False,
) -> None:
    """List dead deliveries, the oldest first: each halts its lane until it is replayed."""
    store = open_store(Settings.from_environment(), may_create=False)
    for letter in letters.dead_letters(store.engine, subscription_id=subscription):
        if as_json:
            members = {name: getattr(letter, name) for name in letter.__slots__} | {"died_at": rfc3339(letter.died_at)}
            typer.echo(json.dumps(members))
        else:
            typer.echo(
                f"{letter.delivery_id}  {letter.subscription_id}  {letter.type}  lane {letter.lane} #{letter.position}"
                f"  {letter.attempts} attempts, last: {letter.outcome}, {rfc3339(letter.died_at)}"
            )


def replay(
    delivery: Annotated[list[str] | None, typer.Argument(help="Ids of dead deliveries.")] = None,
    subscription: Subscription = None,
    dry_run: Annotated[bool, typer.Option(help="Only count what would be replayed.")] = False,
) -> None:
    """Owe dead deliveries again, marked as replayed, under the same ids and positions."""
    if bool(delivery) == bool(subscription):
        raise typer.BadParameter("name delivery ids, or --subscription, but not both")
    store = open_store(Settings.from_environment(), may_create=False)
    chosen = delivery or [each.delivery_id for each in letters.dead_letters(store.engine, subscription_id=subscription)]
    if dry_run:
        typer.echo(f"{len(chosen)} would be replayed")
        return
    with store.engine.begin() as connection:
        replayed = letters.replay(connection, chosen, datetime.now(UTC))
    typer.echo(f"{len(replayed)} replayed")
    for delivery_id in sorted(set(chosen) - set(replayed)):
        typer.echo(f"{delivery_id}: not a dead delivery", err=True)
    if len(replayed) < len(chosen):
        raise typer.Exit(1)
