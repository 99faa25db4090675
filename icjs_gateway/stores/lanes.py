"""Leasing lanes: which lanes are due, what is at their head, and which position it has.

A lease takes the lane, gives its head a position (once, for ever) and a token that fences the settlement. What may not
leave is withheld here, before it would get a position, so that it leaves no gap. A lane whose lease ran out is claimed
like one that is due.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Connection, bindparam, func, select, update

from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.lanes import Admit, Claim, DeliveryState, LaneState, Leased, Leases
from icjs_gateway.routing.set_aside import AGAIN_MOST_S
from icjs_gateway.stores import schema
from icjs_gateway.stores.apart import each_alone
from icjs_gateway.stores.heads import head, head_seqs, heads_of, last_positions, owed_of
from icjs_gateway.stores.outages import Probe, due_probes
from icjs_gateway.stores.schema import HALTED, Instant
from icjs_gateway.stores.settlements import go_on
from icjs_gateway.stores.voids import stop_rows

_lane, _delivery = schema.lanes.c, schema.deliveries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The command: claim lanes, admitting each head or naming the rule that withholds it."""

    claim: Claim
    admit: Admit
    node: str = ""
    """The gateway that will hold the leases."""


def run_leases(connection: Connection, leases: Sequence[Lease]) -> list[Leases]:
    """Runs on the writer's thread, inside its transaction."""
    return [_lease(connection, lease) for lease in leases]


def _lease(connection: Connection, lease: Lease) -> Leases:
    claimed, probes, next_due_at = _chosen(connection, lease.claim)
    if not claimed and not probes:
        return Leases(leased=(), next_due_at=next_due_at)
    return Leases(leased=_take(connection, claimed, probes, lease), next_due_at=next_due_at)


def _chosen(connection: Connection, claim: Claim) -> tuple[set[str], dict[str, Probe], datetime | None]:
    """Keys of due lanes, by lane what endpoints are probed with, and when the next lane falls due."""
    probes = due_probes(connection, claim)
    if probes:
        busy = Counter(claim.busy) + Counter(each.subscription_id for each in probes.values())
        claim = replace(claim, busy=busy, most=claim.most - len(probes))
    claimed, next_due_at = _claimable(connection, claim)
    return claimed - probes.keys(), probes, next_due_at


def _take(connection: Connection, claimed: set[str], probes: Mapping[str, Probe], lease: Lease) -> tuple[Leased, ...]:
    claim = lease.claim
    admitted = _admitted(connection, claimed, lease, lambda lanes: heads_of(connection, lanes, claim.now))
    if probes:
        seqs = [each.seq for each in probes.values()]
        admitted |= _admitted(connection, set(probes), lease, lambda _: owed_of(connection, seqs))
    leased = _positioned(connection, admitted, claim.until, probes)
    if leased:
        connection.execute(
            _TAKE,
            [
                {
                    "key": key,
                    "state": LaneState.LEASED.value,
                    "token": each.token,
                    "until": each.until,
                    "head": each.head.delivery_id,
                    "node": lease.node,
                }
                for key, each in leased.items()
            ],
        )
    return tuple(leased.values())


Apart = tuple[Leases, Sequence[tuple[str, Exception]]]
"""What was leased; and the deliveries that were set aside, by id, with what each failed of."""


def run_leases_apart(connection: Connection, leases: Sequence[Lease]) -> list[Apart]:
    """The same, each lane apart from the others. Runs on the writer's thread, inside its transaction."""
    return [_lease_apart(connection, lease) for lease in leases]


def _lease_apart(connection: Connection, lease: Lease) -> Apart:
    claimed, probes, next_due_at = _chosen(connection, lease.claim)
    leased: list[Leased] = []
    aside: list[tuple[str, Exception]] = []

    def take(key: str) -> tuple[Leased, ...]:
        is_probe = key in probes
        return _take(connection, set() if is_probe else {key}, {key: probes[key]} if is_probe else {}, lease)

    for key, taken, fault in each_alone(connection, sorted(claimed | probes.keys()), take):
        if fault is None:
            leased.extend(taken or ())
        else:
            aside.append((_set_aside(connection, key, probes.get(key), lease.claim), fault))
    return Leases(leased=tuple(leased), next_due_at=next_due_at), aside


def _set_aside(connection: Connection, key: str, probe: Probe | None, claim: Claim) -> str:
    """Try the head of a lane again later, and answer its id. A liberty lane goes on with what is behind it, any other
    waits for it; no endpoint is probed with it."""
    again_at = claim.now + timedelta(seconds=AGAIN_MOST_S)
    seq = probe.seq if probe is not None else head_seqs(connection, {key}, claim.now).get(key)
    if seq is not None and claim.liberty:
        its = update(schema.deliveries).where(_delivery.seq == seq)
        connection.execute(its.values(due_at=again_at, endpoint_down=False))
        go_on(connection, {key: claim.now})
    else:
        connection.execute(update(schema.deliveries).where(_delivery.seq == seq).values(endpoint_down=False))
        connection.execute(_WAIT, {"key": key, "state": LaneState.WAITING.value, "again_at": again_at})
    return connection.scalar(select(_delivery.delivery_id).where(_delivery.seq == seq)) or key


