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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.ports import Decider

log = structlog.get_logger(__name__)


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
    than every `judge_s`; a message that failed is tried again after `again_s`."""

    most: int = 20
    poll_s: float = 1.0
    judge_s: float = 0.5
    again_s: float = 60.0


class FollowingUp:
    """One task of a gateway that writes."""

    def __init__(
        self, follow_ups: FollowUps, decider: Decider, clock: Clock, limits: FollowingUpLimits | None = None
    ) -> None:
        self._follow_ups = follow_ups
        self._decider = decider
        self._clock = clock
        self._limits = limits or FollowingUpLimits()
        self._wake = asyncio.Event()
        self._stopping = False
        self._failed: dict[tuple[FollowUp, str], datetime] = {}

    def wake(self) -> None:
        """Something may be left to do. Safe to call at any time, any number of times."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until told to stop."""
        loop = asyncio.get_running_loop()
        judged_at = loop.time() - self._limits.judge_s
        while not self._stopping:
            self._wake.clear()
            is_more = await self._step(FollowUp.TELL)
            if not is_more and loop.time() - judged_at >= self._limits.judge_s:
                judged_at = loop.time()
                is_more = await self._step(FollowUp.JUDGE)
            if not is_more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._limits.poll_s)

    async def _step(self, what: FollowUp) -> bool:
        """Whether there may be more of it to do at once."""
        now = self._clock.now()
        self._failed = {each: at for each, at in self._failed.items() if now - at < self._again}
        failed = [identity for kind, identity in self._failed if kind is what]
        try:
            identities = await self._follow_ups.pending(what, self._limits.most, failed)
        except StoreFailed as failure:
            log.error(Action.FOLLOW_UP_FAILED.value, step=what.value, detail=failure.detail)
            return False
        await asyncio.gather(*(self._do(what, identity, now) for identity in identities))
        return len(identities) == self._limits.most

    async def _do(self, what: FollowUp, identity: str, now: datetime) -> None:
        try:
            await self._follow_ups.do(what, identity, self._decider)
        except StoreFailed as failure:
            self._failed[what, identity] = now
            log.error(Action.FOLLOW_UP_FAILED.value, step=what.value, message=identity, detail=failure.detail)

    @property
    def _again(self) -> timedelta:
        return timedelta(seconds=self._limits.again_s)
