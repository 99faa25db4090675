"""Following up: everything that is left to do is done, liberty first, whatever one message does to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from icjs_gateway.routing.following_up import FollowingUp, FollowingUpLimits, FollowUp
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.ports import Decider
from icjs_gateway.routing.set_aside import RowsAside
from tests.fakes import SetClock
from tests.support.messages import bench


class Left:
    """What is left to do, in order; what is broken cannot be done."""

    def __init__(self, *left: tuple[FollowUp, str], broken: str = "") -> None:
        self.left = list(left)
        self.broken = broken
        self.done: list[tuple[FollowUp, str]] = []
        self.tried = 0

    async def pending(self, what: FollowUp, most: int, leaving_out: Sequence[str]) -> Sequence[str]:
        return [identity for step, identity in self.left if step is what and identity not in leaving_out][:most]

    async def do(self, what: FollowUp, identity: str, decider: Decider) -> None:
        if identity == self.broken:
            self.tried += 1
            raise KeyError("no error that the store raises on purpose")
        self.left.remove((what, identity))
        self.done.append((what, identity))


async def until(reached: object, *, within: int = 200) -> None:
    for _ in range(within):
        if reached():  # type: ignore[operator]
            return
        await asyncio.sleep(0.005)
    pytest.fail("not reached")


async def test_what_is_left_is_done_and_what_fails_keeps_nothing_else_waiting() -> None:
    left = Left((FollowUp.JUDGE, "a"), (FollowUp.TELL, "bad"), (FollowUp.TELL, "b"), (FollowUp.TELL, "c"), broken="bad")
    loops = Loops(SetClock())
    loops.aside = RowsAside(first_s=0.05)
    task = FollowingUp(left, bench(), loops, FollowingUpLimits(most=2, poll_s=0.01, judge_s=0.0))
    with capture_logs() as logs:
        running = asyncio.create_task(loops.run())
        await until(lambda: len(left.done) == 3)
        assert left.done == [(FollowUp.TELL, "b"), (FollowUp.TELL, "c"), (FollowUp.JUDGE, "a")]
        await until(lambda: left.tried > 1)
        left.broken = ""
        await until(lambda: not left.left)
        loops.stop()
        await running
    told = [each for each in logs if each["event"] == "loop.row-set-aside"]
    assert [(each["row"], each["error"]) for each in told] == [("TELL/bad", "KeyError")], "once"
    assert loops.health().failures["following-up"] == left.tried
    assert task.loop.failures == 0


async def test_a_wake_up_is_followed_at_once() -> None:
    left = Left()
    loops = Loops(SetClock())
    task = FollowingUp(left, bench(), loops, FollowingUpLimits(poll_s=3600))
    running = asyncio.create_task(loops.run())
    await asyncio.sleep(0.01)
    left.left.append((FollowUp.TELL, "a"))
    task.loop.wake()
    await until(lambda: left.done == [(FollowUp.TELL, "a")])
    loops.stop()
    await running
