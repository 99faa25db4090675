"""Making cases anew of some of their messages: what they would be had the others never come. Pure.

The messages of all cases that are remade are linked again, the first one first, so that snapshots, labels, identifiers,
and what each case tells the others, come out as they did. What a case has beyond what these messages make it learnt
from elsewhere, or a person decided it: that is kept (`changed`).

Not promised: that an order stays parked which fitted only an accused whom a message that left made known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from icjs_gateway.model.case import Case, Person
from icjs_gateway.model.case.references import with_firs
from icjs_gateway.model.content import Event
from icjs_gateway.routing.corrections import AMENDED
from icjs_gateway.routing.correlation import SUCCEEDED, CaseFile, Identifier, looked_up, sent_on_to
from icjs_gateway.routing.decisions import Facts
from icjs_gateway.routing.labels import Labelling
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.withdrawal import Member

Made = tuple[Member, Linked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """Cases made of some of their messages, by id, and what linking each of the messages gives."""

    files: Mapping[str, CaseFile]
    linked: tuple[Made, ...]
    held: Mapping[Identifier, str]
    """Which of these cases holds which identifier in the end."""

    def of(self, case_id: str) -> tuple[Made, ...]:
        """The messages of one case."""
        return tuple(each for each in self.linked if each[0].case_id == case_id)

    def claims(self, case_id: str) -> dict[Identifier, Made]:
        """Which message claims which identifier of a case."""
        found: dict[Identifier, Made] = {}
        for member, linked in self.of(case_id):
            for name, _ in linked.released:
                found.pop(name, None)
            found |= {name: (member, linked) for name, _ in linked.claims}
        return found

    @property
    def words(self) -> dict[tuple[str, str], Made]:
        """Which message gave which case a ground of a label, or marked a child in it, first: by (case, subject)."""
        found: dict[tuple[str, str], Made] = {}
        for member, linked in self.linked:
            for word in linked.words:
                found.setdefault(word, (member, linked))
        return found


def remade(
    files: Mapping[str, CaseFile],
    members: Sequence[Member],
    others: Mapping[Identifier, CaseFile],
    holds: Mapping[Identifier, str],
    bench: Bench,
    *,
    judges: bool = False,
) -> Remade:
    """The cases that these messages make, in the order in which they were linked. `others` are the cases of identifiers
    that none of these holds, as they are now; `holds` tells which of these may hold which identifier. With `judges` it
    does not, and the words of the messages decide, as they do on arrival."""
    now = {
        case_id: CaseFile(case_id=case_id, version=0, case=Case(), labels=Labelling(lifted=file.labels.lifted))
        for case_id, file in files.items()
    }
    held: dict[Identifier, str] = {}
    before: dict[str, tuple[Event, ...]] = {}
    made: list[Made] = []
    for member in members:
        record, case_id = member.record, member.case_id
        named = looked_up(record.content, record.envelope.home_state)
        known = {
            name: now[held[name]] if name in held else others[name] for name in named if name in held or name in others
        }
        cnr = record.content.case.cnr
        if not known and cnr is not None and now[case_id].case.gone_on_to.get(cnr):
            known = dict.fromkeys(sent_on_to(cnr), now[case_id])
        if not known and any(held.get(name) == case_id for name in bench.registered_as(record)):
            known = {(SUCCEEDED, case_id): now[case_id]}
        facts = Facts(
            cases={name: file for name, file in known.items() if file.case_id not in member.apart_from},
            before=_chain(record, members[: len(made)], before),
        )
        may_hold = _may_hold(holds, case_id, judges=judges)
        linked = bench.link_again(now[case_id], record, facts, member.event_ids, may_hold, member.unsaid)
        linked = _in_their_lanes(linked, member)
        now |= {file.case_id: file for file in linked.cases if file.case_id in now}
        for name, _ in linked.released:
            held.pop(name, None)
        held |= dict.fromkeys((name for name, _ in linked.claims), case_id)
        before[member.identity] = tuple(event for _, event, _ in member.told)
        made.append((member, linked))
    return Remade(files=now, linked=tuple(made), held=held)


def _may_hold(holds: Mapping[Identifier, str], case_id: str, *, judges: bool) -> Callable[[Identifier], bool | None]:
    """Whether a case may hold an identifier; None where that is to be judged."""
    return lambda name: None if judges else holds.get(name) == case_id


def changed(known: CaseFile, was: CaseFile, now: CaseFile, severed: Sequence[str]) -> CaseFile:
    """A case as it is after a change: `was` is what its messages made before the change, `now` what they make after it.

    What the case has beyond what its messages made it learnt elsewhere, or a person decided it; that stays. What a
    person took away stays away, unless the change brings it.
    """
    edges = {(edge.fir, edge.cnr): edge for edge in known.case.edges}
    for edge in was.case.edges:
        edges.pop((edge.fir, edge.cnr), None)
    edges |= {(edge.fir, edge.cnr): edge for edge in now.case.edges}
    told = {str(fir.key() or fir.number) for fir in was.case.firs}
    learnt = [fir for fir in known.case.firs if str(fir.key() or fir.number) not in told]
    case = now.case.model_copy(
        update={
            "edges": tuple(edges[pair] for pair in sorted(edges)),
            "firs": with_firs(now.case.firs, learnt, None),
            "references": _with_learnt(now.case.references, known.case.references, was.case.references),
            "clubbed_firs": _with_learnt(now.case.clubbed_firs, known.case.clubbed_firs, was.case.clubbed_firs),
            "severed": tuple(severed),
            "persons": tuple(_marks(known.case, was.case, now.case)),
        }
    )
    return CaseFile(
        case_id=known.case_id,
        version=known.version + 1,
        case=case,
        labels=_labels(known.labels, was.labels, now.labels),
    )


def _with_learnt(now: Sequence[str], known: Sequence[str], was: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*now, *(set(known) - set(was))}))


def _labels(known: Labelling, was: Labelling, now: Labelling) -> Labelling:
    on: dict[str, frozenset[str]] = {}
    for label in known.on.keys() | now.on.keys():
        nothing: frozenset[str] = frozenset()
        before, after = was.on.get(label, nothing), now.on.get(label, nothing)
        if stays := (known.on.get(label, nothing) - (before - after)) | (after - before):
            on[label] = stays
    return Labelling(on=on, lifted=known.lifted)


def _marks(known: Case, was: Case, now: Case) -> Iterator[Person]:
    """The persons as they are now; of their marks as children only what the change brings or takes is changed."""
    for person in now.persons:
        before, after = _is_child(was, person), person.is_child is True
        is_child = after if before != after else _is_child(known, person)
        yield person if is_child == after else person.model_copy(update={"is_child": is_child or None})


def _is_child(case: Case, person: Person) -> bool:
    return any(each.is_child and not set(each.numbers).isdisjoint(person.numbers) for each in case.persons)


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
        events=tuple(replace(each, person=renamed.get(each.person or "", each.person)) for each in linked.events),
        owed=tuple(replace(each, lane=_lane(each.lane, linked.case_id, renamed)) for each in linked.owed),
        obligations=tuple(replace(each, person=renamed.get(each.person, each.person)) for each in linked.obligations),
        corrections=tuple(replace(each, persons=lanes(each.persons)) for each in linked.corrections),
        overtaken=tuple(replace(each, persons=lanes(each.persons)) for each in linked.overtaken),
        answers=tuple(replace(each, persons=lanes(each.persons)) for each in linked.answers),
    )


def _lane(lane: str, case_id: str, renamed: Mapping[str, str]) -> str:
    person = lane.removeprefix(f"{case_id}/")
    return f"{case_id}/{renamed[person]}" if person in renamed else lane
