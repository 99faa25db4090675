from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from icjs_gateway.model.case import AHEAD_AT_MOST
from icjs_gateway.model.findings import Severity
from icjs_gateway.routing.border import held_for, judged
from icjs_gateway.routing.messages import Record
from tests.support.judging import received
from tests.support.messages import MORNING, bail_order, record
from tests.support.stories import registered

REPORT = registered(accused=[{"serial": "A1"}]).events


def recorded(message: Record, ahead: timedelta) -> Record:
    at = message.envelope.received_at + ahead
    return replace(message, content=replace(message.content, recorded_at=at))


def severities(message: Record) -> list[Severity]:
    return [each.severity for each in judged(message, None).content.findings if each.code == "TIME-AHEAD"]


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (AHEAD_AT_MOST, []),
        (AHEAD_AT_MOST + timedelta(seconds=1), [Severity.WARN]),
        (timedelta(hours=24), [Severity.WARN]),
        (timedelta(hours=24, seconds=1), [Severity.HOLD]),
    ],
)
def test_a_few_minutes_do_no_harm_more_is_told_and_a_day_is_held(ahead: timedelta, expected: list[Severity]) -> None:
    assert severities(recorded(received(REPORT, at=MORNING), ahead)) == expected


def test_an_order_is_never_held_for_a_clock() -> None:
    order = recorded(record(bail_order()), timedelta(days=36500))
    assert severities(order) == [Severity.WARN]
    assert held_for(judged(order, None)) is None


def test_when_it_happened_counts_as_well() -> None:
    report = replace(REPORT[0], occurred_at=MORNING + timedelta(days=2))
    assert severities(received((report,), at=MORNING)) == [Severity.HOLD]


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(days=20_000)])
def test_nothing_is_held_while_the_gateways_own_clock_stands_behind(ahead: timedelta) -> None:
    message = recorded(received(REPORT, at=MORNING), ahead)
    assert held_for(judged(message, None)) == "TIME-AHEAD"
    warned = judged(message, None, has_clock_jumped=True)
    assert [each.severity for each in warned.content.findings if each.code == "TIME-AHEAD"] == [Severity.WARN]
    assert held_for(warned) is None
