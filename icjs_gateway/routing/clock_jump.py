"""Whether the gateway's own clock went back, so that it cannot tell which message bears an instant ahead of it.

A machine whose battery died starts in 1970; a time server that errs sets a clock back. Every honest message then lies
far ahead. Two things do not go back with the clock: the newest receipts in the store, and the monotonic clock of the
machine. The gateway compares its clock with both.

Not detected: a clock that was wrong before the first message of a store, and one that is ahead. A clock that is ahead
holds nobody's message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.means import Clock

log = structlog.get_logger(__name__)

JUMPED_FROM = timedelta(minutes=5)
"""Less than that a time server corrects while a machine runs."""


def has_jumped(now: datetime, *, known_at: datetime, passed_s: float) -> bool:
    """Whether it is earlier by this clock than it must be: `passed_s` seconds after an instant that is known."""
    return now + JUMPED_FROM < known_at + timedelta(seconds=passed_s)


class ClockWatch:
    """Compares a clock with the newest receipt at start and with a monotonic clock since then."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float], newest_receipt: datetime | None) -> None:
        """`monotonic` answers seconds; `newest_receipt` is None in an empty store."""
        self._clock = clock
        self._monotonic = monotonic
        self._started_s = monotonic()
        self._known_at = max(clock.now(), newest_receipt) if newest_receipt is not None else clock.now()
        self._is_logged = False

    def has_jumped(self) -> bool:
        """Whether the clock stands behind; logged once as long as it does."""
        now = self._clock.now()
        jumped = has_jumped(now, known_at=self._known_at, passed_s=self._monotonic() - self._started_s)
        if jumped and not self._is_logged:
            log.error(Action.CLOCK_JUMPED.value, now=now.isoformat(), known_at=self._known_at.isoformat())
        self._is_logged = jumped
        return jumped
