"""Fitting: does an order about one person belong to exactly one accused of its case?

An order that frees or holds a person is not linked to a case by its case alone. It links by itself only when exactly
one accused fits; until then it waits for a person, or for the case to learn of its accused, and the jail that it names
has it all the same. Only the signed order is judged like this: a hearing outcome names everybody who was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from icjs_gateway.model.case import Case, Number, Person, fitting, numbers_of
from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.event_types import EVENT_TYPES, person_of
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.correlation import CaseFile, Identifier
from icjs_gateway.routing.messages import Record


def fits(command: Record, home: CaseFile) -> bool:
    """Whether the message may be linked to this case without a person's word."""
    main = command.content.events[0]
    party = person_of(main)
    if party is None or not EVENT_TYPES[main.type].liberty:
        return True
    if meant(home.case, party, command.content.case, command.envelope.home_state) is not None:
        return True
    # Of a case in which nobody is known yet, whoever has a number there is one of its accused.
    return not home.case.persons and (party.serial or party.court_party) is not None


def of_named_fir(command: Record, home: CaseFile, cases: Mapping[Identifier, CaseFile]) -> CaseFile:
    """Of an order about one person that names one FIR and the CNR of a proceeding in which several are tried: the case
    of that FIR, where the person is one of its accused; each FIR has an A1. Else the case that was found."""
    content, state = command.content, command.envelope.home_state
    main, keys = content.events[0], [fir.key(state) for fir in content.case.firs]
    party = person_of(main)
    if party is None or not EVENT_TYPES[main.type].liberty or len(keys) != 1 or keys[0] is None:
        return home
    own = cases.get(("fir", str(keys[0])))
    if own is None or own.case_id == home.case_id or meant(own.case, party, content.case, state) is None:
        return home
    return own


def meant(case: Case, party: Party, told: CaseReference, default_state: str | None) -> Person | None:
    """The one accused of a case whom a document means; None where nobody fits, or several do."""
    told = _completed(told, case)
    accused = fitting(case, party, told, default_state)
    if len(accused) != 1 or _is_another_one(accused[0], numbers_of(party, told, default_state)):
        return None
    if _is_of_another_fir(accused[0], case, told, default_state):
        return None
    return accused[0]


def _is_another_one(person: Person, numbers: Iterable[Number]) -> bool:
    """Whether the person has another number where the order gives one: whoever is A1 by number is not A5 by name.
    A prisoner who was moved has several numbers, and answers to each."""
    held = {scope for scope, _ in person.numbers}
    shared = [number for number in numbers if number[0] in held]
    return bool(shared) and not any(number in person.numbers for number in shared)


def _is_of_another_fir(person: Person, case: Case, told: CaseReference, default_state: str | None) -> bool:
    """Whether the order names FIRs, and the person is an accused of others alone."""
    named = {f"fir:{key}" for fir in told.firs if (key := fir.key(default_state)) is not None}
    firs = {scope for scope, _ in person.numbers if scope.startswith("fir:")}
    tried = {f"fir:{edge.fir}" for edge in case.edges}
    return bool(named) and bool(firs) and named.isdisjoint(firs) and not named.isdisjoint(tried)


def _completed(told: CaseReference, case: Case) -> CaseReference:
    """The reference with the FIR or the CNR that it leaves out, where the case has only one."""
    firs = told.firs or (case.firs if len(case.firs) == 1 else ())
    cnr = told.cnr or (case.cnrs[0] if len(case.cnrs) == 1 else None)
    return told.model_copy(update={"firs": firs, "cnr": cnr})


def persons_identifier(case_id: str) -> Identifier:
    """What an order waits for whose accused the case does not know: that the case learns of somebody."""
    return ("persons", case_id)
