"""Settling attempts: what an attempt came to, and what the lane does next. Fenced by the lease's token.

delivered ─► the lane goes on at once, or ends when nothing is owed
wait      ─► the lane waits; its head stays its head
give up   ─► dead: the lane halts until a person replays it, or its time is up; a liberty lane goes on
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, delete, func, insert, literal, select, update

from icjs_gateway.routing.lanes import (
    Delivered,
    DeliveryState,
    GiveUp,
    LaneState,
    Settlement,
    Wait,
)
from icjs_gateway.stores import schema
from icjs_gateway.stores.evidence import leaf_row, run_leaves
from icjs_gateway.stores.outages import note_outages
from icjs_gateway.stores.schema import OWED

_lane, _delivery = schema.lanes.c, schema.deliveries.c
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Due at once, whatever the clock says."""


def lane_key(settlement: Settlement) -> str:
    head = settlement.leased.head
    return f"{head.subscription_id}/{head.lane}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """A settlement as it is written: what the recipient said with it is encrypted."""

    settlement: Settlement
    remark: bytes | None = None


def remark_context(delivery_id: str) -> bytes:
    """What the encryption of a remark is bound to."""
    return f"remark/{delivery_id}".encode()


def run_settlements(connection: Connection, commands: Sequence[Settle]) -> list[bool]:
    """Write a batch. False where the lease was lost meanwhile. Runs on the writer's thread, inside its transaction."""
    tokens = _tokens(connection, {lane_key(each.settlement) for each in commands})
    held = [tokens.get(lane_key(each.settlement)) == each.settlement.leased.token for each in commands]
    valid = [each for each, is_held in zip(commands, held, strict=True) if is_held]
    if valid:
        settlements = [each.settlement for each in valid]
        connection.execute(_ATTEMPT, [_attempt(each) for each in settlements])
        connection.execute(_SETTLE, [_delivery_row(each) for each in valid])
        _attest(connection, settlements)
        _move_on(connection, settlements)
        note_outages(connection, settlements)
    return held


def _tokens(connection: Connection, keys: Set[str]) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(_HELD, {"lane_keys": list(keys)})}


_HELD = (
    select(_lane.lane_key, _lane.token)
    .where(_lane.lane_key.in_(bindparam("lane_keys", expanding=True)), _lane.state == LaneState.LEASED.value)
    .order_by(_lane.lane_key)
    .with_for_update()
)
_ATTEMPT = insert(schema.attempts)


def _attempt(settlement: Settlement) -> dict[str, Any]:
    return {
        "delivery_id": settlement.leased.head.delivery_id,
        "attempted_at": settlement.attempted_at,
        "took_ms": settlement.took_ms,
        "outcome": settlement.outcome,
    }


_SETTLE = (
    update(schema.deliveries)
    .where(_delivery.delivery_id == bindparam("settled"))
    .values(
        state=bindparam("state"),
        attempts=_delivery.attempts + bindparam("counted"),
        settled_at=bindparam("settled_at"),
        due_at=bindparam("tried_again_at"),
        outcome=bindparam("outcome"),
        endpoint_down=bindparam("down"),
        remark=bindparam("remark"),
    )
)


_STATES: Mapping[type, DeliveryState] = {
    Delivered: DeliveryState.DELIVERED,
    GiveUp: DeliveryState.DEAD,
    Wait: DeliveryState.OWED,
}


def _delivery_row(command: Settle) -> dict[str, Any]:
    settlement = command.settlement
    state = _STATES[type(settlement.verdict)]
    return {
        "settled": settlement.leased.head.delivery_id,
        "state": state.value,
        "settled_at": None if state is DeliveryState.OWED else settlement.attempted_at,
        "tried_again_at": _tried_again_at(settlement),
        "outcome": settlement.outcome,
        "counted": int(settlement.counts),
        "down": settlement.endpoint_down,
        "remark": command.remark,
    }


