"""Replay: a person has deliveries sent again, dead or delivered, under the ids and positions that they had.

Replayed deliveries are marked, and go before what is new in their lane, in order of position. What their recipient may
not see any more is withheld when they leave, like anything else. Everything chosen is owed again in one transaction,
or nothing is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.event_types import VOIDED
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.lanes import DeliveryState, LaneState
from icjs_gateway.stores import schema
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.lane_rows import open_lanes
from icjs_gateway.stores.voids import withdraw_voids

_delivery, _lane, _event = schema.deliveries.c, schema.lanes.c, schema.events.c
MOST = 50_000
"""Deliveries in one replay."""
_AT_ONCE = 500
_DEAD, _DELIVERED = DeliveryState.DEAD.value, DeliveryState.DELIVERED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to replay: these deliveries, or what a subscription was sent, narrowed to a case, a lane or a time."""

    delivery_ids: tuple[str, ...] = ()
    subscription_id: str | None = None
    case_id: str | None = None
    lane: str | None = None
    since: datetime | None = None
    only_dead: bool = False

    def facts(self) -> dict[str, Any]:
        return {
            "deliveries": list(self.delivery_ids),
            "subscription": self.subscription_id,
            "case_id": self.case_id,
            "lane": self.lane,
            "since": rfc3339(self.since) if self.since is not None else None,
            "only_dead": self.only_dead,
        }


def chosen(connection: Connection, selection: Selection) -> list[Any]:
    """The settled deliveries of a selection, one for each position. Raises Misconfigured when there are too many."""
    rows = connection.execute(_wanted(selection).limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise Misconfigured(f"More than {MOST} deliveries; narrow the replay by a case, a lane or a time.")
    # Where a position was left to a void, it is the event itself that is sent again.
    at_place: dict[tuple[str, int], Any] = {}
    for row in rows:
        place = (row.lane_key, row.position)
        if place not in at_place or at_place[place].type == VOIDED:
            at_place[place] = row
    return list(at_place.values())


def _wanted(selection: Selection) -> Select[Any]:
    states = [_DEAD] if selection.only_dead else [_DEAD, _DELIVERED]
    wanted = (
        select(
            _delivery.delivery_id,
            _delivery.lane_key,
            _delivery.subscription_id,
            _delivery.liberty,
            _delivery.position,
            _event.type,
        )
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .where(_delivery.state.in_(states))
        .order_by(_delivery.lane_key, _delivery.position, _delivery.seq)
    )
    if selection.delivery_ids:
        wanted = wanted.where(_delivery.delivery_id.in_(selection.delivery_ids))
    if selection.subscription_id is not None:
        wanted = wanted.where(_delivery.subscription_id == selection.subscription_id)
    if selection.lane is not None:
        wanted = wanted.where(_delivery.lane_key == f"{selection.subscription_id}/{selection.lane}")
    if selection.case_id is not None:
        wanted = wanted.where(_event.case_id == selection.case_id)
    if selection.since is not None:
        wanted = wanted.where(_delivery.owed_at >= selection.since)
    return wanted


def replay(connection: Connection, selection: Selection, act: Act) -> list[str]:
    """Owe a selection again, as a person decided. Answers the ids of what is owed again."""
    rows = chosen(connection, selection)
    if not rows:
        return []
    open_lanes(connection, [_lane_row(row, act.at) for row in rows])
    # Their lanes are held now. What another person replayed meanwhile is settled no more.
    replayed: set[str] = set()
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        replayed.update(_owe_again(connection, [row.delivery_id for row in some]))
        withdraw_voids(connection, some, act.at)
        _end_halts(connection, some, act.at)
    facts = selection.facts() | {"count": len(replayed), "by": act.by, "reason": act.reason}
    connection.execute(insert(schema.audit_leaves), [leaf_row("deliveries.replayed", facts, act.at)])
    return [row.delivery_id for row in rows if row.delivery_id in replayed]


def _lane_row(row: Any, at: datetime) -> dict[str, Any]:
    return {
        "lane_key": row.lane_key,
        "subscription_id": row.subscription_id,
        "liberty": row.liberty,
        "owed_at": at,
    }


def _owe_again(connection: Connection, delivery_ids: Sequence[str]) -> Sequence[str]:
    return connection.scalars(
        update(schema.deliveries)
        .where(_delivery.delivery_id.in_(delivery_ids), _delivery.state.in_([_DEAD, _DELIVERED]))
        .values(
            state=DeliveryState.OWED.value,
            attempts=0,
            replay=True,
            settled_at=None,
            due_at=None,
            # In a pull feed it comes again under a new number; its position stays.
            feed_key=None,
            number=None,
        )
        .returning(_delivery.delivery_id)
    ).all()


def _end_halts(connection: Connection, rows: Sequence[Any], at: datetime) -> None:
    """A lane goes on when the very delivery that halted it is sent again."""
    connection.execute(
        update(schema.lanes)
        .where(
            _lane.lane_key.in_({row.lane_key for row in rows}),
            _lane.state == LaneState.HALTED.value,
            _lane.delivery_id.in_([row.delivery_id for row in rows]),
        )
        .values(state=LaneState.READY.value, due_at=at, delivery_id=None)
    )
