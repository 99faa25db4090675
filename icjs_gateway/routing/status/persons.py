"""One person over several cases: joined by numbers, never by a name alone without saying so. Pure.

Persons of several cases are one who share a prisoner's number or a fingerprint's; or whom a jail, that names what holds
its inmate, means by the serial in that case. Where a jail names no serial, and where a document knew a PID and a name
only, exactly one accused who is called so is taken for the same: shown together, and labelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from icjs_gateway.model.case import Case, Person, Stay, is_called, may_be_one
from icjs_gateway.model.case.facts import Fact
from icjs_gateway.model.case.stays import standing_stay
from icjs_gateway.routing.case_index import Entry
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.status.question import Question

_PERSONAL = ("pid", "ptn", "nfn")


class Join(IntEnum):
    """How a person of one case is known to be that of another; the greater the weaker."""

    NUMBER = 0
    SERIAL = 1
    NAME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A person within one case. The same person may be two in it, whom nothing but a name joins."""

    file: CaseFile
    person: Person

    @property
    def case(self) -> Case:
        return self.file.case


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One person, in all cases that were found."""

    parts: tuple[Part, ...]
    joined_by: Join

    def orders(self) -> dict[str, Fact]:
        """What is known of the person's custody in any case; of the same key in two cases, the later word."""
        found: dict[str, Fact] = {}
        for part in self.parts:
            for key, fact in part.person.orders.items():
                if key not in found or fact[0][0] > found[key][0][0]:
                    found[key] = fact
        return found

    @property
    def stay(self) -> Stay | None:
        return standing_stay(self.orders())

    def number(self, kind: str) -> str | None:
        """A number of the person; of several (a transfer gives a new one) the one of where the person is."""
        found = sorted({value for part in self.parts for scope, value in part.person.numbers if scope == kind})
        return found[-1] if found else None

    def by_case(self) -> list[tuple[CaseFile, tuple[Person, ...]]]:
        """Each case once, with whom the person is in it."""
        cases: dict[str, tuple[CaseFile, list[Person]]] = {}
        for part in self.parts:
            cases.setdefault(part.file.case_id, (part.file, []))[1].append(part.person)
        return [(file, tuple(persons)) for file, persons in cases.values()]


def subjects(question: Question, files: Sequence[CaseFile]) -> tuple[Subject, ...]:
    """Who is asked for, each with all their cases among these."""
    parts = [Part(file=file, person=person) for file in files for person in file.case.persons]
    asked = {index for index, part in enumerate(parts) if _is_asked(question, part)}
    if not asked:
        return ()
    groups = _joined(parts)
    found: list[Subject] = []
    for members, weakest in groups:
        if not asked.isdisjoint(members):
            found.append(Subject(parts=tuple(parts[index] for index in members), joined_by=weakest))
    return tuple(found)


class Search:
    """One question while its cases are gathered: whom it means is found once for every set of cases."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._seen: tuple[str, ...] | None = None
        self._found: tuple[Subject, ...] = ()

    def subjects(self, files: Sequence[CaseFile]) -> tuple[Subject, ...]:
        """Who is asked for, among these cases."""
        seen = tuple(file.case_id for file in files)
        if seen != self._seen:
            self._seen, self._found = seen, subjects(self._question, files)
        return self._found

    def further(self, files: Sequence[CaseFile]) -> frozenset[Entry]:
        """What else leads to cases of theirs: their numbers, and what holds them by a jail's word."""
        return frozenset(entry for subject in self.subjects(files) for entry in _leads(subject))


def _leads(subject: Subject) -> Iterator[Entry]:
    for part in subject.parts:
        yield from (number for number in part.person.numbers if number[0] in _PERSONAL)
        for fir in part.case.firs:
            if (key := fir.key()) is not None:
                yield "hold", str(key)
        yield from (("hold", cnr) for cnr in part.case.cnrs)
    stay = subject.stay
    for hold in stay.holds if stay is not None else ():
        yield from ((kind, hold[kind]) for kind in ("fir", "cnr") if kind in hold)


