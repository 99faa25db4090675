"""Withdrawing a claim: which messages leave a case, what the case is without them, and what is told of that. Pure.

A case that messages leave is made anew: those that stay are linked again, the first one first, so that snapshot, labels
and identifiers are what they would be had the others never come. What the case learnt from messages of other cases is
kept, and so is what a person lifted.

Not promised: that an order stays parked which fitted only an accused whom a message that left made known; that another
case which a message that left only named forgets that edge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.references import with_firs
from icjs_gateway.model.content import Action, Event
from icjs_gateway.model.event_types import CLAIM_WITHDRAWN
from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.payloads.claim import ClaimReason, WithdrawnClaim
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.corrections import AMENDED
from icjs_gateway.routing.correlation import CaseFile, Identifier, keys, looked_up
from icjs_gateway.routing.labels import Labelling
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recorded import Announced, RecordedEvent, case_member
from icjs_gateway.routing.recording import Bench, Facts

MayClaim = Callable[[Record, Identifier], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A message of a case, in its sender's own words."""

    identity: str
    record: Record
    told: tuple[tuple[str, Event, str | None], ...]
    """(id, event, the name of its person's lane) of each event, those behind that the gateway derived."""
    by_hand: bool = False
    """A person linked it to this case."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """A case made of some of its messages, and what linking each of them gives."""

    file: CaseFile
    linked: tuple[tuple[Member, Linked], ...]

    @property
    def claims(self) -> dict[Identifier, tuple[Member, Linked]]:
        """Which message claims which identifier of the case."""
        found: dict[Identifier, tuple[Member, Linked]] = {}
        for member, linked in self.linked:
            for name, _ in linked.released:
                found.pop(name, None)
            found |= {name: (member, linked) for name, _ in linked.claims}
        return found


def remade(
    file: CaseFile,
    members: Sequence[Member],
    others: Mapping[Identifier, CaseFile],
    holds: Set[Identifier],
    bench: Bench,
) -> Remade:
    """The case that these messages make, in the order in which they were linked. `others` are the cases of identifiers
    that this one does not hold; `holds` are those that it may hold."""
    home = CaseFile(case_id=file.case_id, version=0, case=Case(), labels=Labelling(lifted=file.labels.lifted))
    held: set[Identifier] = set()
    before: dict[str, tuple[Event, ...]] = {}
    made: list[tuple[Member, Linked]] = []
    for member in members:
        record = member.record
        named = looked_up(record.content, record.envelope.home_state)
        facts = Facts(
            cases={name: home if name in held else others[name] for name in named if name in held or name in others},
            before=_chain(record, members[: len(made)], before),
        )
        ids = member.event_ids[: len(record.content.events)]
        linked = bench.link_again(home, record, facts, ids, holds.__contains__)
        linked = _in_their_lanes(linked, member)
        home = next(each for each in linked.cases if each.case_id == file.case_id)
        held = (held | {name for name, _ in linked.claims}) - {name for name, _ in linked.released}
        before[member.identity] = tuple(event for _, event, _ in member.told)
        made.append((member, linked))
    return Remade(file=home, linked=tuple(made))


def without(file: CaseFile, whole: Remade, left: Remade, severed: Sequence[str]) -> CaseFile:
    """The case as it is when some of its messages are gone: `whole` is what all of them make, `left` those that stay.

    What the case has beyond what its own messages make it learnt from others, and keeps.
    """
    known, own, case = file.case, whole.file.case, left.file.case
    edges = {(edge.fir, edge.cnr): edge for edge in known.edges}
    for edge in own.edges:
        edges.pop((edge.fir, edge.cnr), None)
    edges |= {(edge.fir, edge.cnr): edge for edge in case.edges}
    told = {str(fir.key() or fir.number) for fir in own.firs}
    learnt = [fir for fir in known.firs if str(fir.key() or fir.number) not in told]
    changed = case.model_copy(
        update={
            "edges": tuple(edges[pair] for pair in sorted(edges)),
            "firs": with_firs(case.firs, learnt, None),
            "references": _with_learnt(case.references, known.references, own.references),
            "clubbed_firs": _with_learnt(case.clubbed_firs, known.clubbed_firs, own.clubbed_firs),
            "severed": tuple(severed),
        }
    )
    return CaseFile(
        case_id=file.case_id, version=file.version + 1, case=changed, labels=_labels(file, whole.file, left.file)
    )


def _with_learnt(now: Sequence[str], known: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*now, *(set(known) - set(own))}))


def _labels(file: CaseFile, whole: CaseFile, left: CaseFile) -> Labelling:
    on: dict[str, frozenset[str]] = {}
    for label, grounds in file.labels.on.items():
        learnt = grounds - whole.labels.on.get(label, frozenset())
        # What a person lifted comes back by nobody's earlier word.
        stays = learnt | (grounds & left.labels.on.get(label, frozenset()))
        if stays:
            on[label] = stays
    return Labelling(on=on, lifted=file.labels.lifted)


def _chain(record: Record, earlier: Sequence[Member], told: Mapping[str, tuple[Event, ...]]) -> tuple[Event, ...]:
    """What the messages of the chain that this one corrects told so far, the earliest first."""
    if record.refers_to is None or record.content.events[0].type not in AMENDED:
        return ()
    chain = {record.refers_to}
    refers = {each.identity: each.record.refers_to for each in earlier}
    while grown := {
        identity
        for identity, refers_to in refers.items()
        if identity not in chain and (refers_to in chain or any(refers.get(each) == identity for each in chain))
    }:
        chain |= grown
    return tuple(event for each in earlier if each.identity in chain for event in told[each.identity])


def _in_their_lanes(linked: Linked, member: Member) -> Linked:
    """With every person in the lane that has carried orders about them until now, whatever it would be named today."""
    renamed = {
        event.person: kept
        for event, (_, _, kept) in zip(linked.events, member.told, strict=False)
        if event.person is not None and kept is not None and event.person != kept
    }
    if not renamed:
        return linked

    def lanes(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(renamed.get(name, name) for name in names))

    def with_lanes(file: CaseFile) -> CaseFile:
        persons = tuple(
            person.model_copy(update={"lanes": lanes(person.lanes)}) if person.lanes else person
            for person in file.case.persons
        )
        return replace(file, case=file.case.model_copy(update={"persons": persons}))

    return replace(
        linked,
        cases=tuple(with_lanes(file) if file.case_id == linked.case_id else file for file in linked.cases),
        obligations=tuple(replace(each, person=renamed.get(each.person, each.person)) for each in linked.obligations),
        corrections=tuple(replace(each, persons=lanes(each.persons)) for each in linked.corrections),
        overtaken=tuple(replace(each, persons=lanes(each.persons)) for each in linked.overtaken),
        answers=tuple(replace(each, persons=lanes(each.persons)) for each in linked.answers),
    )


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
