"""Performance: lives of cases played against a gateway, several at a time, each in its own order.

The steps of a case follow one another as they would; cases go side by side, as many as there are players. Who asks to
stop is obeyed between two messages, so that every message that was begun has its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from icjs_gateway.simulators.steps import Step
from icjs_gateway.simulators.systems import System

Pause = Callable[[], Awaitable[None]]


async def no_pause() -> None:
    """As fast as the gateway answers."""


class Lived(Protocol):
    """A case and what is told of it."""

    @property
    def index(self) -> int: ...

    @property
    def steps(self) -> Sequence[Step]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Who plays. `pause` is awaited before every message and sets the pace.

    Of `bulk_every` cases one is told in batches, wherever a system has several messages of one contract in a row, as
    systems do that upload at the end of the day (0: none).
    """

    systems: Mapping[str, System]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    players: int = 8
    bulk_every: int = 0
    pause: Pause = no_pause

    async def play(self, lives: Iterable[Lived], *, only: slice = slice(None)) -> None:
        """Until the lives end or `stop` is set; of each life the steps that are asked for."""
        waiting = iter(lives)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.players):
                group.create_task(self._player(waiting, only))

    async def register(self, lives: Iterable[Lived]) -> None:
        """Only the first step of every case: its FIR, in lives of hearings."""
        await self.play(lives, only=slice(0, 1))

    async def hear(self, lives: Iterable[Lived]) -> None:
        """Everything after the first step."""
        await self.play(lives, only=slice(1, None))

    async def _player(self, lives: Iterator[Lived], only: slice) -> None:
        for life in lives:
            in_bulk = self.bulk_every > 0 and life.index % self.bulk_every == 0
            for together in _together(life.steps[only]) if in_bulk else ([step] for step in life.steps[only]):
                if not await self._go_on(len(together)):
                    return
                system = self.systems[together[0].system]
                if len(together) == 1:
                    await system.send(together[0])
                else:
                    await system.send_together(together)

    async def _go_on(self, messages: int) -> bool:
        for _ in range(messages):
            if not self.stop.is_set():
                await self.pause()
        return not self.stop.is_set()


def _together(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Steps of one system and contract that follow one another."""
    held: list[Step] = []
    for step in steps:
        if held and (held[0].system, held[0].contract) != (step.system, step.contract):
            yield held
            held = []
        held.append(step)
    if held:
        yield held
