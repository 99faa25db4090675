from __future__ import annotations

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, said
from tests.support.stories import folded, registered

CASE = folded([registered()])
"""Registered on 31 August 2026, 05:40 UTC."""


def arrested(at: str, verb: str = "arrested", case: Case = CASE) -> list[str]:
    return codes(received(said(f"accused.{verb}", arrest={"kind": "ARRESTED", "at": at})), case)


def test_an_arrest_before_the_fir_is_told_and_goes_on() -> None:
    event = said("accused.arrested", arrest={"kind": "ARRESTED", "at": "2026-08-31T05:39:00Z"})
    (finding,) = found(received(event), CASE)
    assert (finding.code, finding.severity) == ("ARREST-BEFORE-FIR", Severity.WARN)
    assert finding.path == "accused.arrest.at"


@pytest.mark.parametrize("at", ["2026-08-31T05:40:00Z", "2026-09-02T05:00:00Z"])
def test_an_arrest_with_the_fir_or_after_is_plausible(at: str) -> None:
    assert arrested(at) == []


def test_a_withdrawal_and_an_unknown_fir_say_nothing() -> None:
    assert arrested("2026-08-30T05:00:00Z", "withdrawn") == []
    assert arrested("2026-08-30T05:00:00Z", case=Case()) == []
