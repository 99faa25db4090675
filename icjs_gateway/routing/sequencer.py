"""The sequencer: what is owed to pull subscriptions gets its position and its number, so that it can be fetched.

Numbers are given after the commit that owes, in the order in which the sequencer comes by, and only to what may be
seen: so they have no gap. Of several gateways on one store one at a time gives numbers. A wake-up is a hint here too.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.directory import Directory
from icjs_gateway.routing.feeds import Feeds, Numbering
from icjs_gateway.routing.means import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencerLimits:
    """Lanes numbered in one transaction, and how long without a wake-up until it looks by itself."""

    most: int = 200
    poll_s: float = 1.0


class Sequencer:
    """One task of a gateway that writes."""

    def __init__(
        self,
        feeds: Feeds,
        directory: Directory,
        admission: Admission,
        clock: Clock,
        limits: SequencerLimits | None = None,
    ) -> None:
        self._feeds = feeds
        self._directory = directory
        self._admission = admission
        self._clock = clock
        self._limits = limits or SequencerLimits()
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something may be owed. Safe to call at any time, any number of times."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not await self._number():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._limits.poll_s)

    async def _number(self) -> bool:
        """Whether there is more to do at once."""
        if not self._directory.pulled:
            return False
        wanted = Numbering(now=self._clock.now(), most=self._limits.most)
        try:
            return await self._feeds.sequence(wanted, self._admission.rule)
        except StoreFailed as failure:
            log.error(Action.LEASE_FAILED.value, detail=failure.detail)
            return False
