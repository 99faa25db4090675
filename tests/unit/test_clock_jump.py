"""When the gateway's own clock went back, and what is no jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from icjs_gateway.routing.clock_jump import JUMPED_FROM, ClockWatch, has_jumped

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DEAD_BATTERY = datetime(1970, 1, 1, tzinfo=UTC)


class Machine:
    """A wall clock and a monotonic clock that tests turn."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.uptime_s = 300.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.uptime_s

    def run(self, passed: timedelta) -> None:
        self.at += passed
        self.uptime_s += passed.total_seconds()


@pytest.mark.parametrize(("behind", "expected"), [(JUMPED_FROM, False), (JUMPED_FROM + timedelta(seconds=1), True)])
def test_what_a_time_server_corrects_is_no_jump(behind: timedelta, expected: bool) -> None:
    assert has_jumped(NOON + timedelta(hours=1) - behind, known_at=NOON, passed_s=3600) is expected


def test_a_clock_that_is_set_back_while_the_gateway_runs_and_right_again() -> None:
    machine = Machine(NOON)
    watch = ClockWatch(machine, machine.monotonic, None)
    machine.run(timedelta(days=3))
    assert not watch.has_jumped()
    machine.at -= timedelta(days=2)
    assert watch.has_jumped(), "it is later than at the start, but three days passed"
    machine.at += timedelta(days=2)
    assert not watch.has_jumped()


def test_a_machine_that_starts_in_1970_stands_behind_its_own_receipts() -> None:
    machine = Machine(DEAD_BATTERY)
    watch = ClockWatch(machine, machine.monotonic, NOON)
    assert watch.has_jumped()
    machine.at = NOON + timedelta(minutes=1)
    assert not watch.has_jumped(), "the time server set it right"


def test_a_clock_that_is_set_forward_is_not_behind() -> None:
    machine = Machine(NOON)
    watch = ClockWatch(machine, machine.monotonic, NOON - timedelta(days=1))
    machine.at += timedelta(days=40)
    assert not watch.has_jumped()
