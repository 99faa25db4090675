"""Looking for what has to alert a person, and at what stands.

A look is one command of the writer: it raises what is overdue, clears what has been settled since, and hands out what
nobody was told of yet, once, but for a disputed lodging that has ended meanwhile; an order that is undelivered still is
handed out again, every few hours. Court, jail and supervising police are owed an alert of each in the same
transaction. Steps and alarms fail apart from one another. Bounded: what one look does not reach the next one does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select, update

from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.event_types import GATEWAYS_OWN
from icjs_gateway.routing.alarms import Alarm, AlarmCode, AlarmCount, Looked
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.authority.rules import Clocks
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import AT_ONCE_MAX, clear_alarms, raise_alarms
from icjs_gateway.stores.alerts import alert
from icjs_gateway.stores.apart import alone, each_alone, set_or_alone
from icjs_gateway.stores.disputes import drop_ended_disputes
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.evidence import write_leaves
from icjs_gateway.stores.loop_alarms import LoopNote, run_loop_notes
from icjs_gateway.stores.undelivered import (
    NOBODY,
    Lacking,
    clear_delivered,
    lacking_of,
    raise_undelivered,
    recipients_lacking,
)
from icjs_gateway.stores.verification import clear_verified, overdue_verification
from icjs_gateway.stores.waiting_clocks import waited_too_long
from icjs_gateway.stores.writer import Writer

_alarm, _delivery, _event = schema.alarms.c, schema.deliveries.c, schema.events.c
_NO_CLOCKS = Clocks()
UNDELIVERED = AlarmCode.LIBERTY_UNDELIVERED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The command: what is owed since before `overdue_at` is overdue, and what was told before `again_at` and still
    stands is told again; `clocks` are those of what nobody verified, `unmarked` the subscriptions whose contract cannot
    say that an order is unverified. Alarms `leaving_out` are told another time."""

    now: datetime
    overdue_at: datetime
    again_at: datetime
    alerter: Alerter
    clocks: Clocks = _NO_CLOCKS
    unmarked: Set[str] = frozenset()
    leaving_out: Set[int] = frozenset()


class StoreAlarms:
    """`Alarms` on the message store."""

    def __init__(
        self,
        writer: Writer,
        alerter: Alerter,
        clocks: Clocks = _NO_CLOCKS,
        unmarked: Callable[[], Set[str]] = frozenset,
        node: str = "",
    ) -> None:
        self._writer = writer
        self._alerter = alerter
        self._clocks = clocks
        self._unmarked = unmarked
        self._node = node

    async def look(
        self,
        now: datetime,
        overdue_after: timedelta,
        again_after: timedelta = timedelta(hours=6),
        leaving_out: Set[int] = frozenset(),
    ) -> Looked:
        look = Look(
            now=now,
            overdue_at=now - overdue_after,
            again_at=now - again_after,
            alerter=self._alerter,
            clocks=self._clocks,
            unmarked=self._unmarked(),
            leaving_out=leaving_out,
        )
        looked: Looked = await self._writer.submit(run_looks, look)
        return looked

    async def note_loop(self, name: LoopName, *, is_failing: bool, at: datetime) -> None:
        await self._writer.submit(run_loop_notes, LoopNote(node=self._node, name=name, is_failing=is_failing, at=at))


def run_looks(connection: Connection, looks: Sequence[Look]) -> list[Looked]:
    """Runs on the writer's thread, inside its transaction."""
    return [_look(connection, look) for look in looks]


Faulty = list[tuple[str, Exception]]
"""Rows that failed alone, by what they are about."""


def _look(connection: Connection, look: Look) -> Looked:
    """Every step apart from the others, and every alarm apart from the others."""
    looked = Looked()
    for step in _STEPS:
        faulty, fault = alone(connection, lambda step=step: step(connection, look))  # type: ignore[misc]
        looked.aside.update({f"{step.__name__.strip('_')}/{row}": each for row, each in faulty or ()})
        if fault is not None:
            looked.failed[step.__name__.strip("_")] = fault
    _tell(connection, look, looked)
    return looked


def _undelivered(connection: Connection, look: Look) -> Faulty:
    return raise_undelivered(connection, look.overdue_at, look.now)


def _unmarked(connection: Connection, look: Look) -> Faulty:
    return _raised(connection, _without_their_mark(connection, look)) if look.unmarked else []


def _unverified(connection: Connection, look: Look) -> Faulty:
    unverified = overdue_verification(connection, look.clocks.verify, look.now)
    faulty = _raised(connection, unverified)
    clear_verified(connection, unverified, look.now)
    return faulty


def _waiting(connection: Connection, look: Look) -> Faulty:
    if look.clocks.waiting is None:
        return []
    return _raised(connection, waited_too_long(connection, look.clocks.waiting, look.now))


def _delivered(connection: Connection, look: Look) -> Faulty:
    clear_delivered(connection, look.now)
    return []


_STEPS = (_undelivered, _unmarked, _unverified, _waiting, _delivered)


