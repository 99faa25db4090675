"""The messages of a case in their senders' own words, in the order in which they were linked to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from icjs_gateway.model.event_types import GATEWAYS_OWN, SETTLED
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.correlation import Identifier, identifier_of
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.label_words import EVERYTHING_COUNTS, Unsaid
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.withdrawal import Member, own_count
from icjs_gateway.stores import schema
from icjs_gateway.stores.cases import told_message
from icjs_gateway.stores.orphans import record_of

_event, _message, _claim = schema.events.c, schema.messages.c, schema.claims.c
_COUNTS = (ClaimState.STANDS.value, ClaimState.CONFIRMED.value, ClaimState.LEGACY.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A message with its place among the messages of all cases: where it came to its case, and, of one that left it and
    was brought back by a confirmation, where it came the last time."""

    first: int
    last: int
    member: Member


def case_messages(connection: Connection, case_id: str, vault: Vault, retell: Retell) -> list[Placed]:
    """A message that was parked comes where its sender was told that it was linked. One whose claim was confirmed
    counts from when that was made, however often it left since."""
    rows = connection.execute(
        select(_event.seq, _event.event_id, _event.identity, _event.type, _event.occurred_at, _event.data)
        .add_columns(_event.person, _event.recorded_at)
        .where(_event.case_id == case_id)
        .order_by(_event.seq)
    ).all()
    linked = {row.identity: row for row in rows if row.type == SETTLED}
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
    first = _first_places(connection, case_id)
    came = {identity: linked.get(identity, events[0]) for identity, events in told.items()}
    apart, unsaid = _taken_back(connection, case_id, {identity: row.recorded_at for identity, row in came.items()})
    return [
        Placed(
            first=first.get(identity, row.seq),
            last=row.seq,
            member=replace(
                _member(messages[identity], told[identity], vault, retell),
                case_id=case_id,
                linked_at=row.recorded_at,
                by_hand=identity in by_hand,
                apart_from=apart.get(identity, frozenset()),
                unsaid=unsaid.get(identity, EVERYTHING_COUNTS),
            ),
        )
        for identity, row in came.items()
    ]


def _first_places(connection: Connection, case_id: str) -> dict[str, int]:
    """Of messages whose claims a person confirmed, where they came to the case when the claim was made."""
    rows = connection.execute(
        select(_claim.identity, func.min(_event.seq).label("seq"))
        .join_from(schema.claims, schema.events, _event.identity == _claim.identity)
        .where(
            _claim.case_id == case_id,
            _claim.kind.in_([ClaimKind.LINK.value, ClaimKind.IDENTIFIER.value]),
            _claim.state == ClaimState.CONFIRMED.value,
            _event.recorded_at == _claim.made_at,
            (_event.type == SETTLED) | _event.type.not_in(GATEWAYS_OWN),
        )
        .group_by(_claim.identity)
    )
    return {row.identity: row.seq for row in rows}


def _taken_back(
    connection: Connection, case_id: str, came_at: Mapping[str, datetime]
) -> tuple[dict[str, frozenset[str]], dict[str, Unsaid]]:
    """By message, the other cases that a person decided learn nothing of it; and its words that count no more. A
    message that came after that, or came again, says them anew."""
    of_these = or_(_claim.identity.in_(list(came_at)), _claim.identity.is_(None) & (_claim.case_id == case_id))
    rows = connection.execute(
        select(_claim.kind, _claim.identity, _claim.case_id, _claim.subject, _claim.settled_at).where(
            of_these,
            _claim.kind.in_([ClaimKind.EDGE.value, ClaimKind.LABEL.value, ClaimKind.CHILD.value]),
            _claim.state == ClaimState.WITHDRAWN.value,
        )
    ).all()
    apart: dict[str, frozenset[str]] = {}
    words: dict[str, dict[str, frozenset[str]]] = {}
    for row in rows:
        # Of a word that nobody knows whose it was, nobody's counts.
        for identity in (row.identity,) if row.identity is not None else came_at:
            if row.settled_at <= came_at[identity]:
                continue
            if row.kind == ClaimKind.EDGE.value:
                apart[identity] = apart.get(identity, frozenset()) | {row.case_id}
            else:
                said = words.setdefault(identity, {})
                said[row.case_id] = said.get(row.case_id, frozenset()) | {row.subject}
    return apart, {identity: Unsaid(words=said) for identity, said in words.items()}


def _member(row: Any, events: list[Any], vault: Vault, retell: Retell) -> Member:
    said = tuple(retell(told_message(row, events, vault)))
    own = said[: own_count(said)]
    return Member(
        identity=row.identity,
        record=record_of(row, own),
        told=tuple((each.event_id, event, each.person) for each, event in zip(events, said, strict=True)),
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
