"""Withdrawing a claim: which messages leave a case, and what is told of that. Pure.

What the case is without them is made by linking those that stay again (`remaking`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from icjs_gateway.model.content import Action, Event
from icjs_gateway.model.event_types import CLAIM_WITHDRAWN
from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.payloads.claim import ClaimReason, WithdrawnClaim
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.corrections import AMENDED
from icjs_gateway.routing.correlation import Identifier, keys
from icjs_gateway.routing.label_words import EVERYTHING_COUNTS, Unsaid
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recorded import Announced, RecordedEvent, case_member

MayClaim = Callable[[Record, Identifier], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A message of a case, in its sender's own words."""

    identity: str
    record: Record
    told: tuple[tuple[str, Event, str | None], ...]
    """(id, event, the name of its person's lane) of each event, those behind that the gateway derived."""
    case_id: str = ""
    linked_at: datetime | None = None
    """When it came to this case; None where that is not known."""
    by_hand: bool = False
    """A person linked it to this case."""
    apart_from: frozenset[str] = frozenset()
    """Other cases that it names, and that a person decided learn nothing of it."""
    unsaid: Unsaid = EVERYTHING_COUNTS
    """Its words on labels that a person took back."""

    @property
    def event_ids(self) -> tuple[str, ...]:
        return tuple(event_id for event_id, _, _ in self.told)

    @property
    def named(self) -> tuple[Identifier, ...]:
        return keys(self.record.content, self.record.envelope.home_state)


def own_count(events: Sequence[Event]) -> int:
    """How many of a message's events it told itself. What is derived is one event that takes something back."""
    is_derived = len(events) > 1 and events[0].type in AMENDED and events[-1].type.endswith(".withdrawn.v1")
    return len(events) - 1 if is_derived else len(events)


def leaving(
    members: Sequence[Member],
    held: Mapping[Identifier, str | None],
    *,
    severed: Identifier | None,
    first: Set[str],
    may_claim: MayClaim,
) -> frozenset[str]:
    """The identities of the messages that leave: the first ones, and whatever would not find the case without them.

    `held` says of each identifier of the case by which message it was claimed; None where nobody knows, or a person
    confirmed it. A message that names the severed identifier leaves, unless it registers a FIR that the case keeps.
    """
    gone = set(first)
    while True:
        stay = [member for member in members if member.identity not in gone]
        remaining = still_held(stay, held, severed=severed, may_claim=may_claim)
        more = {
            each.identity
            for number, each in enumerate(members)
            if each.identity not in gone
            and not each.by_hand
            and (_is_lost(each, remaining, severed) or _corrects_what_is_gone(each, members[:number], gone))
        }
        if not more:
            return frozenset(gone)
        gone |= more


def still_held(
    stay: Sequence[Member], held: Mapping[Identifier, str | None], *, severed: Identifier | None, may_claim: MayClaim
) -> frozenset[Identifier]:
    """The identifiers that a case holds by the messages that stay."""
    staying = {member.identity for member in stay}
    return frozenset(
        name
        for name, claimed_by in held.items()
        if name != severed
        and (
            claimed_by is None
            or claimed_by in staying
            or any(name in member.named and may_claim(member.record, name) for member in stay)
        )
    )


def _is_lost(member: Member, remaining: Set[Identifier], severed: Identifier | None) -> bool:
    """Whether a message does not find the case by what the case still holds."""
    if severed in member.named and remaining.isdisjoint(_registered(member.record)):
        return True
    return remaining.isdisjoint(member.named)


def _corrects_what_is_gone(member: Member, before: Sequence[Member], gone: Set[str]) -> bool:
    record = member.record
    if record.content.action is Action.NEW:
        return False
    if record.refers_to is not None:
        return record.refers_to in gone
    thread = [each.identity for each in before if each.record.thread == record.thread]
    return bool(thread) and set(thread) <= gone


def _registered(record: Record) -> Iterator[Identifier]:
    """The keys of the FIRs that a message registers."""
    for event in record.content.events:
        if isinstance(event.data, FirData):
            fir, station = event.data.fir, event.data.fir.police_station
            yield "fir", str(FirKey(station.state, station.code, int(fir.number), fir.year))


def tell_withdrawn(
    case_id: str,
    event_ids: Sequence[str],
    *,
    subscription_id: str,
    lane: str,
    liberty: bool,
    at: datetime,
    ids: Ids,
) -> Announced:
    """What a subscription is told, in the lane in which it was sent these events."""
    claim = WithdrawnClaim(event_ids=tuple(event_ids), case_id=case_id, reason=ClaimReason.WITHDRAWN)
    begins = case_member(json.dumps({"id": case_id, "firs": []}, separators=(",", ":")).encode())
    event = RecordedEvent(
        event_id=ids.new(),
        type=CLAIM_WITHDRAWN,
        occurred_at=at,
        case_id=case_id,
        data=begins + b',"claim":' + claim.model_dump_json().encode() + b"}",
    )
    owed = Owed(
        delivery_id=ids.new(), event_id=event.event_id, subscription_id=subscription_id, lane=lane, liberty=liberty
    )
    return Announced(event=event, owed=(owed,))
