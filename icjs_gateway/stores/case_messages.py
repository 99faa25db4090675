"""The messages of a case in their senders' own words, in the order in which they were linked to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from icjs_gateway.model.event_types import GATEWAYS_OWN, SETTLED
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.correlation import Identifier, identifier_of
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.withdrawal import Member, own_count
from icjs_gateway.stores import schema
from icjs_gateway.stores.cases import told_message
from icjs_gateway.stores.orphans import record_of

_event, _message, _claim = schema.events.c, schema.messages.c, schema.claims.c
_COUNTS = (ClaimState.STANDS.value, ClaimState.CONFIRMED.value, ClaimState.LEGACY.value)


def case_messages(connection: Connection, case_id: str, vault: Vault, retell: Retell) -> list[Member]:
    """A message that was parked comes where its sender was told that it was linked."""
    rows = connection.execute(
        select(_event.seq, _event.event_id, _event.identity, _event.type, _event.occurred_at, _event.data)
        .add_columns(_event.person)
        .where(_event.case_id == case_id)
        .order_by(_event.seq)
    ).all()
    linked_at = {row.identity: row.seq for row in rows if row.type == SETTLED}
    told: dict[str, list[Any]] = {}
    for row in rows:
        if row.type not in GATEWAYS_OWN:
            told.setdefault(row.identity, []).append(row)
    messages = {
        row.identity: row
        for row in connection.execute(select(schema.messages).where(_message.identity.in_(list(told))))
    }
    by_hand = set(
        connection.scalars(
            select(_claim.identity).where(
                _claim.case_id == case_id, _claim.kind == ClaimKind.LINK.value, _claim.state.in_(_COUNTS)
            )
        )
    )
    members = [
        _member(messages[identity], events, vault, retell, by_hand=identity in by_hand)
        for identity, events in told.items()
    ]
    return sorted(members, key=lambda each: linked_at.get(each.identity, told[each.identity][0].seq))


def _member(row: Any, events: list[Any], vault: Vault, retell: Retell, *, by_hand: bool) -> Member:
    said = tuple(retell(told_message(row, events, vault)))
    own = said[: own_count(said)]
    return Member(
        identity=row.identity,
        record=record_of(row, own),
        told=tuple((each.event_id, event, each.person) for each, event in zip(events, said, strict=True)),
        by_hand=by_hand,
    )


def held_by(connection: Connection, case_id: str) -> dict[Identifier, str | None]:
    """The identifiers of a case, each with the message that claimed it; None where nobody knows, or a person confirmed
    it."""
    held = connection.scalars(
        select(schema.case_identifiers.c.identifier).where(schema.case_identifiers.c.case_id == case_id)
    ).all()
    made = {
        row.subject: row.identity
        for row in connection.execute(
            select(_claim.subject, _claim.identity)
            .where(
                _claim.case_id == case_id,
                _claim.kind == ClaimKind.IDENTIFIER.value,
                _claim.state == ClaimState.STANDS.value,
            )
            .order_by(_claim.seq)
        )
    }
    return {identifier_of(text): made.get(text) for text in held}
