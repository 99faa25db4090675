"""Outages of endpoints: who is to be probed, and what falls due again when an endpoint is well.

A row says that an endpoint is down for a share of its deliveries, and when the oldest of what waits is tried again; of
several gateways on a store one makes that probe. With the first delivery that the recipient takes, what waits because
of the endpoint falls due: some lanes at once, and some more with each further one that it takes, so that however much
waits, neither the recipient nor this transaction has it all at once. What the recipient refused waits on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from icjs_gateway.routing.lanes import Claim, Delivered, LaneState, Settlement
from icjs_gateway.stores import schema
from icjs_gateway.stores.schema import HALTED, OWED, WAITING, Instant

_lane, _delivery, _outage = schema.lanes.c, schema.deliveries.c, schema.outages.c
_FREED_AT_ONCE = 32
"""Lanes that fall due with one delivery that a recipient takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A delivery, by its `seq`, that is tried out of turn, and when its own schedule has it tried."""

    lane_key: str
    subscription_id: str
    seq: int
    scheduled_at: datetime


def due_probes(connection: Connection, claim: Claim) -> dict[str, Probe]:
    """By lane what endpoints are probed with now, one an endpoint.

    The next probe is not before this one's lease ends, unless its settlement says so. An outage behind which nothing
    waits any more is over.
    """
    probes: dict[str, Probe] = {}
    down = connection.scalars(_DUE, {"liberty": claim.liberty, "now": claim.now, "most": claim.most})
    for subscription_id in list(down):
        if claim.room_for_probe(subscription_id) <= 0:
            continue
        its = {"subscription_id": subscription_id, "liberty": claim.liberty}
        oldest = connection.execute(_OLDEST, its).first()
        if oldest is None:
            connection.execute(_OVER, its)
            continue
        connection.execute(_PROBING, {"its": subscription_id, "share": claim.liberty, "until": claim.until})
        probes[oldest.lane_key] = Probe(**oldest._mapping)
    return probes


_DUE = (
    select(_outage.subscription_id)
    .where(
        _outage.liberty == bindparam("liberty", type_=Boolean),
        _outage.probe_at <= bindparam("now", type_=Instant),
    )
    .order_by(_outage.probe_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def _waiting(*columns: Any) -> Any:
    return select(*columns).where(
        _lane.subscription_id == bindparam("subscription_id"),
        _lane.state == WAITING,
        # Which follows from the other, as SQLite does not see: its index has no halted lane.
        _lane.state != HALTED,
    )


_OLDEST = (
    _waiting(
        _lane.lane_key,
        _lane.subscription_id,
        _delivery.seq,
        # An order keeps its own time, because its lane does not wait for it; of others the lane keeps it.
        func.coalesce(_delivery.due_at, _lane.due_at, type_=Instant).label("scheduled_at"),
    )
    .join_from(schema.lanes, schema.deliveries, _delivery.lane_key == _lane.lane_key)
    .where(_lane.liberty == bindparam("liberty", type_=Boolean), _delivery.state == OWED, _delivery.endpoint_down)
    .order_by(_delivery.seq)
    .limit(1)
    .with_for_update(skip_locked=True, of=schema.lanes)
)
_PROBING = (
    update(schema.outages)
    .where(_outage.subscription_id == bindparam("its"), _outage.liberty == bindparam("share"))
    .values(probe_at=bindparam("until"))
)
_OVER = delete(schema.outages).where(
    _outage.subscription_id == bindparam("subscription_id"), _outage.liberty == bindparam("liberty")
)


def note_outages(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Learn of endpoints from attempts: who is down and to be probed, and who is well."""
    failed = [each for each in settlements if each.probe_at is not None]
    probed = {_share(each): each for each in failed if each.leased.scheduled_at is not None}
    begun = {_share(each): each for each in failed if each.endpoint_down and _share(each) not in probed}
    if begun:
        connection.execute(_upsert(connection, does_know_better=False), _rows(begun))
    if probed:
        connection.execute(_upsert(connection, does_know_better=True), _rows(probed))
    taken = {each.leased.head.subscription_id: each for each in settlements if isinstance(each.verdict, Delivered)}
    if not taken:
        return
    for subscription_id in connection.scalars(_DOWN, {"names": sorted(taken)}).all():
        each = taken[subscription_id]
        _free(connection, subscription_id, each.attempted_at)


_DOWN = (
    select(_outage.subscription_id).where(_outage.subscription_id.in_(bindparam("names", expanding=True))).distinct()
)


def _share(settlement: Settlement) -> tuple[str, bool]:
    head = settlement.leased.head
    return head.subscription_id, head.liberty


def _rows(settlements: Mapping[tuple[str, bool], Settlement]) -> list[dict[str, Any]]:
    """In one order, so that several writers never wait for each other in a ring."""
    return [
        {"subscription_id": name, "liberty": liberty, "since": each.attempted_at, "probe_at": each.probe_at}
        for (name, liberty), each in sorted(settlements.items(), key=lambda item: item[0])
    ]


def _upsert(connection: Connection, *, does_know_better: bool) -> Any:
    """A probe says when the next one is; any other failure only that there is an outage."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(schema.outages)
    keys = ["subscription_id", "liberty"]
    if not does_know_better:
        return insert.on_conflict_do_nothing(index_elements=keys)
    return insert.on_conflict_do_update(index_elements=keys, set_={"probe_at": insert.excluded.probe_at})


def _free(connection: Connection, subscription_id: str, at: datetime) -> None:
    """Some of the lanes that wait because of an endpoint that is well fall due, those of liberty events first."""
    rows = connection.execute(_BEHIND_OUTAGE, {"subscription_id": subscription_id}).all()
    if rows:
        _hasten(connection, [row.lane_key for row in rows], at)
    if len(rows) < _FREED_AT_ONCE:
        connection.execute(delete(schema.outages).where(_outage.subscription_id == subscription_id))


_UNREACHED = (
    select(_delivery.seq)
    .where(_delivery.lane_key == _lane.lane_key, _delivery.state == OWED, _delivery.endpoint_down)
    .correlate(schema.lanes)
    .exists()
)
_BEHIND_OUTAGE = (
    _waiting(_lane.lane_key)
    .where(_lane.liberty.in_([True, False]), _UNREACHED)
    .order_by(_lane.liberty.desc(), _lane.due_at)
    .limit(_FREED_AT_ONCE)
    .with_for_update(skip_locked=True, of=schema.lanes)
)


def _hasten(connection: Connection, lane_keys: Iterable[str], at: datetime) -> None:
    lanes = {"lane_keys": list(lane_keys), "at": at}
    connection.execute(_DUE_DELIVERIES, lanes)
    connection.execute(_READY, lanes)


_DUE_DELIVERIES = (
    update(schema.deliveries)
    .where(
        _delivery.lane_key.in_(bindparam("lane_keys", expanding=True)),
        _delivery.state == OWED,
        _delivery.endpoint_down,
        _delivery.due_at > bindparam("at"),
    )
    .values(due_at=bindparam("at"))
)
_READY = (
    update(schema.lanes)
    .where(_lane.lane_key.in_(bindparam("lane_keys", expanding=True)))
    .values(state=LaneState.READY.value, due_at=bindparam("at"))
)
