"""What the orders of a case ask for, and what was answered, made anew of the messages that stay in it.

Everything is said again in the order in which it was said: each message asks, takes back and answers by the same
functions as when it was linked, and what recipients said of their deliveries comes between. So an answer stands that a
message which left had replaced, and one that it had given does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, delete, insert, select

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.jails import may_answer
from icjs_gateway.routing.linking import Correction, Linked
from icjs_gateway.routing.obligations import VERIFY, Answer, ObligationState, Reason, Result
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.remaking import Made
from icjs_gateway.routing.superseding import Order, takes_back
from icjs_gateway.routing.withdrawal import Member
from icjs_gateway.stores import schema
from icjs_gateway.stores.obligation_rows import (
    answer_by_person,
    answer_obligations,
    open_obligations,
    withdraw_obligations,
)

_row, _event, _delivery, _progress = schema.obligations.c, schema.events.c, schema.deliveries.c, schema.progress.c
_ORDERS = ("order_event_id", "notice_event_id")


def ask_anew(
    connection: Connection, case_id: str, staying: Sequence[Made], recipients: RecipientList, at: datetime
) -> frozenset[str]:
    """Make the obligations of a case anew. Answers the ids of the orders that another one took back."""
    before = {row["key"]: row for row in _rows(connection, case_id)}
    connection.execute(delete(schema.obligations).where(_row.key.in_(before)))
    connection.execute(delete(schema.jail_answers).where(schema.jail_answers.c.case_id == case_id))
    said = _Said(connection, before, _seqs(connection, case_id), recipients, at)
    acted = list(_acted(connection, case_id))
    for member, linked in staying:
        while acted and member.linked_at is not None and acted[0].noted_at < member.linked_at:
            said.by_recipient(acted.pop(0))
        said.by_message(member, linked)
    for row in acted:
        said.by_recipient(row)
    _keep(connection, case_id, before)
    return frozenset(said.taken_back)


@dataclass
class _Said:
    """What was said so far."""

    connection: Connection
    before: Mapping[str, Mapping[str, Any]]
    seqs: Mapping[str, int]
    recipients: RecipientList
    at: datetime
    taken_back: set[str] = field(default_factory=set)
    _told: list[tuple[str | None, Order, Speaker]] = field(default_factory=list)

    def by_message(self, member: Member, linked: Linked) -> None:
        now = member.linked_at or self.at
        self._told += (
            (event.person, _order(event.event_id, event.type, event.data), member.record.envelope.speaker)
            for event in linked.events
            if event.person is not None
        )
        asked = [
            (each, self.before[each.key]["opened_at"] if each.key in self.before else now)
            for each in linked.obligations
        ]
        open_obligations(self.connection, asked, acted_until=now)
        for correction in linked.corrections:
            undone = {order.event_id for order in self._reached(correction) if takes_back(correction.order, order)}
            self._take_back(undone, correction.order.event_id)
        for late in linked.overtaken:
            by = [order.event_id for order in self._reached(late) if takes_back(order, late.order)]
            if by:
                self._take_back({late.order.event_id}, by[-1])
        answer_by_person(self.connection, linked.answers)

    def by_recipient(self, row: Any) -> None:
        answer = Answer(result=Result(row.result), at=row.at, reason=Reason(row.reason) if row.reason else None)
        partner = self.recipients.partner_if_served(row.subscription_id)

        def may_say(key: str, decision: str, jail: str | None) -> bool:
            if partner is not None:
                return may_answer(partner, decision, jail)
            # Whose subscription ended since then: what counted goes on to count.
            return key in self.before and self.before[key]["answered_by"] == row.subscription_id

        answer_obligations(self.connection, row.event_id, row.subscription_id, answer, may_say)

    def _reached(self, correction: Correction) -> list[Order]:
        """The orders about this person that were recorded before the correction, of places within its reach."""
        own = self.seqs.get(correction.order.event_id, 0)
        return [
            order
            for person, order, speaker in self._told
            if person in correction.persons
            and order.word == correction.order.word
            and self.seqs.get(order.event_id, own) < own
            and correction.reaches(speaker)
        ]

    def _take_back(self, undone: set[str], by: str) -> None:
        if undone:
            self.taken_back |= undone
            withdraw_obligations(self.connection, undone, by, self.at)


def _order(event_id: str, event_type: str, data: bytes) -> Order:
    return Order(event_id=event_id, type=event_type, told=from_json(data)[EVENT_TYPES[event_type].noun])


def _rows(connection: Connection, case_id: str) -> list[dict[str, Any]]:
    of_case = select(schema.obligations).where(_row.case_id == case_id, _row.decision != VERIFY)
    return [dict(row) for row in connection.execute(of_case).mappings()]


def _seqs(connection: Connection, case_id: str) -> dict[str, int]:
    return {
        row.event_id: row.seq
        for row in connection.execute(select(_event.event_id, _event.seq).where(_event.case_id == case_id))
    }


def _acted(connection: Connection, case_id: str) -> Iterator[Any]:
    """What recipients said that they did about orders of the case, the first word first."""
    yield from connection.execute(
        select(_progress.noted_at, _progress.at, _progress.result, _progress.reason)
        .add_columns(_delivery.subscription_id, _delivery.event_id)
        .join_from(schema.progress, schema.deliveries, _progress.delivery_id == _delivery.delivery_id)
        .join(schema.events, _event.event_id == _delivery.event_id)
        .where(_event.case_id == case_id, _progress.step == "acted")
        .order_by(_progress.seq)
    ).all()


def _keep(connection: Connection, case_id: str, before: Mapping[str, dict[str, Any]]) -> None:
    """What was withdrawn stays known as withdrawn; and what an order asks for stays asked, whatever nobody could say
    again."""
    rows = _rows(connection, case_id)
    asking = {row[name] for row in rows for name in _ORDERS}
    made = {row["key"] for row in rows}
    kept = [
        row
        for key, row in before.items()
        if key not in made
        and (
            row["state"] == ObligationState.WITHDRAWN.value
            or not asking.intersection(row[name] for name in _ORDERS if row[name])
        )
    ]
    if kept:
        connection.execute(insert(schema.obligations), kept)
