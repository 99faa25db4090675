"""The orders to let somebody go that nobody has carried out, owed to the jail that says it has the person now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, func, select, update

from icjs_gateway.routing.bodies import FREEING, Body
from icjs_gateway.routing.jail_answers import ANSWERED
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.obligations import ObligationState
from icjs_gateway.routing.places import Places
from icjs_gateway.stores import schema

_row, _event, _delivery = schema.obligations.c, schema.events.c, schema.deliveries.c


def owed_to_jails(connection: Connection, bodies: Iterable[Body]) -> list[Owed]:
    """What these jails are owed and have not, in the order in which it was ordered. The events concern them from now
    on."""
    owed: list[Owed] = []
    for body in bodies:
        rows = connection.execute(
            select(_event.event_id, _event.type, _event.person, _event.places)
            .where(
                _event.event_id.in_(
                    select(func.coalesce(_row.order_event_id, _row.notice_event_id)).where(
                        _row.case_id == body.case_id,
                        _row.person.in_(body.persons),
                        _row.state == ObligationState.OPEN.value,
                        _row.decision.in_(ANSWERED),
                    )
                ),
                _event.type.in_(FREEING),
            )
            .order_by(_event.seq)
        ).all()
        for row in rows:
            has = set(connection.scalars(select(_delivery.subscription_id).where(_delivery.event_id == row.event_id)))
            new = [name for name in body.subscriptions[row.type] if name not in has]
            if new:
                _concerns(connection, row.event_id, row.places, body.jail)
            owed += (
                Owed(
                    delivery_id=body.new_id(),
                    event_id=row.event_id,
                    subscription_id=name,
                    lane=f"{body.case_id}/{row.person or 'liberty'}",
                    liberty=True,
                )
                for name in new
            )
    return owed


def _concerns(connection: Connection, event_id: str, written: str | None, jail: str) -> None:
    places = Places.read(written)
    told = replace(places, claimed=tuple(sorted({*places.claimed, jail})))
    connection.execute(update(schema.events).where(_event.event_id == event_id).values(places=told.written()))
