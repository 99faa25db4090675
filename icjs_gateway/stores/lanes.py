"""Leasing lanes: which lanes are due, what is at their head, and which position it has.

A lease takes the lane, gives its head a position (once, for ever) and a token that fences the settlement. What may not
leave is withheld here, before it would get a position, so that it leaves no gap. A lane whose lease ran out is claimed
like one that is due.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from icjs_gateway.routing.lanes import Claim, DeliveryState, Head, LaneState, Leased, Told
from icjs_gateway.stores import schema
from icjs_gateway.stores.settlements import close_empty

Admit = Callable[[Head], str | None]
_lane, _delivery, _event, _message = schema.lanes.c, schema.deliveries.c, schema.events.c, schema.messages.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The command: claim lanes, admitting each head or naming the rule that withholds it."""

    claim: Claim
    admit: Admit


def run_leases(connection: Connection, leases: Sequence[Lease]) -> list[list[Leased]]:
    """Runs on the writer's thread, inside its transaction."""
    return [_lease(connection, lease) for lease in leases]


def _lease(connection: Connection, lease: Lease) -> list[Leased]:
    claimed = _claimable(connection, lease.claim)
    if not claimed:
        return []
    admitted = _admitted(connection, claimed, lease)
    leased = _positioned(connection, admitted, lease.claim.until)
    if leased:
        connection.execute(
            _TAKE,
            [
                {"key": key, "state": LaneState.LEASED.value, "token": each.token, "leased_until": each.until}
                for key, each in leased.items()
            ],
        )
    return list(leased.values())


_TAKE = (
    update(schema.lanes)
    .where(_lane.lane_key == bindparam("key"))
    .values(state=bindparam("state"), token=bindparam("token"), leased_until=bindparam("leased_until"))
)


def _claimable(connection: Connection, claim: Claim) -> set[str]:
    """Keys of due lanes, oldest first, each endpoint up to what it may still have in flight."""
    room = Counter({name: claim.per_endpoint - busy for name, busy in claim.busy.items()})
    full = {name for name, left in room.items() if left <= 0}
    chosen: set[str] = set()
    while len(chosen) < claim.most:
        rows = connection.execute(_due(claim, full, chosen)).all()
        for key, subscription_id in rows:
            if room.setdefault(subscription_id, claim.per_endpoint) > 0:
                chosen.add(key)
                room[subscription_id] -= 1
        newly_full = {name for name, left in room.items() if left <= 0} - full
        if not newly_full or not rows:
            break
        full |= newly_full
    return chosen


def _due(claim: Claim, full: Set[str], chosen: Set[str]) -> Any:
    due = or_(
        _lane.state.in_([LaneState.READY.value, LaneState.WAITING.value]) & (_lane.due_at <= claim.now),
        (_lane.state == LaneState.LEASED.value) & (_lane.leased_until <= claim.now),
    )
    wanted = select(_lane.lane_key, _lane.subscription_id).where(_lane.liberty == claim.liberty, due)
    if full:
        wanted = wanted.where(_lane.subscription_id.not_in(full))
    if chosen:
        wanted = wanted.where(_lane.lane_key.not_in(chosen))
    return wanted.order_by(_lane.due_at).limit(claim.most - len(chosen))


def _admitted(connection: Connection, claimed: set[str], lease: Lease) -> dict[str, Any]:
    """The head of each claimed lane that may leave; heads that may not are withheld and the next one is looked at."""
    admitted: dict[str, Any] = {}
    pending = claimed
    while pending:
        heads = _heads(connection, pending)
        withheld = []
        for row in heads:
            rule = lease.admit(_head(row))
            if rule is None:
                admitted[row.lane_key] = row
            else:
                withheld.append({"seq_": row.seq, "rule": rule, "at": lease.claim.now})
        if withheld:
            connection.execute(_WITHHOLD, withheld)
        close_empty(connection, pending - {row.lane_key for row in heads})
        pending = {row.lane_key for row in heads} - set(admitted)
    return admitted


_WITHHOLD = (
    update(schema.deliveries)
    .where(_delivery.seq == bindparam("seq_"))
    .values(state=DeliveryState.WITHHELD.value, outcome=bindparam("rule"), settled_at=bindparam("at"))
)


def _heads(connection: Connection, lane_keys: Set[str]) -> list[Any]:
    """The first owed delivery of each lane, with its event and the message that told it."""
    first = select(func.min(_delivery.seq)).where(
        _delivery.lane_key.in_(lane_keys), _delivery.state == DeliveryState.OWED.value
    )
    wanted = (
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
            _event.event_id,
            _event.type,
            _event.case_id,
            _event.occurred_at,
            _event.recorded_at,
            _event.data,
            _message.partner_id,
            _message.contract_id,
            _message.message_id,
            _message.traceparent,
        )
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .join(schema.messages, _event.identity == _message.identity)
        .where(_delivery.seq.in_(first.group_by(_delivery.lane_key)))
    )
    return list(connection.execute(wanted))


def _head(row: Any) -> Head:
    told = Told(
        event_id=row.event_id,
        type=row.type,
        partner_id=row.partner_id,
        pillar=row.contract_id.split(".")[0],
        case_id=row.case_id,
        message_id=row.message_id,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        data=row.data,
        traceparent=row.traceparent,
    )
    return Head(
        delivery_id=row.delivery_id,
        subscription_id=row.subscription_id,
        lane=row.lane,
        liberty=row.liberty,
        attempts=row.attempts,
        replay=row.replay,
        told=told,
    )


def _positioned(connection: Connection, heads: dict[str, Any], until: datetime) -> dict[str, Leased]:
    """Each head with its position: the one it has, or the next of its lane, written before the first attempt."""
    new = {key for key, row in heads.items() if row.position is None}
    last = _last_positions(connection, new) if new else {}
    positions = {key: row.position or last.get(key, 0) + 1 for key, row in heads.items()}
    if new:
        connection.execute(_POSITION, [{"seq_": heads[key].seq, "given": positions[key]} for key in new])
    return {
        key: Leased(head=_head(row), token=secrets.token_hex(8), position=positions[key], until=until)
        for key, row in heads.items()
    }


_POSITION = update(schema.deliveries).where(_delivery.seq == bindparam("seq_")).values(position=bindparam("given"))


def _last_positions(connection: Connection, lane_keys: Set[str]) -> dict[str, int]:
    rows = connection.execute(
        select(_delivery.lane_key, func.max(_delivery.position))
        .where(_delivery.lane_key.in_(lane_keys), _delivery.position.is_not(None))
        .group_by(_delivery.lane_key)
    )
    return {row[0]: row[1] for row in rows}
