from __future__ import annotations

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, told
from tests.support.stories import folded, hearing, registered

CASE = folded([registered()])
"""Registered on 31 August 2026, 11:10 in India."""


def listed(on: str, verb: str = "recorded", case: Case = CASE) -> list[str]:
    return codes(received(told((f"hearing.{verb}", hearing("H-1", listed_on=on)))), case)


def test_a_hearing_before_the_fir_is_told_and_goes_on() -> None:
    (finding,) = found(received(told(("hearing.recorded", hearing("H-1", listed_on="2026-08-30")))), CASE)
    assert (finding.code, finding.severity) == ("HEARING-BEFORE-FIR", Severity.WARN)
    assert (finding.path, finding.found) == ("hearing.listed_on", "2026-08-30")
    assert "2026-08-31" not in str(finding), "the day of the FIR is not the sender's word"


@pytest.mark.parametrize("on", ["2026-08-31", "2026-09-01"])
def test_a_hearing_on_the_day_or_after_is_plausible(on: str) -> None:
    assert listed(on) == []


def test_a_correction_is_judged_and_a_withdrawal_is_not() -> None:
    assert listed("2026-08-30", "amended") == ["HEARING-BEFORE-FIR"]
    assert listed("2026-08-30", "withdrawn") == []


def test_of_clubbed_firs_the_first_counts() -> None:
    later = registered(113, registered_at="2026-10-01T05:00:00Z")
    case = folded([registered(), later])
    assert listed("2026-09-10", case=case) == []
    assert listed("2026-08-30", case=case) == ["HEARING-BEFORE-FIR"]


def test_a_fir_just_after_midnight_in_india_is_of_that_day() -> None:
    case = folded([registered(registered_at="2026-08-30T19:00:00Z")])
    assert listed("2026-08-31", case=case) == []
    assert listed("2026-08-30", case=case) == ["HEARING-BEFORE-FIR"]


def test_a_fir_that_is_not_known_or_was_taken_back_says_nothing() -> None:
    assert listed("2026-08-30", case=Case()) == []
    assert listed("2026-08-30", case=folded([registered(), registered(verb="withdrawn")])) == []
