"""Looking for what has to alert a person, and at what stands.

A look is one command of the writer: it raises what is overdue, clears what has been settled since, and hands out what
nobody was told of yet, once, but for a disputed lodging that has ended meanwhile; court, jail and supervising police
are owed an alert of each in the same transaction.
Bounded: what one look does not reach the next one does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.event_types import ALERTED, GATEWAYS_OWN
from icjs_gateway.routing.alarms import Alarm, AlarmCode, AlarmCount
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.authority.rules import Clocks
from icjs_gateway.routing.lane_names import is_unverified
from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import AT_ONCE_MAX, raise_alarms
from icjs_gateway.stores.alerts import alert
from icjs_gateway.stores.disputes import drop_ended_disputes
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.verification import clear_verified, overdue_verification
from icjs_gateway.stores.waiting_clocks import waited_too_long
from icjs_gateway.stores.writer import Writer

_alarm, _delivery, _event = schema.alarms.c, schema.deliveries.c, schema.events.c
_NO_CLOCKS = Clocks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The command: what is owed since before `overdue_at` is overdue; `clocks` are those of what nobody verified,
    `unmarked` the subscriptions whose contract cannot say that an order is unverified."""

    now: datetime
    overdue_at: datetime
    alerter: Alerter
    clocks: Clocks = _NO_CLOCKS
    unmarked: Set[str] = frozenset()


class StoreAlarms:
    """`Alarms` on the message store."""

    def __init__(
        self,
        writer: Writer,
        alerter: Alerter,
        clocks: Clocks = _NO_CLOCKS,
        unmarked: Callable[[], Set[str]] = frozenset,
    ) -> None:
        self._writer = writer
        self._alerter = alerter
        self._clocks = clocks
        self._unmarked = unmarked

    async def look(self, now: datetime, overdue_after: timedelta) -> Sequence[Alarm]:
        look = Look(
            now=now,
            overdue_at=now - overdue_after,
            alerter=self._alerter,
            clocks=self._clocks,
            unmarked=self._unmarked(),
        )
        new: tuple[Alarm, ...] = await self._writer.submit(run_looks, look)
        return new


def run_looks(connection: Connection, looks: Sequence[Look]) -> list[tuple[Alarm, ...]]:
    """Runs on the writer's thread, inside its transaction."""
    return [_look(connection, look) for look in looks]


def _look(connection: Connection, look: Look) -> tuple[Alarm, ...]:
    raise_alarms(connection, _overdue(connection, look))
    if look.unmarked:
        raise_alarms(connection, _without_their_mark(connection, look))
    unverified = overdue_verification(connection, look.clocks.verify, look.now)
    raise_alarms(connection, unverified)
    clear_verified(connection, unverified, look.now)
    if look.clocks.waiting is not None:
        raise_alarms(connection, waited_too_long(connection, look.clocks.waiting, look.now))
    _clear_settled(connection, look.now)
    rows = drop_ended_disputes(connection, _untold(connection, look.now))
    told = alert(connection, [_alarm_of(row) for row in rows], look.alerter, look.now)
    _note_reached(connection, {row.seq: alarm.reached for row, alarm in zip(rows, told, strict=True)})
    return tuple(alarm for row, alarm in zip(rows, told, strict=True) if row.cleared_at is None)


def _overdue(connection: Connection, look: Look) -> list[Alarm]:
    known = select(_alarm.seq).where(
        _alarm.code == AlarmCode.LIBERTY_UNDELIVERED.value, _alarm.subject == _delivery.delivery_id
    )
    rows = connection.execute(
        select(_delivery.delivery_id, _delivery.subscription_id, _delivery.lane, _event.event_id, _event.case_id)
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .where(
            _delivery.liberty,
            _delivery.state == DeliveryState.OWED.value,
            # Of an alert that does not arrive the operator has the alarm: alarms do not breed.
            _event.type != ALERTED,
            _delivery.owed_at <= look.overdue_at,
            ~known.exists(),
        )
        .order_by(_delivery.owed_at)
        .limit(AT_ONCE_MAX)
    )
    return [
        Alarm(
            code=AlarmCode.LIBERTY_UNDELIVERED,
            subject=row.delivery_id,
            raised_at=look.now,
            # Whoever is told of this case is not told that another one has the person.
            case_id=None if is_unverified(row.lane, row.case_id) else row.case_id,
            event_id=row.event_id,
            place=row.subscription_id,
        )
        for row in rows
    ]


