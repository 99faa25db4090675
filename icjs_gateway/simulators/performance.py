"""Performance: lives of cases played against a gateway, several at a time, each in its own order.

A case's FIR goes first and its outcomes follow one by one, as they would; cases go side by side, as many as
there are players. Who asks to stop is obeyed between two messages, so that every message that was begun has
its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from icjs_gateway.simulators.courts import Court
from icjs_gateway.simulators.lives import Life, Outcome
from icjs_gateway.simulators.police import Police

Pause = Callable[[], Awaitable[None]]


async def no_pause() -> None:
    """As fast as the gateway answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Who plays. `pause` is awaited before every message and sets the pace.

    Of `early_every` cases one has its first outcome told before its FIR (0: none): the gateway has to park
    it.
    """

    police: Police
    court: Court
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    players: int = 8
    early_every: int = 0
    pause: Pause = no_pause

    async def play(self, lives: Iterator[Life]) -> None:
        """Until the lives end or `stop` is set."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.players):
                group.create_task(self._player(lives))

    async def register(self, lives: Iterator[Life]) -> None:
        """Only the FIRs."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.players):
                group.create_task(self._registrar(lives))

    async def hear(self, lives: Iterator[Life]) -> None:
        """Only the outcomes of cases whose FIRs are registered."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.players):
                group.create_task(self._bench(lives))

    async def _player(self, lives: Iterator[Life]) -> None:
        for life in lives:
            if not await self._go_on():
                return
            early = 1 if self.early_every and life.index % self.early_every == self.early_every // 4 else 0
            await self._hearings(life.outcomes[:early], life)
            await self.police.register(life)
            await self._hearings(life.outcomes[early:], life)

    async def _registrar(self, lives: Iterator[Life]) -> None:
        for life in lives:
            if not await self._go_on():
                return
            await self.police.register(life)

    async def _bench(self, lives: Iterator[Life]) -> None:
        for life in lives:
            await self._hearings(life.outcomes, life)

    async def _hearings(self, outcomes: Sequence[Outcome], life: Life) -> None:
        for outcome in outcomes:
            if not await self._go_on():
                return
            await self.court.report(life, outcome)

    async def _go_on(self) -> bool:
        if not self.stop.is_set():
            await self.pause()
        return not self.stop.is_set()
