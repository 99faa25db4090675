"""The values that travel through intake: envelope, receipt, and what the ledger keeps of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icjs_gateway.model.content import Attachment, Content
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.authority.speaker import Speaker


class Channel(StrEnum):
    """The way by which a message came in."""

    HTTP = "http"
    SOAP = "soap"


class Outcome(StrEnum):
    """What acceptance came to. A positive answer in each case: the message is kept."""

    ACCEPTED = "accepted"
    PARKED = "parked"
    SUPPRESSED = "suppressed"


class MessageState(StrEnum):
    """What became of an accepted message: `accepted = recorded + parked + dismissed + suppressed`, always."""

    RECORDED = "recorded"
    PARKED = "parked"
    DISMISSED = "dismissed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who sent a document, as what, and when it came.

    `digest` is SHA-256 over the payload's canonical form. `home_state` is the State of the sender's jurisdiction:
    what a FIR means that names no State. `pillar` is the partner's, `speaker` the place whose word the message is;
    `is_place_covered` tells whether the partner's jurisdiction covers that place by its code or its whole State.
    """

    partner_id: str
    pillar: str
    home_state: str | None
    speaker: Speaker
    contract_id: str
    channel: Channel
    media_type: str
    received_at: datetime
    digest: bytes
    traceparent: str | None = None
    is_place_covered: bool = False

    @property
    def place(self) -> str | None:
        """The speaking place as a key of its messages over any wire: `court/HP/HPKN02`. None where the document names
        none by code, its State is unknown, or the wire does not surely carry it: then the partner is the key."""
        speaker = self.speaker
        return speaker.written() if self.is_place_covered and speaker.code and speaker.state else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The command to the ledger: record this message, whole or not at all."""

    envelope: Envelope
    body: bytes
    content: Content
    content_digest: bytes
    corrects: str | None = None
    """Identity of the message that this one corrects, where that came over another wire."""

    @property
    def is_liberty(self) -> bool:
        """Whether the message frees, holds or moves somebody."""
        return any(EVENT_TYPES[event.type].liberty for event in self.content.events)

    @property
    def identity(self) -> tuple[str, str, str]:
        """(partner, contract, the document's message id): what makes a message itself on its wire."""
        return self.envelope.partner_id, self.envelope.contract_id, self.content.message_id

    @property
    def place_identity(self) -> str | None:
        """`place/contract/message id`: what makes it itself over any wire of its place."""
        return self._of_place(self.content.message_id)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that it brought."""
        return self.content.attachments

    @property
    def content_hash(self) -> str:
        """The content's digest as facts of a case bear it: enough to tell two contents apart."""
        return self.content_digest.hex()[:16]

    @property
    def refers_to(self) -> str | None:
        """The identity, as text, of the message that this one corrects."""
        refers_to = self.content.refers_to
        return None if refers_to is None else self.corrects or "/".join((*self.identity[:2], refers_to))

    @property
    def refers_to_of_place(self) -> str | None:
        """The place identity of the message that this one corrects: what it is found by over another wire."""
        refers_to = self.content.refers_to
        return None if refers_to is None else self._of_place(refers_to)

    def _of_place(self, message_id: str) -> str | None:
        place = self.envelope.place
        return None if place is None else f"{place}/{self.envelope.contract_id}/{message_id}"

    @property
    def thread(self) -> tuple[str, str, str]:
        """(partner, contract, thread): the messages among which known content is looked for."""
        return self.envelope.partner_id, self.envelope.contract_id, self.content.thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The stored, signed receipt. `json` is what every repeat gets, byte for byte."""

    json: bytes
    replayed: bool = False
