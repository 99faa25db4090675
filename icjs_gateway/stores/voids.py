"""Stopping deliveries: what was owed and shall not leave any more, and what fills its place.

A delivery that never got a position just stops. One that was attempted had a position, which its recipient counts on:
a void takes that position, a content-free event of the gateway's own that names what does not come and why.

A delivery that is in flight cannot be stopped: nobody knows what its recipient has by now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, bindparam, func, insert, select, update

from icjs_gateway.model.event_types import VOIDED
from icjs_gateway.model.payloads.voided import VoidedData, VoidReason
from icjs_gateway.routing.lanes import DeliveryState, LaneState
from icjs_gateway.stores import schema
from icjs_gateway.stores.evidence import write_leaves, write_settled
from icjs_gateway.stores.heads import head_seqs
from icjs_gateway.stores.locking import has_rivals
from icjs_gateway.stores.settlements import go_on

_lane, _delivery, _event, _feed = schema.lanes.c, schema.deliveries.c, schema.events.c, schema.feeds.c


def stop_deliveries(
    connection: Connection,
    delivery_ids: Iterable[str],
    state: DeliveryState,
    *,
    outcome: str,
    reason: VoidReason,
    at: datetime,
    superseded_by: str | None = None,
) -> tuple[str, ...]:
    """Stop these deliveries, as withdrawn, superseded (by that event) or withheld; answers those that were stopped.

    With `DEAD` it is about dead ones: they stay dead, and their lanes go on behind a void. Everything else about
    them is left alone, and so is what is in flight. The caller holds the lanes (`lane_rows.hold_lanes`).
    """
    delivery_ids = list(delivery_ids)
    _hold_feeds(connection, delivery_ids)
    before = DeliveryState.DEAD if state is DeliveryState.DEAD else DeliveryState.OWED
    found = connection.execute(_STOPPABLE, {"ids": delivery_ids, "before": before.value}).all()
    stopped = [row for row in found if not _is_in_flight(row)]
    if not stopped:
        return ()
    free = _freed(connection, stopped, at)
    if state is DeliveryState.DEAD:
        fill_positions(connection, stopped, reason, at)
    else:
        stop_rows(connection, [(row, outcome) for row in stopped], state, reason=reason, at=at, by=superseded_by)
    go_on(connection, dict.fromkeys(free, at))
    return tuple(row.delivery_id for row in stopped)


def stop_rows(
    connection: Connection,
    stopped: Sequence[tuple[Any, str]],
    state: DeliveryState,
    *,
    reason: VoidReason,
    at: datetime,
    by: str | None = None,
) -> None:
    """Stop each of these rows with its outcome, and owe voids in their places.

    A void that may not leave either has nobody left who counts.
    """
    if not stopped:
        return
    stop = {"state": state.value, "at": at, "by": by}
    connection.execute(_STOP, [stop | {"seq_": row.seq, "outcome": outcome} for row, outcome in stopped])
    attest_stopped(connection, [row.seq for row, _ in stopped], state, at)
    fill_positions(connection, [row for row, _ in stopped if row.type != VOIDED], reason, at)


def attest_stopped(connection: Connection, seqs: Sequence[int], state: DeliveryState, at: datetime) -> None:
    """Write the leaves of deliveries that were stopped just now, as a set."""
    write_settled(connection, connection.execute(_STOPPED, {"seqs": list(seqs)}).all(), at, state=state)


_STOPPED = select(
    _delivery.delivery_id,
    _delivery.event_id,
    _delivery.subscription_id,
    _delivery.outcome,
    _delivery.superseded_by,
).where(_delivery.seq.in_(bindparam("seqs", expanding=True)))
_STOPPABLE = (
    select(
        _delivery.seq,
        _delivery.delivery_id,
        _delivery.subscription_id,
        _delivery.lane_key,
        _delivery.lane,
        _delivery.liberty,
        _delivery.position,
        _delivery.feed_key,
        _delivery.number,
        _event.event_id,
        _event.identity,
        _event.case_id,
        _event.type,
        _event.data,
        _lane.state.label("lane_state"),
        _lane.delivery_id.label("lane_delivery_id"),
    )
    .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
    .join(schema.lanes, _delivery.lane_key == _lane.lane_key, isouter=True)
    .where(_delivery.delivery_id.in_(bindparam("ids", expanding=True)), _delivery.state == bindparam("before"))
    .order_by(_delivery.seq)
    # Of a pull subscription no lane is held: who acknowledges or refuses meanwhile waits here.
    .with_for_update(of=schema.deliveries)
)
_STOP = (
    update(schema.deliveries)
    .where(_delivery.seq == bindparam("seq_"))
    .values(
        state=bindparam("state"),
        outcome=bindparam("outcome"),
        settled_at=bindparam("at"),
        # What took it back may have been named while it was under way.
        superseded_by=func.coalesce(bindparam("by"), _delivery.superseded_by),
        due_at=None,
    )
)


def _hold_feeds(connection: Connection, delivery_ids: Sequence[str]) -> None:
    """An acknowledgement of a feed comes before this or after it, and then it counts the void."""
    if not has_rivals(connection):
        return
    of_these = select(_delivery.feed_key).where(
        _delivery.delivery_id.in_(delivery_ids), _delivery.feed_key.is_not(None)
    )
    held = select(_feed.feed_key).where(_feed.feed_key.in_(of_these)).order_by(_feed.feed_key)
    connection.execute(held.with_for_update()).all()


def _is_in_flight(row: Any) -> bool:
    return bool(row.lane_state == LaneState.LEASED.value and row.lane_delivery_id == row.delivery_id)


def _freed(connection: Connection, stopped: Sequence[Any], at: datetime) -> set[str]:
    """The lanes that waited for one of these: for their head, or halted by a dead one. Others keep their turn."""
    heads = head_seqs(connection, {row.lane_key for row in stopped}, at)
    free = set()
    for row in stopped:
        match row.lane_state:
            case LaneState.READY.value | LaneState.WAITING.value:
                if row.liberty or heads.get(row.lane_key) == row.seq:
                    free.add(row.lane_key)
            case LaneState.HALTED.value:
                if row.lane_delivery_id == row.delivery_id:
                    free.add(row.lane_key)
    return free


def fill_positions(connection: Connection, stopped: Sequence[Any], reason: VoidReason, at: datetime) -> None:
    """Owe a void in the place of each of these deliveries that has one and that nothing fills yet."""
    placed = [row for row in stopped if row.position is not None]
    if not placed:
        return
    made, filled = _voids_at(connection, placed)
    empty = [row for row in placed if (row.lane_key, row.position) not in filled]
    voids = [(row, _void_id(row, made[row.lane_key, row.position] + 1)) for row in empty]
    if not voids:
        return
    connection.execute(insert(schema.events), [_event_row(row, void_id, reason, at) for row, void_id in voids])
    connection.execute(insert(schema.deliveries), [_delivery_row(row, void_id, at) for row, void_id in voids])
    facts = [{"delivery_id": row.delivery_id, "void_id": void_id, "reason": reason.value} for row, void_id in voids]
    write_leaves(connection, "delivery.voided", facts, at)


def _voids_at(connection: Connection, placed: Sequence[Any]) -> tuple[Counter[tuple[str, int]], set[tuple[str, int]]]:
    """How many voids each of these places had, and which have one that stands: one that a void itself is not."""
    own = {row.delivery_id for row in placed}
    rows = connection.execute(
        select(_delivery.lane_key, _delivery.position, _delivery.state, _delivery.delivery_id)
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .where(
            _delivery.lane_key.in_({row.lane_key for row in placed}),
            _delivery.position.in_({row.position for row in placed}),
            _event.type == VOIDED,
        )
    ).all()
    gone = {DeliveryState.WITHDRAWN.value, DeliveryState.DEAD.value}
    return (
        Counter((row.lane_key, row.position) for row in rows),
        {(row.lane_key, row.position) for row in rows if row.state not in gone and row.delivery_id not in own},
    )


def _void_id(row: Any, number: int) -> str:
    """A void is one delivery of one event: both have this id."""
    return f"{row.delivery_id.partition('.void')[0]}.void{number}"


def _event_row(row: Any, void_id: str, reason: VoidReason, at: datetime) -> dict[str, Any]:
    # The void of a void that was dead names what that one named.
    voids = from_json(row.data)["voids"] if row.type == VOIDED else row.event_id
    return {
        "event_id": void_id,
        "identity": row.identity,
        "case_id": row.case_id,
        "type": VOIDED,
        "liberty": row.liberty,
        "occurred_at": at,
        "recorded_at": at,
        "data": VoidedData(voids=voids, reason=reason).model_dump_json().encode(),
    }


def _delivery_row(row: Any, void_id: str, at: datetime) -> dict[str, Any]:
    return {
        "delivery_id": void_id,
        "event_id": void_id,
        "subscription_id": row.subscription_id,
        "lane_key": row.lane_key,
        "lane": row.lane,
        "liberty": row.liberty,
        "state": DeliveryState.OWED.value,
        "position": row.position,
        # In a pull feed the void has the number of what it stands for, once that has one.
        "feed_key": row.feed_key,
        "number": row.number,
        "attempts": 0,
        "replay": False,
        "owed_at": at,
    }


def withdraw_voids(connection: Connection, replayed: Sequence[Any], at: datetime) -> None:
    """What is sent again by a person needs no void in its place: one that has not left yet does not."""
    own = {row.delivery_id for row in replayed}
    rows = connection.execute(
        select(_delivery.seq, _delivery.delivery_id, _lane.state, _lane.delivery_id.label("in_flight"))
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .join(schema.lanes, _delivery.lane_key == _lane.lane_key)
        .where(
            _delivery.lane_key.in_({row.lane_key for row in replayed}),
            _delivery.position.in_({row.position for row in replayed}),
            _delivery.state == schema.OWED,
            _event.type == VOIDED,
        )
    ).all()
    withdrawn: dict[str, Any] = {"state": DeliveryState.WITHDRAWN.value, "outcome": "replayed", "at": at, "by": None}
    unneeded = [
        withdrawn | {"seq_": row.seq}
        for row in rows
        if row.delivery_id not in own and not (row.state == LaneState.LEASED.value and row.in_flight == row.delivery_id)
    ]
    if unneeded:
        connection.execute(_STOP, unneeded)
        attest_stopped(connection, [each["seq_"] for each in unneeded], DeliveryState.WITHDRAWN, at)
