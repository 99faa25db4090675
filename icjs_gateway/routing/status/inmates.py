"""An inmate, as the record has it: where, since when, held by which cases, and why not out. Pure.

What comes of it is a tree of `inmate_status` (model/views), before anybody decided who may see what of it. Custody is
the jail's word where there is one; without it, the court's: somebody who was remanded is inside until anybody says
otherwise, and `custody_by` tells whose word that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from icjs_gateway.model.case import Case, Person, Stay, called, jail_named
from icjs_gateway.model.case.facts import Fact
from icjs_gateway.model.case.standing import StandingCustody, StandingRemand
from icjs_gateway.model.case.stays import last_release_on
from icjs_gateway.model.content import FirReference
from icjs_gateway.model.payloads.custody import CUSTODY_WARRANT
from icjs_gateway.routing.authority.places import NO_PLACES, CourtKind, PlaceKind, Places
from icjs_gateway.routing.border import executive_remand_over_7_days
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.status.custody import in_case
from icjs_gateway.routing.status.holding import Holding, InCase, holding, names_a_jail, why_not
from icjs_gateway.routing.status.persons import Subject
from icjs_gateway.routing.status.sections import sections_of

Tree = dict[str, Any]
_NOT_HELD = frozenset({"ON_BAIL", "NOT_ARRESTED", "DISCHARGED", "ACQUITTED", "RELEASED"})
"""What a jail says of a case that does not hold its inmate."""
_BY_AN_EXECUTIVE = timedelta(days=executive_remand_over_7_days.DAYS_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class InCaseOf:
    """What one case says of the inmate, and whether it keeps them in."""

    file: CaseFile
    persons: tuple[Person, ...]
    told: InCase
    holding: Holding
    serial: str | None
    remand_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inmate:
    """Somebody, by the record."""

    subject: Subject
    stay: Stay | None
    jail: str | None
    """Where they are lodged, by its code."""
    in_custody: bool
    cases: tuple[InCaseOf, ...]
    unknown_holds: tuple[Mapping[str, Any], ...]
    """By the jail's word other cases hold the inmate, of which the gateway knows nothing."""


def inmate_of(subject: Subject, places: Places = NO_PLACES) -> Inmate:
    """Read everything together. The directory of places tells which Magistrate is an executive one."""
    orders, stay = subject.orders(), subject.stay
    released_on = last_release_on(orders)
    cases = [_in_case(file, persons, stay, released_on, places) for file, persons in subject.by_case()]
    known = [hold for hold in (stay.holds if stay is not None else ()) if _holds(hold)]
    in_custody = _is_in_custody(stay, orders, cases)
    return Inmate(
        subject=subject,
        stay=stay,
        jail=jail_named(orders),
        in_custody=in_custody,
        cases=tuple(cases if in_custody else map(_at_large, cases)),
        unknown_holds=tuple(
            hold for hold in known if in_custody and not any(_is_of(hold, each.file.case) for each in cases)
        ),
    )


def _at_large(case: InCaseOf) -> InCaseOf:
    """Nothing holds somebody who is out."""
    free = Holding(holds=False, lets_go=case.holding.lets_go)
    return InCaseOf(
        file=case.file,
        persons=case.persons,
        told=case.told,
        holding=free,
        serial=case.serial,
        remand_until=case.remand_until,
    )


def authorised_until(told: InCase, places: Places = NO_PLACES) -> date | None:
    """The last day of custody by the later of remand and warrant on remand; of a conviction there is none. An executive
    Magistrate authorises custody for seven days at most (BNSS 187(6))."""
    by_remand = _last_day(told.remand, places) if told.remand is not None else None
    by_warrant = (
        _last_day(told.custody, places) if told.custody is not None and told.custody.type == CUSTODY_WARRANT else None
    )
    if told.remand is None or told.custody is None:
        return by_remand or by_warrant
    return by_remand if told.remand.ordered_on > told.custody.ordered_on else by_warrant or by_remand


def _last_day(order: StandingRemand | StandingCustody, places: Places) -> date | None:
    row = places.place(PlaceKind.COURT, order.court, order.ordered_on) if order.court is not None else None
    if order.until is None or row is None or row.court_kind is not CourtKind.EXECUTIVE_MAGISTRATE:
        return order.until
    return min(order.until, order.ordered_on + _BY_AN_EXECUTIVE)


