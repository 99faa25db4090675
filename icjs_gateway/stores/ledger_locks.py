"""What a batch of messages holds until its commit, so that no other writer decides about the same things meanwhile.

Held are the identity and the thread of every message, what it refers to, and every identifier that no case holds yet:
those it may claim or wait for. An identifier that a case holds keeps its case, and that case's row is locked when it is
read. Whatever parked messages wait for these things, and may thus be linked by this batch, is held as well; so what
waits is looked up before the locks are taken. When one more was parked just then, linking gives up (`LostRace`), and
the batch finds it the next time.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from sqlalchemy import Connection, select

from icjs_gateway.routing.authority.standing import standing_identifier
from icjs_gateway.routing.correlation import Identifier, identifier_text, looked_up
from icjs_gateway.routing.fitting import persons_identifier
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.parking import came_as, message_identifier
from icjs_gateway.stores import schema
from icjs_gateway.stores.ledger_facts import cases_of
from icjs_gateway.stores.locking import LostRace, has_rivals, lock_names

_message, _waiting = schema.messages.c, schema.waiting.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The messages that may be linked should they be parked (None: any), and the identifiers that they wait for."""

    orphans: frozenset[str] | None = None
    identifiers: frozenset[Identifier] = frozenset()

    def require(self, orphan: str) -> None:
        """Raises LostRace for a parked message that is not held."""
        if self.orphans is not None and orphan not in self.orphans:
            raise LostRace(orphan)


def hold_names(connection: Connection, records: Sequence[Record], freed: Set[Identifier] = frozenset()) -> Held:
    """Lock every name that these messages, and the parked ones they may free, are decided by. `freed` are identifiers
    that a case holds until now."""
    if not has_rivals(connection):
        return Held()
    own = {"/".join(record.identity) for record in records}
    named = {name for record in records for name in looked_up(record.content, record.envelope.home_state)}
    known = cases_of(connection, named)
    arriving = {identifier_text(name) for name in (named - known.keys()) | freed}
    arriving |= {identifier_text(name) for record in records for name in came_as(record)}
    # A case may learn of a person whom an order waits for, or give a place standing. What only this frees is locked
    # when something waits for it.
    persons = {identifier_text(persons_identifier(case_id)) for case_id in known.values()}
    standing = {identifier_text(standing_identifier(case_id)) for case_id in known.values()}
    orphans, awaited = _waiting_for(connection, arriving | persons | standing)
    referred = {
        name for record in records for name in (record.refers_to, record.refers_to_of_place) if name is not None
    }
    messages = {identifier_text(message_identifier(identity)) for identity in orphans | referred}
    lock_names(connection, arriving | awaited | messages)
    held = frozenset((kind, value) for kind, _, value in (each.partition(":") for each in awaited))
    # A message of this very batch may be parked and freed by it.
    return Held(orphans=frozenset(orphans | own), identifiers=held)


def _waiting_for(connection: Connection, arriving: Set[str]) -> tuple[set[str], set[str]]:
    """The parked messages that wait for any of these, or for what those wait for in turn; and all they wait for."""
    orphans: set[str] = set()
    awaited: set[str] = set()
    looked_for = set(arriving)
    while looked_for:
        waiting = select(_waiting.identity).where(_waiting.identifier.in_(looked_for))
        rows = connection.execute(
            select(_waiting.identity, _waiting.identifier).where(_waiting.identity.in_(waiting))
        ).all()
        orphans.update(identity for identity, _ in rows)
        found = {identifier for _, identifier in rows} | _brought_by(connection, {identity for identity, _ in rows})
        looked_for = found - awaited - arriving
        awaited |= found
    return orphans, awaited


def _brought_by(connection: Connection, orphans: Set[str]) -> set[str]:
    """What a parked message frees once it is linked: corrections of it, and of its thread."""
    rows = connection.execute(
        select(_message.thread, _message.place_identity).where(_message.identity.in_(orphans))
    ).all()
    names = {*orphans, *(place_identity for _, place_identity in rows if place_identity is not None)}
    return {identifier_text(message_identifier(name)) for name in names} | {
        identifier_text(("thread", thread)) for thread, _ in rows
    }
