"""Why is a person with bail still inside? One decision for each case, and one over all cases of the person.

A case holds somebody who is in custody in it and whom nothing lets go. What lets go is, in this order: an order to
release; bail, once its bond is accepted and the order to release has followed; a release that the jail carried out.
What was ordered on a later day holds again. On one day bail counts more than remand: a court that grants bail remands
until the bond is there.

The record may know less than the jail. Nothing here tells a jail to let anybody go: that is what orders are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from icjs_gateway.model.case.standing import (
    Refusal,
    Result,
    StandingBail,
    StandingCustody,
    StandingRelease,
    StandingRemand,
)
from icjs_gateway.model.payloads.custody import CONVICTION_WARRANT


class Reason(StrEnum):
    """Why somebody is still inside: a closed list, in the order in which it is told."""

    SURETY_PENDING = "SURETY_PENDING"
    NO_RELEASE_ORDER = "NO_RELEASE_ORDER"
    IDENTITY = "IDENTITY"
    OTHER_CASE = "OTHER_CASE"
    REMAND = "REMAND"
    CONVICTED = "CONVICTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class InCase:
    """What one case says of one person. `arrested_on` and `held_by_jail` are custody without a court's order: the
    police's word, and the jail's that this case holds (None: the jail says nothing of it). `released_on` is the day on
    which the jail last let the person go."""

    bail: StandingBail | None = None
    release: StandingRelease | None = None
    remand: StandingRemand | None = None
    custody: StandingCustody | None = None
    result: Result | None = None
    refusal: Refusal | None = None
    arrested_on: date | None = None
    held_by_jail: bool | None = None
    released_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Whether a case keeps somebody in, and why; `lets_go` says that the court decided for liberty in it."""

    holds: bool
    reason: Reason | None = None
    lets_go: bool = False


_CONVICTION = frozenset({"CONVICTED", "PLEA_BARGAINED", CONVICTION_WARRANT})
"""Results, and what a warrant is called that follows one."""
_FREED = frozenset(
    {
        *("ACQUITTED", "ACQUITTED_BENEFIT_OF_DOUBT", "DISCHARGED", "COMPOUNDED", "ABATED", "QUASHED"),
        *("WITHDRAWN", "PROBATION", "ADMONISHED", "SENT_TO_JJB"),
    }
)
_IN_FORCE = frozenset({"GRANTED", "MODIFIED"})
_REFUSED_FOR = {
    "SURETY_PENDING": Reason.SURETY_PENDING,
    "IDENTITY": Reason.IDENTITY,
    "ORDER_UNCLEAR": Reason.NO_RELEASE_ORDER,
}
"""Why a jail did not carry out an order, where that is about this case. ANOTHER case is judged by itself."""
_NEVER = date.min
_FREE = Holding(holds=False)


def holding(told: InCase) -> Holding:
    """Whether this case keeps the person in."""
    since = _held_since(told)
    convicted_on = _convicted_on(told)
    freed_on = told.result.on or _NEVER if told.result is not None and told.result.result in _FREED else None
    if since is None and convicted_on is None:
        # Nobody ever said that this case has the person in custody. A warrant that is out has nobody either.
        return Holding(holds=False, lets_go=_bail_on(told) is not None or freed_on is not None)
    latest = max(since or _NEVER, convicted_on or _NEVER)
    decided = [on for on in (_bail_on(told), _release_on(told), freed_on) if on is not None and on >= latest]
    if not decided:
        if told.released_on is not None and told.released_on >= latest:
            return Holding(holds=False, lets_go=True)
        return Holding(holds=True, reason=Reason.CONVICTED if convicted_on is not None else Reason.REMAND)
    if told.released_on is not None and told.released_on >= max(decided):
        return Holding(holds=False, lets_go=True)
    reason = _refused(told, max(decided)) or _outstanding(told, latest)
    return Holding(holds=reason is not None, reason=reason, lets_go=True)


def why_not(cases: Iterable[Holding], *, held_elsewhere: bool = False) -> tuple[Reason, ...]:
    """Why somebody may not go, over all cases of theirs; empty for one whom nothing keeps in.

    `held_elsewhere`: a case that is not shown, or that the gateway knows only from the jail, keeps the person in.
    """
    each = list(cases)
    found = {told.reason for told in each if told.reason is not None}
    is_kept = held_elsewhere or not found.isdisjoint({Reason.REMAND, Reason.CONVICTED})
    if held_elsewhere or (is_kept and any(told.lets_go for told in each)):
        found.add(Reason.OTHER_CASE)
    return tuple(reason for reason in Reason if reason in found)


def _held_since(told: InCase) -> date | None:
    """The latest day on which somebody said that this case has the person in custody."""
    by_court = told.remand is not None or told.custody is not None or names_a_jail(told)
    if told.held_by_jail is False and not by_court:
        return None
    said = [
        told.remand.ordered_on if told.remand is not None else None,
        told.custody.ordered_on if told.custody is not None else None,
        told.bail.ordered_on if told.bail is not None and names_a_jail(told) else None,
        # Somebody with anticipatory bail who is arrested is let go on it.
        told.arrested_on if told.bail is None or told.bail.kind != "ANTICIPATORY" else None,
        # The jail's word has no day of its own here: it says that there is custody, not that an order came later.
        _NEVER if told.held_by_jail else None,
    ]
    return max((on for on in said if on is not None), default=None)


def names_a_jail(told: InCase) -> bool:
    """Whether a decision on bail names a jail: then it is about somebody who is in it."""
    return told.bail is not None and told.bail.jail is not None


def _convicted_on(told: InCase) -> date | None:
    if told.result is not None and told.result.result in _CONVICTION:
        return told.result.on or _NEVER
    if told.custody is not None and told.custody.type in _CONVICTION:
        return told.custody.ordered_on
    return None


def _bail_on(told: InCase) -> date | None:
    in_force = told.bail is not None and told.bail.decision in _IN_FORCE
    return told.bail.ordered_on if told.bail is not None and in_force else None


def _release_on(told: InCase) -> date | None:
    if told.release is None:
        return None
    # An order without a day is of the day of the bail that it follows.
    return told.release.ordered_on or _bail_on(told) or date.max


def _refused(told: InCase, decided_on: date) -> Reason | None:
    """What the jail said when it could not carry the order out, unless the order is newer."""
    if told.refusal is None or told.refusal.on < decided_on:
        return None
    reason = _REFUSED_FOR.get(told.refusal.reason)
    bond_is_there = told.bail is not None and told.bail.bond_accepted
    return None if reason is Reason.SURETY_PENDING and bond_is_there else reason


def _outstanding(told: InCase, latest: date) -> Reason | None:
    """What is still missing for somebody whom the court has decided to let go."""
    ordered_on, bail_on = _release_on(told), _bail_on(told)
    if ordered_on is not None and ordered_on >= max(latest, bail_on or _NEVER):
        return None
    bail = told.bail
    if bail is not None and bail_on is not None and bail_on >= latest and bail.sureties and not bail.bond_accepted:
        return Reason.SURETY_PENDING
    return Reason.NO_RELEASE_ORDER
