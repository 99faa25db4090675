from __future__ import annotations

from typing import Any

import pytest

from icjs_gateway.model.findings import Severity
from tests.support.doors import ordered
from tests.support.judging import codes, found, received, told
from tests.support.stories import hearing, order


def remanded(*remands: tuple[str, dict[str, Any]]) -> list[str]:
    return codes(received(told(("hearing.recorded", hearing("H-1")), *remands)))


def remand(until: str | None, verb: str = "ordered") -> tuple[str, dict[str, Any]]:
    return f"remand.{verb}", order("A1", hearing_id="H-1", **({"until": until} if until else {}))


def test_a_remand_for_longer_than_the_law_allows_is_told_and_goes_on() -> None:
    (finding,) = found(received(told(("hearing.recorded", hearing("H-1")), remand("2026-11-18"))))
    assert (finding.code, finding.severity) == ("REMAND-OVER-15-DAYS", Severity.WARN)
    assert (finding.path, finding.found) == ("remand.until", "2026-11-18")


@pytest.mark.parametrize(("until", "is_told"), [("2026-11-17", False), ("2026-11-18", True), (None, False)])
def test_fifteen_days_are_counted_from_the_order(until: str | None, is_told: bool) -> None:
    assert remanded(remand(until)) == (["REMAND-OVER-15-DAYS"] if is_told else [])


def test_any_remand_of_a_message_counts_and_one_taken_back_does_not() -> None:
    assert remanded(remand("2026-11-10"), remand("2027-11-10", "amended")) == ["REMAND-OVER-15-DAYS"]
    assert remanded(remand("2027-11-10", "withdrawn")) == []


@pytest.mark.parametrize(("kind", "is_told"), [("CUSTODY_WARRANT", True), ("CONVICTION_WARRANT", False)])
def test_a_warrant_on_remand_counts_like_a_remand_and_one_on_conviction_does_not(kind: str, is_told: bool) -> None:
    warrant = ordered("custody", "HPKN02", ordered_on="2026-11-02", type=kind, until="2026-11-18")
    assert codes(received(warrant.events)) == (["REMAND-OVER-15-DAYS"] if is_told else [])
