"""What stands: readings of the facts of a case and of a person, after every correction.

The word of the signed order counts more than the notice of it in a hearing's outcome: where both tell of one decision
(same day, kind and decision) and the order was taken back, the notice of it says nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from icjs_gateway.model.case.facts import WITHDRAWN, Fact, Members, Rank, known, stands, word
from icjs_gateway.model.case.registers import has_two_registers, register
from icjs_gateway.model.case.stays import lodging
from icjs_gateway.model.case.things import NUMBERED, RECALLED
from icjs_gateway.model.payloads.bail import TRANSIT


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingHearing:
    """A hearing, and what it said of the next one. `cnr` is absent while the court named the FIR alone."""

    hearing_id: str
    court: str
    cnr: str | None
    listed_on: date
    held: bool | None
    next_on: date | None
    next_purpose: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBail:
    """A decision on bail. `authority` is ORDER where the signed order itself was seen, NOTICE otherwise."""

    decision: str
    kind: str | None
    ordered_on: date
    authority: str
    sureties: int | None
    bond_accepted: bool | None
    jail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRemand:
    """Custody until a day, in a jail by its code where the court named one; `court` is the establishment."""

    custody: str | None
    until: date | None
    ordered_on: date
    jail: str | None
    court: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRelease:
    """An order to release."""

    ordered_on: date | None
    ground: str | None
    jail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingCustody:
    """An order to hold: what sort of warrant it is, and until when where it says so."""

    type: str | None
    until: date | None
    ordered_on: date
    court: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a jail did not release somebody, by its own word."""

    reason: str
    on: date
    other_firs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an accused before a court."""

    result: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingProcess:
    """A warrant that is out."""

    type: str
    process_id: str | None
    ordered_on: date
    returnable_on: date | None


_WARRANTS = frozenset({"NON_BAILABLE_WARRANT", "BAILABLE_WARRANT"})
_Moment = tuple[str, str, Rank]
"""(day, authority, rank): what of two orders of one day counts is the signed one, then the later word."""


def current_hearings(hearings: Mapping[str, Fact]) -> tuple[StandingHearing, ...]:
    """The latest that stands of each proceeding; the latest of all first."""
    latest: dict[str | None, tuple[tuple[str, Rank], str, Members]] = {}
    for key, fact in hearings.items():
        if not stands(fact):
            continue
        members = known(fact)
        when = (members["listed_on"], fact[0][0])
        held = latest.get(members.get("cnr"))
        if held is None or when > held[0]:
            latest[members.get("cnr")] = (when, key, members)
    ordered = sorted(latest.values(), key=lambda each: each[0], reverse=True)
    return tuple(_hearing(key, members) for _, key, members in ordered)


def _hearing(key: str, members: Members) -> StandingHearing:
    return StandingHearing(
        hearing_id=key.partition("/")[2],
        court=key.partition("/")[0],
        cnr=members.get("cnr"),
        listed_on=date.fromisoformat(members["listed_on"]),
        held=members.get("held"),
        next_on=_day(members, "next_on"),
        next_purpose=members.get("next_purpose"),
    )


def standing_bail(orders: Mapping[str, Fact]) -> StandingBail | None:
    """The latest decision on bail that stands. Transit bail is for one arrest and to its day, and replaces no other."""
    found = max(_bails(orders), key=lambda each: (each[1].get("kind") != TRANSIT, each[0]), default=None)
    if found is None:
        return None
    (day, authority, _), members = found
    return StandingBail(
        decision=members["decision"],
        kind=members.get("kind"),
        ordered_on=date.fromisoformat(day),
        authority=authority,
        sureties=members.get("sureties"),
        bond_accepted=members.get("bond_accepted"),
        jail=_jail(members),
    )


def standing_remand(orders: Mapping[str, Fact]) -> StandingRemand | None:
    """The latest remand that stands."""
    told = ((key, fact, known(fact)) for key, fact in _of("remand", orders) if stands(fact))
    found = max(told, key=lambda each: (each[2]["ordered_on"], each[1][0][0]), default=None)
    if found is None:
        return None
    key, _, members = found
    return StandingRemand(
        custody=members.get("custody"),
        until=_day(members, "until"),
        ordered_on=date.fromisoformat(members["ordered_on"]),
        jail=_jail(members),
        court=key.split("/")[1],
    )


def standing_release(orders: Mapping[str, Fact]) -> StandingRelease | None:
    """The latest order to release that stands and was not recalled."""
    found = max(_issued("release", orders), key=lambda each: each[0], default=None)
    if found is None:
        return None
    members = found[1]
    return StandingRelease(ordered_on=_day(members, "ordered_on"), ground=members.get("ground"), jail=_jail(members))


def standing_custody(orders: Mapping[str, Fact]) -> StandingCustody | None:
    """The latest order to hold that stands and was not recalled."""
    found = max(_issued("custody", orders), key=lambda each: each[0], default=None)
    if found is None:
        return None
    (day, _), members = found
    return StandingCustody(
        type=members.get("type"),
        until=_day(members, "until"),
        ordered_on=date.fromisoformat(day),
        court=members.get("court"),
    )


def latest_refusal(orders: Mapping[str, Fact]) -> Refusal | None:
    """Why a jail did not release somebody, the last time."""
    told = (((known(fact)["on"], fact[0][0]), known(fact)) for _, fact in _of("refusal", orders) if stands(fact))
    found = max(told, key=lambda each: each[0], default=None)
    if found is None:
        return None
    (day, _), members = found
    return Refusal(
        reason=members["reason"], on=date.fromisoformat(day), other_firs=tuple(members.get("other_firs", ()))
    )


def latest_result(orders: Mapping[str, Fact]) -> Result | None:
    """What became of somebody before a court, the last time."""
    told = (((known(fact).get("on", ""), fact[0][0]), known(fact)) for _, fact in _of("result", orders) if stands(fact))
    found = max(told, key=lambda each: each[0], default=None)
    return None if found is None else Result(result=found[1]["result"], on=_day(found[1], "on"))


def _issued(kind: str, orders: Mapping[str, Fact]) -> Iterator[tuple[tuple[str, Rank], Members]]:
    """Orders to a jail that stand and were not recalled."""
    for _, fact in _of(kind, orders):
        members = known(fact)
        if stands(fact) and not members.get(RECALLED):
            yield (members.get("ordered_on", ""), fact[0][0]), members


def jail_named(orders: Mapping[str, Fact]) -> str | None:
    """The jail where somebody is by the latest word on it; None where that is a release, or a jail without a code.

    A decision on bail moves nobody: a person is where the court last said, or the jail, until a jail says otherwise.
    Where no jail has said anything, the jail that a decision on bail names counts as well.
    """
    if not any("jail" in members for fact in orders.values() for _, members in fact):
        return None
    registered = lodging(orders)
    said = (*_remands(orders), *_custodies(orders), *(_bails(orders) if registered is None else ()))
    told = [((day, rank), _jail(members)) for (day, _, rank), members in said if "jail" in members]
    found = max((*told, *((registered,) if registered is not None else ())), key=lambda each: each[0], default=None)
    return None if found is None else found[1]


def jails_claiming(orders: Mapping[str, Fact]) -> tuple[str, ...]:
    """The jails that have somebody in their registers while another one has that person present."""
    return register(orders).claimed_by if has_two_registers(orders) else ()


def open_warrants(orders: Mapping[str, Fact]) -> tuple[StandingProcess, ...]:
    """Warrants of arrest that are out, the oldest first.

    A recall or a withdrawal that names no process reaches every earlier one of the person that it can mean: a recall
    all warrants of that court, a withdrawal those of that hearing, and of that type where it says one.
    """
    facts = [(key, fact, known(fact)) for key, fact in _of("process", orders)]
    sweeping = [(fact, members) for key, fact, members in facts if _is_sweeping(key, members)]
    found = [
        (members["ordered_on"], key, members)
        for key, fact, members in facts
        if members.get("type") in _WARRANTS
        and stands(fact)
        and not members.get(RECALLED)
        and not any(_sweeps(other, said, fact, members) for other, said in sweeping)
    ]
    return tuple(
        StandingProcess(
            type=members["type"],
            process_id=key.removeprefix(NUMBERED) if key.startswith(NUMBERED) else None,
            ordered_on=date.fromisoformat(day),
            returnable_on=_day(members, "returnable_on"),
        )
        for day, key, members in sorted(found, key=lambda each: each[:2])
    )


def _is_sweeping(key: str, members: Members) -> bool:
    if members.get(RECALLED):
        return "type" not in members
    return bool(members.get(WITHDRAWN)) and not key.startswith(NUMBERED)


def _sweeps(sweep: Fact, said: Members, fact: Fact, members: Members) -> bool:
    if said is members:
        return False
    is_recall = bool(said.get(RECALLED))
    issued, swept = word(fact, "type"), word(sweep, RECALLED if is_recall else WITHDRAWN)
    is_later = issued is not None and swept is not None and swept[0] > issued[0]
    if is_recall:
        same_court = said["occasion"].partition("/")[0] == members["occasion"].partition("/")[0]
        days = said["ordered_on"], members["ordered_on"]
        return bool(same_court and (days[0] > days[1] or (days[0] == days[1] and is_later)))
    return bool(is_later and said["occasion"] == members["occasion"] and said.get("type") in (None, members["type"]))


def _bails(orders: Mapping[str, Fact]) -> Iterator[tuple[_Moment, Members]]:
    """Every decision that stands, once or by both authorities."""
    facts = [(key.split("/")[1], fact, known(fact)) for key, fact in _of("bail", orders)]
    gone = [_decision(members) for authority, fact, members in facts if authority == "ORDER" and not stands(fact)]
    for authority, fact, members in facts:
        if stands(fact) and "decision" in members and (authority == "ORDER" or _decision(members) not in gone):
            yield (members["ordered_on"], authority, fact[0][0]), members


def _decision(members: Members) -> tuple[Any, ...]:
    return members["ordered_on"], members.get("kind"), members.get("decision")


def _remands(orders: Mapping[str, Fact]) -> Iterator[tuple[_Moment, Members]]:
    for _, fact in _of("remand", orders):
        if stands(fact):
            members = known(fact)
            yield (members["ordered_on"], "", fact[0][0]), members


def _custodies(orders: Mapping[str, Fact]) -> Iterator[tuple[_Moment, Members]]:
    """Orders to hold that stand and were not recalled."""
    for _, fact in _of("custody", orders):
        members = known(fact)
        if stands(fact) and not members.get(RECALLED):
            yield (members["ordered_on"], "", fact[0][0]), members


def _of(kind: str, orders: Mapping[str, Fact]) -> Iterable[tuple[str, Fact]]:
    return ((key, fact) for key, fact in orders.items() if key.startswith(f"{kind}/"))


def _jail(members: Members) -> str | None:
    code: str | None = members.get("jail", {}).get("code")
    return code


def _day(members: Members, name: str) -> date | None:
    return date.fromisoformat(members[name]) if name in members else None
