"""Corrections of whom an order is about: what was told of one is taken back when the order was meant for another.

A signed order on bail names one person. A court that corrects it to name somebody else says nothing more of the first,
whose jail would go on acting on it: so the gateway itself takes the order back from whoever had it, beside passing the
correction on. Nothing is made up: what is taken back is what the court told, and the correction is the court's.

A hearing's outcome names everybody; there the court takes bail back itself (`action="WITHDRAW"`), and nothing is
derived. Nor is anything when it is the same person, by the strongest number that both orders give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from icjs_gateway.model.case.names import spellings
from icjs_gateway.model.content import Event
from icjs_gateway.model.payloads.bail import Bail, BailData
from icjs_gateway.model.payloads.party import Party

WITHDRAWN = "icjs.bail.withdrawn.v1"
AMENDED = "icjs.bail.amended.v1"
_STRONGEST_FIRST = ("pid", "ptn", "serial", "court_party")


def corrections(before: Iterable[Event], after: Sequence[Event], *, replaced_by: str) -> tuple[Event, ...]:
    """The events that a correction of a bail order makes beside its own.

    `before` is what the message it refers to, and those which that one corrected, told: the earliest first, with what
    was derived then. `after` is what the correcting message tells, `replaced_by` the id of its main event. What is made
    names the case in the words of the order that it takes back, not in those of the correction.
    """
    if not after or after[0].type != AMENDED:
        return ()
    amending = _signed(after[0])
    standing = _standing(before)
    if amending is None or standing is None or is_same_person(standing.bail.accused, amending.bail.accused):
        return ()
    taken_back = Bail(
        authority="ORDER",
        accused=standing.bail.accused,
        jail=standing.bail.jail,
        ordered_on=standing.bail.ordered_on,
        kind=standing.bail.kind,
        replaced_by=replaced_by,
    )
    data = BailData(case=standing.case, court=standing.court, bail=taken_back)
    return (Event(type=WITHDRAWN, occurred_at=after[0].occurred_at, data=data),)


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


def _standing(before: Iterable[Event]) -> BailData | None:
    """The order that the chain leaves standing: its latest, unless that was taken back from the same person."""
    standing: BailData | None = None
    for event in before:
        told = _signed(event)
        if told is None:
            continue
        if event.type != WITHDRAWN:
            standing = _patched(standing, told)
        elif standing is not None and is_same_person(standing.bail.accused, told.bail.accused):
            standing = None
    return standing


def _patched(standing: BailData | None, told: BailData) -> BailData:
    """A correction leaves unchanged what it leaves out: the jail is still the one that the order named."""
    if standing is None or not is_same_person(standing.bail.accused, told.bail.accused):
        return told
    said = told.bail.model_dump(exclude_none=True, include={"jail", "ordered_on", "kind"})
    party = standing.bail.accused.model_copy(update=_said(told.bail.accused))
    kept = {name: getattr(told.bail, name) for name in said}
    return told.model_copy(update={"bail": standing.bail.model_copy(update=kept | {"accused": party})})


def _said(party: Party) -> dict[str, object]:
    return {name: value for name in Party.model_fields if (value := getattr(party, name)) is not None}


def _signed(event: Event) -> BailData | None:
    data = event.data
    return data if isinstance(data, BailData) and data.bail.authority == "ORDER" else None
