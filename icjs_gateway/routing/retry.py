"""Durable retries: a pure decision over a schedule that is data.

`decide(policy, attempts, answer, now, jitter)` says what an attempt comes to. Short, in-call retries (a connection that
is refused once) are not here; tenacity does them where the call is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from icjs_gateway.routing.lanes import Delivered, GiveUp, Verdict, Wait

STANDARD_WEBHOOKS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds between attempts, as the Standard Webhooks specification suggests: 75 h 35 min in all."""

LIBERTY = (5, 30, 120, 300)
"""5 s, 30 s, 2 min, 5 min, then every 5 min: a liberty delivery is never given up by the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """A schedule of waits in seconds. After the last one a delivery is dead, unless `endless` repeats the last."""

    waits_s: tuple[float, ...] = STANDARD_WEBHOOKS
    endless: bool = False
    retry_after_s_max: float = 86_400
    head_wait: timedelta | None = None
    """How long it halts its lane when it is dead; None: until a person acts."""

    def wait_s(self, attempts: int) -> float | None:
        """The wait after so many attempts, or None when the schedule is used up."""
        if attempts <= len(self.waits_s):
            return self.waits_s[attempts - 1]
        return self.waits_s[-1] if self.endless else None


DEFAULT = RetryPolicy()
LIBERTY_POLICY = RetryPolicy(waits_s=LIBERTY, endless=True, retry_after_s_max=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an attempt met, whatever the channel.

    `endpoint_down` tells a failing endpoint (no connection, no answer, 5xx, 429) from a delivery that it refuses;
    `final` is the recipient's own word that it does not take this one, so that only a person can help; `gone` (410)
    that it wants no more at all; `retry_after_s` what it asked to wait; `remark` its number for what it took, or its
    reason.
    """

    acknowledged: bool
    outcome: str
    endpoint_down: bool = False
    final: bool = False
    gone: bool = False
    retry_after_s: float | None = None
    remark: str | None = None


def decide(policy: RetryPolicy, attempts: int, answer: Answer, now: datetime, jitter: float) -> Verdict:
    """What follows the `attempts`-th attempt. `jitter` is in [0, 1): full jitter over the scheduled wait.

    Full jitter spreads a crowd that failed together; the recipient's Retry-After is a floor, honoured within bounds.
    What it refuses for good is a person's to look at now and not when the schedule is used up; only liberty traffic
    goes on being offered.
    """
    if answer.acknowledged:
        return Delivered()
    scheduled = policy.wait_s(attempts)
    if scheduled is None or (answer.final and not policy.endless):
        return GiveUp(lane_goes_on_at=None if policy.head_wait is None else now + policy.head_wait)
    wait_s = scheduled * jitter
    if answer.retry_after_s is not None:
        wait_s = max(wait_s, min(answer.retry_after_s, policy.retry_after_s_max))
    return Wait(until=now + timedelta(seconds=wait_s))
