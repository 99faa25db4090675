"""Lanes that a dead delivery halted, and whose time is up: they go on behind a void that names it.

The time is known when the lane halts, so this is a look at an index now and then, bounded, and safe to do by several
gateways at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.ports import Lanes
from icjs_gateway.routing.set_aside import LoopName

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltLimits:
    """How often is looked, and how many lanes go on in one transaction."""

    every_s: float = 30.0
    most: int = 200


class Halts:
    """The periodic look. `woken` is called when lanes went on."""

    def __init__(self, lanes: Lanes, clock: Clock, limits: HaltLimits, woken: Callable[[], None], loops: Loops) -> None:
        self._lanes = lanes
        self._clock = clock
        self._limits = limits
        self._woken = woken
        self.loop = loops.add(LoopName.HALTED_LANES, Action.SWEEP_FAILED, self._turn)

    async def _turn(self) -> float:
        passed = await self._lanes.pass_by_dead(self._clock.now(), self._limits.most)
        for delivery_id in passed:
            log.warning(Action.LANE_WENT_ON.value, delivery_id=delivery_id)
        if passed:
            self._woken()
        return 0 if len(passed) == self._limits.most else self._limits.every_s
