from __future__ import annotations

from icjs_gateway.model.case import Case, fold, rank_of
from icjs_gateway.model.content import Action
from icjs_gateway.model.findings import Severity
from icjs_gateway.routing.messages import Record
from tests.support.judging import codes, found, received
from tests.support.messages import MORNING
from tests.support.stories import registered


def case_with(*messages: Record) -> Case:
    case = Case()
    for turn, message in enumerate(messages):
        told = [
            (
                event,
                rank_of(
                    event,
                    pillar="police",
                    recorded_at=MORNING.replace(hour=turn),
                    received_at=MORNING.replace(hour=turn),
                    content_hash=message.content_hash,
                ),
            )
            for event in message.content.events
        ]
        case = fold(case, told, source="police:hp-police", default_state="HP")
    return case


FIRST = received(registered(accused=[{"serial": "A1", "name": "Ramesh"}]).events)
OTHER = received(registered(accused=[{"serial": "A1", "name": "Sunil"}]).events)


def test_another_fir_under_a_number_that_is_taken_is_held() -> None:
    (finding, *_) = found(OTHER, case_with(FIRST))
    assert (finding.code, finding.severity) == ("FIR-NUMBER-TAKEN", Severity.HOLD)
    assert (finding.path, finding.found) == ("fir.number", "112")
    assert "Ramesh" not in str(finding)


def test_a_number_nobody_has_is_free() -> None:
    assert codes(FIRST) == []
    assert codes(received(registered(113).events), case_with(FIRST)) == []


def test_a_repeat_is_not_held() -> None:
    assert codes(FIRST, case_with(FIRST)) == []


def test_a_correction_is_not_held() -> None:
    amended = registered(verb="amended", accused=[{"serial": "A2", "name": "Sunil"}])
    assert codes(received(amended.events, action=Action.AMEND), case_with(FIRST)) == []


def test_a_number_that_was_taken_back_is_free_again() -> None:
    withdrawn = received(registered(verb="withdrawn").events, action=Action.WITHDRAW)
    assert "FIR-NUMBER-TAKEN" not in codes(OTHER, case_with(FIRST, withdrawn))


def test_a_case_that_knows_the_fir_by_its_name_only_has_no_registration() -> None:
    case = case_with(FIRST).model_copy(update={"registrations": {}})
    assert "FIR-NUMBER-TAKEN" not in codes(OTHER, case)
