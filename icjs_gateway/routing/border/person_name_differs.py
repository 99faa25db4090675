"""PERSON-NAME-DIFFERS: somebody known by this number is called otherwise: keyed against the wrong accused?

Names are compared as loosely as a clerk would: case, titles, aliases and left-out parts of a name do not differ, and a
name in another script cannot be compared. What the person is called is not shown; the sender may not be entitled to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from icjs_gateway.model.case import Case, names_of
from icjs_gateway.model.case.facts import Members
from icjs_gateway.model.case.names import spellings
from icjs_gateway.model.case.persons import is_named, member_for, numbers_within, scopes
from icjs_gateway.model.case.snapshot import Number
from icjs_gateway.model.content import Action
from icjs_gateway.model.event_types import EVENT_TYPES, person_of
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.fir import FirAccused, FirData
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.messages import Record

CODE = "PERSON-NAME-DIFFERS"


def judge(message: Record, case: Case) -> Finding | None:
    if not case.names or message.content.action is Action.WITHDRAW:
        return None
    told = message.content.case
    within = scopes(told, message.envelope.home_state)
    names = [members for key, fact in case.names.items() if key.endswith(" name") for _, members in fact]
    for path, party in _parties(message):
        numbers = numbers_within(party, within, told)
        if not numbers or not is_named(party) or _is_told(names, numbers[0], party.name):
            continue
        if _differs(case, numbers, party.name):
            return Finding(
                code=CODE,
                severity=Severity.WARN,
                path=path,
                found=party.name,
                hint="who has this number is known by another name; was it keyed against the right accused?",
            )
    return None


def _parties(message: Record) -> Iterator[tuple[str, Party | FirAccused]]:
    """Those whom the main event names, or is about; its parts are about the same."""
    main = message.content.events[0]
    if isinstance(main.data, HearingData):
        for index, party in enumerate(main.data.hearing.accused or ()):
            yield f"hearing.accused[{index}].name", party
    elif isinstance(main.data, FirData):
        for index, accused in enumerate(main.data.fir.accused or ()):
            yield f"fir.accused[{index}].name", accused
    elif (person := person_of(main)) is not None:
        yield f"{EVENT_TYPES[main.type].noun}.accused.name", person


def _is_told(names: list[Members], number: Number, name: str | None) -> bool:
    """Whether the very name was told with this number: the usual case, and nothing more to compare."""
    member = member_for(number)
    return any(said.get(member) == name for said in names)


def _differs(case: Case, numbers: list[Number], name: str | None) -> bool:
    persons = [person for person in case.persons if not set(numbers).isdisjoint(person.numbers)]
    if len(persons) != 1:
        return False
    called = [(one, other) for one in spellings(name) for other in names_of(case, persons[0])]
    compared = [(one, other) for one, other in called if one.isascii() == other.isascii()]
    return bool(compared) and not any(_is_part(one, other) for one, other in compared)


def _is_part(one: str, other: str) -> bool:
    words, others = set(one.split()), set(other.split())
    return words <= others or others <= words
