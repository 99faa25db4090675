"""Waiting for what will happen: bounded, and never for time to pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def eventually(happened: Callable[[], bool], *, within_s: float = 20) -> None:
    """Look until it has happened. Raises TimeoutError when it has not by then."""
    async with asyncio.timeout(within_s):
        while not happened():  # noqa: ASYNC110 - the thing looked at has no event of its own
            await asyncio.sleep(0.002)
