"""Chains of corrections: what a message and all that corrected it told, so that the next correction knows whom it is
about.

Looked up only for what may take an order from one person, or an exhibit from one laboratory, and give it to another;
walked along `refers_to` in both directions, within a bound that nobody reaches. Messages of the batch at hand count
like those in the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import GATEWAYS_OWN
from icjs_gateway.routing.corrections import AMENDED
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recorded import told_again
from icjs_gateway.stores import schema

_message, _event = schema.messages.c, schema.events.c
_LINKS_MAX = 100


def referred_by(records: Iterable[Record]) -> set[str]:
    """The identities whose chains bear on these messages."""
    return {
        record.refers_to
        for record in records
        if record.refers_to is not None and record.content.events[0].type in AMENDED
    }


@dataclass(slots=True)
class Chains:
    """Messages by identity, in the order in which they were recorded, with what each refers to and told."""

    _refers_to: dict[str, str | None] = field(default_factory=dict)
    _told: dict[str, Sequence[Event]] = field(default_factory=dict)

    @classmethod
    def load(cls, connection: Connection, identities: set[str]) -> Chains:
        """The chains that these messages belong to."""
        chains = cls()
        looked_for = set(identities)
        while looked_for and len(chains._refers_to) < _LINKS_MAX:
            rows = connection.execute(
                select(_message.identity, _message.refers_to)
                .where(_message.identity.in_(looked_for) | _message.refers_to.in_(looked_for))
                .order_by(_message.seq)
            ).all()
            found = {row.identity: row.refers_to for row in rows if row.identity not in chains._refers_to}
            chains._refers_to |= found
            looked_for = found.keys() | {refers_to for refers_to in found.values() if refers_to is not None}
            looked_for -= chains._refers_to.keys() - found.keys()
        if chains._refers_to:
            chains._told = _told(connection, chains._refers_to.keys())
        return chains

    def add(self, record: Record) -> None:
        """A message that is being recorded."""
        identity = "/".join(record.identity)
        self._refers_to[identity] = record.refers_to
        self._told[identity] = record.content.events

    def told_before(self, record: Record) -> tuple[Event, ...]:
        """What the chain of the message that this one refers to told so far, the earliest first."""
        if not referred_by([record]):
            return ()
        chain = {record.refers_to}
        while grown := {
            identity
            for identity, refers_to in self._refers_to.items()
            if identity not in chain and (refers_to in chain or identity in self._ancestors(chain))
        }:
            chain |= grown
        return tuple(event for identity, told in self._told.items() if identity in chain for event in told)

    def _ancestors(self, chain: set[str | None]) -> set[str | None]:
        return {self._refers_to.get(identity) for identity in chain if identity is not None}


def _told(connection: Connection, identities: Iterable[str]) -> dict[str, Sequence[Event]]:
    rows = connection.execute(
        select(_event.identity, _event.type, _event.occurred_at, _event.data)
        .where(_event.identity.in_(list(identities)), _event.type.not_in(GATEWAYS_OWN))
        .order_by(_event.seq)
    )
    told: dict[str, Sequence[Event]] = {}
    for row in rows:
        told[row.identity] = (*told.get(row.identity, ()), told_again(row.type, row.occurred_at, row.data))
    return told
