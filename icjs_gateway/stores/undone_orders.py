"""What orders of messages that left a case had done to others: stopped their deliveries, ended or answered what they
ask for, consumed reports. All of that is undone, as far as no message that stays says the same."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

from pydantic_core import from_json
from sqlalchemy import Connection, select, update

from icjs_gateway.routing.lanes import DeliveryState, Owed
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.withdrawal import Member
from icjs_gateway.stores import schema
from icjs_gateway.stores.consumption import consume, unconsume
from icjs_gateway.stores.ledger_rows import write_owed
from icjs_gateway.stores.obligation_rows import withdraw_obligations
from icjs_gateway.stores.obligations_anew import ask_anew
from icjs_gateway.stores.remade_cases import Reached

_event, _delivery = schema.events.c, schema.deliveries.c


def undo_orders(
    connection: Connection, case_id: str, gone: Sequence[Member], reached: Reached, bench: Bench, at: datetime
) -> tuple[int, frozenset[str]]:
    """`gone` are the messages that left; their events have no case any more. Answers how many deliveries are owed
    again, and the ids of the orders that messages which stay took back."""
    whole, left = reached.was.of(case_id), reached.now.of(case_id)
    identities = {member.identity for member in gone}
    lost = [(member, linked) for member, linked in whole if member.identity in identities]
    event_ids = [event_id for member, _ in lost for event_id in member.event_ids]
    withdraw_obligations(connection, set(event_ids), event_ids[0], at)
    taken_back = ask_anew(connection, case_id, left, bench.recipients, at)
    late = {late.order.event_id for _, linked in whole for late in linked.overtaken}
    owed = _owe_again(connection, case_id, event_ids, late, taken_back, bench.ids, at)
    consumed = [each for _, linked in lost for each in linked.consumed]
    if consumed:
        unconsume(connection, consumed)
        for _, linked in left:
            consume(connection, linked.consumed, at)
    return owed, taken_back


def _owe_again(
    connection: Connection,
    case_id: str,
    gone: Sequence[str],
    late: Set[str],
    taken_back: Set[str],
    ids: Ids,
    at: datetime,
) -> int:
    """What the events that are gone took back stands again, unless one that stays takes it back too. `late` are orders
    that came after what took them back."""
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
    undone = {row.event_id for row in stopped} | _named(connection, gone) | late
    if not undone:
        return 0
    in_case = select(_event.event_id).where(_event.event_id.in_(undone), _event.case_id == case_id)
    stands = set(connection.scalars(in_case)) - taken_back
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
    return len(owed)


def _named(connection: Connection, event_ids: Sequence[str]) -> set[str]:
    """What these events say that they supersede."""
    told = connection.scalars(select(_event.data).where(_event.event_id.in_(event_ids)))
    return {named for data in told for named in from_json(data).get("supersedes", ())}
