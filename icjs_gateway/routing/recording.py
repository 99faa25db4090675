"""Recording: the one decision of intake. Pure: the ledger loads the facts and carries the decision out.

In order: is it a repeat? is it known content under a new id? which case? what does the case become? who is owed it?
Every answer leads to a receipt, signed here, before the commit, and released after it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from icjs_gateway.model.case import Case, evolve, rank_of
from icjs_gateway.model.content import Action, Event, FirReference
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.correlation import CaseFile, Identifier, case_of, identifiers, roots_a_case
from icjs_gateway.routing.lane_names import is_liberty, lane_of
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.messages import MessageState, Outcome, Record
from icjs_gateway.routing.recipients import Addressed, RecipientList

if TYPE_CHECKING:
    from icjs_gateway.routing.ports import Ids, Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A message already in the store, as far as sameness needs it."""

    message_id: str
    digest: bytes
    content_digest: bytes
    receipt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the store knows that bears on one command.

    `same_id` is the message of the same identity; `latest` the latest of its thread; `referred` tells whether
    the message it refers to is known; `cases` holds the case of each identifier that the message names.
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
class RecordedEvent:
    """An event with its id and, unless parked, its case. `data` is what recipients are shown before disclosure."""

    event_id: str
    event: Event
    case_id: str | None
    liberty: bool
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A new message is kept: everything that the transaction writes."""

    state: MessageState
    outcome: Outcome
    receipt: bytes
    events: tuple[RecordedEvent, ...] = ()
    cases: tuple[CaseFile, ...] = ()
    claims: tuple[tuple[Identifier, str], ...] = ()
    owed: tuple[Owed, ...] = ()
    leaf: Mapping[str, Any] = field(default_factory=dict)


Decision = Replayed | Clash | Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the decision is taken with: who exists, who signs, where ids come from."""

    recipients: RecipientList
    signer: Signer
    ids: Ids
    environment: str

    def decide(self, command: Record, facts: Facts) -> Decision:
        """Take the decision for one command. Pure but for fresh ids."""
        same = facts.same_id
        if same is not None:
            alike = same.digest == command.envelope.digest or same.content_digest == command.content_digest
            return Replayed(receipt=same.receipt) if alike else Clash(first_digest=same.digest)
        if facts.latest is not None and facts.latest.content_digest == command.content_digest:
            return self._suppress(command, facts.latest)
        return self._keep(command, facts)

    def _suppress(self, command: Record, first: Known) -> Kept:
        receipt = self._receipt(command, Outcome.SUPPRESSED, (), same_as=first.message_id)
        return Kept(
            state=MessageState.SUPPRESSED,
            outcome=Outcome.SUPPRESSED,
            receipt=receipt,
            leaf=_leaf(command, Outcome.SUPPRESSED, ()),
        )

    def _keep(self, command: Record, facts: Facts) -> Kept:
        named = identifiers(command.content.case, command.envelope.home_state)
        found = case_of(named, facts.cases)
        if found is None and roots_a_case(command.content):
            found = CaseFile(case_id=f"case-{self.ids.new()}", version=0, case=Case())
        unlinked = found is None or (command.content.action is not Action.NEW and not facts.referred)
        if found is None or unlinked:
            return self._park(command)
        return self._link(command, facts, found, named)

    def _park(self, command: Record) -> Kept:
        events = tuple(
            RecordedEvent(
                event_id=self.ids.new(),
                event=event,
                case_id=None,
                liberty=is_liberty(event.type),
                data=event.data_json(),
            )
            for event in command.content.events
        )
        return Kept(
            state=MessageState.PARKED,
            outcome=Outcome.PARKED,
            receipt=self._receipt(command, Outcome.PARKED, events),
            events=events,
            leaf=_leaf(command, Outcome.PARKED, events),
        )

    def _link(self, command: Record, facts: Facts, home: CaseFile, named: tuple[Identifier, ...]) -> Kept:
        known = _fold(command, home)
        clubbed = {
            file.case_id: _fold(command, file, edges_only=True)
            for file in facts.cases.values()
            if file.case_id != home.case_id
        }
        events = tuple(
            RecordedEvent(
                event_id=self.ids.new(),
                event=event,
                case_id=home.case_id,
                liberty=is_liberty(event.type),
                data=_told(event, known, command.envelope.home_state),
            )
            for event in command.content.events
        )
        return Kept(
            state=MessageState.RECORDED,
            outcome=Outcome.ACCEPTED,
            receipt=self._receipt(command, Outcome.ACCEPTED, events),
            events=events,
            cases=(known, *clubbed.values()),
            claims=tuple((identifier, home.case_id) for identifier in named if identifier not in facts.cases),
            owed=tuple(self._owed(events, known)),
            leaf=_leaf(command, Outcome.ACCEPTED, events),
        )

    def _owed(self, events: tuple[RecordedEvent, ...], home: CaseFile) -> list[Owed]:
        where = _addressed(home.case)
        return [
            Owed(
                delivery_id=self.ids.new(),
                event_id=recorded.event_id,
                subscription_id=subscription.id,
                lane=lane_of(recorded.event, home.case_id),
                liberty=recorded.liberty,
            )
            for recorded in events
            for subscription in self.recipients.owed(replace(where, type=recorded.event.type))
        ]

    def _receipt(
        self, command: Record, outcome: Outcome, events: tuple[RecordedEvent, ...], same_as: str | None = None
    ) -> bytes:
        """The receipt's JSON with its signature: what is stored, and what every repeat gets."""
        members = receipt_members(command, outcome, events, environment=self.environment, same_as=same_as)
        members["signature"] = self.signer.sign(members)
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def receipt_members(
    command: Record,
    outcome: Outcome,
    events: tuple[RecordedEvent, ...],
    *,
    environment: str,
    same_as: str | None,
) -> dict[str, Any]:
    """The members that are signed. Absent members are left out; empty lists are present."""
    members: dict[str, Any] = {
        "message_id": command.content.message_id,
        "contract": command.envelope.contract_id,
        "partner": command.envelope.partner_id,
        "environment": environment,
        "digest": digest_text(command.envelope.digest),
        "received_at": rfc3339(command.envelope.received_at),
        "outcome": outcome.value,
        "events": [_receipt_event(event) for event in events],
        "findings": [finding.as_json() for finding in command.content.findings],
    }
    if same_as is not None:
        members["same_as"] = same_as
    return members


