"""The sequencer: what is owed to pull subscriptions gets its position and its number, so that it can be fetched.

Numbers are given after the commit that owes, in the order in which the sequencer comes by, and only to what may be
seen: so they have no gap. Of several gateways on one store one at a time gives numbers. A wake-up is a hint here too.
"""

from __future__ import annotations

from dataclasses import dataclass

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.directory import Directory
from icjs_gateway.routing.feeds import Feeds, Numbering
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.set_aside import LoopName


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencerLimits:
    """Lanes numbered in one transaction, and how long without a wake-up until it looks by itself."""

    most: int = 200
    poll_s: float = 1.0


class Sequencer:
    """One loop of a gateway that writes."""

    def __init__(
        self,
        feeds: Feeds,
        directory: Directory,
        admission: Admission,
        clock: Clock,
        loops: Loops,
        limits: SequencerLimits | None = None,
    ) -> None:
        self._feeds = feeds
        self._directory = directory
        self._admission = admission
        self._clock = clock
        self._limits = limits or SequencerLimits()
        self.loop = loops.add(LoopName.SEQUENCER, Action.NUMBERING_FAILED, self._turn)

    async def _turn(self) -> float:
        if not self._directory.pulled:
            return self._limits.poll_s
        wanted = Numbering(now=self._clock.now(), most=self._limits.most)
        is_more = await self._feeds.sequence(wanted, self._admission.rule)
        return 0 if is_more else self._limits.poll_s
