"""One serial, one name: the accused of a proceeding is the accused of its FIR, and of the proceeding that it came from.

A serial counts in the proceeding or the FIR that is named beside it (`persons`). A court that names its CNR alone says
`A2` of the proceeding, the police say `A2` of the FIR. Where the case knows that the two belong together, and both call
their `A2` by an equal name, these are one accused: else an order under the CNR would not reach the jail in which the
FIR's accused is. So it is with a FIR that a document names under the code of a station that another one succeeded.

Not promised: that anybody is joined by a serial or by a name alone. FIRs that are clubbed have serials of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from icjs_gateway.model.case.facts import known, stands
from icjs_gateway.model.case.fitting import disagree, may_be_one
from icjs_gateway.model.case.persons import Persons
from icjs_gateway.model.case.snapshot import Case, Number, Person


def with_serials_joined(case: Case) -> Case:
    """The case in which an accused of a proceeding is the accused of its FIR, or of the proceeding that it came from or
    went to, with that serial and that name."""
    others = _under_another_code(case)
    apart = [person for person in case.persons if _is_apart(person, others)]
    if not apart:
        return case
    holders: dict[Number, Person] = {number: person for person in case.persons for number in person.numbers}
    pairs = [
        (person, other)
        for person in apart
        for number in (
            *_beside(case, person),
            *((others[scope], each) for scope, each in person.numbers if scope in others),
        )
        if (other := holders.get(number)) is not None and other is not person and _are_one(case, person, other)
    ]
    if not pairs:
        return case
    persons = Persons(case.persons)
    for person, other in pairs:
        persons.meet([*person.numbers, *other.numbers])
    return case.model_copy(update={"persons": persons.all()})


def _is_apart(person: Person, others: Mapping[str, str]) -> bool:
    """Whether somebody is known by a serial of proceedings, and of no FIR, or of one under another code alone."""
    is_apart = False
    for scope, _ in person.numbers:
        if scope.startswith("fir:") and scope not in others:
            return False
        is_apart |= scope.startswith(("cnr:", "fir:"))
    return is_apart


def _under_another_code(case: Case) -> Mapping[str, str]:
    """By its scope a FIR that is only named, and of a number and year of the one FIR that is registered here: the same
    one, under the code that its station has or had."""
    if len(case.registrations) != 1 or len(case.firs) <= 1 + len(case.clubbed_firs):
        return {}
    [own] = case.registrations
    state, _, *number = own.split("/")
    return {
        f"fir:{key}": f"fir:{own}"
        for fir in case.firs
        if (key := fir.key()) is not None
        and (key.state, [str(key.number), str(key.year)]) == (state, number)
        and str(key) not in (own, *case.clubbed_firs)
    }


def _beside(case: Case, person: Person) -> Iterator[Number]:
    """The serials of a person as numbers of the FIRs and the proceedings to which its own proceedings belong."""
    for scope, serial in person.numbers:
        if scope.startswith("cnr:"):
            cnr = scope.removeprefix("cnr:")
            yield from ((f"fir:{edge.fir}", serial) for edge in case.edges if edge.cnr == cnr)
            yield from ((f"cnr:{other}", serial) for other in _goes_on(case, cnr))


def _goes_on(case: Case, cnr: str) -> Iterator[str]:
    """The proceedings that went on in this one, or in which it goes on: by a change that names it, or by `from_cnr`."""
    for key, fact in case.records.items():
        if key.startswith(("proceeding/", "court-case/")) and stands(fact):
            members = known(fact)
            parts = {members.get("cnr"), members.get("from_cnr"), *members.get("to", ())} - {None}
            yield from parts - {cnr} if cnr in parts else ()


def _are_one(case: Case, one: Person, other: Person) -> bool:
    return may_be_one((case, one), (case, other)) and not disagree(one, other)
