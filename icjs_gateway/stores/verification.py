"""Orders that free somebody and have no case yet: somebody verifies each, and is asked again and again until then.

The obligation is opened when the message is parked, once for each jail that has the order and once for the court that
gave it, and ends when the message finds its case or a person dismisses it. Whoever is next to look at it is told by an
alarm a step (`Step`).

What the issuing court is asked follows its sight: it is asked about its message as long as the message waits for all
that the court may know, so that being asked does not tell whether there is a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.authority.rules import Step, Verifier
from icjs_gateway.routing.obligations import HOLDING, ISSUER, VERIFY, ObligationState
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import AT_ONCE_MAX, clear_alarms

_row, _alarm, _event, _waiting = schema.obligations.c, schema.alarms.c, schema.events.c, schema.waiting.c
_OPEN = ObligationState.OPEN.value
_STANDING = "standing:"
_OF_ORDERS = tuple(code.value for code in (AlarmCode.VERIFY_OVERDUE, AlarmCode.HOLD_LAPSING, AlarmCode.HOLD_LAPSED))
"""Alarms about obligations of messages."""


def settle_verification(
    connection: Connection, identity: str, state: ObligationState, at: datetime, *, is_told: bool
) -> None:
    """The message found its case (`answered`), or a person dismissed it (`withdrawn`). Where its sender is not told,
    the issuing court goes on being asked, as about a message that waits."""
    lapsed = (_row.person == HOLDING) & (_row.state == ObligationState.WITHDRAWN.value)
    settled = update(schema.obligations).where(*_of(identity), (_row.state == _OPEN) | lapsed)
    if not is_told:
        settled = settled.where(_row.person != ISSUER)
    connection.execute(settled.values(state=state.value, answered_at=at))
    clear_alarms(
        connection,
        (_alarm.code.in_(_OF_ORDERS) & _alarm.subject.startswith(f"message:{identity}/", autoescape=True))
        | ((_alarm.code == AlarmCode.CLAIM_WAITING.value) & _alarm.subject.startswith(f"{identity}/", autoescape=True)),
        at,
        reason=f"the message is {state.value}",
    )


def verify_again(connection: Connection, identity: str, at: datetime) -> None:
    """The message left its case and waits again: whoever was asked before is asked anew, but for an issuing court that
    never heard of the case."""
    keys = connection.scalars(select(_row.key).where(*_of(identity), _row.state != _OPEN)).all()
    connection.execute(
        update(schema.obligations).where(_row.key.in_(keys)).values(state=_OPEN, answered_at=None, opened_at=at)
    )
    for key in keys:
        of_it = _alarm.code.in_(_OF_ORDERS) & (
            (_alarm.subject == key) | _alarm.subject.startswith(f"{key}/", autoescape=True)
        )
        clear_alarms(connection, of_it, at, reason="the message waits again")
        connection.execute(delete(schema.alarms).where(of_it))


def _of(identity: str) -> tuple[ColumnElement[bool], ...]:
    return _row.case_id == f"message:{identity}", _row.decision == VERIFY


def overdue_verification(connection: Connection, steps: Sequence[Step], now: datetime) -> list[Alarm]:
    """Whoever has to look now at an order that nobody has verified, once a step."""
    found: list[Alarm] = []
    for step in steps:
        known = select(_alarm.seq).where(
            _alarm.code == AlarmCode.VERIFY_OVERDUE.value, _alarm.subject == _row.key + f"/{step.who}"
        )
        rows = connection.execute(
            select(_row.key, _row.order_event_id, _row.notice_event_id, _event.identity)
            .join_from(
                schema.obligations,
                schema.events,
                (_event.event_id == _row.order_event_id) | (_event.event_id == _row.notice_event_id),
            )
            .where(
                _row.state == _OPEN,
                _row.decision == VERIFY,
                _row.person == ISSUER if step.who is Verifier.ISSUING_COURT else _row.person.not_in((ISSUER, HOLDING)),
                _row.opened_at <= now - timedelta(minutes=step.after_minutes),
                ~known.exists(),
            )
            .order_by(_row.opened_at)
            .limit(AT_ONCE_MAX)
        ).all()
        found += (
            Alarm(
                code=AlarmCode.VERIFY_OVERDUE,
                subject=f"{row.key}/{step.who}",
                raised_at=now,
                case_id=case_named(connection, row.identity),
                event_id=row.order_event_id or row.notice_event_id,
                place=step.who.value,
            )
            for row in rows
        )
    return found


def case_named(connection: Connection, identity: str) -> str | None:
    """The case in which the order's sender has no standing, where that is why it waits."""
    awaited = select(_waiting.identifier).where(
        _waiting.identity == identity, _waiting.identifier.startswith(_STANDING, autoescape=True)
    )
    found = connection.scalar(awaited.order_by(_waiting.identifier).limit(1))
    return str(found).removeprefix(_STANDING) if found is not None else None


def clear_verified(connection: Connection, alarms: Sequence[Alarm], now: datetime) -> None:
    """Of an order that found a case which is hidden from its court the court is asked, and nobody else has to look."""
    asked = [alarm.subject for alarm in alarms if alarm.place == Verifier.ISSUING_COURT.value]
    if not asked:
        return
    others = schema.obligations.alias()
    waiting = select(others.c.key).where(
        others.c.case_id == _row.case_id,
        others.c.decision == VERIFY,
        others.c.state == _OPEN,
        others.c.person != ISSUER,
    )
    verified = select(_row.key + f"/{Verifier.ISSUING_COURT.value}").where(
        _row.person == ISSUER, _row.decision == VERIFY, _row.state == _OPEN, ~waiting.exists()
    )
    of_these = (
        (_alarm.code == AlarmCode.VERIFY_OVERDUE.value) & _alarm.subject.in_(asked) & _alarm.subject.in_(verified)
    )
    clear_alarms(connection, of_these, now, reason="the order found its case")