def _written_until(told: InCase) -> frozenset[date]:
    """The days that the orders themselves say."""
    orders = (told.remand, told.custody)
    return frozenset(order.until for order in orders if order is not None and order.until is not None)


def _in_case(
    file: CaseFile, persons: tuple[Person, ...], stay: Stay | None, released_on: date | None, places: Places
) -> InCaseOf:
    orders: dict[str, Fact] = {}
    for person in persons:
        orders |= person.orders
    hold = next((hold for hold in (stay.holds if stay is not None else ()) if _is_of(hold, file.case)), None)
    told = in_case(orders, held_by_jail=_held_by_jail(stay, hold, orders), released_on=released_on)
    serial = next((value for person in persons for scope, value in person.numbers if scope.startswith("fir:")), None)
    serial = serial or next(
        (value for person in persons for scope, value in person.numbers if scope.startswith("cnr:")), None
    )
    until = authorised_until(told, places)
    by_jail = date.fromisoformat(hold["remand_until"]) if hold is not None and "remand_until" in hold else None
    # A jail writes down the day that stands on the warrant: where that is too long it is no later word.
    if by_jail is not None and not (until is not None and by_jail in _written_until(told)):
        until = max(until or date.min, by_jail)
    if until is None and stay is not None and not stay.holds and any(key.startswith("inmate/") for key in orders):
        until = stay.remand_until
    return InCaseOf(
        file=file,
        persons=persons,
        told=told,
        holding=holding(told),
        serial=serial or (hold or {}).get("serial"),
        remand_until=until,
    )


def _held_by_jail(stay: Stay | None, hold: Mapping[str, Any] | None, orders: Mapping[str, Fact]) -> bool | None:
    if stay is None or not stay.in_custody:
        return None
    if hold is not None:
        return _holds(hold)
    if stay.holds:
        return False
    return True if any(key.startswith("inmate/") for key in orders) else None


def _holds(hold: Mapping[str, Any]) -> bool:
    return hold.get("custody_status") not in _NOT_HELD


def _is_of(hold: Mapping[str, Any], case: Case) -> bool:
    return hold.get("cnr") in case.cnrs or any(str(fir.key()) == hold.get("fir") for fir in case.firs)


def _is_in_custody(stay: Stay | None, orders: Mapping[str, Fact], cases: Sequence[InCaseOf]) -> bool:
    """The jail's word, unless a court remanded after the jail let somebody go."""
    by_court = [
        told.ordered_on
        for each in cases
        if each.holding.holds
        for told in (each.told.remand, each.told.custody, each.told.bail if names_a_jail(each.told) else None)
        if told is not None
    ]
    if stay is None:
        return bool(by_court)
    if stay.in_custody:
        return True
    return any(stay.out_on is not None and on > stay.out_on for on in by_court)


def tree_of(
    inmate: Inmate,
    cases: Sequence[InCaseOf],
    *,
    held_elsewhere: bool = False,
    short: Sequence[InCaseOf] = (),
    by: str | None = None,
) -> Tree:
    """The inmate with these of their cases, as `inmate_status`; `held_elsewhere` where another one holds.

    Of the cases in `short` only what was ordered about the inmate is said, and names only by the word of the source
    `by`.
    """
    stay = inmate.stay
    elsewhere = held_elsewhere or bool(inmate.unknown_holds)
    reasons = why_not((each.holding for each in cases), held_elsewhere=elsewhere) if inmate.in_custody else ()
    who = _called(inmate, {each.file.case_id for each in short}, by)
    jail = dict(stay.jail) if stay is not None and stay.jail else ({"code": inmate.jail} if inmate.jail else None)
    by_jail = stay is not None and stay.in_custody
    return present(
        pid=inmate.subject.number("pid"),
        ptn=inmate.subject.number("ptn") if not short else None,
        name=who.name,
        relative=present(relation=who.relation, name=who.relative) or None,
        identified_by=inmate.subject.joined_by.name,
        jail=jail if inmate.in_custody else None,
        category=stay.category if stay is not None else None,
        in_custody=inmate.in_custody,
        custody_by=("JAIL" if by_jail else "COURT") if inmate.in_custody else None,
        away=stay.away if stay is not None and inmate.in_custody else None,
        admitted_on=stay.admitted_on if stay is not None and inmate.in_custody else None,
        released_on=stay.out_on if stay is not None and not inmate.in_custody else None,
        cases=[
            *(_case(each) for each in cases),
            *(_short(each) for each in short),
            *(_unknown(hold) for hold in inmate.unknown_holds),
        ],
        releasable=not reasons,
        why_not=[reason.value for reason in reasons],
    )


