"""Orders that free somebody and have no case yet: somebody verifies each, and is asked again and again until then.

The obligation is opened when the message is parked, once for each jail that has the order, and ends when the message
finds its case or a person dismisses it. Whoever is next to look at it is told by an alarm a step (`Step`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.authority.rules import Step
from icjs_gateway.routing.obligations import VERIFY, ObligationState
from icjs_gateway.stores import schema

_row, _alarm, _event, _waiting = schema.obligations.c, schema.alarms.c, schema.events.c, schema.waiting.c
_OPEN = ObligationState.OPEN.value
_AT_ONCE_MAX = 200
_STANDING = "standing:"


def settle_verification(connection: Connection, identity: str, state: ObligationState, at: datetime) -> None:
    """The message found its case (`answered`), or a person dismissed it (`withdrawn`)."""
    settled = connection.execute(
        update(schema.obligations)
        .where(_row.case_id == f"message:{identity}", _row.decision == VERIFY, _row.state == _OPEN)
        .values(state=state.value, answered_at=at)
    )
    if not settled.rowcount:
        return
    connection.execute(
        update(schema.alarms)
        .where(
            _alarm.code == AlarmCode.VERIFY_OVERDUE.value,
            _alarm.subject.startswith(f"message:{identity}/", autoescape=True),
            _alarm.cleared_at.is_(None),
        )
        .values(cleared_at=at)
    )


def verify_again(connection: Connection, identity: str, at: datetime) -> None:
    """The message left its case and waits again: whoever was asked before is asked anew."""
    connection.execute(
        update(schema.obligations)
        .where(_row.case_id == f"message:{identity}", _row.decision == VERIFY, _row.state != _OPEN)
        .values(state=_OPEN, answered_at=None, opened_at=at)
    )
    connection.execute(
        delete(schema.alarms).where(
            _alarm.code == AlarmCode.VERIFY_OVERDUE.value,
            _alarm.subject.startswith(f"message:{identity}/", autoescape=True),
        )
    )


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
                _row.opened_at <= now - timedelta(minutes=step.after_minutes),
                ~known.exists(),
            )
            .order_by(_row.opened_at)
            .limit(_AT_ONCE_MAX)
        ).all()
        found += (
            Alarm(
                code=AlarmCode.VERIFY_OVERDUE,
                subject=f"{row.key}/{step.who}",
                raised_at=now,
                case_id=_case_named(connection, row.identity),
                event_id=row.order_event_id or row.notice_event_id,
                place=step.who,
            )
            for row in rows
        )
    return found


def _case_named(connection: Connection, identity: str) -> str | None:
    """The case in which the order's sender has no standing, where that is why it waits."""
    awaited = select(_waiting.identifier).where(
        _waiting.identity == identity, _waiting.identifier.startswith(_STANDING, autoescape=True)
    )
    found = connection.scalar(awaited.order_by(_waiting.identifier).limit(1))
    return str(found).removeprefix(_STANDING) if found is not None else None
