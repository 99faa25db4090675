"""An order corrected to name another person is taken back from the first one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.case import Case, fitting, fold, rank_of
from icjs_gateway.model.content import CaseReference, Event
from icjs_gateway.model.payloads.bail import BailData
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.corrections import corrections, is_same_person
from tests.support.messages import LONG_AFTER, cnr
from tests.support.stories import Message, Teller, bail, folded, hearing, registered

A1: dict[str, Any] = {"serial": "A1", "name": "Ramesh Kumar"}
A2: dict[str, Any] = {"serial": "A2", "name": "Sunil", "pid": "HP0044501"}
JAIL = {"code": "HPDJ04", "name": "District Jail Dharamshala"}


def signed(who: dict[str, Any], decision: str = "GRANTED", **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = bail(who, decision, authority="ORDER", **more)
    return told


def derived(before: list[Message], after: Message) -> list[Event]:
    told = [event for message in before for event in message.events]
    return list(corrections(told, after.events, replaced_by="EV-2"))


def data(event: Event) -> BailData:
    assert isinstance(event.data, BailData)
    return event.data


def test_the_first_person_is_told_that_the_order_is_taken_back_and_what_replaces_it() -> None:
    court = Teller()
    first = court.tell(("bail.ordered", signed(A2, kind="REGULAR", jail=JAIL, sureties=2)))
    amended = court.tell(("bail.amended", signed(A1, jail={"code": "HPDJ01"})), firs=())
    (event,) = derived([first], amended)
    assert event.type == "icjs.bail.withdrawn.v1"
    assert event.occurred_at == amended.events[0].occurred_at
    assert data(event).case == first.events[0].data.case
    assert data(event).bail.model_dump(exclude_none=True, mode="json") == {
        "authority": "ORDER",
        "accused": A2,
        "jail": JAIL,
        "ordered_on": "2026-11-02",
        "kind": "REGULAR",
        "replaced_by": "EV-2",
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(A2, A2, id="nothing but the terms"),
        pytest.param(A2, {"serial": "A2", "name": "Sunil Kumar"}, id="the name of the same number"),
        pytest.param({"name": "Sunil"}, {"pid": "HP0044501"}, id="a number that was not known before"),
        pytest.param({"name": "Sunil"}, {"name": "SUNIL alias Sonu"}, id="the same name in another spelling"),
        pytest.param(
            {"serial": "A2", "pid": "HP1"}, {"serial": "A1", "pid": "HP1"}, id="the serial of the same prisoner"
        ),
    ],
)
def test_a_correction_about_the_same_person_derives_nothing(before: dict[str, Any], after: dict[str, Any]) -> None:
    court = Teller()
    assert derived([court.tell(("bail.ordered", signed(before)))], court.tell(("bail.amended", signed(after)))) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"name": "Sunil"}, {"name": "Ramesh"}, id="another name where no number is given"),
        pytest.param(
            {"serial": "A2", "pid": "HP1"}, {"serial": "A2", "pid": "HP2"}, id="another prisoner of one serial"
        ),
        pytest.param({"name": "Sunil", "court_party": "R2"}, {"name": "Sunil", "court_party": "R1"}, id="a namesake"),
    ],
)
def test_another_person_is_who_differs_by_the_strongest_number_or_the_name(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    court = Teller()
    (event,) = derived([court.tell(("bail.ordered", signed(before)))], court.tell(("bail.amended", signed(after))))
    assert data(event).bail.accused == Party.model_validate(before)


def test_an_outcome_takes_back_what_it_says_and_nothing_more() -> None:
    court = Teller()
    first = court.tell(("hearing.recorded", hearing("H-1")), ("bail.ordered", bail(A2, hearing_id="H-1")))
    amended = court.tell(("hearing.amended", hearing("H-1")), ("bail.amended", bail(A1, hearing_id="H-1")))
    assert derived([first], amended) == []
    assert derived([first], court.tell(("bail.amended", bail(A1, hearing_id="H-1")))) == []


def test_a_withdrawal_is_the_courts_own_word_and_a_new_order_corrects_nothing() -> None:
    court = Teller()
    first = court.tell(("bail.ordered", signed(A2)))
    assert derived([first], court.tell(("bail.withdrawn", signed(A1)))) == []
    assert derived([first], court.tell(("bail.ordered", signed(A1)))) == []
    assert derived([], court.tell(("bail.amended", signed(A1)))) == []


def test_what_was_taken_back_already_is_not_taken_back_again() -> None:
    court = Teller()
    first = court.tell(("bail.ordered", signed(A2)))
    gone = court.tell(("bail.withdrawn", signed(A2)))
    assert derived([first, gone], court.tell(("bail.amended", signed(A1)))) == []


def with_derived(before: list[Message], after: Message) -> Message:
    return Message(
        events=(*after.events, *derived(before, after)),
        source=after.source,
        recorded_at=after.recorded_at,
        content_hash=after.content_hash,
    )


def chain() -> list[Message]:
    """Granted to A2, corrected to A1, corrected back to A2."""
    court = Teller()
    told = [court.tell(("bail.ordered", signed(A2, jail=JAIL)))]
    for who in (A1, A2):
        told.append(with_derived(told, court.tell(("bail.amended", signed(who)), firs=())))
    return told


def test_in_a_chain_the_order_is_taken_back_from_whoever_had_it_last() -> None:
    assert [[data(event).bail.accused.serial for event in message.events] for message in chain()] == [
        ["A2"],
        ["A1", "A2"],
        ["A2", "A1"],
    ]


def test_what_a_correction_left_out_is_taken_back_as_it_was_told_first() -> None:
    court = Teller()
    told = [
        court.tell(("bail.ordered", signed(A2, jail=JAIL, kind="INTERIM"))),
        court.tell(("bail.amended", signed({"serial": "A2", "name": "Sunil Kumar"}))),
    ]
    (event,) = derived(told, court.tell(("bail.amended", signed(A1))))
    assert data(event).bail.accused.model_dump(exclude_none=True) == A2 | {"name": "Sunil Kumar"}
    assert (data(event).bail.kind, data(event).bail.jail) == ("INTERIM", data(told[0].events[0]).bail.jail)


def decisions(case: Case) -> dict[str, str | None]:
    told = CaseReference(cnr=cnr())
    persons = {who["serial"]: fitting(case, Party(serial=who["serial"]), told, "HP") for who in (A1, A2)}
    return {serial: (one.bail.decision if one.bail else None) for serial, (one,) in persons.items()}


def test_the_case_shows_bail_of_whoever_the_order_is_about() -> None:
    known = registered(accused=[A1, {"serial": "A2", "name": "Sunil"}])
    assert decisions(folded([known, *chain()[:2]])) == {"A1": "GRANTED", "A2": None}
    assert decisions(folded([known, *chain()])) == {"A1": None, "A2": "GRANTED"}


@given(st.permutations([registered(accused=[A1, {"serial": "A2"}]), *chain()]))
def test_in_any_order_of_arrival(messages: list[Message]) -> None:
    assert decisions(folded(messages)) == {"A1": None, "A2": "GRANTED"}


def test_an_order_told_by_the_fir_is_taken_back_though_the_correction_names_the_cnr_alone() -> None:
    court = Teller()
    first = court.tell(("bail.ordered", signed({"serial": "A2", "name": "Sunil"})), serial=None)
    amended = with_derived([first], court.tell(("bail.amended", signed(A1)), firs=()))
    case = folded([first, amended])
    told = CaseReference(firs=first.events[0].data.case.firs)
    (one,) = fitting(case, Party(serial="A2"), told, "HP")
    assert one.bail is None


def test_the_strongest_number_decides() -> None:
    assert is_same_person(Party(pid="HP1", serial="A1"), Party(pid="HP1", serial="A2"))
    assert not is_same_person(Party(ptn="T1", serial="A1"), Party(ptn="T2", serial="A1"))


def test_a_derived_event_ranks_with_the_correction_it_came_with() -> None:
    court = Teller()
    first = court.tell(("bail.ordered", signed(A2)))
    amended = with_derived([first], court.tell(("bail.amended", signed(A1))))
    ranks = {
        rank_of(event, pillar="courts", recorded_at=amended.recorded_at, received_at=LONG_AFTER, content_hash="h")
        for event in amended.events
    }
    assert len(ranks) == 1
    once = fold(Case(), amended.ranked, source="courts:x", default_state="HP")
    assert fold(once, amended.ranked, source="courts:x", default_state="HP") == once
