"""What a person is called, to be shown: the latest word on the name, and on the relative who tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

from icjs_gateway.model.case.facts import Rank, word
from icjs_gateway.model.case.persons import member_for
from icjs_gateway.model.case.snapshot import Case, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """As written. `relation` is how the relative is one: `S/o`."""

    name: str | None = None
    relative: str | None = None
    relation: str | None = None


def called(case: Case, person: Person, *, by: str | None = None) -> Called:
    """By the latest word of anybody, or of one source (`prisons:hp-jail`), told with any of the person's numbers."""
    latest: dict[str, tuple[Rank, str]] = {}
    members = [member_for(number) for number in person.numbers]
    for key, fact in case.names.items():
        source, _, kind = key.rpartition(" ")
        if by is not None and source != by:
            continue
        for member in members if kind in ("name", "relative", "relation") else ():
            said = word(fact, member)
            if said is not None and (kind not in latest or said > latest[kind]):
                latest[kind] = said
    return Called(**{kind: said for kind, (_, said) in latest.items()})
