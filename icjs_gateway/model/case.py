"""The case: what is current, as the fold of its events.

`evolve(case, event) -> case` is pure and tolerant of order: every fact is a register that keeps the rank of what wrote
it, (occurred_at, source, revision, the sender's recorded-at, content hash), and the higher rank wins whenever it
arrives. Folding the same events in any order gives the same case.

FIR to CNR is many to many: an edge a pair, with who said so. A person's number is kept per system and per proceeding;
persons are one when they share a number, never because they share a name. History is not here; it is in the events.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from icjs_gateway.model.content import Canonical, CaseReference, Event, FirReference
from icjs_gateway.model.event_types import person_of
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.model.instants import rfc3339

Rank = tuple[str, int, int, str, str]
"""(occurred_at, source rank, revision, sender's recorded-at, content hash): greater is later."""


Number = tuple[str, str]
"""(scope, value) of one number of a person."""


class Register(Canonical):
    """One fact and the rank of what wrote it; a value of None is a fact taken back, and not written."""

    value: Any = None
    rank: Rank


class Edge(Canonical):
    """A FIR and a proceeding that belong together, by whose word."""

    fir: str
    cnr: Cnr
    source: str
    method: str = "deterministic"


class Person(Canonical):
    """An accused: numbers by scope (`fir:<key>`, `cnr:<cnr>`, `party:<cnr>`, `pid`, `ptn`), and what stands."""

    numbers: tuple[Number, ...]
    facts: dict[str, Register] = Field(default_factory=dict)


class Case(Canonical):
    """A bounded snapshot of what is current."""

    firs: tuple[FirReference, ...] = ()
    edges: tuple[Edge, ...] = ()
    proceedings: dict[str, dict[str, Register]] = Field(default_factory=dict)
    persons: tuple[Person, ...] = ()
    facts: dict[str, Register] = Field(default_factory=dict)

    @property
    def cnrs(self) -> tuple[str, ...]:
        return tuple(sorted(self.proceedings))


SOURCE_RANK = {"police": 1, "prisons": 2, "forensics": 3, "prosecution": 4, "courts": 5}
"""Whose word counts more when two say different things of the same instant: the court's."""


def rank_of(event: Event, *, pillar: str, recorded_at: str, content_hash: str) -> Rank:
    revision = 0 if _verb(event) not in ("amended", "withdrawn") else 1
    return (rfc3339(event.occurred_at), SOURCE_RANK.get(pillar, 0), revision, recorded_at, content_hash)


def evolve(case: Case, event: Event, *, rank: Rank, source: str, default_state: str | None) -> Case:
    """The case after this event, wherever in time the event belongs."""
    told = event.data.case
    noun = event.type.split(".")[1]
    value = None if _verb(event) == "withdrawn" else _standing(noun, event)
    changes: dict[str, Any] = {
        "firs": _with_firs(case.firs, told.firs, default_state),
        "edges": _with_edges(case.edges, told, source, default_state),
    }
    if told.cnr is not None:
        proceeding = _proceeding(case.proceedings.get(told.cnr, {}), told, noun, value, rank)
        changes["proceedings"] = {**case.proceedings, told.cnr: proceeding}
    else:
        changes["facts"] = _put(case.facts, noun, value, rank)
    subject = person_of(event)
    parties = [subject] if subject is not None else getattr(getattr(event.data, noun), "accused", None) or ()
    said = {noun: Register(value=value, rank=rank)} if subject is not None else {}
    scopes = _scopes(told, default_state)
    changes["persons"] = _with_parties(case.persons, [_numbers(party, scopes, told) for party in parties], said)
    return case.model_copy(update=changes)


def _verb(event: Event) -> str:
    return event.type.split(".")[2]


def _standing(noun: str, event: Event) -> dict[str, Any]:
    """What of an event is worth keeping in the snapshot: small, and enough to answer what is current."""
    member = getattr(event.data, noun)
    standing: dict[str, Any] = member.model_dump(mode="json", exclude_none=True, include=_STANDING[noun])
    return standing


_STANDING = {
    "hearing": {"hearing_id", "listed_on", "held", "purpose", "next"},
    "bail": {"decision", "kind", "ordered_on", "hearing_id", "sureties"},
    "remand": {"custody", "until", "jail", "hearing_id", "ordered_on"},
    "warrant": {"type", "process_id", "returnable_on", "hearing_id", "ordered_on"},
    "process": {"type", "process_id", "returnable_on", "hearing_id", "ordered_on"},
    "fir": {"kind", "registered_at"},
}
"""What of an event is current, by noun."""


def _put(registers: dict[str, Register], name: str, value: Any, rank: Rank) -> dict[str, Register]:
    held = registers.get(name)
    if held is not None and held.rank >= rank:
        return registers
    return {**registers, name: Register(value=value, rank=rank)}


def _with_firs(
    held: tuple[FirReference, ...], told: Iterable[FirReference], default_state: str | None
) -> tuple[FirReference, ...]:
    """One reference a FIR, each the union of what was said of it, in whatever order it was said."""
    told = [fir for fir in told if not any(_is_said(fir, known, default_state) for known in held)]
    if not told:
        return held
    firs = {str(fir.key(default_state) or fir.number): fir for fir in held}
    for fir in told:
        name = str(fir.key(default_state) or fir.number)
        known = firs.get(name)
        said = fir.model_dump(exclude_none=True, exclude={"number_raw"}) | {"state": fir.state or default_state}
        if known is not None:
            said = _merged(known.model_dump(exclude_none=True), said)
        firs[name] = FirReference.model_validate(said)
    return tuple(firs[name] for name in sorted(firs))


def _is_said(told: FirReference, known: FirReference, default_state: str | None) -> bool:
    """Whether a reference tells nothing that is not known: the usual case, and then nothing is made anew."""
    for name in _FIR_FIELDS:
        said = getattr(told, name)
        if said is None and name == "state":
            said = default_state
        if said is not None and ((held := getattr(known, name)) is None or said < held):
            return False
    return (known.number, known.year, known.police_station_code, known.state) == (
        told.number,
        told.year,
        told.police_station_code,
        told.state or default_state,
    )


_FIR_FIELDS = tuple(name for name in FirReference.model_fields if name != "number_raw")


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Where both speak and differ, the lesser value stays: arbitrary, but the same whichever came first."""
    return {
        name: min((side[name] for side in (one, other) if side.get(name) is not None), default=None)
        for name in {**one, **other}
    }


def _with_edges(
    held: tuple[Edge, ...], told: CaseReference, source: str, default_state: str | None
) -> tuple[Edge, ...]:
    keys = [str(named) for fir in told.firs if (named := fir.key(default_state)) is not None]
    if told.cnr is None or all(any((e.fir, e.cnr, e.source) == (key, told.cnr, source) for e in held) for key in keys):
        return held
    edges = {(edge.fir, edge.cnr): edge for edge in held}
    for key in keys:
        first = edges.get((key, told.cnr))
        if first is None or source < first.source:
            edges[key, told.cnr] = Edge(fir=key, cnr=told.cnr, source=source)
    return tuple(edges[pair] for pair in sorted(edges))


def _proceeding(
    registers: dict[str, Register], told: CaseReference, noun: str, value: Any, rank: Rank
) -> dict[str, Register]:
    if noun == "hearing":
        registers = _put(registers, "hearing", value, rank)
    elif told.case_type is None and told.registration_number is None:
        return registers
    for name in ("case_type", "registration_number"):
        said = getattr(told, name)
        if said is not None:
            registers = _put(registers, name, said, rank)
    return registers


def _scopes(told: CaseReference, default_state: str | None) -> list[str]:
    """Where an accused serial counts: the proceeding; and the FIR, when exactly one is named."""
    scopes = [f"cnr:{told.cnr}"] if told.cnr is not None else []
    if len(told.firs) == 1:
        key = told.firs[0].key(default_state)
        if key is not None:
            scopes.append(f"fir:{key}")
    return scopes


def _numbers(party: Any, scopes: list[str], told: CaseReference) -> list[Number]:
    """The numbers by which a party may be told from others; a name is none."""
    numbers = [(scope, party.serial) for scope in scopes] if party.serial is not None else []
    if told.cnr is not None and (court_party := getattr(party, "court_party", None)) is not None:
        numbers.append((f"party:{told.cnr}", court_party))
    for system in ("pid", "ptn"):
        value = getattr(party, system, None)
        if value is not None:
            numbers.append((system, value))
    return numbers


def _with_parties(
    held: tuple[Person, ...], parties: Iterable[list[Number]], said: dict[str, Register]
) -> tuple[Person, ...]:
    """Persons with these parties among them. A party known by all its numbers, of whom nothing is said, changes
    nothing: the usual case, looked up and left."""
    holder = _holders(held)
    for numbers in parties:
        holders = {holder.get(number) for number in numbers}
        if not numbers or (not said and len(holders) == 1 and None not in holders):
            continue
        held = _joined(held, frozenset(numbers), said)
        holder = _holders(held)
    return held


def _holders(persons: tuple[Person, ...]) -> dict[Number, int]:
    return {number: index for index, person in enumerate(persons) for number in person.numbers}


def _joined(held: tuple[Person, ...], numbers: frozenset[Number], said: dict[str, Register]) -> tuple[Person, ...]:
    """Everyone who shares a number is one person, and what was said of each was said of that one."""
    same = [person for person in held if not numbers.isdisjoint(person.numbers)]
    others = [person for person in held if numbers.isdisjoint(person.numbers)]
    facts: dict[str, Register] = {}
    for known in (*(person.facts for person in same), said):
        for name, register in known.items():
            facts = _put(facts, name, register.value, register.rank)
    joined = Person(numbers=tuple(sorted(numbers.union(*(person.numbers for person in same)))), facts=facts)
    return tuple(sorted([*others, joined], key=lambda person: person.numbers))