def digest_text(digest: bytes) -> str:
    """RFC 9530 style: `sha-256=:<base64>:`."""
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def _receipt_event(recorded: RecordedEvent) -> dict[str, str]:
    members = {"event_id": recorded.event_id, "type": recorded.event.type}
    return members if recorded.case_id is None else members | {"case_id": recorded.case_id}


def _leaf(command: Record, outcome: Outcome, events: tuple[RecordedEvent, ...]) -> dict[str, Any]:
    """What the audit tree attests of an accepted message."""
    return {
        "kind": "message.recorded",
        "partner": command.envelope.partner_id,
        "contract": command.envelope.contract_id,
        "message_id": command.content.message_id,
        "digest": command.envelope.digest.hex(),
        "received_at": rfc3339(command.envelope.received_at),
        "outcome": outcome.value,
        "events": [event.event_id for event in events],
    }


def _fold(command: Record, file: CaseFile, *, edges_only: bool = False) -> CaseFile:
    """The case with the message's events folded in; a clubbed FIR's own case learns the edge alone."""
    recorded_at = rfc3339(command.content.recorded_at or command.envelope.received_at)
    envelope = command.envelope
    source = f"{envelope.pillar}:{envelope.partner_id}"
    case = file.case
    for event in command.content.events[: 1 if edges_only else None]:
        rank = rank_of(
            event,
            pillar=envelope.pillar,
            recorded_at=recorded_at,
            content_hash=command.content_digest.hex()[:16],
        )
        folded = evolve(case, event, rank=rank, source=source, default_state=envelope.home_state)
        if edges_only:
            folded = case.model_copy(update={"edges": folded.edges})
        case = folded
    return CaseFile(case_id=file.case_id, version=file.version + 1, case=case)


def _addressed(case: Case) -> Addressed:
    firs = case.firs
    return Addressed(
        type="",
        firs=tuple(str(key) for fir in firs if (key := fir.key()) is not None),
        cnrs=case.cnrs,
        stations=tuple({fir.police_station_code for fir in firs if fir.police_station_code is not None}),
        districts=tuple({fir.district for fir in firs if fir.district is not None}),
        states=tuple({fir.state for fir in firs if fir.state is not None}),
    )


def _told(event: Event, home: CaseFile, default_state: str | None) -> bytes:
    """`data` with the case as the record knows it: its id and all its FIRs, beside what the message itself said."""
    data = event.data.model_dump(mode="json", exclude_none=True)
    said = {str(fir.key(default_state) or fir.number): fir for fir in event.data.case.firs}
    firs = [_fir_json(fir, said.get(str(fir.key() or fir.number))) for fir in home.case.firs]
    cnr = event.data.case.cnr or next(iter(home.case.cnrs), None)
    data["case"] = {"id": home.case_id} | data["case"] | {"firs": firs} | ({"cnr": cnr} if cnr else {})
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _fir_json(known: FirReference, said: FirReference | None) -> dict[str, Any]:
    members = known.model_dump(mode="json", exclude_none=True)
    return members if said is None else members | said.model_dump(mode="json", exclude_none=True)
