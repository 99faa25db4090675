"""`obligations` and `alarms`: what orders still ask for, and what a person has to look at tonight."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Engine

from icjs_gateway.bootstrap import open_store
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.obligations import RELEASE, VERIFY, ObligationState
from icjs_gateway.settings import Settings
from icjs_gateway.stores import alarms as watch
from icjs_gateway.stores import obligation_rows as rows
from icjs_gateway.stores.engine import reader_of

alarms = typer.Typer(no_args_is_help=True, help="What alerts a person, because somebody's liberty hangs on it.")

_ASKED = {RELEASE: "order to release", VERIFY: "to verify: an order"}

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")]


def register(app: typer.Typer) -> None:
    app.command()(obligations)
    app.add_typer(alarms, name="alarms")


def obligations(
    state: Annotated[ObligationState, typer.Option(help="Only those in this state.")] = ObligationState.OPEN,
    jail: Annotated[str | None, typer.Option(help="Only those of this jail, by its code.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """What orders on bail ask for and nobody has done yet, the oldest first; then the alarms that stand."""
    reader = reader_of(open_store(Settings.from_environment(), may_create=False).engine)
    for each in rows.obligations(reader, state=state, jail=jail, limit=limit):
        members = {name: getattr(each, name) for name in each.__slots__}
        members |= {name: rfc3339(value) for name, value in members.items() if isinstance(value, datetime)}
        if as_json:
            typer.echo(json.dumps({name: value for name, value in members.items() if value is not None}))
        else:
            answered = f"  {each.result} {each.reason or ''}".rstrip() if each.result else ""
            asked = _ASKED.get(each.decision, f"bail {each.decision}")
            typer.echo(
                f"{each.case_id}  {each.person}  {asked} of {each.ordered_on}  jail {each.jail or '-'}"
                f"  {each.state} since {members['opened_at']}{answered}"
            )
    if not as_json:
        _show_alarms(reader, as_json=False)


@alarms.command(name="list")
def list_alarms(as_json: AsJson = False) -> None:
    """The alarms that stand, the oldest first."""
    reader = reader_of(open_store(Settings.from_environment(), may_create=False).engine)
    _show_alarms(reader, as_json=as_json)


@alarms.command()
def clear(
    number: Annotated[int, typer.Argument(help="As `alarms list` shows it.")],
    by: Annotated[str, typer.Option(help="Who saw to it: name or service number. Kept in the audit.")],
    reason: Annotated[str, typer.Option(help="What was done about it. Kept in the audit.")],
) -> None:
    """Clear an alarm that a person has seen to."""
    store = open_store(Settings.from_environment(), may_create=False)
    with store.engine.begin() as connection:
        watch.clear(connection, number, by=by, reason=reason, at=datetime.now(UTC))
    typer.echo(f"alarm {number}: cleared")


def _show_alarms(reader: Engine, *, as_json: bool) -> None:
    for number, alarm in watch.standing(reader):
        members: dict[str, object] = {"number": number, "code": alarm.code.value, "raised_at": rfc3339(alarm.raised_at)}
        about = {name: getattr(alarm, name) for name in ("place", "reached", "case_id", "event_id", "subject")}
        members |= {name: value for name, value in about.items() if value is not None}
        if alarm.recipients:
            members["recipients"] = ", ".join(alarm.recipients) if not as_json else list(alarm.recipients)
        if as_json:
            typer.echo(json.dumps(members))
        else:
            words = "  ".join(f"{name} {value}" for name, value in members.items() if name not in ("number", "code"))
            typer.echo(f"ALARM {number} {alarm.code.value}  {words}")
