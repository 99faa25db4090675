from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icjs_gateway.model.findings import Severity
from icjs_gateway.routing.border import held_for, judged
from tests.support.judging import codes, found, received, told
from tests.support.stories import hearing

LATE_ON_THE_20TH = datetime(2026, 11, 20, 18, 29, tzinfo=UTC)
"""23:59 in India."""
EARLY_ON_THE_21ST = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


def on_the_21st(at: datetime, verb: str = "recorded", *, held: bool = True) -> list[str]:
    events = told((f"hearing.{verb}", hearing("H-1", listed_on="2026-11-21", held=held)))
    return codes(received(events, at=at))


@pytest.mark.parametrize(
    ("day", "severity"),
    [("2026-11-21", Severity.WARN), ("2027-11-20", Severity.WARN), ("2027-11-21", Severity.HOLD)],
)
def test_a_day_that_has_not_come_is_told_and_a_slip_of_the_year_is_held(day: str, severity: Severity) -> None:
    message = received(told(("hearing.recorded", hearing("H-1", listed_on=day))), at=LATE_ON_THE_20TH)
    (finding,) = found(message)
    assert (finding.code, finding.severity) == ("OUTCOME-OF-A-FUTURE-DAY", severity)
    assert (finding.path, finding.found) == ("hearing.listed_on", day)
    assert held_for(judged(message, None)) == ("OUTCOME-OF-A-FUTURE-DAY" if severity is Severity.HOLD else None)


def test_the_day_is_the_day_in_india() -> None:
    assert on_the_21st(LATE_ON_THE_20TH) == ["OUTCOME-OF-A-FUTURE-DAY"]
    assert on_the_21st(EARLY_ON_THE_21ST) == []


def test_a_court_may_say_beforehand_that_it_will_not_sit() -> None:
    assert on_the_21st(LATE_ON_THE_20TH, held=False) == []


@pytest.mark.parametrize(("verb", "expected"), [("amended", ["OUTCOME-OF-A-FUTURE-DAY"]), ("withdrawn", [])])
def test_a_correction_is_judged_and_a_withdrawal_is_not(verb: str, expected: list[str]) -> None:
    assert on_the_21st(LATE_ON_THE_20TH, verb) == expected