def _attest(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Write the leaves of what ended: one statement, however many they are."""
    leaves = [
        leaf_row("delivery.settled", _facts(each), each.attempted_at)
        for each in settlements
        if not isinstance(each.verdict, Wait)
    ]
    run_leaves(connection, leaves)


def _facts(settlement: Settlement) -> dict[str, Any]:
    head = settlement.leased.head
    return {
        "delivery_id": head.delivery_id,
        "event_id": head.told.event_id,
        "subscription": head.subscription_id,
        "state": _STATES[type(settlement.verdict)].value,
        "outcome": settlement.outcome,
    }


def _tried_again_at(settlement: Settlement) -> datetime | None:
    """A liberty delivery keeps its own time, because its lane does not wait for it; of others the lane keeps it."""
    verdict = settlement.verdict
    return verdict.until if isinstance(verdict, Wait) and settlement.leased.head.liberty else None


def _move_on(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Each lane's next state."""
    decided = []
    open_ended = {}
    for each in settlements:
        key, liberty = lane_key(each), each.leased.head.liberty
        if isinstance(each.verdict, Wait) and not liberty:
            decided.append(_state_row(key, LaneState.WAITING, each.verdict.until))
        elif isinstance(each.verdict, GiveUp) and not liberty:
            decided.append(_halted_row(key, each.verdict, each.leased.head.delivery_id))
        else:
            open_ended[key] = each.attempted_at
    if decided:
        connection.execute(_NEXT, decided)
    go_on(connection, open_ended)


def go_on(connection: Connection, lanes: Mapping[str, datetime]) -> None:
    """Each of these lanes, as of its time: it goes on at once, or when the first of what is left falls due, or it ends.

    The caller holds the lanes' locks: what is owed in them can only be what is seen here.
    """
    due = _next_due(connection, lanes)
    ended = set(lanes) - set(due)
    if ended:
        connection.execute(delete(schema.lanes).where(_lane.lane_key.in_(ended)))
    if due:
        connection.execute(
            _NEXT,
            [
                _state_row(key, LaneState.READY if due_at <= lanes[key] else LaneState.WAITING, due_at)
                for key, due_at in due.items()
            ],
        )


def _halted_row(key: str, verdict: GiveUp, dead: str) -> dict[str, Any]:
    return _state_row(key, LaneState.HALTED, verdict.lane_goes_on_at or _NEVER, dead)


_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Only a person lets such a lane go on."""


def _state_row(key: str, state: LaneState, due_at: datetime, dead: str | None = None) -> dict[str, Any]:
    return {"key": key, "state": state.value, "due_at": due_at, "dead": dead}


_NEXT = (
    update(schema.lanes)
    .where(_lane.lane_key == bindparam("key"))
    .values(state=bindparam("state"), due_at=bindparam("due_at"), token=None, node=None, delivery_id=bindparam("dead"))
)


def _next_due(connection: Connection, lanes: Mapping[str, datetime]) -> dict[str, datetime]:
    """When each lane with something owed goes on: at once, unless all that is left has a time of its own."""
    if not lanes:
        return {}
    rows = connection.execute(_DUE, {"lane_keys": list(lanes)})
    return {row.lane_key: max(row.due_at or lanes[row.lane_key], lanes[row.lane_key]) for row in rows if row.owed}


def _owed_of_lane(*columns: Any) -> Select[Any]:
    return select(*columns).where(_delivery.lane_key == _lane.lane_key, _delivery.state == OWED).correlate(schema.lanes)


_AT_ONCE = _owed_of_lane(literal(1)).where(_delivery.due_at.is_(None)).limit(1)
_DUE = select(
    _lane.lane_key,
    _owed_of_lane(literal(1)).limit(1).scalar_subquery().label("owed"),
    case((_AT_ONCE.exists(), None), else_=_owed_of_lane(func.min(_delivery.due_at)).scalar_subquery()).label("due_at"),
).where(_lane.lane_key.in_(bindparam("lane_keys", expanding=True)))
"""Of each lane: is anything owed, and the first time that something of it has of its own, unless some of it has none.
However much is owed, only the first of it is looked at; all of it only in a liberty lane in which all failed."""
