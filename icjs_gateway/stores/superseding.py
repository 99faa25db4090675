"""Taking back: what a correction undoes is stopped where its recipient does not have it yet.

What is under way at this moment cannot be stopped; it is marked, and stopped when its attempt fails. The correction
names everything that it supersedes, for those who have it. Runs inside the transaction that records the correction, and
is rare beside recording.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from pydantic_core import from_json
from sqlalchemy import Connection, select, update

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.routing.linking import Correction
from icjs_gateway.routing.superseding import Order, takes_back
from icjs_gateway.stores import schema
from icjs_gateway.stores.lane_rows import hold_lanes
from icjs_gateway.stores.obligation_rows import withdraw_obligations
from icjs_gateway.stores.voids import stop_deliveries

_event, _delivery, _message = schema.events.c, schema.deliveries.c, schema.messages.c


def take_back(connection: Connection, corrections: Sequence[Correction], at: datetime) -> None:
    """Stop, mark and name what these corrections undo."""
    for correction in corrections:
        undone = [
            order.event_id for order in _told_before(connection, correction) if takes_back(correction.order, order)
        ]
        if undone:
            _stop(connection, undone, correction.order.event_id, at)
            _name(connection, correction.order.event_id, undone)
            withdraw_obligations(connection, set(undone), correction.order.event_id, at)


def stop_overtaken(connection: Connection, overtaken: Sequence[Correction], at: datetime) -> None:
    """Stop orders that came after the very thing that takes them back: nobody is told to free a person whose bail was
    cancelled since."""
    for late in overtaken:
        by = [order.event_id for order in _told_before(connection, late) if takes_back(order, late.order)]
        if by:
            _stop(connection, [late.order.event_id], by[-1], at)
            withdraw_obligations(connection, {late.order.event_id}, by[-1], at)


def _told_before(connection: Connection, correction: Correction) -> list[Order]:
    """The orders about this person that were recorded before the correction, of places within its reach."""
    own = select(_event.seq).where(_event.event_id == correction.order.event_id).scalar_subquery()
    rows = connection.execute(
        select(_event.event_id, _event.type, _event.data, _message.speaker)
        .join_from(schema.events, schema.messages, _message.identity == _event.identity)
        .where(
            _event.case_id == correction.case_id,
            _event.person.in_(correction.persons),
            _event.type.like(f"icjs.{correction.order.word}.%"),
            _event.seq < own,
        )
        .order_by(_event.seq)
    )
    return [
        Order(event_id=row.event_id, type=row.type, told=from_json(row.data)[EVENT_TYPES[row.type].noun])
        for row in rows
        if correction.reaches(Speaker.read(row.speaker))
    ]


def _stop(connection: Connection, event_ids: Sequence[str], by: str, at: datetime) -> None:
    owed = (_delivery.event_id.in_(event_ids)) & (_delivery.state == DeliveryState.OWED.value)
    lanes = set(connection.scalars(select(_delivery.lane_key).where(owed)))
    if not lanes:
        return
    hold_lanes(connection, lanes)
    # Marked first: what is under way keeps the mark, and is stopped when it is looked at again.
    connection.execute(update(schema.deliveries).where(owed).values(superseded_by=by))
    stop_deliveries(
        connection,
        connection.scalars(select(_delivery.delivery_id).where(owed)).all(),
        DeliveryState.SUPERSEDED,
        outcome="superseded",
        reason=VoidReason.SUPERSEDED,
        at=at,
        superseded_by=by,
    )


def _name(connection: Connection, event_id: str, undone: Sequence[str]) -> None:
    """`data.supersedes` of the correction."""
    data = connection.scalars(select(_event.data).where(_event.event_id == event_id)).one()
    named = data[:-1] + b',"supersedes":' + json.dumps(list(undone)).encode() + b"}"
    connection.execute(update(schema.events).where(_event.event_id == event_id).values(data=named))
