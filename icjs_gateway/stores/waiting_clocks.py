"""What nobody verified does not wait unseen: orders that hold somebody lapse, and other claims are brought up once.

A lapse is an act of the watch, written to the obligation that the order made (`withdrawn`); from then on the order
corroborates nobody else's word (`beside`). It stays at the exceptions desk, its delivery is not stopped, and if its
case comes it goes there like any other message: nothing is lost. An order that frees never lapses.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from icjs_gateway.model.instants import IST
from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.authority.claims import ClaimKind
from icjs_gateway.routing.authority.rules import WaitLimits
from icjs_gateway.routing.obligations import HOLDING, VERIFY, ObligationState
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import AT_ONCE_MAX
from icjs_gateway.stores.verification import case_named

_row, _alarm, _event, _claim = schema.obligations.c, schema.alarms.c, schema.events.c, schema.claims.c
_SUNDAY = 6


def waited_too_long(connection: Connection, waiting: WaitLimits, now: datetime) -> list[Alarm]:
    """Alarms of what is about to lapse, of what lapses now, and of claims that nobody looked at."""
    warned = _holding(connection, AlarmCode.HOLD_LAPSING, now - timedelta(days=waiting.hold_warns_after_days), now)
    lapsed = _holding(connection, AlarmCode.HOLD_LAPSED, now - timedelta(days=waiting.hold_lapses_after_days), now)
    connection.execute(
        update(schema.obligations)
        .where(_row.key.in_([alarm.subject for alarm in lapsed]))
        .values(state=ObligationState.WITHDRAWN.value, answered_at=now)
    )
    return [*warned, *lapsed, *_unanswered(connection, waiting, now)]


def court_days_before(now: datetime, days: int) -> datetime:
    """The instant so many court days ago. Every day but a Sunday counts: no calendar of the courts is known."""
    at = now
    while days:
        at -= timedelta(days=1)
        days -= at.astimezone(IST).weekday() != _SUNDAY
    return at


def _holding(connection: Connection, code: AlarmCode, opened_before: datetime, now: datetime) -> list[Alarm]:
    known = select(_alarm.seq).where(_alarm.code == code.value, _alarm.subject == _row.key)
    rows = connection.execute(
        select(_row.key, _row.order_event_id, _event.identity)
        .join_from(schema.obligations, schema.events, _event.event_id == _row.order_event_id)
        .where(
            _row.state == ObligationState.OPEN.value,
            _row.decision == VERIFY,
            _row.person == HOLDING,
            _row.opened_at <= opened_before,
            ~known.exists(),
        )
        .order_by(_row.opened_at)
        .limit(AT_ONCE_MAX)
    ).all()
    return [
        Alarm(
            code=code,
            subject=row.key,
            raised_at=now,
            case_id=case_named(connection, row.identity),
            event_id=row.order_event_id,
        )
        for row in rows
    ]


def _unanswered(connection: Connection, waiting: WaitLimits, now: datetime) -> list[Alarm]:
    made_before = court_days_before(now, waiting.claim_asks_after_court_days)
    first = select(_event.event_id).where(_event.identity == _claim.identity).order_by(_event.seq).limit(1)
    subject = _claim.subject + "/" + _claim.case_id
    known = select(_alarm.seq).where(_alarm.code == AlarmCode.CLAIM_WAITING.value, _alarm.subject == subject)
    rows = connection.execute(
        select(subject.label("subject"), _claim.case_id, _claim.speaker, first.scalar_subquery().label("event_id"))
        .where(
            schema.IS_REFUSED, _claim.kind == ClaimKind.WITHOUT.value, _claim.made_at <= made_before, ~known.exists()
        )
        .order_by(_claim.seq)
        .limit(AT_ONCE_MAX)
    ).all()
    return [
        Alarm(
            code=AlarmCode.CLAIM_WAITING,
            subject=row.subject,
            raised_at=now,
            case_id=row.case_id,
            event_id=row.event_id,
            place=row.speaker,
        )
        for row in rows
    ]
