"""Raising alarms, in the transaction of what they are about. Telling people of them comes after the commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Insert, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.instants import IST, start_of_day
from icjs_gateway.routing.alarms import UNKNOWN_PLACES_MOST, Alarm, AlarmCode
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.relay import Unserved
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared

_alarm = schema.alarms.c

AT_ONCE_MAX = 500
"""Alarms of a kind that one look raises; the next look goes on."""


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


def raise_unknown_place(connection: Connection, record: Record, event_id: str) -> None:
    """A place spoke that no row knows: once a place, and of one partner so many a day, which is told as well."""
    envelope = record.envelope
    place, at = envelope.speaker.written(), envelope.received_at
    known = select(_alarm.seq).where(_alarm.code == AlarmCode.PLACE_UNKNOWN.value, _alarm.subject == place)
    if connection.scalar(known) is not None:
        return
    day = at.astimezone(IST).date()
    asked = (
        select(func.count())
        .select_from(schema.alarms)
        .join(schema.events, schema.events.c.event_id == _alarm.event_id)
        .join(schema.messages, schema.messages.c.identity == schema.events.c.identity)
        .where(
            _alarm.code == AlarmCode.PLACE_UNKNOWN.value,
            _alarm.raised_at >= start_of_day(day),
            schema.messages.c.partner_id == envelope.partner_id,
        )
    )
    if (connection.scalar(asked) or 0) < UNKNOWN_PLACES_MOST:
        alarm = Alarm(code=AlarmCode.PLACE_UNKNOWN, subject=place, raised_at=at, event_id=event_id, place=place)
    else:
        more = f"{envelope.partner_id}/{day}"
        alarm = Alarm(code=AlarmCode.PLACE_UNKNOWN, subject=more, raised_at=at, place=envelope.partner_id)
    raise_alarms(connection, [alarm])


def settle_known_places(connection: Connection, known: Set[tuple[str, str]], at: datetime) -> None:
    """Clear what was asked about these places, by (kind, code): they have rows by now."""
    standing = (_alarm.code == AlarmCode.PLACE_UNKNOWN.value) & _alarm.cleared_at.is_(None)
    rows = connection.execute(select(_alarm.seq, _alarm.subject).where(standing, _alarm.event_id.is_not(None))).all()
    settled = []
    for seq, subject in rows:
        speaker = Speaker.read(subject)
        if speaker.code is not None and (speaker.kind.value, speaker.code) in known:
            settled.append(seq)
    if settled:
        connection.execute(update(schema.alarms).where(_alarm.seq.in_(settled)).values(cleared_at=at))


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
