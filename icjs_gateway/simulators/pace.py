"""Pace: so many messages a second, evenly, over all players."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """`await pace()` returns when the next message is due. What was late is not made up for in a rush."""

    per_second: float
    _next_at: float = 0.0

    async def __call__(self) -> None:
        now = asyncio.get_running_loop().time()
        due_at = max(self._next_at, now)
        self._next_at = due_at + 1 / self.per_second
        await asyncio.sleep(due_at - now)