def _raised(connection: Connection, alarms: Sequence[Alarm]) -> Faulty:
    faulty = set_or_alone(connection, alarms, lambda some: raise_alarms(connection, some))
    return [(f"{alarm.code.value}/{alarm.subject}", fault) for alarm, fault in faulty]


def _tell(connection: Connection, look: Look, looked: Looked) -> None:
    """Tell of what nobody was told of yet, or not for long. What cannot be told is left for a while."""
    rows = _to_tell(connection, look)
    found, fault = alone(connection, lambda: _told(connection, rows, look))
    if fault is None:
        looked.alarms.extend(found or ())
        return
    for row, alarms, of_it in each_alone(connection, rows, lambda row: _told(connection, [row], look)):
        if of_it is None:
            looked.alarms.extend(alarms or ())
        else:
            # The operator is told of the alarm all the same, by the log.
            looked.aside[f"alarm/{row.seq}"] = of_it
            looked.untold[f"alarm/{row.seq}"] = _alarm_of(row)


def _told(connection: Connection, rows: Sequence[Any], look: Look) -> list[Alarm]:
    """Owe the alerts of these alarms; answers those that stand, as they were told."""
    rows = drop_ended_disputes(connection, rows, look.now)
    if not rows:
        return []
    lacking = lacking_of(connection, {row.subject for row in rows if row.code == UNDELIVERED})
    alarms = [_with_recipients(_alarm_of(row), lacking) for row in rows]
    told = alert(connection, alarms, look.alerter, look.now)
    connection.execute(
        update(schema.alarms).where(_alarm.seq == bindparam("alarm")).values(told_at=look.now, reached=bindparam("n")),
        [{"alarm": row.seq, "n": alarm.reached} for row, alarm in zip(rows, told, strict=True)],
    )
    facts = [
        {"alarm": row.seq, "code": row.code, "reached": alarm.reached, "recipients": list(alarm.recipients)}
        for row, alarm in zip(rows, told, strict=True)
    ]
    write_leaves(connection, "alarm.told", facts, look.now)
    return [alarm for row, alarm in zip(rows, told, strict=True) if row.cleared_at is None]


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


def _to_tell(connection: Connection, look: Look) -> Sequence[Any]:
    """Alarms that nobody was told of yet; and those of undelivered orders that were told long ago and stand still."""
    new = select(schema.alarms).where(_alarm.told_at.is_(None))
    still = select(schema.alarms).where(
        _alarm.code == AlarmCode.LIBERTY_UNDELIVERED.value,
        _alarm.cleared_at.is_(None),
        _alarm.told_at <= look.again_at,
    )
    return [
        row
        for wanted in (new, still)
        for row in connection.execute(
            wanted.where(_alarm.seq.not_in(look.leaving_out))
            .order_by(_alarm.seq)
            .limit(AT_ONCE_MAX)
            # Another gateway on this store tells of its own.
            .with_for_update(skip_locked=True)
        )
    ]


def _alarm_of(row: object) -> Alarm:
    members = {name: getattr(row, name) for name in Alarm.__slots__ if name != "recipients"}
    return Alarm(**members | {"code": AlarmCode(members["code"])})


def _with_recipients(alarm: Alarm, lacking: Mapping[str, Lacking]) -> Alarm:
    """The alarm with those who lack its order. It is told in the case only while one of them is told of the case."""
    if alarm.code is not AlarmCode.LIBERTY_UNDELIVERED:
        return alarm
    who = lacking.get(alarm.subject, NOBODY)
    return replace(alarm, recipients=who.recipients, case_id=alarm.case_id if who.is_in_case else None)


def standing(reader: Engine, *, limit: int = 1000) -> list[tuple[int, Alarm]]:
    """Alarms that stand, with their numbers, the oldest first."""
    with reading(reader) as connection:
        rows = connection.execute(
            select(schema.alarms).where(_alarm.cleared_at.is_(None)).order_by(_alarm.seq).limit(limit)
        ).all()
        lacking = lacking_of(connection, {row.subject for row in rows if row.code == UNDELIVERED})
    return [(row.seq, replace(_alarm_of(row), recipients=lacking.get(row.subject, NOBODY).recipients)) for row in rows]


def counts(reader: Engine) -> Mapping[AlarmCode, AlarmCount]:
    """How many alarms of each code were ever raised and stand, and how many recipients lack what they are about."""
    with reading(reader) as connection:
        rows = connection.execute(
            select(_alarm.code, func.count(), func.count(_alarm.cleared_at)).group_by(_alarm.code)
        ).all()
        lacking = recipients_lacking(connection)
    return {
        AlarmCode(code): AlarmCount(
            raised=raised, standing=raised - cleared, recipients=lacking if code == UNDELIVERED else 0
        )
        for code, raised, cleared in rows
    }


def clear(connection: Connection, number: int, *, by: str, reason: str, at: datetime) -> None:
    """A named person has seen to it. Raises NotFound for an alarm that does not stand."""
    if not clear_alarms(connection, _alarm.seq == number, at, reason=reason, by=by):
        raise NotFound(f"There is no standing alarm {number}.")
