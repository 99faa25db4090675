from __future__ import annotations

from typing import Any

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action
from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, told
from tests.support.messages import LONG_AFTER
from tests.support.stories import bail, folded, hearing, registered

CASE = folded(
    [
        registered(
            accused=[
                {"serial": "A1", "name": "Ramesh Kumar"},
                {"serial": "A2", "name": "Sunil alias Sonu"},
                {"serial": "A3", "status": "UNKNOWN"},
            ]
        )
    ]
)


def named(*accused: dict[str, Any], case: Case = CASE, action: Action = Action.NEW) -> list[str]:
    return codes(received(told(("hearing.recorded", hearing("H-1", accused=list(accused)))), action=action), case)


def test_a_known_number_with_another_name_is_told_without_saying_the_name_that_is_known() -> None:
    accused = [{"serial": "A1", "name": "Ramesh Kumar"}, {"serial": "A2", "name": "Dinesh"}]
    (finding,) = found(received(told(("hearing.recorded", hearing("H-1", accused=accused)))), CASE)
    assert (finding.code, finding.severity) == ("PERSON-NAME-DIFFERS", Severity.WARN)
    assert (finding.path, finding.found) == ("hearing.accused[1].name", "Dinesh")
    assert "sunil" not in str(finding).casefold()


def test_two_accused_taken_for_each_other_are_told_though_they_share_a_surname() -> None:
    assert named({"serial": "A1", "name": "Sunil Kumar"}) == ["PERSON-NAME-DIFFERS"]


@pytest.mark.parametrize(
    "name", ["Ramesh Kumar", "RAMESH KUMAR", "Shri Ramesh Kumar", "Ramesh", "Ramesh Kumar Rana", "रमेश"]
)
def test_the_same_name_may_be_written_otherwise(name: str) -> None:
    assert named({"serial": "A1", "name": name}) == []


@pytest.mark.parametrize("name", ["Sunil", "Sonu", "Sonu @ Sunil"])
def test_an_alias_is_a_name(name: str) -> None:
    assert named({"serial": "A2", "name": name}) == []


@pytest.mark.parametrize(
    "accused",
    [
        pytest.param({"serial": "A1"}, id="no name"),
        pytest.param({"serial": "A1", "name": "Unknown"}, id="nobody's name"),
        pytest.param({"serial": "A3", "name": "Dinesh"}, id="an unknown accused gets a name"),
        pytest.param({"serial": "A9", "name": "Dinesh"}, id="an accused nobody knew"),
        pytest.param({"name": "Dinesh"}, id="no number"),
    ],
)
def test_where_there_is_nothing_to_compare_nothing_is_said(accused: dict[str, Any]) -> None:
    assert named(accused) == []


def test_the_first_message_of_a_case_says_who_they_are() -> None:
    assert named({"serial": "A1", "name": "Dinesh"}, case=Case()) == []


def test_an_order_is_judged_and_a_withdrawal_is_not() -> None:
    order = told(("bail.ordered", bail({"serial": "A1", "name": "Dinesh"}, authority="ORDER")))
    (finding,) = found(received(order, at=LONG_AFTER), CASE)
    assert finding.path == "bail.accused.name"
    assert codes(received(order, action=Action.WITHDRAW, at=LONG_AFTER), CASE) == []


def test_a_fir_corrected_to_another_name_is_told() -> None:
    amended = registered(verb="amended", accused=[{"serial": "A1", "name": "Dinesh"}])
    (finding,) = found(received(amended.events, action=Action.AMEND), CASE)
    assert finding.path == "fir.accused[0].name"


def test_numbers_that_point_to_two_persons_are_not_judged_by_name() -> None:
    case = folded([registered(accused=[{"serial": "A1", "name": "Ramesh"}, {"serial": "A2", "name": "Sunil"}])])
    with_pid = folded([], case).persons[0]
    two = case.model_copy(
        update={"persons": (with_pid.model_copy(update={"numbers": (("pid", "HP1"),)}), *case.persons)}
    )
    assert named({"serial": "A1", "pid": "HP1", "name": "Dinesh"}, case=two) == []
