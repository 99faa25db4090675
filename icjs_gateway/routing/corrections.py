"""Corrections of whom an order is about, where an exhibit goes, which CNR a case has: what was told of one is taken
back when it was meant for another.

A signed order names one person: to be let out, held, produced, arrested. A court that corrects it to name somebody else
says nothing more of the first, whose jail would go on acting on it: so the gateway itself takes the order back from
whoever had it, beside passing the correction on. Nothing is made up: what is taken back is what the court told, and the
correction is the court's.

So it is with exhibits: a forwarding note corrected to name another laboratory says nothing more to the first, which
would go on waiting for the parcel.

And so it is with a registration whose CNR was another case's: under the wrong one the case is not before that court,
and what comes under it is not told to this case any more.

A hearing's outcome names everybody; there the court takes its words back itself (`action="WITHDRAW"`), and nothing is
derived. Nor is anything when it is the same person, by the strongest number that both orders give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from icjs_gateway.model.case.names import spellings
from icjs_gateway.model.content import Event, EventData
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.payloads.bail import Bail
from icjs_gateway.model.payloads.court_case import CourtCase, CourtCaseData
from icjs_gateway.model.payloads.exhibit import ExhibitData, Forwarding
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.payloads.release import Release

_WHICH = ("authority", "hearing_id", "ordered_on", "process_id", "type", "kind", "jail")
"""What of an order says which one it is, and who has to act: that much is told again when it is taken back."""

ORDERS = frozenset({"bail", "custody", "production", "release", "warrant"})
AMENDED = frozenset(f"icjs.{noun}.amended.v1" for noun in (*ORDERS, "exhibit", "court-case"))
"""The types of corrections that may take an order from one person, an exhibit from one laboratory or a case from one
CNR, and give it to another."""

_STRONGEST_FIRST = ("pid", "ptn", "serial", "court_party")


def corrections(before: Iterable[Event], after: Sequence[Event], *, replaced_by: str) -> tuple[Event, ...]:
    """The events that a correction of an order, a forwarding note or a registration makes beside its own.

    `before` is what the message it refers to, and those which that one corrected, told: the earliest first, with what
    was derived then. `after` is what the correcting message tells, `replaced_by` the id of its main event. What is made
    names the case in the words of the order that it takes back, not in those of the correction.
    """
    if not after or after[0].type not in AMENDED:
        return ()
    if isinstance(after[0].data, ExhibitData):
        return _redirected(before, after[0], after[0].data)
    if isinstance(after[0].data, CourtCaseData):
        return _renumbered(before, after[0], after[0].data)
    noun = EVENT_TYPES[after[0].type].noun
    amending, standing = _order(after[0], noun), _standing(before, noun)
    if amending is None or standing is None:
        return ()
    first, other = getattr(standing, noun), getattr(amending, noun)
    if is_same_person(first.accused, other.accused):
        return ()
    told = {name: value for name in _WHICH if (value := getattr(first, name, None)) is not None}
    taken_back = type(first)(accused=first.accused, replaced_by=replaced_by, **told)
    court = getattr(standing, "court", None)
    data = type(standing)(case=standing.case, **({"court": court} if court is not None else {}), **{noun: taken_back})
    return (Event(type=f"icjs.{noun}.withdrawn.v1", occurred_at=after[0].occurred_at, data=data),)


def _redirected(before: Iterable[Event], amending: Event, told: ExhibitData) -> tuple[Event, ...]:
    """The forwarding taken back from the laboratory that the chain leaves it with, where that is another one now."""
    standing: ExhibitData | None = None
    for event in before:
        if not isinstance(event.data, ExhibitData):
            continue
        if not event.type.endswith(".withdrawn.v1"):
            standing = event.data
        elif standing is not None and _laboratory(standing) == _laboratory(event.data):
            standing = None
    if standing is None or _laboratory(standing) == _laboratory(told):
        return ()
    first = standing.exhibit
    taken_back = Forwarding(forwarding_number=first.forwarding_number, laboratory=first.laboratory)
    data = ExhibitData(case=standing.case, exhibit=taken_back)
    return (Event(type="icjs.exhibit.withdrawn.v1", occurred_at=amending.occurred_at, data=data),)


def _renumbered(before: Iterable[Event], amending: Event, told: CourtCaseData) -> tuple[Event, ...]:
    """The registration taken back under the CNR that the chain leaves it with, where it has another one now."""
    standing: CourtCaseData | None = None
    for event in before:
        if not isinstance(event.data, CourtCaseData) or event.data.court_case.disposal is not None:
            continue
        if not event.type.endswith(".withdrawn.v1"):
            standing = event.data if event.data.case.cnr is not None else standing
        elif standing is not None and standing.case.cnr == event.data.case.cnr:
            standing = None
    if standing is None or told.case.cnr is None or standing.case.cnr == told.case.cnr:
        return ()
    taken_back = CourtCase(filing_number=standing.court_case.filing_number)
    data = CourtCaseData(case=standing.case, court=standing.court, court_case=taken_back)
    return (Event(type="icjs.court-case.withdrawn.v1", occurred_at=amending.occurred_at, data=data),)


def _laboratory(told: ExhibitData) -> str | None:
    """By its code; by its name where it has none."""
    laboratory = told.exhibit.laboratory
    return laboratory.code or laboratory.name


def is_same_person(one: Party, other: Party) -> bool:
    """Whether two orders of one chain name the same person: by the strongest number that both give, else by name.

    Where they have nothing to compare, a patch added what was not known before: it is the same.
    """
    for number in _STRONGEST_FIRST:
        given = getattr(one, number), getattr(other, number)
        if None not in given:
            return bool(given[0] == given[1])
    names = spellings(one.name), spellings(other.name)
    return not all(names) or not names[0].isdisjoint(names[1])


def _standing(before: Iterable[Event], noun: str) -> EventData | None:
    """The order that the chain leaves standing: its latest, unless that was taken back from the same person."""
    standing: EventData | None = None
    for event in before:
        told = _order(event, noun)
        if told is None:
            continue
        if not event.type.endswith(".withdrawn.v1"):
            standing = _patched(standing, told, noun)
        elif standing is not None and is_same_person(_accused(standing, noun), _accused(told, noun)):
            standing = None
    return standing


def _patched(standing: EventData | None, told: EventData, noun: str) -> EventData:
    """A correction leaves unchanged what it leaves out: the jail is still the one that the order named."""
    if standing is None or not is_same_person(_accused(standing, noun), _accused(told, noun)):
        return told
    first, later = getattr(standing, noun), getattr(told, noun)
    party = first.accused.model_copy(update=_said(later.accused, Party.model_fields))
    patched = first.model_copy(update=_said(later, _WHICH) | {"accused": party})
    return told.model_copy(update={noun: patched})


def _said(value: Any, names: Iterable[str] | Mapping[str, Any]) -> dict[str, Any]:
    return {name: given for name in names if (given := getattr(value, name, None)) is not None}


def _accused(data: EventData, noun: str) -> Party:
    party: Party = getattr(data, noun).accused
    return party


def _order(event: Event, noun: str) -> EventData | None:
    """What an event tells as a court's own order: not word of it in an outcome, nor what a jail says of it."""
    if EVENT_TYPES[event.type].noun != noun:
        return None
    told = getattr(event.data, noun)
    if isinstance(told, Bail) and told.authority != "ORDER":
        return None
    if isinstance(told, Release) and told.not_complied is not None:
        return None
    return event.data
