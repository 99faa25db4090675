"""The index of cases: what else than a unique identifier a case is found by. Pure.

A prisoner's number, a laboratory's case, a process: a case may have many of them, and one of them may lead to several
cases, so they are no identifiers (`correlation`). Each is a (kind, value):

    pid, ptn, nfn   a person's numbers
    hold            a FIR's key or a CNR that a jail names among what holds an inmate of this case
    lab-case        a laboratory's case, by its number and by laboratory/number
    process         a warrant, production or release by its process id
    court-case      a court's registration: establishment/number
    sent-on         a CNR under which it goes on, by the word of the court that sent it there

A value that a correction takes away again stays in the index: it leads to a case, and the case has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from icjs_gateway.model.case import Case, Person
from icjs_gateway.model.case.facts import Fact, known
from icjs_gateway.model.case.records import number_of
from icjs_gateway.model.case.stays import holds_named
from icjs_gateway.routing.correlation import SENT_ON

Entry = tuple[str, str]
"""(kind, value)."""

_PERSONAL = frozenset({"pid", "ptn", "nfn"})
_VALUE_CHARACTERS_MAX = 200
_NUMBERED = re.compile(r"[^/]+/id/")
"""How the key of an order begins that has a process id."""


def index_of(case: Case) -> frozenset[Entry]:
    """Everything that a case is found by."""
    return frozenset(
        (
            *_of_persons(case.persons),
            *_of_records(case.records),
            *_of_proceedings(case.proceedings),
            *_sent_on(case),
        )
    )


def index_added(before: Case, after: Case) -> frozenset[Entry]:
    """What of it a message brought. Looks at nothing that the message left as it was: most bring nothing."""
    was = {id(person) for person in before.persons}
    found = {*_of_persons(person for person in after.persons if id(person) not in was)}
    if after.records is not before.records:
        found.update(_of_records(after.records))
    if after.proceedings is not before.proceedings:
        found.update(_of_proceedings(after.proceedings))
        found.update(_sent_on(after))
    return frozenset(found - index_of(before)) if found else frozenset()


def _of_persons(persons: Iterable[Person]) -> Iterator[Entry]:
    for person in persons:
        yield from (number for number in person.numbers if number[0] in _PERSONAL)
        for key in person.orders:
            if key.startswith("inmate/"):
                yield from (("hold", named) for named in holds_named(person.orders[key]))
            elif numbered := _NUMBERED.match(key):
                yield "process", key[numbered.end() :]


def _of_records(records: dict[str, Fact]) -> Iterator[Entry]:
    for key, fact in records.items():
        if key.startswith("lab-case/"):
            yield "lab-case", number_of(key, known(fact)) or ""
            yield "lab-case", key.removeprefix("lab-case/")


def court_case(establishment: str, registration_number: str) -> str:
    """A court's registration as an entry has it: `HPKN02/S.C. No. 12 of 2026`."""
    return f"{establishment}/{registration_number}"[:_VALUE_CHARACTERS_MAX]


def _of_proceedings(proceedings: dict[str, Fact]) -> Iterator[Entry]:
    for cnr, fact in proceedings.items():
        number = known(fact).get("registration_number") if fact else None
        if number is not None:
            yield "court-case", court_case(cnr[:6], number)


def _sent_on(case: Case) -> Iterator[Entry]:
    """The CNRs to which a court sent the case on, whose own court has not registered it yet."""
    return ((SENT_ON, cnr) for cnr, is_named in case.gone_on_to.items() if is_named)
