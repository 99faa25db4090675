"""Whose turn it is in a lane: first what has a position already, by position, then what came first.

A void has a later `seq` than what follows it, and a replay an earlier position than what is new; both go in order of
position. Only a liberty delivery has a due time of its own: one that failed waits for it while the next goes on.

States are written into these statements, not bound: SQLite uses a partial index only for a state that it can read.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, bindparam, func, or_, select

from icjs_gateway.routing.labels import names_of
from icjs_gateway.routing.lanes import Head, Told
from icjs_gateway.routing.places import Places
from icjs_gateway.stores import schema
from icjs_gateway.stores.schema import OWED, Instant

_lane, _delivery, _event, _message = schema.lanes.c, schema.deliveries.c, schema.events.c, schema.messages.c
_NOW = bindparam("now", type_=Instant)


def _first(*, begun: bool) -> ScalarSelect[Any]:
    """The first delivery of a lane that is owed and due, of those that have a position, or of those that have none."""
    its = schema.deliveries.alias()
    due = or_(its.c.due_at.is_(None), its.c.due_at <= _NOW)
    owed = select(its.c.seq).where(its.c.lane_key == _lane.lane_key, its.c.state == OWED, due)
    if begun:
        owed = owed.where(its.c.position.is_not(None)).order_by(its.c.position, its.c.seq)
    else:
        # Written so that no index by position is chosen: it holds all that ever was withheld.
        owed = owed.where(func.coalesce(its.c.position, 0) == 0).order_by(its.c.seq)
    return owed.limit(1).scalar_subquery()


_FIRST = (
    select(_lane.lane_key, func.coalesce(_first(begun=True), _first(begun=False)).label("seq"))
    .where(_lane.lane_key.in_(bindparam("lane_keys", expanding=True)))
    .subquery("first")
)


def told_deliveries() -> Select[Any]:
    """Deliveries with their events and the messages that told them: what `head` reads."""
    return (
        select(
            _delivery.seq,
            _delivery.lane_key,
            _delivery.delivery_id,
            _delivery.subscription_id,
            _delivery.lane,
            _delivery.liberty,
            _delivery.position,
            _delivery.attempts,
            _delivery.replay,
            _delivery.owed_at,
            _delivery.superseded_by,
            _delivery.feed_key,
            _delivery.number,
            _event.event_id,
            _event.identity,
            _event.type,
            _event.case_id,
            _event.occurred_at,
            _event.recorded_at,
            _event.data,
            _event.places,
            schema.cases.c.labels,
            _message.partner_id,
            _message.pillar,
            _message.message_id,
            _message.traceparent,
        )
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .join(schema.messages, _event.identity == _message.identity)
        .outerjoin(schema.cases, _event.case_id == schema.cases.c.case_id)
    )


_HEADS = told_deliveries().join(_FIRST, _delivery.seq == _FIRST.c.seq)


def heads_of(connection: Connection, lane_keys: Set[str], now: datetime) -> list[Any]:
    """The head of each of these lanes that has one, with its event and the message that told it."""
    return list(connection.execute(_HEADS, {"lane_keys": list(lane_keys), "now": now}))


def owed_of(connection: Connection, seqs: Sequence[int]) -> list[Any]:
    """These deliveries, where they are owed still, with what `heads_of` has of each."""
    return list(connection.execute(_OWED, {"seqs": seqs}))


_OWED = told_deliveries().where(_delivery.seq.in_(bindparam("seqs", expanding=True)), _delivery.state == OWED)


def head_seqs(connection: Connection, lane_keys: Set[str], now: datetime) -> dict[str, int]:
    """The `seq` of each lane's head."""
    wanted = select(_FIRST.c.lane_key, _FIRST.c.seq).where(_FIRST.c.seq.is_not(None))
    rows = connection.execute(wanted, {"lane_keys": list(lane_keys), "now": now})
    return {row.lane_key: row.seq for row in rows}


def told_of(row: Any) -> Told:
    """A row of an event with its message and the labels of its case, as routing knows it."""
    return Told(
        event_id=row.event_id,
        type=row.type,
        partner_id=row.partner_id,
        pillar=row.pillar,
        case_id=row.case_id,
        message_id=row.message_id,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        data=row.data,
        places=Places.read(row.places),
        labels=None if row.labels is None else names_of(row.labels),
        traceparent=row.traceparent,
    )


def head(row: Any) -> Head:
    """A row of `told_deliveries`, as routing knows it."""
    return Head(
        delivery_id=row.delivery_id,
        subscription_id=row.subscription_id,
        lane=row.lane,
        liberty=row.liberty,
        attempts=row.attempts,
        replay=row.replay,
        owed_at=row.owed_at,
        told=told_of(row),
    )


def last_positions(connection: Connection, lane_keys: Set[str]) -> dict[str, int]:
    """The greatest position given in each of these lanes that has any."""
    if not lane_keys:
        return {}
    rows = connection.execute(_LAST_POSITIONS, {"lane_keys": list(lane_keys)})
    return {row[0]: row[1] for row in rows}


_LAST_POSITIONS = (
    select(_delivery.lane_key, func.max(_delivery.position))
    .where(_delivery.lane_key.in_(bindparam("lane_keys", expanding=True)), _delivery.position.is_not(None))
    .group_by(_delivery.lane_key)
)
