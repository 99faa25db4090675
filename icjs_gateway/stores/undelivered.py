"""Orders about somebody's liberty that recipients do not have: one alarm a matter, which lists who has not got it.

The matter is the order, whoever has not got it and in whatever form: the void of an order, and the word that an order
belongs to a case, are of the same matter. A delivery that becomes overdue is written down with its matter once, in
`alarm_deliveries`; the alarm stands until nothing of its matter is owed, and stands again when something new of it
becomes overdue. Of an alert that does not arrive there is no alarm: alerts never breed alerts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, case, func, select

from icjs_gateway.model.event_types import ALERTED, GATEWAYS_OWN, ORDER_LINKED, VOIDED
from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.lane_names import is_unverified
from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import AT_ONCE_MAX, clear_alarms, raise_again
from icjs_gateway.stores.apart import set_or_alone
from icjs_gateway.stores.prepared import unless_there

_alarm, _delivery, _event, _member = schema.alarms.c, schema.deliveries.c, schema.events.c, schema.alarm_deliveries.c
_OWED = DeliveryState.OWED.value
_CODE = AlarmCode.LIBERTY_UNDELIVERED
_STEPS_MOST = 4
"""From a void of a void of the word that an order was linked to the order itself."""


def raise_undelivered(connection: Connection, overdue_at: datetime, now: datetime) -> list[tuple[str, Exception]]:
    """Raise an alarm for every matter of which something has been owed since before `overdue_at`. Answers the
    deliveries that this failed of, by id."""
    rows = _overdue(connection, overdue_at)
    faulty = set_or_alone(connection, rows, lambda some: _raise(connection, some, now))
    return [(row.delivery_id, fault) for row, fault in faulty]


def clear_delivered(connection: Connection, now: datetime) -> None:
    """Clear the alarms of matters of which nothing is owed any more."""
    owed = _members_owed().where(_member.matter == _alarm.subject).correlate(schema.alarms)
    clear_alarms(connection, (_alarm.code == _CODE.value) & ~owed.exists(), now, reason="delivered or stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """The subscriptions that have not got what they are owed of a matter, sorted; and whether one of them is told of
    its case: whoever has the person by the record of another case is not."""

    recipients: tuple[str, ...] = ()
    is_in_case: bool = False


NOBODY = Lacking()


def lacking_of(connection: Connection, matters: Set[str]) -> Mapping[str, Lacking]:
    """By matter, who has not got it."""
    if not matters:
        return {}
    wanted = _members_owed().add_columns(_delivery.lane, _event.case_id).where(_member.matter.in_(matters))
    found: dict[str, dict[str, bool]] = {}
    for row in connection.execute(wanted.join(schema.events, _event.event_id == _delivery.event_id)):
        names = found.setdefault(row.matter, {})
        is_in_case = row.case_id is not None and not is_unverified(row.lane, row.case_id)
        names[row.subscription_id] = names.get(row.subscription_id, False) or is_in_case
    return {
        matter: Lacking(recipients=tuple(sorted(names)), is_in_case=any(names.values()))
        for matter, names in found.items()
    }


def recipients_lacking(connection: Connection) -> int:
    """How many recipients have not got what they are owed of a matter, each counted once a matter."""
    return connection.scalar(select(func.count()).select_from(_members_owed().distinct().subquery())) or 0


def _members_owed() -> Any:
    return (
        select(_member.matter, _delivery.subscription_id)
        .join_from(schema.alarm_deliveries, schema.deliveries, _delivery.delivery_id == _member.delivery_id)
        .where(_delivery.state == _OWED, _member.matter.is_not(None))
    )


def _overdue(connection: Connection, overdue_at: datetime) -> Sequence[Any]:
    known = select(_member.delivery_id).where(_member.delivery_id == _delivery.delivery_id)
    return connection.execute(
        select(
            _delivery.delivery_id,
            _delivery.lane,
            _event.event_id,
            _event.case_id,
            _event.type,
            case((_event.type.in_(GATEWAYS_OWN), _event.data)).label("data"),
        )
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .where(
            _delivery.liberty,
            _delivery.state == _OWED,
            _event.type != ALERTED,
            _delivery.owed_at <= overdue_at,
            ~known.exists(),
        )
        .order_by(_delivery.owed_at)
        .limit(AT_ONCE_MAX)
    ).all()


def _raise(connection: Connection, rows: Sequence[Any], now: datetime) -> None:
    matters = _matters(connection, rows)
    members = [
        # What is about an alert is written down too, so that it is looked at once; it has no alarm.
        {"delivery_id": row.delivery_id, "matter": None if matter.type == ALERTED else matter.event_id}
        for row, matter in matters
    ]
    connection.execute(unless_there(connection.dialect.name, schema.alarm_deliveries), members)
    alarms: dict[str, Alarm] = {}
    for row, matter in matters:
        if matter.type == ALERTED:
            continue
        # Whoever is told of this case is not told that another one has the person.
        case_id = None if is_unverified(row.lane, row.case_id) else matter.case_id
        if case_id is not None or matter.event_id not in alarms:
            alarms[matter.event_id] = Alarm(
                code=_CODE, subject=matter.event_id, raised_at=now, case_id=case_id, event_id=matter.event_id
            )
    raise_again(connection, list(alarms.values()))


def _matters(connection: Connection, rows: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each row with the event that it is about in the end: itself; of a word of the gateway's own, what that names."""
    events = {row.event_id: row for row in rows}
    about = {row.event_id: row for row in rows}
    for _ in range(_STEPS_MOST):
        named = {event_id: name for event_id, at in about.items() if (name := _names(at)) is not None}
        missing = set(named.values()) - events.keys()
        events |= _events(connection, missing)
        about |= {event_id: events[name] for event_id, name in named.items() if name in events}
        if not named:
            break
    return [(row, about[row.event_id]) for row in rows]


def _names(event: Any) -> str | None:
    """The id of the event that a word of the gateway's own is about; None for what speaks for itself, or cannot be
    read."""
    if event.type not in (VOIDED, ORDER_LINKED):
        return None
    try:
        told = from_json(event.data)
        return str(told["voids"] if event.type == VOIDED else told["order"]["event_id"])
    except (ValueError, TypeError, KeyError):
        return None


def _events(connection: Connection, event_ids: Set[str]) -> dict[str, Any]:
    if not event_ids:
        return {}
    wanted = select(_event.event_id, _event.type, _event.case_id, _event.data).where(_event.event_id.in_(event_ids))
    return {row.event_id: row for row in connection.execute(wanted)}
