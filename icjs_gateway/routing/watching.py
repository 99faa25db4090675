"""The watch: every few seconds it looks for what has to alert a person, and tells the log.

The alarm itself is in the store, raised once; a watch that was down for a while tells of what it missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.alarms import Alarm
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.set_aside import LoopName

log = structlog.get_logger(__name__)


class Alarms(Protocol):
    """The store's side of the watch."""

    async def look(self, now: datetime, overdue_after: timedelta) -> Sequence[Alarm]:
        """Raise what is overdue, clear what is settled, and hand out what nobody was told of yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLimits:
    """An order that its recipient does not have after `undelivered_s` alerts a person."""

    undelivered_s: float = 900
    look_s: float = 5


class Watch:
    """One loop of a gateway that writes."""

    def __init__(self, alarms: Alarms, clock: Clock, limits: WatchLimits, loops: Loops) -> None:
        self._alarms = alarms
        self._clock = clock
        self._limits = limits
        self.loop = loops.add(LoopName.WATCH, Action.WATCH_FAILED, self._turn)

    async def _turn(self) -> float:
        await self.look()
        return self._limits.look_s

    async def look(self) -> None:
        """One look."""
        for alarm in await self._alarms.look(self._clock.now(), timedelta(seconds=self._limits.undelivered_s)):
            log.error(
                Action.ALARM_RAISED.value,
                code=alarm.code.value,
                subject=alarm.subject,
                case_id=alarm.case_id,
                event_id=alarm.event_id,
                place=alarm.place,
                reached=alarm.reached,
            )
