"""What a change of cases makes of deliveries.

An event that stays in its case may go to others than before: an order to another jail, when the entry that placed its
prisoner there is gone. What is owed to who need not have it is stopped, what nobody was sent is owed now, and what a
label withheld is owed again where the label is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.label_words import children_of
from icjs_gateway.routing.lanes import DeliveryState, Owed
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import schema
from icjs_gateway.stores.ledger_rows import write_labelled, write_owed
from icjs_gateway.stores.remade_cases import Reached
from icjs_gateway.stores.withdrawn_deliveries import Sent, stop_undue

_event, _delivery = schema.events.c, schema.deliveries.c
_THERE = [DeliveryState.OWED.value, DeliveryState.DELIVERED.value, DeliveryState.DEAD.value]
Pair = tuple[str, str]
"""(event, subscription)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A delivery that a rule withheld while what was taken back counted. It is owed again, and judged again."""

    event_id: str
    subscription_id: str
    rule: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a change did to deliveries: which had left already, which were withheld meanwhile, how many were stopped and
    how many are owed now; and the cases that are other than before."""

    cases: tuple[str, ...]
    sent: tuple[Sent, ...]
    refused: tuple[Refused, ...]
    stopped: int
    owed: int


def tell_change(
    connection: Connection,
    reached: Reached,
    files: Mapping[str, CaseFile],
    taken_back: Set[str],
    since: datetime | None,
    bench: Bench,
    at: datetime,
) -> Told:
    """Stop and owe what the change makes of deliveries, and tell of labels. `files` are the cases as they are now,
    `taken_back` orders that another one took back, `since` is when the change's mistake was made. Who was sent what is
    theirs no more is told by the caller."""
    lost, gained = _lost_and_gained(reached)
    stopped, sent = stop_undue(connection, lost, at)
    owed = _owe_gained(connection, gained, taken_back, at)
    refused = _owe_withheld(connection, reached, files, since, bench, at)
    _tell_labels(connection, reached, files, bench, at)
    return Told(
        cases=tuple(sorted(files)),
        sent=tuple(sent),
        refused=tuple(refused),
        stopped=stopped,
        owed=owed + len(refused),
    )


def _lost_and_gained(reached: Reached) -> tuple[set[Pair], dict[Pair, Owed]]:
    """Of the events that stay: what nobody would be owed now, and what somebody would be owed only now."""
    before = {member.identity: linked for member, linked in reached.was.linked}
    lost: set[Pair] = set()
    gained: dict[Pair, Owed] = {}
    for member, linked in reached.now.linked:
        was = {(each.event_id, each.subscription_id): each for each in before[member.identity].owed}
        now = {(each.event_id, each.subscription_id): each for each in linked.owed}
        lost |= was.keys() - now.keys()
        gained |= {pair: now[pair] for pair in now.keys() - was.keys()}
    return lost, gained


def _owe_gained(connection: Connection, gained: Mapping[Pair, Owed], taken_back: Set[str], at: datetime) -> int:
    """Owe it, unless it was sent already or another order took it back. Answers how many deliveries that is."""
    wanted = {pair: owed for pair, owed in gained.items() if pair[0] not in taken_back}
    if not wanted:
        return 0
    there = {
        (row.event_id, row.subscription_id)
        for row in connection.execute(
            select(_delivery.event_id, _delivery.subscription_id).where(
                tuple_(_delivery.event_id, _delivery.subscription_id).in_(list(wanted)), _delivery.state.in_(_THERE)
            )
        )
    }
    owed = [wanted[pair] for pair in sorted(wanted) if pair not in there]
    write_owed(connection, owed, at)
    return len(owed)


def _owe_withheld(
    connection: Connection,
    reached: Reached,
    files: Mapping[str, CaseFile],
    since: datetime | None,
    bench: Bench,
    at: datetime,
) -> list[Refused]:
    """What was withheld of cases that hide less now is owed again, in its order; the rules of now judge it when it
    leaves."""
    freer = [case_id for case_id, file in files.items() if _hides_less(reached.files[case_id], file)]
    if not freer:
        return []
    wanted = (
        select(_delivery.event_id, _delivery.subscription_id, _delivery.lane, _delivery.liberty)
        .add_columns(_delivery.outcome, _delivery.settled_at)
        .join_from(schema.deliveries, schema.events, _event.event_id == _delivery.event_id)
        .where(_event.case_id.in_(freer), _delivery.state == DeliveryState.WITHHELD.value)
        .order_by(_delivery.seq)
    )
    if since is not None:
        wanted = wanted.where(_delivery.settled_at >= since)
    rows = connection.execute(wanted).all()
    owed = [
        Owed(
            delivery_id=bench.ids.new(),
            event_id=row.event_id,
            subscription_id=row.subscription_id,
            lane=row.lane,
            liberty=row.liberty,
        )
        for row in rows
    ]
    write_owed(connection, owed, at)
    return [
        Refused(event_id=row.event_id, subscription_id=row.subscription_id, rule=row.outcome, at=row.settled_at)
        for row in rows
    ]


def _hides_less(before: CaseFile, now: CaseFile) -> bool:
    return bool(before.labels.marked - now.labels.marked) or bool(children_of(before.case) - children_of(now.case))


def _tell_labels(
    connection: Connection, reached: Reached, files: Mapping[str, CaseFile], bench: Bench, at: datetime
) -> None:
    """Whoever holds data of a case whose labels changed is told."""
    for case_id, file in files.items():
        was, now = reached.files[case_id].labels.names, file.labels.names
        members = reached.now.of(case_id) or reached.was.of(case_id)
        if was != now and members:
            told = bench.label(file, added=now - was, removed=was - now, at=at)
            write_labelled(connection, members[-1][0].identity, told, since=None)
