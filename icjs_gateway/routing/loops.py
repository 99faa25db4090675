"""Background loops: each makes one turn after another until it is stopped, whatever a turn meets.

A turn that raises is logged under the loop's own action and made again, after a rest that no wake-up shortens. A loop
that fails again and again, or whose turn does not end, makes the gateway unready until it is well again. One bad row
is no reason to fail: what works through rows sets it aside (`set_aside`) and goes on with the others.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from icjs_gateway.model.errors import GatewayError
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.faults import told_of
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.set_aside import LoopName, RowsAside

log = structlog.get_logger(__name__)

Turn = Callable[[], Awaitable[float]]
"""One turn. Answers for how many seconds the loop rests, unless it is woken; 0 where there is more to do at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopLimits:
    """After `unready_after` failed turns in a row, or in a turn of `turn_max_s`, the gateway is not ready. A loop rests
    `first_s` after a failed turn, twice as long after each further one, and never longer than `rest_max_s`."""

    unready_after: int = 3
    turn_max_s: float = 120.0
    first_s: float = 0.2
    rest_max_s: float = 5.0

    def rest_s(self, failed: int) -> float:
        """The rest after so many failed turns in a row."""
        return float(min(self.first_s * 2 ** min(failed - 1, 20), self.rest_max_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a process is: the reasons why requests should not come here now, how often each loop failed, and how many
    rows each has set aside."""

    reasons: Sequence[str] = ()
    failures: Mapping[str, int]
    set_aside: Mapping[str, int]

    def with_reason(self, reason: str) -> Health:
        """The same, and not ready for this reason."""
        return replace(self, reasons=(*self.reasons, reason))

    def beside(self, other: Health) -> Health:
        """Of two processes that serve together."""
        return Health(
            reasons=(*self.reasons, *other.reasons),
            failures=Counter(self.failures) + Counter(other.failures),
            set_aside=Counter(self.set_aside) + Counter(other.set_aside),
        )


class Loop:
    """One background loop."""

    def __init__(
        self,
        name: LoopName,
        action: Action,
        turn: Turn,
        clock: Clock,
        limits: LoopLimits,
        *,
        ended: Callable[[], Awaitable[None]] | None = None,
        is_lasting: bool = False,
    ) -> None:
        self.name = name
        self.failures = 0
        self._action = action
        self._turn = turn
        self._clock = clock
        self._limits = limits
        self._ended = ended
        self.is_lasting = is_lasting
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._told: Callable[[LoopName, bool], None] = lambda name, is_failing: None
        self._failed_in_a_row = 0
        self._failing_since: datetime | None = None
        self._failed_of = ""
        self._turn_began: float | None = None

    def wake(self) -> None:
        """There may be something to do. Safe to call at any time, any number of times."""
        self._woken.set()

    def stop(self) -> None:
        """End after this turn."""
        self._stopping.set()
        self._woken.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    async def run(self) -> None:
        """Make turns until stopped."""
        while not self._stopping.is_set():
            self._woken.clear()
            if self._stopping.is_set():
                break
            self._turn_began = time.monotonic()
            try:
                rest_s = await self._turn()
            except Exception as fault:
                self._failed(fault)
                await _happens(self._stopping, self._limits.rest_s(self._failed_in_a_row))
                continue
            finally:
                self._turn_began = None
            self.well()
            if rest_s > 0:
                await _happens(self._woken, rest_s)
        if self._ended is not None:
            await self._ended()

    def well(self) -> None:
        """A turn succeeded; of a lasting one, its work has begun."""
        if self._failing_since is not None:
            log.info(Action.LOOP_RECOVERED.value, loop=self.name.value, failed=self._failed_in_a_row)
        if self._failed_in_a_row >= self._limits.unready_after:
            self._told(self.name, False)
        self._failed_in_a_row, self._failing_since = 0, None

    def reason_not_ready(self) -> str | None:
        """Why requests should not come here now; None while the loop does its work."""
        if self._failing_since is not None and self._failed_in_a_row >= self._limits.unready_after:
            return (
                f"the loop {self.name.value} has failed since {rfc3339(self._failing_since)}, "
                f"{self._failed_in_a_row} times in a row, of {self._failed_of}"
            )
        if self._turn_began is not None and not self.is_lasting:
            lasts_s = time.monotonic() - self._turn_began
            if lasts_s > self._limits.turn_max_s:
                return f"the loop {self.name.value} has been in one turn for {lasts_s:.0f} s"
        return None

    def _failed(self, fault: Exception) -> None:
        cause = fault.__cause__ or fault
        self.failures += 1
        self._failed_in_a_row += 1
        self._failing_since = self._failing_since or self._clock.now()
        self._failed_of = type(cause).__qualname__
        detail = {"detail": fault.detail} if isinstance(fault, GatewayError) else {}
        log.error(self._action.value, loop=self.name.value, in_a_row=self._failed_in_a_row, **detail, **told_of(cause))
        if self._failed_in_a_row == self._limits.unready_after:
            self._told(self.name, True)

    def tell(self, told: Callable[[LoopName, bool], None]) -> None:
        """Tell this whenever the loop begins to fail again and again, and when it is well again."""
        self._told = told


class Loops:
    """The loops of one process, and how each of them is."""

    def __init__(self, clock: Clock, limits: LoopLimits | None = None) -> None:
        self.aside = RowsAside()
        self._clock = clock
        self._limits = limits or LoopLimits()
        self._loops: list[Loop] = []

    def add(
        self,
        name: LoopName,
        action: Action,
        turn: Turn,
        *,
        ended: Callable[[], Awaitable[None]] | None = None,
        is_lasting: bool = False,
    ) -> Loop:
        """A loop that makes this turn, logged under `action` when it fails. `ended` is awaited after the last one; a
        turn that `is_lasting` may go on for ever, and tells by `Loop.well` that it works."""
        loop = Loop(name, action, turn, self._clock, self._limits, ended=ended, is_lasting=is_lasting)
        self._loops.append(loop)
        return loop

    def tell(self, told: Callable[[LoopName, bool], None]) -> None:
        """Tell this of every loop that begins to fail again and again (True), and that is well again (False)."""
        for loop in self._loops:
            loop.tell(told)

    async def run(self) -> None:
        """Run all until they are stopped, but for lasting ones: whoever added such a loop runs it."""
        await asyncio.gather(*(loop.run() for loop in self._loops if not loop.is_lasting))

    def stop(self) -> None:
        for loop in self._loops:
            loop.stop()

    def health(self) -> Health:
        """How the loops are now."""
        failures: Counter[str] = Counter({name.value: self.aside.failures.get(name, 0) for name in LoopName})
        for loop in self._loops:
            failures[loop.name.value] += loop.failures
        aside = self.aside.standing()
        reasons = [reason for loop in self._loops if (reason := loop.reason_not_ready()) is not None]
        return Health(
            reasons=reasons, failures=failures, set_aside={name.value: aside.get(name, 0) for name in LoopName}
        )


async def _happens(event: asyncio.Event, within_s: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), within_s)
