"""Alarms of disputed lodgings: raised by the entry that makes one, dropped where it ends before anybody is told.

The second jail's admission and the first one's transfer often come together, in either order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete

from icjs_gateway.model.case import Case, jails_claiming
from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.linking import Disputed
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.alarm_rows import clear_alarms, raise_alarms


def raise_disputed(connection: Connection, disputed: Sequence[Disputed], case_id: str, at: datetime) -> None:
    """Two jails have the same person."""
    raise_alarms(
        connection,
        (
            Alarm(
                code=AlarmCode.LODGING_DISPUTED,
                subject=_subject(case_id, each.person, each.claimed_by),
                raised_at=at,
                case_id=case_id,
                event_id=each.event_id,
                place=f"jail//{each.claimed_by}",
            )
            for each in disputed
        ),
    )


def drop_ended_disputes(connection: Connection, untold: Sequence[Any], at: datetime) -> Sequence[Any]:
    """Of rows of alarms that are about to be told all but the disputes that have ended. Those are deleted, not cleared:
    nobody was told of them, and the same dispute may come again."""
    disputes = [row for row in untold if row.code == AlarmCode.LODGING_DISPUTED.value]
    if not disputes:
        return untold
    files = ledger_facts.files(connection, {row.case_id for row in disputes})
    standing = {subject for case_id, file in files.items() for subject in _standing(case_id, file.case)}
    ended = {row.seq for row in disputes if row.subject not in standing}
    if ended:
        of_these = schema.alarms.c.seq.in_(ended)
        clear_alarms(connection, of_these, at, reason="the dispute ended before anybody was told")
        connection.execute(delete(schema.alarms).where(of_these))
    return [row for row in untold if row.seq not in ended]


def _standing(case_id: str, case: Case) -> Iterator[str]:
    for person in case.persons:
        for code in jails_claiming(person.orders):
            for number in person.numbers:
                yield _subject(case_id, "/".join(number), code)


def _subject(case_id: str, person: str, claimed_by: str) -> str:
    return f"{case_id}/{person}/{claimed_by}"
