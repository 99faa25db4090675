"""What orders of messages that left a case had done to others: stopped their deliveries, ended or answered what they
ask for, consumed reports. All of that is undone, as far as no message that stays says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, select, update

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.lanes import DeliveryState, Owed
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.obligations import obligation_of
from icjs_gateway.routing.superseding import Order, takes_back
from icjs_gateway.routing.withdrawal import Member, Remade
from icjs_gateway.stores import schema
from icjs_gateway.stores.consumption import consume, unconsume
from icjs_gateway.stores.ledger_rows import write_owed
from icjs_gateway.stores.obligation_rows import open_obligations, take_answers_back, withdraw_obligations

_event, _delivery, _message = schema.events.c, schema.deliveries.c, schema.messages.c


def undo_orders(
    connection: Connection,
    case_id: str,
    gone: Sequence[Member],
    whole: Remade,
    left: Remade,
    ids: Ids,
    at: datetime,
) -> int:
    """`gone` are the messages that left; their events have no case any more. Answers how many deliveries are owed
    again."""
    identities = {member.identity for member in gone}
    lost = [(member, linked) for member, linked in whole.linked if member.identity in identities]
    event_ids = [event_id for member, _ in lost for event_id in member.event_ids]
    withdraw_obligations(connection, set(event_ids), event_ids[0], at)
    owed = _owe_again(connection, case_id, event_ids, whole, left, ids, at)
    answers = [answer for _, linked in lost for answer in linked.answers]
    if answers:
        take_answers_back(connection, answers, [answer for _, linked in left.linked for answer in linked.answers])
    consumed = [each for _, linked in lost for each in linked.consumed]
    if consumed:
        unconsume(connection, consumed)
        for _, linked in left.linked:
            consume(connection, linked.consumed, at)
    return owed


def _owe_again(
    connection: Connection,
    case_id: str,
    gone: Sequence[str],
    whole: Remade,
    left: Remade,
    ids: Ids,
    at: datetime,
) -> int:
    """What the events that are gone took back stands again, unless one that stays takes it back too."""
    stopped = connection.execute(
        select(
            _delivery.seq,
            _delivery.event_id,
            _delivery.subscription_id,
            _delivery.lane,
            _delivery.liberty,
            _delivery.state,
        )
        .where(_delivery.superseded_by.in_(gone))
        .order_by(_delivery.seq)
    ).all()
    undone = {row.event_id for row in stopped} | _named(connection, gone)
    undone |= {late.order.event_id for _, linked in whole.linked for late in linked.overtaken}
    if not undone:
        return 0
    rows = connection.execute(
        select(_event.seq, _event.event_id, _event.type, _event.data, _event.person, _event.recorded_at)
        .add_columns(_message.speaker)
        .join_from(schema.events, schema.messages, _message.identity == _event.identity)
        .where(_event.event_id.in_(undone), _event.case_id == case_id)
        .order_by(_event.seq)
    ).all()
    taken_back = _TakenBack(connection, left)
    stands = {row.event_id: row for row in rows if not taken_back.says(row)}
    unmarked = [row.seq for row in stopped if row.state == DeliveryState.OWED.value and row.event_id in stands]
    connection.execute(update(schema.deliveries).where(_delivery.seq.in_(unmarked)).values(superseded_by=None))
    owed = [
        Owed(
            delivery_id=ids.new(),
            event_id=row.event_id,
            subscription_id=row.subscription_id,
            lane=row.lane,
            liberty=row.liberty,
        )
        for row in stopped
        if row.state == DeliveryState.SUPERSEDED.value and row.event_id in stands
    ]
    write_owed(connection, owed, at)
    asked = [
        (asks, row.recorded_at)
        for row in stands.values()
        if row.person is not None and (asks := obligation_of(_order(row), case_id, row.person)) is not None
    ]
    open_obligations(connection, asked)
    return len(owed)


def _named(connection: Connection, event_ids: Sequence[str]) -> set[str]:
    """What these events say that they supersede."""
    told = connection.scalars(select(_event.data).where(_event.event_id.in_(event_ids)))
    return {named for data in told for named in from_json(data).get("supersedes", ())}


def _order(row: Any) -> Order:
    return Order(event_id=row.event_id, type=row.type, told=from_json(row.data)[EVENT_TYPES[row.type].noun])


class _TakenBack:
    """What the messages that stay take back."""

    def __init__(self, connection: Connection, left: Remade) -> None:
        self._late = {late.order.event_id for _, linked in left.linked for late in linked.overtaken}
        self._corrections = [
            (stored[each.order.event_id], each)
            for member, linked in left.linked
            if linked.corrections and (stored := _stored_ids(member, linked))
            for each in linked.corrections
        ]
        of_corrections = [event_id for event_id, _ in self._corrections]
        self._seq = dict(
            connection.execute(select(_event.event_id, _event.seq).where(_event.event_id.in_(of_corrections))).all()
        )

    def says(self, row: Any) -> bool:
        order = _order(row)
        return order.event_id in self._late or any(
            self._seq[event_id] > row.seq
            and row.person in each.persons
            and takes_back(each.order, order)
            and each.reaches(Speaker.read(row.speaker))
            for event_id, each in self._corrections
        )


def _stored_ids(member: Member, linked: Linked) -> dict[str, str]:
    """Linking again gives new ids to what the gateway derives: those that it has in the store."""
    return {event.event_id: event_id for event, event_id in zip(linked.events, member.event_ids, strict=False)}
