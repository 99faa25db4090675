"""What other places said of a case, beside a message whose speaker has no standing there by itself.

Looked for only for such messages, which are rare: among what is parked because of the same case, and in the case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, literal, select

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.authority.corroboration import Beside
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import standing_identifier
from icjs_gateway.routing.correlation import identifier_text
from icjs_gateway.routing.messages import MessageState, Record
from icjs_gateway.routing.obligations import HOLDING, VERIFY, ObligationState
from icjs_gateway.routing.recorded import told_again
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared, among

_message, _event, _waiting = schema.messages.c, schema.events.c, schema.waiting.c

_obligation = schema.obligations.c
_LAPSED = select(_obligation.key).where(
    _obligation.decision == VERIFY,
    _obligation.person == HOLDING,
    _obligation.state == ObligationState.WITHDRAWN.value,
)
"""Orders that held somebody and lapsed: they corroborate nothing."""

_NOUNS = frozenset({"accused", "inmate", "remand", "custody", "production", "bail", "release"})
_TYPES = tuple(name for name, kind in EVENT_TYPES.items() if kind.noun in _NOUNS)
"""By which a place says that it holds or arrested a person, or that one was brought before it."""
_MOST = 50
"""Messages of others that are looked at, the newest."""


def beside(connection: Connection, record: Record, case_id: str) -> tuple[Beside, ...]:
    """What places of other pillars say of this case over other wires: parked because of it, or recorded in it."""
    own, awaited = record.envelope, identifier_text(standing_identifier(case_id))
    if connection.scalar(_LAPSED.where(_obligation.case_id == "message:" + "/".join(record.identity)).limit(1)):
        return ()
    parked = select(_waiting.identity).where(_waiting.identifier == awaited)
    newest = (
        select(_message.seq)
        .join_from(schema.messages, schema.events, _event.identity == _message.identity)
        .where(
            (_event.case_id == case_id) | _message.identity.in_(parked),
            _message.state.in_((MessageState.PARKED.value, MessageState.RECORDED.value)),
            _message.pillar != own.pillar,
            _message.partner_id != own.partner_id,
            _event.type.in_(_TYPES),
            ~_LAPSED.where(_obligation.case_id == literal("message:") + _message.identity).exists(),
        )
        .distinct()
        .order_by(_message.seq.desc())
        .limit(_MOST)
    )
    rows = connection.execute(
        select(_message.seq, _message.speaker, _event.type, _event.occurred_at, _event.data)
        .join_from(schema.messages, schema.events, _event.identity == _message.identity)
        .where(_message.seq.in_(newest), _event.type.in_(_TYPES))
        .order_by(_message.seq, _event.seq)
    ).all()
    found: dict[int, Beside] = {}
    for row in rows:
        event = told_again(row.type, row.occurred_at, row.data)
        so_far = found[row.seq].events if row.seq in found else ()
        found[row.seq] = Beside(speaker=Speaker.read(row.speaker), events=(*so_far, event))
    return tuple(found.values())


class Claimed(Mapping[str, Sequence[Beside]]):
    """By case, the admissions that are parked because their jails have no standing in it. Read when they are asked for:
    a message is in no case before that, and whether its place may know of one makes no difference in time."""

    def __init__(self, connection: Connection, awaited: Collection[str]) -> None:
        """`awaited` are the ids of the cases in which somebody waits for standing."""
        self._connection = connection
        self._awaited = awaited
        self._read: dict[str, tuple[Beside, ...]] = {}

    def __getitem__(self, case_id: str) -> Sequence[Beside]:
        if case_id not in self._awaited:
            raise KeyError(case_id)
        if case_id not in self._read:
            rows = _CLAIMED.rows(self._connection, awaited=[identifier_text(standing_identifier(case_id))])
            self._read[case_id] = tuple(
                Beside(speaker=Speaker.read(speaker), events=(told_again(event_type, occurred_at, data),))
                for speaker, event_type, occurred_at, data in rows
            )
        return self._read[case_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._awaited)

    def __len__(self) -> int:
        return len(self._awaited)


_CLAIMED = Prepared(
    select(_message.speaker, _event.type, _event.occurred_at, _event.data)
    .join_from(schema.waiting, schema.messages, _waiting.identity == _message.identity)
    .join(schema.events, _event.identity == _message.identity)
    .where(among(_waiting.identifier, "awaited"), _event.type == "icjs.inmate.admitted.v1")
    .order_by(_event.seq)
    .limit(_MOST)
)


def waiting_beside(connection: Connection, record: Record, case_ids: Iterable[str]) -> list[str]:
    """The parked messages of other pillars that wait for standing in these cases, the oldest first."""
    awaited = [identifier_text(standing_identifier(case_id)) for case_id in case_ids]
    return list(
        connection.scalars(
            select(_message.identity)
            .where(
                _message.identity.in_(select(_waiting.identity).where(_waiting.identifier.in_(awaited))),
                _message.state == MessageState.PARKED.value,
                _message.pillar != record.envelope.pillar,
            )
            .order_by(_message.seq)
            .limit(_MOST)
        )
    )


def may_corroborate(record: Record) -> bool:
    """Whether a message says of somebody what another place may say as well."""
    return any(event.type in _TYPES for event in record.content.events)
