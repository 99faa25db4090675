"""Raising alarms, in the transaction of what they are about. Telling people of them comes after the commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.instants import IST
from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.linking import Disputed, Linked
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.relay import Unserved
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared


def raise_alarms(connection: Connection, alarms: Iterable[Alarm]) -> None:
    """Keep these alarms; one that stands already is not raised twice."""
    rows = [
        {
            "code": alarm.code.value,
            "subject": alarm.subject,
            "case_id": alarm.case_id,
            "event_id": alarm.event_id,
            "place": alarm.place,
            "raised_at": alarm.raised_at,
        }
        for alarm in alarms
    ]
    _RAISE.write(connection, rows)


def _raising(dialect_name: str) -> Insert:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    raising: Insert = dialect.insert(schema.alarms).on_conflict_do_nothing()
    return raising


_RAISE = Prepared(_raising)


def raise_unserved(connection: Connection, unserved: Sequence[Unserved], case_id: str | None, at: datetime) -> None:
    """Orders that name a jail which nobody serves."""
    raise_alarms(
        connection,
        (
            Alarm(
                code=AlarmCode.JAIL_NOT_SERVED,
                subject=each.event_id,
                raised_at=at,
                case_id=case_id,
                event_id=each.event_id,
                place=each.jail.code,
            )
            for each in unserved
        ),
    )


def raise_disputed(connection: Connection, disputed: Sequence[Disputed], case_id: str, at: datetime) -> None:
    """Two jails have the same person."""
    raise_alarms(
        connection,
        (
            Alarm(
                code=AlarmCode.LODGING_DISPUTED,
                subject=f"{case_id}/{each.person}/{each.claimed_by}",
                raised_at=at,
                case_id=case_id,
                event_id=each.event_id,
                place=f"jail//{each.claimed_by}",
            )
            for each in disputed
        ),
    )


def raise_labels_disputed(connection: Connection, record: Record, linked: Linked, at: datetime) -> None:
    """A place gave a case that is not its own a label that narrows: once a case, label and place."""
    place = record.envelope.speaker.written()
    raise_alarms(
        connection,
        (
            Alarm(
                code=AlarmCode.LABEL_DISPUTED,
                subject=f"{case_id}/{label}/{place}",
                raised_at=at,
                case_id=case_id,
                event_id=linked.events[0].event_id,
                place=place,
            )
            for case_id, label in linked.disputed_labels
        ),
    )


def raise_without_standing(
    connection: Connection, record: Record, event_ids: Sequence[str], case_ids: Set[str]
) -> None:
    """A place spoke in cases in which it has no standing: once a case, place and day."""
    envelope = record.envelope
    pairs = list(zip(record.content.events, event_ids, strict=False))
    orders = [event_id for event, event_id in pairs if EVENT_TYPES[event.type].liberty]
    place, day = envelope.speaker.written(), envelope.received_at.astimezone(IST).date()
    raise_alarms(
        connection,
        (
            Alarm(
                code=AlarmCode.ORDER_FROM_WITHOUT if orders else AlarmCode.CLAIM_REFUSED,
                subject=f"{case_id}/{place}/{day}",
                raised_at=envelope.received_at,
                case_id=case_id,
                event_id=orders[0] if orders else event_ids[0],
                place=place,
            )
            for case_id in sorted(case_ids)
        ),
    )
