"""Deliveries of what left a case: those still owed are stopped, and whoever was sent one is told that it is not the
case's."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, or_, select, tuple_, update

from icjs_gateway.model.event_types import GATEWAYS_OWN, ORDER_LINKED, SETTLED
from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.withdrawal import Member, tell_withdrawn
from icjs_gateway.stores import schema
from icjs_gateway.stores.lane_rows import hold_lanes
from icjs_gateway.stores.ledger_rows import write_told
from icjs_gateway.stores.voids import stop_deliveries

_event, _delivery = schema.events.c, schema.deliveries.c
OUTCOME = "claim-withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A subscription was sent an event of a case, in this lane, by a message that has left the case, or because of
    one."""

    delivery_id: str
    case_id: str
    identity: str
    event_id: str
    subscription_id: str
    lane: str
    liberty: bool
    delivered_at: datetime | None
    """None while nobody knows whether it arrived."""


def stop_owed(connection: Connection, case_id: str, gone: Sequence[Member], at: datetime) -> tuple[int, list[Sent]]:
    """Stop what is owed of these messages as messages of the case. Answers how many deliveries that were, and what
    was sent already or is under way."""
    of_message = {member.identity: member.event_ids for member in gone}
    told = _told(connection, case_id, gone)
    return _stop(connection, told, lambda row: _about(row, of_message[row.identity]), at)


def stop_undue(connection: Connection, pairs: Set[tuple[str, str]], at: datetime) -> tuple[int, list[Sent]]:
    """Likewise what is owed of events that stay in their case, to subscriptions that need not have them: pairs of event
    and subscription."""
    if not pairs:
        return 0, []
    told = connection.execute(
        _DELIVERIES.where(
            tuple_(_delivery.event_id, _delivery.subscription_id).in_(sorted(pairs)), _delivery.state.in_(_STATES)
        ).order_by(_delivery.seq)
    ).all()
    return _stop(connection, told, lambda row: (row.event_id,), at)


def _stop(
    connection: Connection, told: Sequence[Any], about: Callable[[Any], Sequence[str]], at: datetime
) -> tuple[int, list[Sent]]:
    owed = [row for row in told if row.state == DeliveryState.OWED.value]
    hold_lanes(connection, {row.lane_key for row in told})
    stopped = set(
        stop_deliveries(
            connection,
            [row.delivery_id for row in owed],
            DeliveryState.WITHDRAWN,
            outcome=OUTCOME,
            reason=VoidReason.WITHDRAWN,
            at=at,
        )
        if owed
        else ()
    )
    return len(stopped), [
        Sent(
            delivery_id=row.delivery_id,
            case_id=row.case_id,
            identity=row.identity,
            event_id=event_id,
            subscription_id=row.subscription_id,
            lane=row.lane,
            liberty=row.liberty,
            delivered_at=row.settled_at if row.state == DeliveryState.DELIVERED.value else None,
        )
        for row in told
        if row.delivery_id not in stopped
        for event_id in about(row)
    ]


def tell_sent(connection: Connection, sent: Sequence[Sent], ids: Ids, at: datetime) -> None:
    """Each subscription is told once a case, in each lane in which it was sent something."""
    by_lane: dict[tuple[str, str, str], list[Sent]] = {}
    for each in sent:
        by_lane.setdefault((each.case_id, each.subscription_id, each.lane), []).append(each)
    for (case_id, subscription_id, lane), mine in sorted(by_lane.items()):
        told = tell_withdrawn(
            case_id,
            tuple(dict.fromkeys(each.event_id for each in mine)),
            subscription_id=subscription_id,
            lane=lane,
            liberty=mine[0].liberty,
            at=at,
            ids=ids,
        )
        write_told(connection, mine[0].identity, told, at)
        # What is under way cannot be stopped; should it fail, it is not sent again.
        under_way = [each.delivery_id for each in mine if each.delivered_at is None]
        connection.execute(
            update(schema.deliveries)
            .where(_delivery.delivery_id.in_(under_way), _delivery.state == DeliveryState.OWED.value)
            .values(superseded_by=told.event.event_id)
        )


_STATES = (DeliveryState.OWED.value, DeliveryState.DELIVERED.value, DeliveryState.DEAD.value)
_DELIVERIES = select(
    _delivery.delivery_id,
    _delivery.subscription_id,
    _delivery.lane_key,
    _delivery.lane,
    _delivery.liberty,
    _delivery.state,
    _delivery.settled_at,
    _event.event_id,
    _event.identity,
    _event.case_id,
    _event.type,
    _event.data,
).join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)


def _told(connection: Connection, case_id: str, gone: Sequence[Member]) -> Sequence[Any]:
    """What was, or is, to be sent of these messages with this case. An order that went out unlinked is not."""
    in_its_lanes = or_(_delivery.lane == case_id, _delivery.lane.startswith(f"{case_id}/", autoescape=True))
    return connection.execute(
        _DELIVERIES.where(
            _event.identity.in_([member.identity for member in gone]),
            _event.case_id == case_id,
            _delivery.state.in_(_STATES),
            or_(
                _event.type.not_in(GATEWAYS_OWN) & in_its_lanes,
                _event.type.in_([ORDER_LINKED, SETTLED]),
            ),
        ).order_by(_delivery.seq)
    ).all()


def _about(row: Any, event_ids: Sequence[str]) -> Sequence[str]:
    """The events that somebody was told to be the case's."""
    if row.type == SETTLED:
        return event_ids
    return (from_json(row.data)["order"]["event_id"],) if row.type == ORDER_LINKED else (row.event_id,)
