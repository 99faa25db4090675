from __future__ import annotations

import pytest

from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, told
from tests.support.stories import hearing


def next_on(day: int | None, verb: str = "recorded") -> list[str]:
    return codes(received(told((f"hearing.{verb}", hearing("H-1", day=3, next_day=day)))))


def test_a_next_date_that_is_past_already_is_told() -> None:
    (finding,) = found(received(told(("hearing.recorded", hearing("H-1", day=3, next_day=2)))))
    assert (finding.code, finding.severity) == ("NEXT-DATE-NOT-AFTER-HEARING", Severity.WARN)
    assert (finding.path, finding.found) == ("hearing.next.on", "2026-11-04")


@pytest.mark.parametrize(("day", "is_told"), [(2, True), (3, True), (4, False), (None, False)])
def test_the_next_date_lies_after_the_hearing(day: int | None, is_told: bool) -> None:
    assert next_on(day) == (["NEXT-DATE-NOT-AFTER-HEARING"] if is_told else [])


def test_a_correction_is_judged_and_a_withdrawal_is_not() -> None:
    assert next_on(2, "amended") == ["NEXT-DATE-NOT-AFTER-HEARING"]
    assert next_on(2, "withdrawn") == []


def test_a_next_purpose_without_a_date_is_plausible() -> None:
    told_ = told(("hearing.recorded", hearing("H-1", next={"purpose": {"code": "EVIDENCE"}})))
    assert codes(received(told_)) == []
