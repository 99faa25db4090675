"""Circuit breaker of one endpoint: an endpoint that is down is left alone for a while, then probed with one delivery.

It holds claims back and never counts as an attempt: what waits behind an open breaker burns no retries. Liberty
deliveries do not ask it; they go on their own schedule, and are its probe.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """`failures` in a row open it for `first_s`, doubled on every failed probe up to `longest_s`."""

    failures: int = 5
    first_s: float = 1.0
    longest_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Closed (`open_until` is None), open until then, and from then on half-open: one delivery at a time."""

    failed: int = 0
    open_until: datetime | None = None
    opened_s: float = 0.0

    def after(self, *, down: bool, now: datetime, policy: BreakerPolicy) -> Breaker:
        """The breaker after an attempt: `down` when the endpoint, not the delivery, is what failed."""
        if not down:
            return _CLOSED
        failed = self.failed + 1
        if failed < policy.failures or (self.open_until is not None and now < self.open_until):
            return replace(self, failed=failed)
        opened_s = min(self.opened_s * 2 or policy.first_s, policy.longest_s)
        return Breaker(failed=failed, open_until=now + timedelta(seconds=opened_s), opened_s=opened_s)

    def is_open(self, now: datetime, in_flight: int) -> bool:
        """Whether nothing more may be claimed: it is open, or half-open with its probe under way."""
        return self.open_until is not None and (now < self.open_until or in_flight > 0)


_CLOSED = Breaker()