def _called(inmate: Inmate, short: Set[str], by: str | None) -> Any:
    names = [
        called(part.case, part.person, by=by if part.file.case_id in short else None) for part in inmate.subject.parts
    ]
    return next((each for each in names if each.name is not None), names[0])


def _case(each: InCaseOf) -> Tree:
    case, result = each.file.case, each.told.result
    fir = fir_of(case, each.persons)
    return present(
        case_id=each.file.case_id,
        fir=fir_tree(fir) if fir is not None else None,
        clubbed_firs=[str(key) for other in case.firs if other is not fir and (key := other.key()) is not None] or None,
        cnrs=list(case.cnrs),
        accused_serial=each.serial,
        sections=list(sections_of(case, fir)),
        next_hearing=next_hearing(case),
        **_ordered(each),
        result=present(result=result.result, on=result.on) if result is not None else None,
        holds_release=each.holding.holds,
        reason=each.holding.reason.value if each.holding.reason is not None else None,
    )


def _short(each: InCaseOf) -> Tree:
    """What was ordered about the inmate, and that the case holds or does not."""
    return present(case_id=each.file.case_id, cnrs=[], sections=[], **_ordered(each), holds_release=each.holding.holds)


def _ordered(each: InCaseOf) -> Tree:
    bail, release = each.told.bail, each.told.release
    return present(
        remand_until=each.remand_until,
        bail=present(
            decision=bail.decision,
            kind=bail.kind,
            ordered_on=bail.ordered_on,
            sureties=bail.sureties,
            bond_accepted=bail.bond_accepted,
        )
        if bail is not None
        else None,
        release_order=present(ordered_on=release.ordered_on, ground=release.ground) if release is not None else None,
    )


def _unknown(hold: Mapping[str, Any]) -> Tree:
    """A case that the gateway knows from the jail alone."""
    fir = hold.get("fir")
    state, station, number, year = fir.split("/") if fir is not None else (None,) * 4
    named = {"state": state, "police_station_code": station, "number": number, "year": int(year)} if year else None
    until = hold.get("remand_until")
    return present(
        fir=named,
        cnrs=[hold["cnr"]] if "cnr" in hold else [],
        accused_serial=hold.get("serial"),
        sections=[],
        remand_until=date.fromisoformat(until) if until is not None else None,
        holds_release=True,
    )


def fir_of(case: Case, persons: Iterable[Person]) -> FirReference | None:
    """The FIR of a case in which somebody is an accused; of a case with several the one whose serial is known."""
    scopes = {scope for person in persons for scope, _ in person.numbers}
    own = next((fir for fir in case.firs if f"fir:{fir.key()}" in scopes), None)
    return own or next(iter(case.own_firs or case.firs), None)


def fir_tree(fir: FirReference) -> Tree:
    return present(
        state=fir.state,
        district=fir.district,
        police_station_code=fir.police_station_code,
        police_station=fir.police_station,
        number=fir.number,
        year=fir.year,
    )


def next_hearing(case: Case) -> Tree | None:
    """When the case comes up next, by the latest hearing that named a day."""
    told = next((each for each in case.current_hearings if each.next_on is not None), None)
    if told is None:
        return None
    purpose = told.next_purpose or {}
    code = purpose.get("code")
    return present(
        on=told.next_on,
        purpose=code,
        purpose_text=purpose.get("text") if code is None else None,
        court=told.cnr[:6] if told.cnr is not None else told.court,
    )


def present(**members: Any) -> Tree:
    """What is known; what is not is no member."""
    return {name: value for name, value in members.items() if value is not None}
