"""Why a person with bail is still inside: a table of what a case says, and what follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from icjs_gateway.model.case.standing import (
    Refusal,
    Result,
    StandingBail,
    StandingCustody,
    StandingRelease,
    StandingRemand,
)
from icjs_gateway.routing.status.holding import Holding, InCase, Reason, holding, why_not


def on(day: int) -> date:
    return date(2026, 11, day)


def bail(
    day: int, decision: str = "GRANTED", *, sureties: int | None = 2, bond: bool | None = None, **more: Any
) -> Any:
    members = {"kind": "REGULAR", "authority": "ORDER", "jail": None} | more
    return StandingBail(decision=decision, ordered_on=on(day), sureties=sureties, bond_accepted=bond, **members)


def remand(day: int) -> StandingRemand:
    return StandingRemand(custody="JUDICIAL", until=on(day + 14), ordered_on=on(day), jail="HPDJ04")


def release(day: int | None) -> StandingRelease:
    return StandingRelease(ordered_on=on(day) if day is not None else None, ground="BAIL", jail="HPDJ04")


def custody(day: int, kind: str) -> StandingCustody:
    return StandingCustody(type=kind, until=None, ordered_on=on(day))


def refused(day: int, reason: str) -> Refusal:
    return Refusal(reason=reason, on=on(day), other_firs=())


TABLE: list[tuple[str, InCase, Reason | None]] = [
    ("nobody said that the case has the person", InCase(), None),
    ("remanded", InCase(remand=remand(2)), Reason.REMAND),
    ("arrested, not yet remanded", InCase(arrested_on=on(2)), Reason.REMAND),
    ("the jail says that this case holds", InCase(held_by_jail=True), Reason.REMAND),
    ("bail refused", InCase(remand=remand(2), bail=bail(5, "REFUSED")), Reason.REMAND),
    ("bail granted, sureties awaited", InCase(remand=remand(2), bail=bail(5)), Reason.SURETY_PENDING),
    ("bail and remand of one day", InCase(remand=remand(5), bail=bail(5)), Reason.SURETY_PENDING),
    ("bail whose bond the court refused", InCase(remand=remand(2), bail=bail(5, bond=False)), Reason.SURETY_PENDING),
    ("the bond is accepted", InCase(remand=remand(2), bail=bail(5, bond=True)), Reason.NO_RELEASE_ORDER),
    ("no surety is asked for", InCase(remand=remand(2), bail=bail(5, sureties=0)), Reason.NO_RELEASE_ORDER),
    ("nothing is said of sureties", InCase(remand=remand(2), bail=bail(5, sureties=None)), Reason.NO_RELEASE_ORDER),
    ("bail alone, of somebody in a jail", InCase(bail=bail(5, jail="HPDJ04")), Reason.SURETY_PENDING),
    ("bail refused to somebody in a jail", InCase(bail=bail(5, "REFUSED", jail="HPDJ04")), Reason.REMAND),
    ("bail alone, of somebody at large", InCase(bail=bail(5)), None),
    ("the terms were modified", InCase(remand=remand(2), bail=bail(6, "MODIFIED")), Reason.SURETY_PENDING),
    ("released by the court", InCase(remand=remand(2), bail=bail(5, bond=True), release=release(6)), None),
    ("released without bail", InCase(remand=remand(2), release=release(6)), None),
    ("an order to release without a day", InCase(remand=remand(2), bail=bail(5), release=release(None)), None),
    ("an order to release that is older", InCase(remand=remand(7), release=release(6)), Reason.REMAND),
    (
        "an old release, and bail anew",
        InCase(remand=remand(7), bail=bail(9), release=release(3)),
        Reason.SURETY_PENDING,
    ),
    ("bail cancelled", InCase(remand=remand(2), bail=bail(8, "CANCELLED")), Reason.REMAND),
    ("remanded again after bail", InCase(remand=remand(9), bail=bail(5, bond=True)), Reason.REMAND),
    ("convicted", InCase(remand=remand(2), result=Result(result="CONVICTED", on=on(9))), Reason.CONVICTED),
    ("a conviction warrant", InCase(custody=custody(9, "CONVICTION_WARRANT")), Reason.CONVICTED),
    (
        "bail before the conviction",
        InCase(remand=remand(2), bail=bail(5, bond=True), result=Result(result="CONVICTED", on=on(9))),
        Reason.CONVICTED,
    ),
    (
        "sentence suspended",
        InCase(
            remand=remand(2),
            bail=bail(12, bond=True, kind="SUSPENSION_OF_SENTENCE"),
            result=Result(result="CONVICTED", on=on(9)),
            release=release(13),
        ),
        None,
    ),
    ("acquitted", InCase(remand=remand(2), result=Result(result="ACQUITTED", on=on(9))), Reason.NO_RELEASE_ORDER),
    (
        "acquitted and released",
        InCase(remand=remand(2), result=Result(result="ACQUITTED", on=on(9)), release=release(9)),
        None,
    ),
    (
        "the jail doubts who is meant",
        InCase(remand=remand(2), bail=bail(5, bond=True), release=release(6), refusal=refused(6, "IDENTITY")),
        Reason.IDENTITY,
    ),
    (
        "the order is not clear to the jail",
        InCase(remand=remand(2), bail=bail(5), release=release(6), refusal=refused(6, "ORDER_UNCLEAR")),
        Reason.NO_RELEASE_ORDER,
    ),
    (
        "the jail was refused before a clearer order",
        InCase(remand=remand(2), bail=bail(5), release=release(8), refusal=refused(6, "ORDER_UNCLEAR")),
        None,
    ),
    (
        "the jail names another case",
        InCase(remand=remand(2), bail=bail(5), release=release(6), refusal=refused(6, "OTHER_CASE")),
        None,
    ),
    (
        "let go by the jail, and in again for another case",
        InCase(remand=remand(2), bail=bail(5), released_on=on(6)),
        None,
    ),
    ("anticipatory bail, then arrested", InCase(bail=bail(1, kind="ANTICIPATORY"), arrested_on=on(3)), None),
    ("the jail says that this case does not hold", InCase(arrested_on=on(3), held_by_jail=False), None),
]


@pytest.mark.parametrize(("told", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_keeps_somebody_in(told: InCase, reason: Reason | None) -> None:
    assert holding(told).reason is reason
    assert holding(told).holds is (reason is not None)


def by(*told: InCase, elsewhere: bool = False) -> list[str]:
    return [reason.value for reason in why_not(map(holding, told), held_elsewhere=elsewhere)]


def test_bail_in_one_case_and_remand_in_another_is_another_case() -> None:
    free = InCase(remand=remand(2), bail=bail(5, bond=True), release=release(6))
    assert by(free, InCase(remand=remand(3))) == ["OTHER_CASE", "REMAND"]
    assert by(InCase(remand=remand(2), bail=bail(5)), InCase(remand=remand(3))) == [
        "SURETY_PENDING",
        "OTHER_CASE",
        "REMAND",
    ]


def test_two_remands_are_no_other_case_for_nobody_let_the_person_go() -> None:
    assert by(InCase(remand=remand(2)), InCase(remand=remand(3))) == ["REMAND"]


def test_a_case_that_is_not_shown_is_told_as_another_case_and_no_more() -> None:
    free = InCase(remand=remand(2), bail=bail(5, bond=True), release=release(6))
    assert by(free, elsewhere=True) == ["OTHER_CASE"]
    assert by(free) == []


def test_nobody_is_kept_by_nothing() -> None:
    assert why_not([Holding(holds=False)]) == ()
