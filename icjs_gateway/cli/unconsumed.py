"""`unconsumed`: charge sheets that courts have and have not taken over."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from icjs_gateway.bootstrap import open_store
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.settings import Settings
from icjs_gateway.stores.consumption import unconsumed as waiting
from icjs_gateway.stores.directory import load
from icjs_gateway.stores.engine import reader_of


def register(app: typer.Typer) -> None:
    app.command()(unconsumed)


def unconsumed(
    days: Annotated[
        int | None, typer.Option(min=0, help="Delivered so many days ago; default: ICJS_UNCONSUMED_DAYS.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")] = False,
) -> None:
    """Final reports that a court was sent and has not consumed, the oldest first: neither by its word nor by a CNR."""
    settings = Settings.from_environment()
    store = open_store(settings, may_create=False)
    before = datetime.now(UTC) - timedelta(days=settings.unconsumed_days if days is None else days)
    reader = reader_of(store.engine)
    courts = load(reader, store.vault).courts()
    for each in waiting(reader, subscriptions=courts, before=before, limit=limit):
        delivered_at = rfc3339(each.delivered_at)
        if as_json:
            members = {name: getattr(each, name) for name in each.__slots__} | {"delivered_at": delivered_at}
            typer.echo(json.dumps(members))
        else:
            typer.echo(
                f"{each.case_id}  report {each.report_number}  to {each.subscription_id}  since {delivered_at}"
                f"  delivery {each.delivery_id}"
            )
