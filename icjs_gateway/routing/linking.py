"""Linking: a message and its case come together. Pure.

What linking makes is the same whether it happens on arrival or later, when what a parked message waited for has come:
its events with their case, the case with the events folded in, the identifiers it now holds, who is owed what, and what
its orders ask for or take back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic_core import to_json

from icjs_gateway.model.case import (
    Case,
    Number,
    clubbed,
    fold,
    holder,
    jail_named,
    jails_claiming,
    numbers_of,
    rank_of,
    with_children,
    with_lane,
)
from icjs_gateway.model.content import Action, CaseReference, Event, FirReference
from icjs_gateway.model.event_types import EVENT_TYPES, person_of
from icjs_gateway.model.payloads.inmate import InmateData
from icjs_gateway.routing.authority.corroboration import Beside
from icjs_gateway.routing.authority.elsewhere import NOWHERE_ELSE, Elsewhere, held_under_parent
from icjs_gateway.routing.authority.rules import Basis
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import Standing, changes_standing
from icjs_gateway.routing.bodies import Body, admitted
from icjs_gateway.routing.case_index import Entry, index_added
from icjs_gateway.routing.clubbing import joined
from icjs_gateway.routing.consumption import Consumption, consumptions
from icjs_gateway.routing.correlation import INDIRECT, CaseFile, Identifier, came_from, case_of, keys, roots_a_case
from icjs_gateway.routing.fitting import meant
from icjs_gateway.routing.jail_answers import JailAnswer, jail_answers
from icjs_gateway.routing.jails import named_jail
from icjs_gateway.routing.label_words import EVERYTHING_COUNTS, Unsaid, child_subject, words_of
from icjs_gateway.routing.labels import Ground, Labeller, Labelling, as_said_by
from icjs_gateway.routing.lane_names import own_number, unverified_lane
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.named_places import with_places, with_station
from icjs_gateway.routing.obligations import Obligation, obligation_of
from icjs_gateway.routing.recipients import Addressed, RecipientList
from icjs_gateway.routing.recorded import Announced, RecordedEvent, case_member, said_length, spliced
from icjs_gateway.routing.relay import Relayed, Unserved
from icjs_gateway.routing.superseding import Order, asks_or_takes_back, is_cancellable, may_take_back, order_of
from icjs_gateway.routing.whereabouts import Whereabouts, nowhere_else


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An order that may take back what was told before of the same person, who goes by these names in the case.
    `reaches` tells whether it takes back what a place ordered, or of an order that comes late, whether that place's
    word took it back."""

    order: Order
    case_id: str
    persons: tuple[str, ...]
    reaches: Callable[[Speaker], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """A jail has somebody in its register whom another one has present: `event_id` is its entry, `claimed_by` its code,
    `jail` that of the first."""

    event_id: str
    person: str
    claimed_by: str
    jail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What the transaction writes besides the message itself."""

    case_id: str
    basis: Basis | None
    """Why the speaker's word counts in this case; None where a person linked it without."""
    events: tuple[RecordedEvent, ...]
    cases: tuple[CaseFile, ...]
    claims: tuple[tuple[Identifier, str], ...]
    released: tuple[tuple[Identifier, str], ...]
    """Identifiers that a case held until now: CNRs under which it was registered by mistake."""
    owed: tuple[Owed, ...]
    obligations: tuple[Obligation, ...] = ()
    corrections: tuple[Correction, ...] = ()
    overtaken: tuple[Correction, ...] = ()
    """Orders that came after what took them back."""
    unserved: tuple[Unserved, ...] = ()
    bodies: tuple[Body, ...] = ()
    """Whom this message admits to a jail."""
    disputed: tuple[Disputed, ...] = ()
    """Lodgings that this message made disputed."""
    consumed: tuple[Consumption, ...] = ()
    """Reports that the court took over with this case."""
    indexed: frozenset[Entry] = frozenset()
    """What the case is found by from now on."""
    answers: tuple[JailAnswer, ...] = ()
    """What a jail says that it did about orders to free somebody."""
    knows_more_persons: bool = False
    """Whether the case now knows somebody, or some number of somebody, that it did not know before."""
    changes_standing: bool = False
    """Whether a place may have standing in the case now that had none."""
    newly: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The labels that a case has from now on and had not before, by case. A case that begins has nothing new."""
    labelled: tuple[Announced, ...] = ()
    """What is told of that to whoever holds data of these cases."""
    words: tuple[tuple[str, str], ...] = ()
    """(case, subject) of every ground of a label and every child's mark that this message gave first."""
    edges: tuple[tuple[str, Basis | None], ...] = ()
    """The other cases that learnt of this message, and why its speaker's word counts there."""
    disputed_labels: tuple[tuple[str, str], ...] = ()
    """(case, label) that a place whose case it is not gave, and that keeps events from who holds a body."""


def home_of(command: Record, standing: Standing, *, referred: bool, ids: Ids) -> CaseFile | None:
    """The case that a message belongs to: known by an exact key, or new with a FIR of the speaking station. None when
    it has to wait.

    A correction of something unknown waits too, even when its case is known.
    """
    content = command.content
    if content.action is not Action.NEW and not referred:
        return None
    came = tuple(("cnr", cnr) for cnr in came_from(content))
    found = case_of((*keys(content, command.envelope.home_state), *came), standing.cases)
    if found is None:
        found = next((file for (kind, _), file in standing.cases.items() if kind in INDIRECT), None)
    if found is None and standing.may_root and roots_a_case(content):
        return CaseFile(case_id=f"case-{ids.new()}", version=0, case=Case())
    return found


def link(
    command: Record,
    home: CaseFile,
    cases: Mapping[Identifier, CaseFile],
    *,
    basis: Basis | None,
    held: Set[Identifier],
    may_claim: Callable[[Identifier], bool],
    owns_labels: Callable[[CaseFile], bool],
    sends_on: Callable[[CaseFile], bool],
    takes_back: Callable[[Speaker], bool],
    is_taken_back_by: Callable[[Speaker], bool],
    event_ids: Sequence[str],
    recipients: RecipientList,
    labeller: Labeller,
    ids: Ids,
    relayed: Relayed = frozenset(),
    claims_beside: Sequence[Beside] = (),
    elsewhere: Elsewhere = NOWHERE_ELSE,
    unsaid: Unsaid = EVERYTHING_COUNTS,
) -> Linked:
    """Fold a message into its case. Other cases that it names learn of the proceeding, and stay their own.

    `cases` are those in which the speaker has standing; `held` is every identifier that any case holds. Of the others
    those are claimed that the speaker may claim; what is left is a reference, which claims nothing. `owns_labels` tells
    of a case whether the speaker's word labels it for everybody, `sends_on` whether the speaker may send it on to
    another court. `relayed` names what was owed already while the message was parked: that is not owed again.
    `claims_beside` is what jails without standing in this case say of whom they have, `elsewhere` the records under
    which its FIRs were registered before, `unsaid` what of the message a person took back.
    """
    content, state = command.content, command.envelope.home_state
    apart = {file.case_id: file for file in cases.values() if file.case_id != home.case_id}
    said = frozenset().union(*(labeller.grounds(event) for event in content.events))

    def heard(file: CaseFile, grounds: frozenset[Ground]) -> frozenset[Ground]:
        counted = grounds if owns_labels(file) else as_said_by(grounds, command.envelope.speaker.written())
        return unsaid.without(file.case_id, counted)

    # What is tried together is told together: the strictest of the cases decides for all that is said of them.
    shared = frozenset().union(*(file.labels.clubbed() for file in apart.values()))
    folded = _fold(command, home, home.labels.given(heard(home, said | shared)))
    others = {
        case_id: _fold(command, file, file.labels.given(heard(file, said)), edges_only=True)
        for case_id, file in apart.items()
    }
    folded, others = joined(command, folded, others, cases, heard, sends_on)
    named = keys(content, state)
    claims = tuple((name, home.case_id) for name in named if name not in held and may_claim(name))
    folded = _with_references(folded, named, claims, cases)
    marked: tuple[Number, ...] = ()
    own_words = unsaid.without(home.case_id, said)
    if owns_labels(home) and any(label in labeller.of_children for label, _ in own_words):
        folded, marked = _with_children(folded, content.events, labeller, state, unsaid)
    known, persons = _with_lanes(folded, home.case, content.events, content.case, state)
    # The events of a message name the case in the same words: these are put in their place once, for all. What takes
    # something back names it in the words of that.
    begins, length = opening(content.case, known, state), said_length(content.case)
    whereabouts = Whereabouts(
        (home.case, known.case),
        state,
        claims_beside,
        (lambda event: held_under_parent(event, known, elsewhere)) if elsewhere.parents else nowhere_else,
    )
    events = tuple(
        RecordedEvent(
            event_id=event_id,
            type=event.type,
            occurred_at=event.occurred_at,
            case_id=home.case_id,
            data=spliced(event, begins, length)
            if event.data.case is content.case or event.data.case == content.case
            else spliced(event, opening(event.data.case, known, state)),
            person=names[0] if names else None,
            places=whereabouts.places(event),
        )
        for event_id, event, names in zip(event_ids, content.events, persons, strict=True)
    )
    released = tuple(cnr for cnr in home.case.cnrs if cnr not in known.case.cnrs)
    newly = {
        now.case_id: new
        for before, now in [(home, known), *((apart[case_id], file) for case_id, file in others.items())]
        if before.version and (new := now.labels.names - before.labels.names)
    }
    owed, unserved = _owed(command, events, known, released, whereabouts, recipients, ids, relayed)
    orders = [
        (order_of(event_id, event), names)
        for event_id, event, names in zip(event_ids, content.events, persons, strict=True)
        if names and asks_or_takes_back(event.type)
    ]
    return Linked(
        case_id=home.case_id,
        basis=basis,
        events=events,
        cases=(known, *others.values()),
        claims=claims,
        released=tuple((("cnr", cnr), home.case_id) for cnr in released),
        owed=owed,
        obligations=tuple(
            asked for order, names in orders if (asked := obligation_of(order, home.case_id, names[0])) is not None
        ),
        corrections=tuple(
            Correction(order=order, case_id=home.case_id, persons=names, reaches=takes_back)
            for order, names in orders
            if may_take_back(order)
        ),
        overtaken=tuple(
            Correction(order=order, case_id=home.case_id, persons=names, reaches=is_taken_back_by)
            for order, names in orders
            if _is_overtaken(order, names, known.case)
        ),
        unserved=unserved,
        answers=tuple(
            jail_answers(
                content.events,
                persons,
                case_id=home.case_id,
                partner_id=command.envelope.partner_id,
                before=home.case,
            )
        ),
        bodies=tuple(
            admitted(content, home.case_id, known.case, default_state=state, recipients=recipients, new_id=ids.new)
        ),
        disputed=tuple(_disputed(content.events, event_ids, home.case, known.case)),
        consumed=tuple(consumptions(content.events, home.case_id, command.envelope.partner_id)),
        indexed=index_added(home.case, known.case),
        knows_more_persons=_numbers(known) != _numbers(home),
        changes_standing=changes_standing(content, home.case, known.case),
        newly=newly,
        words=(
            *words_of([(home.labels, known), *((apart[case_id].labels, file) for case_id, file in others.items())]),
            *((home.case_id, child_subject(number)) for number in marked),
        ),
        disputed_labels=tuple(
            (file.case_id, label)
            for file in (known, *others.values())
            for label in sorted(newly.get(file.case_id, frozenset()) & labeller.narrowing)
            if label not in file.labels.marked
        ),
    )


def _with_references(
    file: CaseFile,
    named: Sequence[Identifier],
    claims: Sequence[tuple[Identifier, str]],
    cases: Mapping[Identifier, CaseFile],
) -> CaseFile:
    """The case with the CNRs that it only names kept apart from those that it holds."""
    claimed = {name for name, _ in claims}
    referred = {
        value
        for kind, value in named
        if kind == "cnr" and (kind, value) not in claimed and not _is_held_by(file, cases.get((kind, value)))
    }
    holds = {value for kind, value in claimed if kind == "cnr"}
    references = (referred | set(file.case.references)) - holds
    if references == set(file.case.references):
        return file
    return replace(file, case=file.case.model_copy(update={"references": tuple(sorted(references))}))


def _is_held_by(file: CaseFile, holder: CaseFile | None) -> bool:
    return holder is not None and holder.case_id == file.case_id


def _with_children(
    file: CaseFile, events: Sequence[Event], labeller: Labeller, state: str | None, unsaid: Unsaid
) -> tuple[CaseFile, tuple[Number, ...]]:
    """The case in which every accused is marked whom these events tell to have been a child; and of each who was not
    marked before a number."""
    marked: list[Number] = []
    case = file.case
    for event in events:
        for party in labeller.children(event):
            numbers = numbers_of(party, event.data.case, state)
            if not unsaid.is_child(file.case_id, numbers):
                continue
            now = with_children(case, numbers)
            if now is not case:
                case = now
                marked.append(numbers[0])
    return (replace(file, case=case), tuple(marked)) if marked else (file, ())


def addressed(case: Case, event_type: str) -> Addressed:
    """What a subscription's filter looks at: every FIR and CNR of the case counts."""
    return Addressed.by(event_type, case.firs, case.cnrs)


def opening(told: CaseReference, home: CaseFile, default_state: str | None) -> bytes:
    """The member `case` of `data` as the record knows it: its id and its own FIRs, beside what the message said.

    Of a FIR that other messages merely named nothing is said: it opens no event. The district of an own FIR is that of
    its registration, whatever the message said.
    """
    said = {str(fir.key(default_state) or fir.number): fir for fir in told.firs}
    own = {str(fir.key()): fir for fir in home.case.own_firs}
    named = ((str(fir.key() or fir.number), fir) for fir in home.case.firs)
    firs = [_fir_json(fir, own.get(name), said.get(name)) for name, fir in named if name in own or name in said]
    cnr = told.cnr or next(iter(home.case.own_cnrs), None)
    members = told.model_dump(mode="json", exclude_none=True, exclude={"firs", "cnr"})
    case = {"id": home.case_id, "firs": firs} | ({"cnr": cnr} if cnr else {}) | members
    return case_member(to_json(case))


def _owed(
    command: Record,
    events: Sequence[RecordedEvent],
    home: CaseFile,
    released: tuple[str, ...],
    whereabouts: Whereabouts,
    recipients: RecipientList,
    ids: Ids,
    relayed: Relayed,
) -> tuple[tuple[Owed, ...], tuple[Unserved, ...]]:
    """Who is owed which event, in which lane; and the jails named by an order that no system serves.

    Whoever asks for a CNR that the case has no more is still told of this message. A jail that has the person by the
    word of another case's record alone is told as unverified.
    """
    where = Addressed.by("", home.case.firs, (*home.case.cnrs, *released))
    owed: list[Owed] = []
    unserved: list[Unserved] = []
    by_person = recipients.filter_by("jails", "pids")
    by_place = recipients.filter_by("courts", "laboratories")
    for recorded, event in zip(events, command.content.events, strict=True):
        jail = named_jail(event) if recorded.liberty else None
        about = with_station(replace(where, type=event.type), event)
        if by_person:
            jails, pids = whereabouts.concerned(event)
            about = replace(about, jails=jails, pids=pids)
        if by_place:
            about = with_places(about, event)
        if jail is not None and not (jail.code and recipients.serving(jail.code, about)):
            unserved.append(Unserved(event_id=recorded.event_id, jail=jail))
        lane = home.case_id if not recorded.liberty else f"{home.case_id}/{recorded.person or own_number(event)}"
        owed += (
            Owed(
                delivery_id=ids.new(),
                event_id=recorded.event_id,
                subscription_id=subscription.id,
                lane=lane,
                liberty=recorded.liberty,
            )
            for subscription in recipients.owed(about)
            if (recorded.event_id, subscription.id) not in relayed
        )
        for code in sorted(whereabouts.unverified(event)):
            has = {each.subscription_id for each in owed if each.event_id == recorded.event_id}
            owed += (
                Owed(
                    delivery_id=ids.new(),
                    event_id=recorded.event_id,
                    subscription_id=subscription.id,
                    lane=unverified_lane(home.case_id, recorded.person or own_number(event)),
                    liberty=True,
                )
                for subscription in recipients.serving(code, replace(about, jails=(code,)))
                if subscription.id not in has and (recorded.event_id, subscription.id) not in relayed
            )
    return tuple(owed), tuple(unserved)


def _with_lanes(
    file: CaseFile, before: Case, events: Sequence[Event], told: CaseReference, state: str | None
) -> tuple[CaseFile, tuple[tuple[str, ...], ...]]:
    """The case in which everybody whom a liberty event is about has a lane, and by event the names of its person's.

    An event about nobody in particular, or that is no liberty event, has none. One that names somebody by no number
    that the case knew until now goes in the lane of the one accused who fits by name: a cancellation must find the
    grant, and a jail's answer the order, by whichever name or number each of them was given.
    """
    case = file.case
    persons: list[tuple[str, ...]] = []
    for event in events:
        party = person_of(event)
        if party is None or not EVENT_TYPES[event.type].liberty:
            persons.append(())
            continue
        numbers = numbers_of(party, told, state)
        person = holder(case, numbers)
        known = meant(before, party, told, state) if holder(before, numbers) is None else None
        both = [
            each for each in (person, holder(case, known.numbers) if known is not None else None) if each is not None
        ]
        lanes = next((each.lanes for each in both if each.lanes), (own_number(event),))
        for each in both:
            if not each.lanes:
                case = with_lane(case, each, lanes[0])
        persons.append(lanes)
    return (file if case is file.case else replace(file, case=case)), tuple(persons)


def _is_overtaken(order: Order, names: tuple[str, ...], case: Case) -> bool:
    """Whether a grant comes when its cancellation is known already."""
    if not is_cancellable(order):
        return False
    person = next((each for each in case.persons if not set(names).isdisjoint(each.lanes)), None)
    standing = person.bail if person is not None else None
    return (
        standing is not None
        and standing.decision == "CANCELLED"
        and standing.ordered_on >= date.fromisoformat(order.told["ordered_on"])
    )


def _disputed(events: Sequence[Event], event_ids: Sequence[str], before: Case, after: Case) -> Iterator[Disputed]:
    """The persons of the case whom a jail claims from now on, and did not before."""
    entries = [each for each, event in zip(event_ids, events, strict=True) if isinstance(event.data, InmateData)]
    if not entries:
        return
    for person in after.persons:
        was = holder(before, person.numbers)
        claimed = set(jails_claiming(person.orders)) - set(jails_claiming(was.orders) if was is not None else ())
        for code in sorted(claimed):
            number = "/".join(person.numbers[0])
            yield Disputed(event_id=entries[0], person=number, claimed_by=code, jail=jail_named(person.orders))


def _numbers(file: CaseFile) -> list[tuple[tuple[str, str], ...]]:
    return [person.numbers for person in file.case.persons]


def _fold(command: Record, file: CaseFile, labels: Labelling, *, edges_only: bool = False) -> CaseFile:
    """The case with these labels and a message's events folded in; a clubbed FIR's own case learns the edge alone."""
    envelope, content = command.envelope, command.content
    source, state = f"{envelope.pillar}:{envelope.partner_id}", envelope.home_state
    if edges_only:
        case = clubbed(file.case, content.case, source=source, default_state=state)
    else:
        told = [
            (
                event,
                rank_of(
                    event,
                    pillar=envelope.pillar,
                    recorded_at=content.recorded_at,
                    received_at=envelope.received_at,
                    content_hash=command.content_hash,
                ),
            )
            for event in content.events
        ]
        case = fold(file.case, told, source=source, default_state=state)
    return replace(file, version=file.version + 1, case=case, labels=labels)


def _fir_json(known: FirReference, own: FirReference | None, said: FirReference | None) -> dict[str, Any]:
    members = known.model_dump(mode="json", exclude_none=True)
    if said is not None:
        members |= said.model_dump(mode="json", exclude_none=True)
    if own is not None and own.district is not None:
        members["district"] = own.district
    return members
