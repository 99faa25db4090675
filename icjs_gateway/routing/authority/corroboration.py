"""Corroboration: two places of two pillars, over two wires, say the same of a person. Pure.

One word alone from another State changes nothing. An arrest there and the remand of the Magistrate before whom the
person was produced, or that remand and the admission to a jail there, are two words that nobody says alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from icjs_gateway.model.case import Case, Number, Person, fitting, numbers_of
from icjs_gateway.model.case.names import spellings
from icjs_gateway.model.case.persons import is_named
from icjs_gateway.model.content import Content, Event
from icjs_gateway.model.event_types import person_of
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.authority.speaker import Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What another place said of a case: whose word it is, and its events."""

    speaker: Speaker
    events: tuple[Event, ...]


def concern_one(content: Content, other: Beside, case: Case) -> bool:
    """Whether every person whom the orders of a message are about is one of whom the other place speaks too."""
    theirs = [_known(party, event, case) for event in other.events if (party := person_of(event)) is not None]
    about = [(person, event) for event in content.events if (person := person_of(event)) is not None]
    return bool(about) and all(
        any(_are_one(_known(party, event, case), each) for each in theirs) for party, event in about
    )


def jails_beside(event: Event, others: Iterable[Beside], case: Case) -> frozenset[str]:
    """Codes of the jails that say, without standing in the case, that they have the person whom an order is about."""
    person = person_of(event)
    if person is None:
        return frozenset()
    about = _known(person, event, case)
    return frozenset(
        other.speaker.code
        for other in others
        if other.speaker.code is not None
        and any(
            _are_one(_known(party, said, case), about)
            for said in other.events
            if (party := person_of(said)) is not None
        )
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A party by its numbers, by the spellings of its name, and by whom of the case alone it fits."""

    numbers: frozenset[Number]
    names: frozenset[str]
    person: Person | None


def _known(party: Party, event: Event, case: Case) -> _Known:
    found = fitting(case, party, event.data.case, None)
    return _Known(
        numbers=frozenset(numbers_of(party, event.data.case, None)),
        names=spellings(party.name) if is_named(party) else frozenset(),
        person=found[0] if len(found) == 1 else None,
    )


def _are_one(one: _Known, other: _Known) -> bool:
    if one.person is not None and other.person is not None:
        return one.person is other.person
    return not one.numbers.isdisjoint(other.numbers) or not one.names.isdisjoint(other.names)
