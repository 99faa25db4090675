"""Whom a document may mean: by number where any fits, by name otherwise. Who comes in question, never a decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from icjs_gateway.model.case.facts import Rank, known, stands, word
from icjs_gateway.model.case.names import spellings
from icjs_gateway.model.case.persons import is_named, member_for, numbers_of, numbers_within
from icjs_gateway.model.case.snapshot import Case, Number, Person
from icjs_gateway.model.case.standing import jail_named
from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.payloads.described import Described
from icjs_gateway.model.payloads.fir import FirAccused
from icjs_gateway.model.payloads.party import Party


def fitting(
    case: Case, party: Party | FirAccused, told: CaseReference, default_state: str | None
) -> tuple[Person, ...]:
    """The persons of a case that a party may be.

    Everyone to whom any of its numbers points; several, when the numbers disagree. Only where no number points to
    anybody: everyone who is called by an equal name and, where both have one, whose relative is too. Nobody fits an
    unknown accused by name, and an unknown accused fits nobody.
    """
    by_number = _with_any(case, numbers_of(party, told, default_state))
    by_number = by_number or _with_any(case, numbers_within(party, _each_fir(told, default_state), told))
    if by_number:
        return by_number
    if not is_named(party):
        return ()
    called = spellings(party.name, *((party.aliases or ()) if isinstance(party, FirAccused | Described) else ()))
    relative = spellings(party.relative.name) if party.relative is not None else frozenset()
    return tuple(person for person in case.persons if _is_called(case, person, called, relative))


def jail_of(case: Case, party: Party | FirAccused, told: CaseReference, default_state: str | None) -> str | None:
    """The code of the jail where the one person fitting a party is lodged by the record; None when that is not known
    or several fit."""
    persons = fitting(case, party, told, default_state)
    return jail_named(persons[0].orders) if len(persons) == 1 else None


def jails_of(case: Case) -> tuple[str, ...]:
    """The jails in which persons of this case are lodged by the record."""
    return tuple(sorted({jail for person in case.persons if (jail := jail_named(person.orders)) is not None}))


def jails_sent_to(case: Case) -> frozenset[str]:
    """The jails that orders of the case name which stand: to hold, to produce, to let go."""
    named = (
        known(fact).get("jail", {}).get("code")
        for person in case.persons
        for key, fact in person.orders.items()
        if not key.startswith("inmate/") and stands(fact)
    )
    return frozenset(code for code in named if code is not None)


_NUMBERS_ACCUSED = ("fir:", "cnr:", "party:")
"""How the scopes begin in which an accused has one number."""


def namesakes(case: Case, party: Party | FirAccused, persons: Iterable[Person]) -> tuple[Person, ...]:
    """Everybody else of the case who is called as a party is, and whom no FIR and no proceeding numbers differently
    from these persons: whom a document may mean besides."""
    known = tuple(persons)
    if not is_named(party):
        return ()
    others = [
        person for person in case.persons if person not in known and not any(disagree(person, other) for other in known)
    ]
    if not others:
        return ()
    called = spellings(party.name)
    relative = spellings(party.relative.name) if party.relative is not None else frozenset()
    return tuple(person for person in others if _is_called(case, person, called, relative))


def disagree(one: Person, other: Person) -> bool:
    """Whether a FIR or a proceeding numbers two persons differently: then they are not one."""
    return any(
        (held := {value for scope, value in other.numbers if scope == within})
        and held.isdisjoint(value for scope, value in one.numbers if scope == within)
        for within in {scope for scope, _ in one.numbers if scope.startswith(_NUMBERS_ACCUSED)}
    )


def holder(case: Case, numbers: Iterable[Number]) -> Person | None:
    """The person with one of these numbers; persons who share one are one."""
    return next(_each_with_any(case, numbers), None)


def with_lane(case: Case, person: Person, lane: str) -> Case:
    """The case with a name for this person's lane."""
    named = person.model_copy(update={"lanes": (*person.lanes, lane)})
    return case.model_copy(update={"persons": tuple(named if each is person else each for each in case.persons)})


def with_children(case: Case, numbers: Iterable[Number]) -> Case:
    """The case in which everybody with one of these numbers is marked as a child."""
    children = set(numbers)
    if not any(not each.is_child and not children.isdisjoint(each.numbers) for each in case.persons):
        return case
    persons = tuple(
        each if children.isdisjoint(each.numbers) else each.model_copy(update={"is_child": True})
        for each in case.persons
    )
    return case.model_copy(update={"persons": persons})


def names_of(case: Case, person: Person) -> frozenset[str]:
    """What a person is called, normalised: the latest name and aliases by each source."""
    return frozenset().union(*(spellings(*words) for words in _words(case, person, "name", "aliases")))


def may_be_one(one: tuple[Case, Person], other: tuple[Case, Person]) -> bool:
    """Whether two persons are called by an equal name and, where both have one, their relatives are too. A name proves
    nothing: whoever shows them as one says so."""
    if names_of(*one).isdisjoint(names_of(*other)):
        return False
    relatives, others = _relatives(*one), _relatives(*other)
    return not relatives or not others or not relatives.isdisjoint(others)


def is_called(case: Case, person: Person, name: str) -> bool:
    """Whether a person is called by a name, in any of its spellings; nobody is called by nobody's name."""
    return not spellings(name).isdisjoint(names_of(case, person))


def _relatives(case: Case, person: Person) -> frozenset[str]:
    return frozenset().union(*(spellings(*words) for words in _words(case, person, "relative")))


def _with_any(case: Case, numbers: Iterable[Number]) -> tuple[Person, ...]:
    return tuple(_each_with_any(case, numbers))


def _each_with_any(case: Case, numbers: Iterable[Number]) -> Iterator[Person]:
    wanted = set(numbers)
    return (person for person in case.persons if not wanted.isdisjoint(person.numbers))


def _each_fir(told: CaseReference, default_state: str | None) -> list[str]:
    """A serial may be one of any FIR that a document names, although it is kept only where one is named."""
    return [f"fir:{key}" for fir in told.firs if (key := fir.key(default_state)) is not None]


def _is_called(case: Case, person: Person, called: frozenset[str], relative: frozenset[str]) -> bool:
    if called.isdisjoint(names_of(case, person)):
        return False
    known = _relatives(case, person)
    return not relative or not known or not relative.isdisjoint(known)


def _words(case: Case, person: Person, *kinds: str) -> Iterator[list[str]]:
    """The latest word of each source: on any of the person's numbers, whichever it was told with."""
    members = [member_for(number) for number in person.numbers]
    for key, fact in case.names.items():
        if key.rpartition(" ")[2] not in kinds:
            continue
        said: list[tuple[Rank, str | list[str]]] = [found for member in members if (found := word(fact, member))]
        if said:
            latest = max(said, key=lambda each: each[0])[1]
            yield [latest] if isinstance(latest, str) else latest
