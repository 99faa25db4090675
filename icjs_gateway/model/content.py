"""What a message says, once translated: canonical events about a case.

`Content` is the meeting point of the hops: mappings make it from a document and make a document from it; routing
decides on it; nothing after the mapping knows the wire.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from icjs_gateway.model.findings import Finding
from icjs_gateway.model.identifiers import Cnr, FirKey, MessageId, StateCode, StationCode
from icjs_gateway.model.text import Text, Token


class Canonical(BaseModel):
    """Base of every published canonical shape: closed, frozen, snake_case."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


def declared(model: BaseModel, name: str) -> Any:
    """A member that only some shapes have; None where this one has none. To ask a model for what it has not is slow."""
    return getattr(model, name) if name in type(model).__pydantic_fields__ else None


class Action(StrEnum):
    """What a message does to what was said before. An amendment is a patch."""

    NEW = "NEW"
    AMEND = "AMEND"
    WITHDRAW = "WITHDRAW"


class FirReference(Canonical):
    """A FIR as somebody names it: key parts where known, and the number as it was written."""

    state: StateCode | None = None
    district: Text | None = None
    police_station_code: StationCode | None = None
    police_station: Text | None = None
    number: str
    """The running number without leading zeros."""
    number_raw: Text | None = None
    """As written, when it was written otherwise."""
    year: int
    registration_number: Token | None = None
    """FIR_REG_NUM of CCTNS. Opaque."""

    def key(self, default_state: str | None = None) -> FirKey | None:
        """The exact key, or None when the station is known by name only or no State is known."""
        state = self.state or default_state
        if state is None or self.police_station_code is None:
            return None
        return FirKey(state, self.police_station_code, int(self.number), self.year)


class CaseReference(Canonical):
    """The case a message is about, in the sender's words. Tells which case; is not the case."""

    firs: tuple[FirReference, ...] = ()
    firs_unread: tuple[Text, ...] | None = None
    """FIRs as they were written whose number or State could not be read: they find no case."""
    cnr: Cnr | None = None
    cnr_raw: Text | None = None
    case_type: Text | None = None
    registration_number: Text | None = None
    """The court's registration number, e.g. 186/2026."""


class EventData(Canonical):
    """Base of `data` of every canonical event; each event type adds one member named for its noun."""

    case: CaseReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One canonical event as decoded, before it has an id or a case.

    `type` is `icjs.<noun>.<verb-past>.v1`; `occurred_at` is when it happened, a civil date standing for its start
    in India.
    """

    type: str
    occurred_at: datetime
    data: EventData
    read_from: InitVar[bytes | None] = None
    """The JSON that `data` was read from, where there is some: it is not written again."""
    json: bytes = field(init=False, repr=False, compare=False)
    """`data` as UTF-8 JSON, absent members left out. Written once: digest, record and disclosure all start from it."""

    def __post_init__(self, read_from: bytes | None) -> None:
        written = read_from or self.data.model_dump_json(exclude_none=True).encode()
        object.__setattr__(self, "json", written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message. Events name it by its digest (`model/payloads/attached`)."""

    sha256: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything one message says.

    `thread` names what the message is about among its sender's messages under this contract (a hearing id, a FIR
    key): a message is known content only if it says what the latest of its thread said.
    """

    message_id: MessageId
    action: Action
    refers_to: MessageId | None = None
    recorded_at: datetime | None = None
    thread: str
    case: CaseReference
    events: tuple[Event, ...]
    findings: tuple[Finding, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Jurisdiction attributes of the sender's side: `state`, `station`, `establishment` and the like, as named."""
    attachments: tuple[Attachment, ...] = ()
    """The files that its events name, each once."""

    def digest(self) -> bytes:
        """SHA-256 of what is said: equal for two messages that say the same, message id and recorded-at apart."""
        seen = hashlib.sha256(f"{self.action}\n{self.refers_to or ''}\n{self.thread}\n".encode())
        for event in self.events:
            seen.update(event.type.encode() + b"\n" + event.json + b"\n")
        return seen.digest()
