"""The watch: every few seconds it looks for what has to alert a person, and tells the log.

The alarm itself is in the store, raised once; a watch that was down for a while tells of what it missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.alarms import Alarm, Looked
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.set_aside import LoopName

log = structlog.get_logger(__name__)


class Alarms(Protocol):
    """The store's side of the watch."""

    async def look(
        self, now: datetime, overdue_after: timedelta, again_after: timedelta, leaving_out: Set[int]
    ) -> Looked:
        """Raise what is overdue, clear what is settled, and hand out what nobody was told of yet, but for the alarms
        `leaving_out`; an order that is undelivered still is handed out again after `again_after`."""

    async def note_loop(self, name: LoopName, *, is_failing: bool, at: datetime) -> None:
        """A background loop fails again and again, or is well again. Raises StoreFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLimits:
    """An order that a recipient does not have after `undelivered_s` alerts a person, and again every `again_s` while
    that is so. The log names `recipients_most` recipients, and tells how many there are."""

    undelivered_s: float = 900
    again_s: float = 6 * 3600
    look_s: float = 5
    recipients_most: int = 20


class StepsFailed(Exception):
    """Steps of a look failed as a whole: what they look for alerts nobody."""


class Watch:
    """One loop of a gateway that writes."""

    def __init__(self, alarms: Alarms, clock: Clock, limits: WatchLimits, loops: Loops) -> None:
        self._alarms = alarms
        self._clock = clock
        self._limits = limits
        self._aside = loops.aside
        self._notes: set[asyncio.Task[None]] = set()
        self.loop = loops.add(LoopName.WATCH, Action.WATCH_FAILED, self._turn)

    async def _turn(self) -> float:
        await self.look()
        return self._limits.look_s

    async def look(self) -> None:
        """One look. Raises StepsFailed, after everything else was done, where a step failed as a whole."""
        again_after = timedelta(seconds=self._limits.again_s)
        left = self._aside.rows(LoopName.WATCH)
        leaving_out = {int(row.removeprefix(_ALARM)) for row in left if row.startswith(_ALARM)}
        overdue_after = timedelta(seconds=self._limits.undelivered_s)
        looked = await self._alarms.look(self._clock.now(), overdue_after, again_after, leaving_out)
        for row, fault in looked.aside.items():
            if self._aside.note(LoopName.WATCH, row, fault) and row in looked.untold:
                self._log(looked.untold[row])
        for alarm in looked.alarms:
            self._log(alarm)
        if looked.failed:
            raise StepsFailed(", ".join(looked.failed)) from next(iter(looked.failed.values()))

    def note_loop(self, name: LoopName, is_failing: bool) -> None:
        """Raise an alarm about a loop that fails again and again, this one too; clear it when the loop is well."""
        note = asyncio.get_running_loop().create_task(self._noted(name, is_failing=is_failing))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    async def _noted(self, name: LoopName, *, is_failing: bool) -> None:
        try:
            await self._alarms.note_loop(name, is_failing=is_failing, at=self._clock.now())
        except StoreFailed as fault:
            # Readiness, metrics and the log tell of it all the same.
            log.error(Action.WATCH_FAILED.value, loop=name.value, detail=fault.detail)

    def _log(self, alarm: Alarm) -> None:
        log.error(
            Action.ALARM_RAISED.value,
            code=alarm.code.value,
            subject=alarm.subject,
            case_id=alarm.case_id,
            event_id=alarm.event_id,
            place=alarm.place,
            recipients=list(alarm.recipients[: self._limits.recipients_most]),
            recipients_count=len(alarm.recipients),
            reached=alarm.reached,
        )


_ALARM = "alarm/"
"""Before the number of an alarm, in the name of a row that was set aside."""
