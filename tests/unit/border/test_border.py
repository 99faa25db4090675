"""The border as a whole: the table, what holds, and what never does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from icjs_gateway.model.findings import Severity
from icjs_gateway.routing import border
from icjs_gateway.routing.border import RULES, RULES_BY_COURT, held_for, judged
from tests.support.judging import codes, found, received, told
from tests.support.stories import bail, hearing, order

LAST_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def test_every_rule_file_is_in_the_table_under_the_code_that_names_it() -> None:
    files = {file.stem for file in Path(border.__file__).parent.glob("*.py")} - {"__init__"}
    assert {code.lower().replace("-", "_") for code in (*RULES, *RULES_BY_COURT)} == files


def test_a_message_of_which_nothing_is_found_is_the_same_message() -> None:
    message = received(told(("hearing.recorded", hearing("H-1"))))
    assert judged(message, None) is message
    assert held_for(message) is None


def test_findings_of_the_border_stand_behind_those_of_the_translation() -> None:
    outcome = told(
        ("hearing.recorded", hearing("H-1", day=3, next_day=1)),
        ("remand.ordered", order("A1", day=3, hearing_id="H-1", until="2027-01-01")),
    )
    assert codes(received(outcome)) == ["NEXT-DATE-NOT-AFTER-HEARING", "REMAND-OVER-15-DAYS"]
    twice = judged(judged(received(outcome), None), None)
    assert len(twice.content.findings) == 4


def test_a_warning_holds_nothing() -> None:
    message = judged(received(told(("hearing.recorded", hearing("H-1", next_day=-1)))), None)
    assert [finding.severity for finding in message.content.findings] == [Severity.WARN]
    assert held_for(message) is None


def test_liberty_traffic_is_never_held(monkeypatch: pytest.MonkeyPatch) -> None:
    future = told(("hearing.recorded", hearing("H-1")))
    holding = RULES["OUTCOME-OF-A-FUTURE-DAY"](received(future, at=LAST_YEAR), border.Case())
    assert holding is not None
    assert holding.severity is Severity.HOLD
    signed = received(told(("bail.ordered", bail("A1", authority="ORDER"))))
    with_rule = {"PLANTED": lambda message, case: holding}
    monkeypatch.setattr(border, "RULES", with_rule)
    assert [finding.severity for finding in found(signed)] == [Severity.WARN]
    assert held_for(judged(signed, None)) is None