def _without_their_mark(connection: Connection, look: Look) -> list[Alarm]:
    """Orders that nobody verified, owed or sent in a form that cannot say so: once a recipient and order."""
    subject = _event.event_id + "/" + _delivery.subscription_id
    known = select(_alarm.seq).where(_alarm.code == AlarmCode.MARK_NOT_SHOWN.value, _alarm.subject == subject)
    rows = connection.execute(
        select(_event.event_id, _delivery.subscription_id, subject.label("subject"))
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .where(
            _delivery.subscription_id.in_(look.unmarked),
            _event.case_id.is_(None),
            _event.liberty,
            _event.type.not_in(GATEWAYS_OWN),
            ~known.exists(),
        )
        .order_by(_delivery.seq)
        .limit(AT_ONCE_MAX)
    )
    return [
        Alarm(
            code=AlarmCode.MARK_NOT_SHOWN,
            subject=row.subject,
            raised_at=look.now,
            event_id=row.event_id,
            place=row.subscription_id,
        )
        for row in rows
    ]


def _clear_settled(connection: Connection, now: datetime) -> None:
    owed = select(_delivery.delivery_id).where(
        _delivery.delivery_id == _alarm.subject, _delivery.state == DeliveryState.OWED.value
    )
    connection.execute(
        update(schema.alarms)
        .where(_alarm.code == AlarmCode.LIBERTY_UNDELIVERED.value, _alarm.cleared_at.is_(None), ~owed.exists())
        .values(cleared_at=now)
    )


def _untold(connection: Connection, now: datetime) -> Sequence[Any]:
    rows = connection.execute(
        select(schema.alarms)
        .where(_alarm.told_at.is_(None))
        .order_by(_alarm.seq)
        .limit(AT_ONCE_MAX)
        # Another gateway on this store tells of its own.
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        connection.execute(update(schema.alarms).where(_alarm.seq.in_([row.seq for row in rows])).values(told_at=now))
    return rows


def _note_reached(connection: Connection, reached: Mapping[int, int | None]) -> None:
    named = [{"alarm": seq, "count": count} for seq, count in reached.items() if count is not None]
    if named:
        connection.execute(
            update(schema.alarms).where(_alarm.seq == bindparam("alarm")).values(reached=bindparam("count")), named
        )


def _alarm_of(row: object) -> Alarm:
    members = {name: getattr(row, name) for name in Alarm.__slots__}
    return Alarm(**members | {"code": AlarmCode(members["code"])})


def standing(reader: Engine, *, limit: int = 1000) -> list[tuple[int, Alarm]]:
    """Alarms that stand, with their numbers, the oldest first."""
    with reading(reader) as connection:
        rows = connection.execute(
            select(schema.alarms).where(_alarm.cleared_at.is_(None)).order_by(_alarm.seq).limit(limit)
        )
        return [(row.seq, _alarm_of(row)) for row in rows]


def counts(reader: Engine) -> Mapping[AlarmCode, AlarmCount]:
    """How many alarms of each code were ever raised, and how many stand."""
    with reading(reader) as connection:
        rows = connection.execute(
            select(_alarm.code, func.count(), func.count(_alarm.cleared_at)).group_by(_alarm.code)
        ).all()
    return {AlarmCode(code): AlarmCount(raised=raised, standing=raised - cleared) for code, raised, cleared in rows}


def clear(connection: Connection, number: int, *, by: str, reason: str, at: datetime) -> None:
    """A named person has seen to it. Raises NotFound for an alarm that does not stand."""
    cleared = connection.execute(
        update(schema.alarms).where(_alarm.seq == number, _alarm.cleared_at.is_(None)).values(cleared_at=at)
    )
    if not cleared.rowcount:
        raise NotFound(f"There is no standing alarm {number}.")
    leaf = leaf_row("alarm.cleared", {"alarm": number, "by": by, "reason": reason}, at)
    connection.execute(insert(schema.audit_leaves), [leaf])
