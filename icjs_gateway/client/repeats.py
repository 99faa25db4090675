"""Repeats: the same request again until there is an answer, within a bound.

What has no answer (refused connection, broken connection, time-out) is unknown, and safe to repeat because
the gateway knows a message by its id. What is busy (429, 503) is repeated after the time that it asks for. A
refusal is an answer and is never repeated. It does not promise an answer: past the bound there is `NoAnswer`,
and the sender's own ledger has to remember.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    RetryError,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)

from icjs_gateway.client.problems import NoAnswer, NotNow

T = TypeVar("T")

BUSY = frozenset({429, 502, 503, 504})
"""Statuses that say nothing about the message: the gateway, or something in front of it, cannot take it now.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How long and how often to try. Waits are random, up to a bound that doubles (full jitter)."""

    give_up_after_s: float = 120.0
    first_wait_s: float = 0.2
    longest_wait_s: float = 10.0
    retry_after_max_s: float = 60.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def until_answered(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The first answer of `attempt`. Raises its refusal at once, and NoAnswer past the bound."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((httpx.TransportError, NotNow)),
            stop=stop_after_delay(self.give_up_after_s),
            wait=self._wait,
            sleep=self.sleep,
        )
        try:
            return await retrying(attempt)
        except RetryError as error:
            raise NoAnswer(f"no answer within {self.give_up_after_s:g} s") from error.last_attempt.exception()

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, NotNow) and error.retry_after_s is not None:
            return min(error.retry_after_s, self.retry_after_max_s)
        return wait_random_exponential(multiplier=self.first_wait_s, max=self.longest_wait_s)(state)


def busy(response: httpx.Response) -> NotNow | None:
    """What a response asks to wait for, when it is no answer. `Retry-After` in seconds; a date counts as
    absent.
    """
    if response.status_code not in BUSY:
        return None
    return NotNow(retry_after_s(response))


def retry_after_s(response: httpx.Response) -> float | None:
    header = response.headers.get("Retry-After", "")
    return float(header) if header.isascii() and header.isdigit() else None
