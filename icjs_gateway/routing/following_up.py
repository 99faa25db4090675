"""Following up: what is left to do about a message after its receipt, by a task of the gateway that writes.

A parked message is receipted before anything else is done about it, whether or not the case that it names is there: so
neither the receipt nor its time tells a sender what others know. What is left to do is written down in the transaction
of the receipt, and lost with no process.

TELL goes at once, orders about somebody's liberty first: the message is linked where its place has standing, or its
orders go to whoever holds the person. JUDGE comes a moment later, in one go for all: is it corroborated? do the owners
of the case have to know?

A message of which that fails is logged, left for a while, and keeps no other one waiting.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.ports import Decider
from icjs_gateway.routing.set_aside import LoopName


class FollowUp(StrEnum):
    """What is left to do about a message."""

    TELL = "TELL"
    """Link it, or tell the jails that its orders concern."""
    JUDGE = "JUDGE"
    """Its place has no standing in a case that it names: look for corroboration, or tell the owners of the case."""


class FollowUps(Protocol):
    """The store's side of it."""

    async def pending(self, what: FollowUp, most: int, leaving_out: Sequence[str]) -> Sequence[str]:
        """The identities of messages with which this is left to do but for these: orders about somebody's liberty
        first, then in the order in which they came. Raises StoreFailed."""

    async def do(self, what: FollowUp, identity: str, decider: Decider) -> None:
        """Do it, once. Raises StoreFailed; it is left to do then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingUpLimits:
    """`most` messages are submitted at once. Without a wake-up the task looks after `poll_s`; it judges not more often
    than every `judge_s`. A message that failed is left for a while (`set_aside`)."""

    most: int = 20
    poll_s: float = 1.0
    judge_s: float = 0.5


class FollowingUp:
    """One loop of a gateway that writes."""

    def __init__(
        self,
        follow_ups: FollowUps,
        decider: Decider,
        loops: Loops,
        limits: FollowingUpLimits | None = None,
    ) -> None:
        self._follow_ups = follow_ups
        self._decider = decider
        self._aside = loops.aside
        self._limits = limits or FollowingUpLimits()
        self._judged_at = time.monotonic() - self._limits.judge_s
        self.loop = loops.add(LoopName.FOLLOWING_UP, Action.FOLLOW_UP_FAILED, self._turn)

    async def _turn(self) -> float:
        is_more = await self._step(FollowUp.TELL)
        if not is_more and time.monotonic() - self._judged_at >= self._limits.judge_s:
            self._judged_at = time.monotonic()
            is_more = await self._step(FollowUp.JUDGE)
        return 0 if is_more else self._limits.poll_s

    async def _step(self, what: FollowUp) -> bool:
        """Whether there may be more of it to do at once."""
        prefix = f"{what.value}/"
        aside = self._aside.rows(LoopName.FOLLOWING_UP)
        failed = [row.removeprefix(prefix) for row in aside if row.startswith(prefix)]
        identities = await self._follow_ups.pending(what, self._limits.most, failed)
        await asyncio.gather(*(self._do(what, identity) for identity in identities))
        return len(identities) == self._limits.most

    async def _do(self, what: FollowUp, identity: str) -> None:
        try:
            await self._follow_ups.do(what, identity, self._decider)
        except Exception as fault:
            self._aside.note(LoopName.FOLLOWING_UP, f"{what.value}/{identity}", fault)