def _is_asked(question: Question, part: Part) -> bool:
    numbers = part.person.numbers
    if question.pid is not None:
        return ("pid", question.pid) in numbers
    if question.ptn is not None:
        return ("ptn", question.ptn) in numbers
    named = question.name is None or is_called(part.case, part.person, question.name)
    if question.cnr is not None:
        return named and question.cnr in part.case.cnrs
    fir = str(question.fir)
    return named and question.fir is not None and any(str(each.key()) == fir for each in part.case.firs)


def _joined(parts: Sequence[Part]) -> list[tuple[list[int], Join]]:
    """Groups of parts that are one person, and the weakest thing that joins each."""
    over = list(range(len(parts)))
    weakest = [Join.NUMBER] * len(parts)

    def top(index: int) -> int:
        while over[index] != index:
            index = over[index]
        return index

    for one, other, join in _links(parts):
        first, second = sorted((top(one), top(other)))
        if first != second:
            over[second] = first
            weakest[first] = max(weakest[first], weakest[second], join)
    groups: dict[int, list[int]] = {}
    for index in range(len(parts)):
        groups.setdefault(top(index), []).append(index)
    return [(members, weakest[head]) for head, members in groups.items()]


def _links(parts: Sequence[Part]) -> Iterator[tuple[int, int, Join]]:
    """Strong links first, so that a weak one that says the same does not count."""
    first: dict[Entry, int] = {}
    for index, part in enumerate(parts):
        for number in part.person.numbers:
            if number[0] in _PERSONAL and first.setdefault(number, index) != index:
                yield first[number], index, Join.NUMBER
    named: list[tuple[int, int, Join]] = []
    for index, part in enumerate(parts):
        stay = part.person.stay
        for hold in stay.holds if stay is not None else ():
            there = [other for other, each in enumerate(parts) if _is_named(hold, each.case)]
            by_serial = [other for other in there if _has_serial(hold, parts[other].person)]
            if len(by_serial) == 1:
                yield index, by_serial[0], Join.SERIAL
            elif "serial" not in hold:
                named += _by_name(index, there, parts)
        if not _has_place(part.person):
            same = [other for other, each in enumerate(parts) if each.file is part.file and _has_place(each.person)]
            named += _by_name(index, same, parts)
    yield from named


def _by_name(index: int, among: Iterable[int], parts: Sequence[Part]) -> list[tuple[int, int, Join]]:
    """The one who is called so; several are nobody, and so is one whom a number tells apart."""
    one = parts[index]
    same = [
        other
        for other in among
        if other != index
        and may_be_one((one.case, one.person), (parts[other].case, parts[other].person))
        and not _told_apart(one.person, parts[other].person)
    ]
    return [(index, same[0], Join.NAME)] if len(same) == 1 else []


def _told_apart(one: Person, other: Person) -> bool:
    """A fingerprint, or two prisoner's numbers, say that these are two."""
    mine, theirs = dict(one.numbers), dict(other.numbers)
    return any(kind in mine and kind in theirs and mine[kind] != theirs[kind] for kind in ("pid", "nfn"))


def _is_named(hold: Mapping[str, Any], case: Case) -> bool:
    return hold.get("cnr") in case.cnrs or any(str(fir.key()) == hold.get("fir") for fir in case.firs)


def _has_serial(hold: Mapping[str, Any], person: Person) -> bool:
    serial = hold.get("serial")
    return serial is not None and any((f"{kind}:{hold.get(kind)}", serial) in person.numbers for kind in ("fir", "cnr"))


def _has_place(person: Person) -> bool:
    """Whether somebody has a number within a case: an accused of it, and not a name beside a PID only."""
    return any(scope.startswith(("fir:", "cnr:", "party:")) for scope, _ in person.numbers)
