from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, Event
from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, said
from tests.support.stories import folded, registered

CASE = folded([registered(accused=({"serial": "A1", "status": "KNOWN"}, {"serial": "A2", "status": "KNOWN"}))])


def filed(*serials: str) -> tuple[Event, ...]:
    accused = [{"serial": serial} for serial in serials]
    told = {"number": "CS-1", "kind": "CHARGE_SHEET", "filed_at": "2026-10-20T05:00:00Z", "accused": accused}
    return said("final-report.filed", about=None, **told)


def test_an_accused_whom_nobody_knows_is_told_and_the_report_goes_on() -> None:
    (finding,) = found(received(filed("A1", "A3")), CASE)
    assert (finding.code, finding.severity) == ("CHARGE-SHEET-ACCUSED-UNKNOWN", Severity.WARN)
    assert (finding.path, finding.found) == ("final_report.accused[1].serial", "A3")


def test_those_of_the_case_are_no_finding() -> None:
    assert codes(received(filed("A1", "A2")), CASE) == []


def test_where_nobody_is_known_or_the_report_is_taken_back_there_is_nothing_to_compare() -> None:
    assert codes(received(filed("A3")), Case()) == []
    assert codes(received(filed("A3"), action=Action.WITHDRAW), CASE) == []
