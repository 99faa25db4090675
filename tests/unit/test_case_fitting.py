"""Whom a document may mean: by number where one fits, by name otherwise, and an unknown accused is nobody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.case import (
    Case,
    fitting,
    fold,
    holder,
    jail_of,
    jails_of,
    names_of,
    numbers_of,
    with_children,
    with_lane,
)
from icjs_gateway.model.case.names import plain, spellings
from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.payloads.party import Party
from tests.support.messages import cnr, fir_reference
from tests.support.stories import Message, Teller, bail, folded, hearing, order, registered

BY_CNR = CaseReference(cnr=cnr())
BY_FIR = CaseReference(firs=(fir_reference(112),))


def serials(case: Case, party: dict[str, Any], told: CaseReference = BY_CNR) -> list[str]:
    """The serials of whoever fits."""
    found = fitting(case, Party.model_validate(party), told, "HP")
    return sorted({value for person in found for scope, value in person.numbers if value.startswith("A")})


def named(serial: str, name: str, relative: str | None = None, **more: Any) -> dict[str, Any]:
    return {"serial": serial, "name": name} | ({"relative": {"name": relative}} if relative else {}) | more


def case_of(*accused: dict[str, Any]) -> Case:
    return folded([Teller().tell(("hearing.recorded", hearing("H-1", accused=list(accused))))])


def test_a_serial_counts_in_the_proceeding_or_the_fir_that_is_named() -> None:
    case = case_of(named("A1", "Ramesh"), named("A2", "Sunil"))
    assert serials(case, {"serial": "A2"}) == serials(case, {"serial": "A2"}, BY_FIR) == ["A2"]
    assert serials(case, {"serial": "A2"}, CaseReference(cnr=cnr(777))) == []


def test_numbers_that_disagree_give_everybody_they_point_to() -> None:
    case = case_of(named("A1", "Ramesh", pid="HP1"), named("A2", "Sunil", court_party="R2"))
    assert serials(case, {"serial": "A2", "pid": "HP1"}) == ["A1", "A2"]
    assert serials(case, {"court_party": "R2"}) == ["A2"]


def test_a_number_that_fits_is_believed_before_a_name() -> None:
    case = case_of(named("A1", "Ramesh"), named("A2", "Sunil"))
    assert serials(case, {"serial": "A1", "name": "Sunil"}) == ["A1"]
    assert serials(case, {"pid": "HP9", "name": "Sunil"}) == ["A2"], "a number nobody has says nothing of the name"


def test_a_serial_of_several_clubbed_firs_is_looked_for_in_each() -> None:
    case = folded([registered(112, accused=[{"serial": "A1", "name": "Ramesh"}])])
    both = CaseReference(firs=(fir_reference(112), fir_reference(113)))
    assert serials(case, {"serial": "A1"}, both) == ["A1"]


def test_who_turns_out_to_be_a_known_child_is_one() -> None:
    case = with_children(case_of(named("A1", "Ramesh", pid="HP1"), named("A2", "Sunil")), [("pid", "HP1")])
    assert [person.is_child for person in case.persons] == [True, None]
    again = Teller().tell(("hearing.recorded", hearing("H-2", accused=[named("A2", "Sunil", pid="HP1")])))
    joined = fold(case, again.ranked, source="courts:hp-courts", default_state="HP")
    assert [person.is_child for person in joined.persons] == [True]


def test_whoever_is_no_child_is_written_as_before() -> None:
    case = case_of(named("A1", "Ramesh"))
    assert with_children(case, [("pid", "HP9")]) is case
    assert "is_child" not in case.model_dump_json(exclude_none=True)


@pytest.mark.parametrize("written", ["Sunil", "SUNIL", "Shri  Sunil.", "Sonu", "sunil @ sonu", "Sunil alias Chhotu"])
def test_a_name_fits_however_it_is_written(written: str) -> None:
    assert serials(case_of(named("A1", "Ramesh"), named("A2", "Sunil alias Sonu")), {"name": written}) == ["A2"]


def test_part_of_a_name_is_another_name() -> None:
    assert serials(case_of(named("A1", "Ramesh Kumar")), {"name": "Ramesh"}) == []


def test_a_relatives_name_tells_two_of_one_name_apart_where_both_are_known() -> None:
    case = case_of(named("A1", "Sunil", "Hari Ram"), named("A2", "Sunil", "Gopal"), named("A3", "Sunil"))
    assert serials(case, {"name": "Sunil", "relative": {"name": "HARI RAM"}}) == ["A1", "A3"]
    assert serials(case, {"name": "Sunil"}) == ["A1", "A2", "A3"]


def test_an_alias_that_only_the_police_know_fits() -> None:
    case = folded([registered(accused=[{"serial": "A1", "name": "Sunil", "aliases": ["Pahalwan"]}])])
    assert serials(case, {"name": "Pahalwan"}) == ["A1"]


@pytest.mark.parametrize("unknown", ["Unknown", "UNKNOWN.", "अज्ञात", "Not known"])
def test_the_unknown_fit_nobody_and_nobody_fits_them(unknown: str) -> None:
    case = case_of(named("A1", unknown), named("A2", unknown))
    assert serials(case, {"name": unknown}) == []
    assert serials(case, {"serial": "A1", "name": unknown}) == ["A1"], "a number is a number"


def test_an_accused_of_unknown_status_has_no_name() -> None:
    case = folded([registered(accused=[{"serial": "A1", "name": "A tall man", "status": "UNKNOWN"}])])
    assert serials(case, {"name": "A tall man"}, BY_FIR) == []


def test_a_corrected_name_is_the_name_and_each_source_keeps_its_own() -> None:
    court = Teller()
    told = [
        registered(accused=[{"serial": "A1", "name": "Ramesh"}]),
        court.tell(("hearing.recorded", hearing("H-1", accused=[named("A1", "Sunil")]))),
        court.tell(("hearing.amended", hearing("H-1", accused=[named("A1", "Suresh")])), firs=()),
    ]
    case = folded(told)
    assert names_of(case, case.persons[0]) == {"ramesh", "suresh"}


def test_what_is_taken_back_calls_nobody_anything() -> None:
    court = Teller()
    told = [
        court.tell(("hearing.recorded", hearing("H-1", accused=[named("A2", "Sunil")]))),
        court.tell(("bail.withdrawn", bail(named("A2", "Ramesh"), authority="ORDER"))),
    ]
    assert serials(folded(told), {"name": "Ramesh"}) == []


_COURT = Teller()
NAMING = [
    registered(accused=[{"serial": "A1", "name": "Ramesh"}, {"serial": "A2", "status": "UNKNOWN"}]),
    _COURT.tell(("hearing.recorded", hearing("H-1", accused=[named("A1", "Ramesh"), named("A2", "Sunil")]))),
    _COURT.tell(("hearing.recorded", hearing("H-2", accused=[named("A1", "Rames")])), firs=()),
    _COURT.tell(("hearing.amended", hearing("H-2", accused=[named("A1", "Ramesh", "Hari")])), serial=None),
    _COURT.tell(("remand.ordered", order({"court_party": "R2", "name": "Sonu", "pid": "HP1"}, hearing_id="H-2"))),
    _COURT.tell(("remand.ordered", order({"serial": "A2", "pid": "HP1"}, hearing_id="H-3"))),
]


@given(st.permutations(NAMING))
def test_names_and_numbers_in_any_order_make_the_same_persons(messages: list[Message]) -> None:
    case = folded(messages)
    assert case == folded(NAMING)
    assert [names_of(case, person) for person in case.persons] == [{"ramesh"}, {"sonu"}]


def test_lanes_that_were_given_stay_when_persons_turn_out_to_be_one() -> None:
    court = Teller()
    case = folded([court.tell(("hearing.recorded", hearing("H-1", accused=[{"serial": "A1"}, {"court_party": "R1"}])))])
    laned = case
    for lane, person in zip(("lane-b", "lane-a"), case.persons, strict=True):
        laned = with_lane(laned, person, lane)
    joined = folded(
        [court.tell(("hearing.recorded", hearing("H-2", accused=[{"serial": "A1", "court_party": "R1"}])))], laned
    )
    assert [one.lanes for one in joined.persons] == [("lane-a", "lane-b")]


def jail(case: Case, party: dict[str, Any]) -> str | None:
    return jail_of(case, Party.model_validate(party), BY_CNR, "HP")


def test_a_person_is_in_the_jail_of_the_latest_standing_order_and_bail_moves_nobody() -> None:
    court = Teller()
    told = [
        court.tell(("remand.ordered", order("A1", hearing_id="H-1", jail={"code": "HPDJ01"}))),
        court.tell(("remand.ordered", order("A1", day=14, hearing_id="H-2", jail={"code": "HPDJ04"}))),
        court.tell(("bail.ordered", bail("A1", day=20, hearing_id="H-3"))),
        court.tell(("remand.withdrawn", order("A1", day=14, hearing_id="H-2"))),
    ]
    assert [jail(folded(told[:turn]), {"serial": "A1"}) for turn in (1, 2, 3, 4)] == [
        "HPDJ01",
        "HPDJ04",
        "HPDJ04",
        "HPDJ01",
    ]


def test_a_jail_without_a_code_is_not_the_jail_before() -> None:
    court = Teller()
    told = [
        court.tell(("remand.ordered", order("A1", hearing_id="H-1", jail={"code": "HPDJ01"}))),
        court.tell(("remand.ordered", order("A1", day=14, hearing_id="H-2", jail={"name": "Sub Jail"}))),
    ]
    assert jail(folded(told), {"serial": "A1"}) is None


def test_of_several_who_fit_nobody_is_lodged_anywhere() -> None:
    court = Teller()
    both = [named("A1", "Sunil"), named("A2", "Sunil")]
    case = folded(
        [
            court.tell(("hearing.recorded", hearing("H-1", accused=both))),
            court.tell(("remand.ordered", order(both[0], hearing_id="H-1", jail={"code": "HPDJ01"}))),
        ]
    )
    assert jail(case, {"name": "Sunil"}) is None
    assert jail(case, {"name": "Sunil", "serial": "A1"}) == "HPDJ01"
    assert jails_of(case) == ("HPDJ01",)


def test_the_holder_of_a_number_is_one_person_or_nobody() -> None:
    case = case_of(named("A1", "Ramesh", pid="HP1"))
    assert holder(case, numbers_of(Party(serial="A9", pid="HP1"), BY_CNR, "HP")) is case.persons[0]
    assert holder(case, numbers_of(Party(serial="A9"), BY_CNR, "HP")) is None


def test_spellings() -> None:
    assert plain("  SHRI Sunil   Kumar. ") == "sunil kumar"
    assert spellings("Sunil URF Sonu", None, "Unknown") == {"sunil", "sonu"}
