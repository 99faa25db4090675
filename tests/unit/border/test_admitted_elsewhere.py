from __future__ import annotations

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Event
from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, said
from tests.support.stories import Teller, folded, order, registered

ORDERED = Teller().tell(("remand.ordered", order("A1", jail={"code": "HPDJ04"})))
CASE = folded([registered(accused=({"serial": "A1", "status": "KNOWN"},)), ORDERED])


def admitted(jail: str, verb: str = "admitted", serial: str = "A1") -> tuple[Event, ...]:
    told = {"kind": "ADMISSION", "at": "2026-11-21T05:00:00Z", "prison": {"code": jail}}
    return said(f"inmate.{verb}", about={"serial": serial}, **told)


def test_an_admission_to_another_jail_is_told_and_goes_on() -> None:
    (finding,) = found(received(admitted("HPDJ02")), CASE)
    assert (finding.code, finding.severity) == ("ADMITTED-ELSEWHERE", Severity.WARN)
    assert finding.found == "HPDJ02"
    assert "HPDJ04" not in str(finding), "where the record lodges somebody is not the sender's word"


@pytest.mark.parametrize(("jail", "serial"), [("HPDJ04", "A1"), ("HPDJ02", "A9")])
def test_the_jail_that_was_named_and_an_unknown_person_are_no_finding(jail: str, serial: str) -> None:
    assert codes(received(admitted(jail, serial=serial)), CASE) == []


def test_a_correction_and_an_unknown_case_are_not_judged() -> None:
    assert codes(received(admitted("HPDJ02", "amended")), CASE) == []
    assert codes(received(admitted("HPDJ02")), Case()) == []
