"""`exceptions`: the desk for messages that fit no case yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from icjs_gateway.bootstrap import desk_bench, open_store
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.settings import Settings
from icjs_gateway.stores import exceptions as desk

exceptions = typer.Typer(no_args_is_help=True, help="Parked messages: what waits, and what a person does about it.")

Identity = Annotated[str, typer.Argument(help="partner/contract/message id, as `exceptions list` shows it.")]
By = Annotated[str, typer.Option(help="Who decides: name or service number. Kept in the audit.")]
Reason = Annotated[str, typer.Option(help="Why. Kept in the audit; a dismissal's reason is told to the sender.")]


def register(app: typer.Typer) -> None:
    app.add_typer(exceptions, name="exceptions")


@exceptions.command(name="list")
def list_parked(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")] = False,
) -> None:
    """What is parked, the oldest first, and what would free it, or the border rule for which a person has to."""
    store = open_store(Settings.from_environment(), may_create=False)
    for each in desk.parked(store.engine):
        if as_json:
            members = {"identity": each.identity, "received_at": rfc3339(each.received_at)}
            members |= {"held_for": each.held_for} if each.held_for is not None else {}
            typer.echo(json.dumps(members | {"waits_for": each.waits_for}, ensure_ascii=False))
        else:
            why = f"held for {each.held_for}" if each.held_for else f"waits for {' or '.join(each.waits_for)}"
            typer.echo(f"{each.identity}  since {rfc3339(each.received_at)}  {why}")


@exceptions.command()
def link(
    identity: Identity,
    case: Annotated[str, typer.Option(help="The case it belongs to, e.g. case-01J...")],
    by: By,
    reason: Reason,
) -> None:
    """Link a parked message to a case. What is owed of it is delivered; its sender is told."""
    settings = Settings.from_environment()
    store = open_store(settings, may_create=False)
    act = desk.Act(by=by, reason=reason, at=datetime.now(UTC))
    desk.link_by_hand(store.engine, identity, case, act, desk_bench(store, settings))
    typer.echo(f"{identity}: linked to {case}")


@exceptions.command()
def dismiss(identity: Identity, by: By, reason: Reason) -> None:
    """Take a parked message off the desk. It is kept, dismissed; its sender is told, with the reason."""
    settings = Settings.from_environment()
    store = open_store(settings, may_create=False)
    act = desk.Act(by=by, reason=reason, at=datetime.now(UTC))
    desk.dismiss(store.engine, identity, act, desk_bench(store, settings))
    typer.echo(f"{identity}: dismissed")
