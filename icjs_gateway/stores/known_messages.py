"""Known messages: which stored message an id means, over the wire that brought it or over any wire of its place.

A message is itself by its partner, contract and id, and by its speaking place, contract and id: what a court sends by
its own system and by its State's hub is one message, and what it said over one it corrects over the other. Another
place's message is never found by its place; behind one hub an id is used once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from icjs_gateway.routing.decisions import Known
from icjs_gateway.routing.messages import Record
from icjs_gateway.stores import ledger_facts


@dataclass(slots=True)
class KnownMessages:
    """The messages that some records repeat or correct. Records of the batch at hand count like those in the store."""

    _by_identity: dict[str, Known] = field(default_factory=dict)
    _of_place: dict[str, str] = field(default_factory=dict)
    """The identity of the first message of each place identity."""

    @classmethod
    def load(cls, connection: Connection, records: Iterable[Record]) -> KnownMessages:
        """What of the store bears on these records."""
        records = tuple(records)
        identities = {name for each in records for name in ("/".join(each.identity), each.refers_to) if name}
        of_places = {name for each in records for name in (each.place_identity, each.refers_to_of_place) if name}
        loaded = cls()
        for identity, of_place, message in ledger_facts.known_over_any_wire(connection, identities, of_places):
            loaded._by_identity[identity] = message
            if of_place is not None:
                loaded._of_place.setdefault(of_place, identity)
        return loaded

    def add(self, record: Record, known: Known) -> None:
        """A message that is being recorded."""
        identity = "/".join(record.identity)
        self._by_identity[identity] = known
        if record.place_identity is not None:
            self._of_place.setdefault(record.place_identity, identity)

    def same(self, record: Record) -> Known | None:
        """The message of the same id."""
        return self._by_identity.get(self._meant(record, "/".join(record.identity), record.place_identity))

    def corrected(self, record: Record) -> Known | None:
        """The message to which a record refers, once `with_corrected` found it."""
        return self._by_identity.get(record.refers_to or "")

    def with_corrected(self, record: Record) -> Record:
        """The record with the identity of what it corrects, where its place said that over another wire."""
        if record.refers_to is None:
            return record
        corrects = self._meant(record, record.refers_to, record.refers_to_of_place)
        return record if corrects == record.refers_to else replace(record, corrects=corrects)

    def _meant(self, record: Record, identity: str, of_place: str | None) -> str:
        """The speaking place's own message, on this wire or another; else what the wire brought under the id."""
        brought = self._by_identity.get(identity)
        if brought is not None and brought.speaker == record.envelope.speaker:
            return identity
        return self._of_place.get(of_place or "", identity)
