"""`dead-letters` and `replay`: deliveries whose schedule is used up, and having deliveries sent again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from icjs_gateway.bootstrap import open_store
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.settings import Settings
from icjs_gateway.stores import dead_letters as letters
from icjs_gateway.stores import replays
from icjs_gateway.stores.exceptions import Act

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
    for letter in letters.dead_letters(store.engine, store.vault, subscription_id=subscription):
        if as_json:
            members = {name: getattr(letter, name) for name in letter.__slots__} | {"died_at": rfc3339(letter.died_at)}
            typer.echo(json.dumps(members))
        else:
            typer.echo(
                f"{letter.delivery_id}  {letter.subscription_id}  {letter.type}  lane {letter.lane} #{letter.position}"
                f"  {letter.attempts} attempts, last: {letter.outcome}, {rfc3339(letter.died_at)}"
                + (f"  says: {letter.remark}" if letter.remark is not None else "")
            )


def replay(
    delivery: Annotated[list[str] | None, typer.Argument(help="Ids of deliveries, dead or delivered.")] = None,
    subscription: Subscription = None,
    case: Annotated[str | None, typer.Option(help="All that was sent of this case, e.g. case-01J...")] = None,
    lane: Annotated[str | None, typer.Option(help="All that was sent in this lane, as deliveries name it.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was owed from then on, e.g. 2026-11-20T00:00Z.")] = None,
    by: Annotated[str | None, typer.Option(help="Who decides: name or service number. Kept in the audit.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why. Kept in the audit.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only count what would be replayed.")] = False,
) -> None:
    """Owe deliveries again, marked as replayed, under the same ids and positions.

    A subscription alone means its dead ones; with --case, --lane or --since all that it was sent, delivered too.
    """
    selection = _selection(delivery, subscription, case, lane, since)
    store = open_store(Settings.from_environment(), may_create=False)
    if dry_run:
        with store.engine.connect() as connection:
            typer.echo(f"{len(replays.chosen(connection, selection))} would be replayed")
        return
    if not by or not reason:
        raise typer.BadParameter("say who decides (--by) and why (--reason), or count first with --dry-run")
    act = Act(by=by, reason=reason, at=datetime.now(UTC))
    with store.engine.begin() as connection:
        replayed = replays.replay(connection, selection, act)
    typer.echo(f"{len(replayed)} replayed")
    missing = sorted(set(selection.delivery_ids) - set(replayed))
    for delivery_id in missing:
        typer.echo(f"{delivery_id}: no dead or delivered delivery", err=True)
    if missing:
        raise typer.Exit(1)


def _selection(
    delivery: list[str] | None, subscription: str | None, case: str | None, lane: str | None, since: str | None
) -> replays.Selection:
    if bool(delivery) == bool(subscription):
        raise typer.BadParameter("name delivery ids, or --subscription, but not both")
    narrowed = [each for each in (case, lane, since) if each is not None]
    if narrowed and not subscription:
        raise typer.BadParameter("--case, --lane and --since narrow a --subscription")
    if case is not None and lane is not None:
        raise typer.BadParameter("name a --case or a --lane, not both")
    return replays.Selection(
        delivery_ids=tuple(delivery or ()),
        subscription_id=subscription,
        case_id=case,
        lane=lane,
        since=_instant(since) if since is not None else None,
        only_dead=not delivery and not narrowed,
    )


def _instant(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("expected an instant, e.g. 2026-11-20T00:00Z", param_hint="--since") from None
    if at.tzinfo is None:
        raise typer.BadParameter("an instant has a zone, e.g. 2026-11-20T00:00Z", param_hint="--since")
    return at
