"""The values that travel through intake: envelope, receipt, and what the ledger keeps of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icjs_gateway.model.content import Attachment, Content
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
    what a FIR means that names no State. `pillar` is the partner's, `speaker` the place whose word the message is.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The command to the ledger: record this message, whole or not at all."""

    envelope: Envelope
    body: bytes
    content: Content
    content_digest: bytes

    @property
    def identity(self) -> tuple[str, str, str]:
        """(partner, contract, the document's message id): what makes a message itself."""
        return self.envelope.partner_id, self.envelope.contract_id, self.content.message_id

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
        return None if refers_to is None else "/".join((*self.identity[:2], refers_to))

    @property
    def thread(self) -> tuple[str, str, str]:
        """(partner, contract, thread): the messages among which known content is looked for."""
        return self.envelope.partner_id, self.envelope.contract_id, self.content.thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The stored, signed receipt. `json` is what every repeat gets, byte for byte."""

    json: bytes
    replayed: bool = False
