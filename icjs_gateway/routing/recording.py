"""Recording: the one decision of intake. Pure: the ledger loads the facts and carries the decision out.

In order: is it a repeat? is it known content under a new id? which case? what does the case become? who is owed it?
Every answer leads to a receipt, signed here, before the commit, and released after it. A message that fits no case yet
is parked, and decided on again (`relink`) when what it waits for has come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from icjs_gateway.model.content import Action
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.correlation import CaseFile, Identifier, identifiers
from icjs_gateway.routing.linking import Linked, RecordedEvent, home_of, link
from icjs_gateway.routing.messages import MessageState, Outcome, Record
from icjs_gateway.routing.receipts import signed_receipt
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.settling import Told, tell_dismissed, tell_linked

if TYPE_CHECKING:
    from icjs_gateway.routing.ports import Ids, Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A message already in the store, as far as sameness needs it."""

    message_id: str
    digest: bytes
    content_digest: bytes
    receipt: bytes
    state: MessageState = MessageState.RECORDED

    @property
    def is_told(self) -> bool:
        """Whether its content is in a case: only then is there anything to correct."""
        return self.state in (MessageState.RECORDED, MessageState.SUPPRESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the store knows that bears on one command.

    `same_id` is the message of the same identity; `latest` the latest of its thread; `referred` tells whether what it
    corrects is in a case: the message it refers to, whichever of a chain of corrections that is, or the latest of its
    thread where it names none; `cases` holds the case of
    each identifier that the message names.
    """

    same_id: Known | None = None
    latest: Known | None = None
    referred: bool = False
    cases: Mapping[Identifier, CaseFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The same message again: the first receipt, byte for byte, and no effect."""

    receipt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """The same id with other content: refused, and audited."""

    first_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A new message is kept, with its receipt. `linked` is absent while it waits (`waits_for`), or for ever when its
    content was known already."""

    state: MessageState
    receipt: bytes
    leaf: Mapping[str, Any]
    parked: tuple[RecordedEvent, ...] = ()
    linked: Linked | None = None
    waits_for: tuple[Identifier, ...] = ()


Decision = Replayed | Clash | Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """A parked message that found its case, and what its sender is told of that."""

    linked: Linked
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the decision is taken with: who exists, who signs, where ids come from."""

    recipients: RecipientList
    signer: Signer
    ids: Ids
    environment: str

    def decide(self, command: Record, facts: Facts) -> Decision:
        """Take the decision for one message. Pure but for fresh ids."""
        same = facts.same_id
        if same is not None:
            alike = same.digest == command.envelope.digest or same.content_digest == command.content_digest
            return Replayed(receipt=same.receipt) if alike else Clash(first_digest=same.digest)
        if facts.latest is not None and facts.latest.content_digest == command.content_digest:
            return self._kept(command, MessageState.SUPPRESSED, same_as=facts.latest.message_id)
        event_ids = [self.ids.new() for _ in command.content.events]
        home = home_of(command, facts.cases, referred=facts.referred, ids=self.ids)
        if home is not None:
            linked = self._link(home, command, facts, event_ids)
            return self._kept(command, MessageState.RECORDED, linked=linked)
        return self._kept(command, MessageState.PARKED, parked=_parked(command, event_ids))

    def relink(self, command: Record, facts: Facts, event_ids: Sequence[str], at: datetime) -> Freed | None:
        """Link a parked message to its case, and tell its sender; None while there is none."""
        home = home_of(command, facts.cases, referred=facts.referred, ids=self.ids)
        return None if home is None else self.link_to(home, command, facts, event_ids, at)

    def link_to(self, home: CaseFile, command: Record, facts: Facts, event_ids: Sequence[str], at: datetime) -> Freed:
        """Link a parked message to this very case, as a person decided."""
        linked = self._link(home, command, facts, event_ids)
        file = next(file for file in linked.cases if file.case_id == linked.case_id)
        told = tell_linked(command, file, at=at, recipients=self.recipients, ids=self.ids)
        return Freed(linked=linked, told=told)

    def dismiss(self, command: Record, reason: str, at: datetime) -> Told:
        """What the sender is told of a parked message that a person dismissed."""
        return tell_dismissed(command, reason, at=at, recipients=self.recipients, ids=self.ids)

    def _link(self, home: CaseFile, command: Record, facts: Facts, event_ids: Sequence[str]) -> Linked:
        return link(command, home, facts.cases, event_ids=event_ids, recipients=self.recipients, ids=self.ids)

    def _kept(
        self,
        command: Record,
        state: MessageState,
        *,
        linked: Linked | None = None,
        parked: tuple[RecordedEvent, ...] = (),
        same_as: str | None = None,
    ) -> Kept:
        outcome = _OUTCOMES[state]
        events = linked.events if linked is not None else parked
        receipt = signed_receipt(
            command, outcome, events, environment=self.environment, signer=self.signer, same_as=same_as
        )
        return Kept(
            state=state,
            receipt=receipt,
            leaf=_leaf(command, outcome, events),
            parked=parked,
            linked=linked,
            waits_for=_waits_for(command) if state is MessageState.PARKED else (),
        )


_OUTCOMES = {
    MessageState.RECORDED: Outcome.ACCEPTED,
    MessageState.PARKED: Outcome.PARKED,
    MessageState.SUPPRESSED: Outcome.SUPPRESSED,
}


def message_identifier(identity: str) -> Identifier:
    """What a correction waits for while the message it refers to is unknown."""
    return ("message", identity)


def thread_identifier(thread: tuple[str, str, str]) -> Identifier:
    """What a correction waits for that names no message: the first one of its thread, the same hearing or FIR."""
    return ("thread", "/".join(thread))


def _waits_for(command: Record) -> tuple[Identifier, ...]:
    """Everything whose coming may free a parked message: its case's keys, and what it corrects."""
    named = identifiers(command.content.case, command.envelope.home_state)
    if command.refers_to is not None:
        return (*named, message_identifier(command.refers_to))
    return named if command.content.action is Action.NEW else (*named, thread_identifier(command.thread))


def _parked(command: Record, event_ids: Sequence[str]) -> tuple[RecordedEvent, ...]:
    return tuple(
        RecordedEvent(
            event_id=event_id,
            type=event.type,
            occurred_at=event.occurred_at,
            case_id=None,
            data=event.json,
        )
        for event_id, event in zip(event_ids, command.content.events, strict=True)
    )


def _leaf(command: Record, outcome: Outcome, events: Sequence[RecordedEvent]) -> dict[str, Any]:
    """What the audit tree attests of a message that was kept."""
    return {
        "partner": command.envelope.partner_id,
        "contract": command.envelope.contract_id,
        "message_id": command.content.message_id,
        "digest": command.envelope.digest.hex(),
        "received_at": rfc3339(command.envelope.received_at),
        "outcome": outcome.value,
        "events": [event.event_id for event in events],
    }
