"""The Dead Letter Channel: deliveries whose schedule is used up, and their replay by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select, update

from icjs_gateway.routing.lanes import DeliveryState, LaneState
from icjs_gateway.stores import schema
from icjs_gateway.stores.lane_rows import open_lanes
from icjs_gateway.stores.voids import withdraw_voids

_delivery, _lane, _event = schema.deliveries.c, schema.lanes.c, schema.events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One dead delivery: what, for whom, why."""

    delivery_id: str
    subscription_id: str
    event_id: str
    type: str
    lane: str
    position: int
    attempts: int
    outcome: str
    died_at: datetime


def dead_letters(engine: Engine, *, subscription_id: str | None = None, limit: int = 1000) -> list[DeadLetter]:
    """The oldest first."""
    wanted = (
        select(
            _delivery.delivery_id,
            _delivery.subscription_id,
            _delivery.event_id,
            _event.type,
            _delivery.lane,
            _delivery.position,
            _delivery.attempts,
            _delivery.outcome,
            _delivery.settled_at.label("died_at"),
        )
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .where(_delivery.state == DeliveryState.DEAD.value)
        .order_by(_delivery.seq)
        .limit(limit)
    )
    if subscription_id is not None:
        wanted = wanted.where(_delivery.subscription_id == subscription_id)
    with engine.connect() as connection:
        return [DeadLetter(**row._mapping) for row in connection.execute(wanted)]


def replay(connection: Connection, delivery_ids: Sequence[str], at: datetime) -> list[str]:
    """Owe these dead deliveries again, marked as replayed, with their positions; their lanes go on.

    Answers the ids that were dead; others are left alone.
    """
    rows = connection.execute(
        select(
            _delivery.delivery_id, _delivery.lane_key, _delivery.subscription_id, _delivery.liberty, _delivery.position
        ).where(_delivery.delivery_id.in_(delivery_ids), _delivery.state == DeliveryState.DEAD.value)
    ).all()
    if not rows:
        return []
    open_lanes(
        connection,
        [
            {
                "lane_key": row.lane_key,
                "subscription_id": row.subscription_id,
                "liberty": row.liberty,
                "owed_at": at,
            }
            for row in rows
        ],
    )
    # Its lane is held now. What another person replayed meanwhile is dead no more.
    replayed = connection.scalars(
        update(schema.deliveries)
        .where(
            _delivery.delivery_id.in_([row.delivery_id for row in rows]),
            _delivery.state == DeliveryState.DEAD.value,
        )
        .values(state=DeliveryState.OWED.value, attempts=0, replay=True, settled_at=None)
        .returning(_delivery.delivery_id)
    ).all()
    withdraw_voids(connection, rows, at)
    connection.execute(
        update(schema.lanes)
        .where(_lane.lane_key.in_({row.lane_key for row in rows}), _lane.state == LaneState.HALTED.value)
        .values(state=LaneState.READY.value, due_at=at, delivery_id=None)
    )
    return [row.delivery_id for row in rows if row.delivery_id in set(replayed)]
