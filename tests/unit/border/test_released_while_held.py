from __future__ import annotations

from icjs_gateway.model.content import Event
from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, said

HELD = {"number": "9", "year": 2026, "police_station_code": "2011003", "custody_status": "IN_CUSTODY"}


def released(*holds: dict[str, object], verb: str = "released") -> tuple[Event, ...]:
    told = {"kind": "RELEASE", "at": "2026-11-21T05:00:00Z", "prison": {"code": "HPDJ04"}, "holds": list(holds)}
    return said(f"inmate.{verb}", about={"serial": "A1"}, **told)


def test_a_release_beside_a_case_that_holds_is_told_and_goes_on() -> None:
    (finding,) = found(received(released(HELD | {"custody_status": "ON_BAIL"}, HELD)))
    assert (finding.code, finding.severity) == ("RELEASED-WHILE-HELD", Severity.WARN)
    assert finding.path == "inmate.holds[1].custody_status"


def test_cases_that_do_not_hold_and_a_word_taken_back_are_no_finding() -> None:
    assert codes(received(released(HELD | {"custody_status": "ON_BAIL"}))) == []
    assert codes(received(released())) == []
    assert codes(received(released(HELD, verb="withdrawn"))) == []