_WAIT = (
    update(schema.lanes)
    .where(_lane.lane_key == bindparam("key"))
    .values(state=bindparam("state"), due_at=bindparam("again_at"), token=None, node=None, delivery_id=None)
)
_TAKE = (
    update(schema.lanes)
    .where(_lane.lane_key == bindparam("key"))
    .values(
        state=bindparam("state"),
        token=bindparam("token"),
        due_at=bindparam("until"),
        delivery_id=bindparam("head"),
        node=bindparam("node"),
    )
)


def _claimable(connection: Connection, claim: Claim) -> tuple[set[str], datetime | None]:
    """Keys of due lanes, and when the next one falls due of an endpoint that has room.

    In two levels, so that the cost follows the endpoints that have lanes, never the backlog: first the endpoints, the
    one that has waited longest first; then, of each with room, its oldest due lanes.
    """
    endpoints = [
        (due_at, name)
        for name, due_at in connection.execute(_ENDPOINTS, {"liberty": claim.liberty})
        if claim.room(name) > 0
    ]
    chosen: set[str] = set()
    for due_at, name in sorted(endpoints):
        if due_at > claim.now or len(chosen) >= claim.most:
            return chosen, due_at
        room = min(claim.room(name), claim.most - len(chosen))
        due = {"liberty": claim.liberty, "subscription_id": name, "now": claim.now, "room": room}
        chosen.update(connection.scalars(_DUE_LANES, due))
    return chosen, None


_LIBERTY, _NOW = bindparam("liberty", type_=Boolean), bindparam("now", type_=Instant)
_WAITS = (_lane.liberty == _LIBERTY) & (_lane.state != HALTED) & ~_lane.pulled


def _walk() -> Any:
    """(subscription, due time of its first lane) of every endpoint with a lane that is not halted, by index alone."""
    first = select(func.min(_lane.subscription_id).label("name")).where(_WAITS).cte("endpoint", recursive=True)
    following = select(func.min(_lane.subscription_id)).where(_WAITS, _lane.subscription_id > first.c.name)
    walked = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
    due = select(func.min(_lane.due_at)).where(_WAITS, _lane.subscription_id == walked.c.name)
    return select(walked.c.name, due.scalar_subquery()).where(walked.c.name.is_not(None))


_ENDPOINTS = _walk()
_DUE_LANES = (
    select(_lane.lane_key)
    .where(_WAITS, _lane.subscription_id == bindparam("subscription_id"), _lane.due_at <= _NOW)
    .order_by(_lane.due_at)
    .limit(bindparam("room"))
    # What another node is busy with is its own; it is looked at again soon.
    .with_for_update(skip_locked=True)
)


def _admitted(
    connection: Connection, claimed: set[str], lease: Lease, heads_now: Callable[[set[str]], Sequence[Any]]
) -> dict[str, Any]:
    """The head of each claimed lane that may leave; a head that may not is stopped, and the next one is looked at."""
    admitted: dict[str, Any] = {}
    pending = claimed
    while pending:
        heads = heads_now(pending)
        withheld: list[tuple[Any, str]] = []
        superseded: list[tuple[Any, str]] = []
        for row in heads:
            if row.superseded_by is not None:
                superseded.append((row, "superseded"))
            elif (rule := lease.admit(head(row))) is None:
                admitted[row.lane_key] = row
            else:
                withheld.append((row, rule))
        # What might be seen at an earlier attempt and may not any more leaves a void, which is looked at next. What was
        # under way when a correction took it back, and did not arrive, is not sent again.
        stop_rows(connection, withheld, DeliveryState.WITHHELD, reason=VoidReason.WITHHELD, at=lease.claim.now)
        stop_rows(connection, superseded, DeliveryState.SUPERSEDED, reason=VoidReason.SUPERSEDED, at=lease.claim.now)
        go_on(connection, dict.fromkeys(pending - {row.lane_key for row in heads}, lease.claim.now))
        pending = {row.lane_key for row in heads} - set(admitted)
    return admitted


def _positioned(
    connection: Connection, heads: dict[str, Any], until: datetime, probes: Mapping[str, Probe]
) -> dict[str, Leased]:
    """Each head with its position: the one it has, or the next of its lane, written before the first attempt."""
    new = {key for key, row in heads.items() if row.position is None}
    last = last_positions(connection, new)
    positions = {key: row.position or last.get(key, 0) + 1 for key, row in heads.items()}
    if new:
        connection.execute(_POSITION, [{"seq_": heads[key].seq, "given": positions[key]} for key in new])
    return {
        key: Leased(
            head=head(row),
            token=secrets.token_hex(8),
            position=positions[key],
            until=until,
            scheduled_at=probes[key].scheduled_at if key in probes else None,
        )
        for key, row in heads.items()
    }


_POSITION = update(schema.deliveries).where(_delivery.seq == bindparam("seq_")).values(position=bindparam("given"))
