"""Background loops: whatever a turn meets, the next one is made; a loop that is not well makes the gateway unready."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.loops import LoopLimits, Loops
from icjs_gateway.routing.set_aside import LoopName, RowsAside
from tests.door import Doorstep
from tests.fakes import SetClock
from tests.support.waiting import eventually

FAST = LoopLimits(unready_after=3, first_s=0.001, rest_max_s=0.002)


class Turning:
    """Makes turns, and fails for as long as `fault` is set."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.turns = 0

    async def turn(self) -> float:
        self.turns += 1
        if self.fault is not None:
            raise self.fault
        return 0.001


async def test_a_loop_that_fails_again_and_again_is_unready_until_it_is_well_and_others_go_on() -> None:
    clock = SetClock()
    loops = Loops(clock, FAST)
    bad, good = Turning(KeyError("Ramesh")), Turning()
    loops.add(LoopName.WATCH, Action.WATCH_FAILED, bad.turn)
    loops.add(LoopName.SEQUENCER, Action.NUMBERING_FAILED, good.turn)
    with capture_logs() as logs:
        running = asyncio.create_task(loops.run())
        await eventually(lambda: bad.turns > 3 and good.turns > 3)
        clock.at += timedelta(hours=1)
        [reason] = loops.health().reasons
        assert reason.startswith("the loop watch has failed since 2026-11-20T11:12:11")
        assert reason.endswith("of KeyError")
        assert loops.health().failures["watch"] >= 3
        bad.fault = None
        await eventually(lambda: not loops.health().reasons)
        loops.stop()
        await running
    assert {each["event"] for each in logs} == {"watch.failed", "loop.recovered"}
    assert "Ramesh" not in str(logs)
    assert loops.health().failures["sequencer"] == 0


async def test_one_failed_turn_is_told_and_makes_nothing_unready() -> None:
    loops = Loops(SetClock(), LoopLimits(first_s=0.2))
    turning = Turning(StoreFailed("The store could not commit."))
    loops.add(LoopName.DIRECTORY, Action.DIRECTORY_UNREAD, turning.turn)
    with capture_logs() as logs:
        running = asyncio.create_task(loops.run())
        await eventually(lambda: turning.turns == 1)
        assert loops.health().reasons == []
        turning.fault = None
        await eventually(lambda: turning.turns > 1)
        loops.stop()
        await running
    assert logs[0]["event"] == "directory.unread"
    assert logs[0]["detail"] == "The store could not commit."


async def test_a_turn_that_does_not_end_makes_the_gateway_unready_unless_it_is_to_last() -> None:
    loops = Loops(SetClock(), LoopLimits(turn_max_s=0))
    ending = asyncio.Event()

    async def turn() -> float:
        await ending.wait()
        return 3600

    loop = loops.add(LoopName.DISPATCH, Action.LEASE_FAILED, turn)
    front = loops.add(LoopName.FRONT, Action.FRONT_ENDED, turn, is_lasting=True)
    running = asyncio.gather(loop.run(), front.run())
    await eventually(lambda: bool(loops.health().reasons))
    [reason] = loops.health().reasons
    assert reason.startswith("the loop dispatch has been in one turn for")
    ending.set()
    await eventually(lambda: not loops.health().reasons)
    loops.stop()
    await running


async def test_a_wake_up_does_not_shorten_the_rest_after_a_failure_and_a_stop_does() -> None:
    loops = Loops(SetClock(), LoopLimits(first_s=3600, rest_max_s=3600))
    turning = Turning(KeyError())
    loop = loops.add(LoopName.DISPATCH, Action.LEASE_FAILED, turning.turn)
    running = asyncio.create_task(loops.run())
    await eventually(lambda: turning.turns == 1)
    for _ in range(20):
        loop.wake()
        await asyncio.sleep(0)
    assert turning.turns == 1
    loops.stop()
    async with asyncio.timeout(20):
        await running


@pytest.mark.parametrize(("failed", "rest_s"), [(1, 0.2), (2, 0.4), (5, 3.2), (6, 5.0), (10_000, 5.0)])
def test_rests_grow_and_are_bounded(failed: int, rest_s: float) -> None:
    assert LoopLimits().rest_s(failed) == pytest.approx(rest_s)


def test_a_row_that_fails_is_told_once_left_for_longer_each_time_and_forgotten_when_it_is_well() -> None:
    now = [0.0]
    aside = RowsAside(first_s=2, most_s=8, monotonic=lambda: now[0])
    waits = []
    with capture_logs() as logs:
        for _ in range(5):
            aside.note(LoopName.DISPATCH, "D-1", KeyError("Ramesh"))
            began = now[0]
            while "D-1" in aside.rows(LoopName.DISPATCH):
                now[0] += 1
            waits.append(now[0] - began)
    assert waits == [2, 4, 8, 8, 8]
    assert [(each["loop"], each["row"], each["error"]) for each in logs] == [("dispatch", "D-1", "KeyError")]
    assert "Ramesh" not in str(logs)
    assert aside.rows(LoopName.WATCH) == frozenset()
    assert (aside.standing()[LoopName.DISPATCH], aside.failures[LoopName.DISPATCH]) == (1, 5)
    now[0] += 16
    assert aside.standing() == {}


async def test_metrics_count_the_failures_of_each_loop() -> None:
    doorstep = Doorstep(changes={"metrics_token": "the-operators-token"}, failures={"watch": 7})
    shown = (await doorstep.get("/metrics", authorization="Bearer the-operators-token")).text
    assert 'icjs_loop_failures_total{loop="watch"} 7.0' in shown
    assert 'icjs_loop_failures_total{loop="dispatch-liberty"} 0.0' in shown
    assert 'icjs_rows_set_aside{loop="sequencer"} 0.0' in shown
    partners = (await doorstep.get("/metrics", **doorstep.bearer())).text
    assert "icjs_loop" not in partners


async def test_who_fails_again_and_again_is_told_once_and_once_more_when_it_is_well() -> None:
    loops = Loops(SetClock(), FAST)
    bad = Turning(KeyError("Ramesh"))
    loops.add(LoopName.SEQUENCER, Action.NUMBERING_FAILED, bad.turn)
    told: list[tuple[LoopName, bool]] = []
    loops.tell(lambda name, is_failing: told.append((name, is_failing)))
    running = asyncio.create_task(loops.run())
    await eventually(lambda: bad.turns > 6)
    bad.fault = None
    await eventually(lambda: len(told) == 2)
    loops.stop()
    await running
    assert told == [(LoopName.SEQUENCER, True), (LoopName.SEQUENCER, False)]
