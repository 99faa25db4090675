"""Raising alarms, in the transaction of what they are about. Telling people of them comes after the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.instants import IST, start_of_day
from icjs_gateway.routing.alarms import UNKNOWN_PLACES_MOST, Alarm, AlarmCode
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.relay import Unserved
from icjs_gateway.stores import schema
from icjs_gateway.stores.evidence import write_leaves

_alarm = schema.alarms.c

AT_ONCE_MAX = 500
"""Alarms of a kind that one look raises; the next look goes on."""


def raise_alarms(connection: Connection, alarms: Iterable[Alarm]) -> None:
    """Keep these alarms; one that stood already is not raised twice."""
    _raise(connection, alarms, lambda raising: raising.on_conflict_do_nothing())


def raise_again(connection: Connection, alarms: Iterable[Alarm]) -> None:
    """The same; but one that was cleared stands again, and so does one of which its case was not known."""

    def again(raising: Any) -> Any:
        new = raising.excluded
        return raising.on_conflict_do_update(
            index_elements=["code", "subject"],
            set_={
                "cleared_at": None,
                "told_at": None,
                "raised_at": new.raised_at,
                "case_id": func.coalesce(_alarm.case_id, new.case_id),
            },
            where=_alarm.cleared_at.is_not(None) | (_alarm.case_id.is_(None) & new.case_id.is_not(None)),
        )

    _raise(connection, alarms, again)


def clear_alarms(
    connection: Connection, which: ColumnElement[bool], at: datetime, *, reason: str, by: str | None = None
) -> Sequence[int]:
    """Clear the alarms that stand and are among these. Answers their numbers."""
    cleared = connection.execute(
        update(schema.alarms)
        .where(which, _alarm.cleared_at.is_(None))
        .values(cleared_at=at)
        .returning(_alarm.seq, _alarm.code)
    ).all()
    facts = [{"alarm": row.seq, "code": row.code, "by": by, "reason": reason} for row in cleared]
    write_leaves(connection, "alarm.cleared", facts, at)
    return [row.seq for row in cleared]


def _raise(connection: Connection, alarms: Iterable[Alarm], unless: Callable[[Any], Any]) -> None:
    rows: list[dict[str, Any]] = [
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
    if not rows:
        return
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    raising = unless(dialect.insert(schema.alarms)).returning(
        _alarm.seq, _alarm.code, _alarm.subject, _alarm.case_id, _alarm.event_id
    )
    facts = [
        {"alarm": row.seq} | {name: getattr(row, name) for name in ("code", "subject", "case_id", "event_id")}
        for row in connection.execute(raising, rows)
    ]
    write_leaves(connection, "alarm.raised", facts, rows[0]["raised_at"])


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


def raise_cnr_disputed(connection: Connection, record: Record, event_ids: Sequence[str], case_ids: Set[str]) -> None:
    """A message names a FIR and the CNR of another one: once a case, CNR and day."""
    envelope = record.envelope
    day = envelope.received_at.astimezone(IST).date()
    raise_alarms(
        connection,
        (
            Alarm(
                code=AlarmCode.CNR_DISPUTED,
                subject=f"{case_id}/{record.content.case.cnr}/{day}",
                raised_at=envelope.received_at,
                case_id=case_id,
                event_id=event_ids[0],
                place=envelope.speaker.written(),
            )
            for case_id in sorted(case_ids)
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
        clear_alarms(connection, _alarm.seq.in_(settled), at, reason="the place has a row")


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
