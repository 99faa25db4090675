"""A message that leaves its case waits again: its events are its own, its orders go to the jails that they name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from icjs_gateway.model.event_types import ORDER_LINKED, SETTLED
from icjs_gateway.routing.authority.claims import ClaimKind
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.withdrawal import Member
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import raise_unserved
from icjs_gateway.stores.claims import Claim
from icjs_gateway.stores.ledger_rows import write_owed
from icjs_gateway.stores.obligation_rows import open_obligations
from icjs_gateway.stores.orphans import wait_for
from icjs_gateway.stores.verification import verify_again

_event, _message = schema.events.c, schema.messages.c
HELD_FOR = "CLAIM-WITHDRAWN"
"""What a message waits for whose link by hand was withdrawn: a person."""


def park_again(connection: Connection, member: Member, claim: Claim, at: datetime, bench: Bench) -> None:
    """The message leaves the case of a claim that is withdrawn, and waits again as it came."""
    told = replace(member.record.content, events=tuple(event for _, event, _ in member.told))
    parked = bench.park_again(replace(member.record, content=told), member.event_ids)
    is_by_hand = claim.kind is ClaimKind.LINK and claim.identity == member.identity
    connection.execute(
        update(schema.messages)
        .where(_message.identity == member.identity)
        .values(state=MessageState.PARKED.value, held_for=HELD_FOR if is_by_hand else None)
    )
    connection.execute(
        _OUT_OF_ITS_CASE,
        [{"event": each.event_id, "own": each.data, "places": each.places.written()} for each in parked.events],
    )
    connection.execute(
        update(schema.events)
        .where(
            _event.identity == member.identity,
            _event.case_id == claim.case_id,
            _event.type.in_([SETTLED, ORDER_LINKED]),
        )
        .values(case_id=None)
    )
    if not is_by_hand:
        wait_for(connection, member.identity, parked.waits_for)
    delivery = schema.deliveries.c
    has = {
        (event_id, subscription_id)
        for event_id, subscription_id in connection.execute(
            select(delivery.event_id, delivery.subscription_id).where(
                delivery.event_id.in_(member.event_ids), delivery.state.in_(["owed", "delivered", "dead"])
            )
        )
    }
    write_owed(connection, [each for each in parked.relay.owed if (each.event_id, each.subscription_id) not in has], at)
    raise_unserved(connection, parked.relay.unserved, None, at)
    verify_again(connection, member.identity, at)
    open_obligations(connection, [(asked, at) for asked in parked.relay.to_verify])


_OUT_OF_ITS_CASE = (
    update(schema.events)
    .where(_event.event_id == bindparam("event"))
    .values(case_id=None, person=None, data=bindparam("own"), places=bindparam("places"))
)
