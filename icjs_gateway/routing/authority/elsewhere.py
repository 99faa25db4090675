"""Held elsewhere: jails that have the person whom an order is about by records that its message does not name. Pure.

A FIR that was registered anew names the FIR from which it came (`parent_fir`): somebody may be in jail under the old
number still. And the Supreme Court, or the High Court of the State, orders by a prisoner's number alone. The order
reaches these jails, and joins nothing: its place sees nothing of the other case, nor the other case of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from icjs_gateway.model.case import Case, Person, fitting, is_called, jail_named, jails_claiming, may_be_one
from icjs_gateway.model.case.facts import known
from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import EVENT_TYPES, person_of
from icjs_gateway.routing.correlation import CaseFile

Commands = Callable[[str, Case], bool]
"""Whether the court that speaks is over this jail, which a case says has somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Records beside those that a message names: `parents` are by case the cases of the FIRs from which its own FIRs
    came, `numbered` those that know a prisoner by a number that the message gives, `sent_on` those that were sent on,
    or of which its court says so, to the CNR that it names and that no case holds."""

    parents: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    numbered: tuple[Case, ...] = ()
    sent_on: tuple[Case, ...] = ()


NOWHERE_ELSE = Elsewhere()


def parents_of(case: Case) -> frozenset[str]:
    """The keys of the FIRs from which the case's own FIRs came."""
    return frozenset(members["parent"] for fact in case.registrations.values() if "parent" in (members := known(fact)))


def numbers_given(events: Iterable[Event]) -> frozenset[str]:
    """The prisoners' numbers by which orders name the persons whom they are about."""
    persons = (person_of(event) for event in events if EVENT_TYPES[event.type].liberty)
    return frozenset(person.pid for person in persons if person is not None and person.pid is not None)


def held_under_parent(event: Event, file: CaseFile, elsewhere: Elsewhere) -> tuple[frozenset[str], frozenset[str]]:
    """Codes of the jails that have the person whom an order is about under the old number: where the police of the old
    case gave the investigation to a station of this one, and where only the taking station says that they did."""
    case = file.case
    given: set[str] = set()
    said: set[str] = set()
    for parent in elsewhere.parents.get(file.case_id, ()) if EVENT_TYPES[event.type].liberty else ():
        jails = {jail for person in _same_person(event, case, parent) for jail in _jails(person)}
        (given if _is_given_to(parent, case) else said).update(jails)
    return frozenset(given), frozenset(said - given)


def held_by_number(event: Event, elsewhere: Elsewhere, commands: Commands) -> frozenset[str]:
    """Codes of the jails in whose registers somebody is present by the number that an order gives: of those that the
    court is over, and whose inmate is not called otherwise than the order says."""
    person = person_of(event)
    if person is None or person.pid is None or not EVENT_TYPES[event.type].liberty:
        return frozenset()
    return frozenset(
        jail
        for case in elsewhere.numbered
        for held in case.persons
        if ("pid", person.pid) in held.numbers and (person.name is None or is_called(case, held, person.name))
        for jail in _jails(held)
        if _is_in_register(held, jail) and commands(jail, case)
    )


def _is_in_register(person: Person, jail: str) -> bool:
    """Whether a jail, by its code, has an entry about somebody."""
    entries = (fact for key, fact in person.orders.items() if key.startswith("inmate/"))
    return any(known(fact)["jail"].get("code") == jail for fact in entries)


def held_where_sent_on(event: Event, elsewhere: Elsewhere) -> frozenset[str]:
    """Codes of the jails that have the person of an order in a case that goes on under its CNR, where nobody who may
    say so has said which case that is."""
    person = person_of(event)
    if person is None or not EVENT_TYPES[event.type].liberty:
        return frozenset()
    return frozenset(
        jail
        for case in elsewhere.sent_on
        for held in fitting(case, person, event.data.case, None)
        for jail in _jails(held)
    )


def _same_person(event: Event, case: Case, parent: Case) -> Sequence[Person]:
    """Whoever in the old case fits the order, or the person of this case whom it is about."""
    party = person_of(event)
    if party is None:
        return ()
    found = fitting(parent, party, event.data.case, None)
    if found:
        return found
    own = fitting(case, party, event.data.case, None)
    return [each for each in parent.persons if any(may_be_one((case, one), (parent, each)) for one in own)]


def _jails(person: Person) -> Iterator[str]:
    yield from (jail for jail in (jail_named(person.orders), *jails_claiming(person.orders)) if jail is not None)


def _is_given_to(parent: Case, case: Case) -> bool:
    stations = {key.split("/")[1] for key in case.registrations}
    given = (known(fact).get("station") for key, fact in parent.records.items() if key.startswith("investigation/"))
    return not stations.isdisjoint(station for station in given if station is not None)
