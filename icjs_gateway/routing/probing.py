"""Probing: how a recipient's endpoint that is down is found well again, whatever the schedules of what waits for it.

A probe is the oldest delivery that did not reach the endpoint, tried out of turn: one at a time an endpoint and share
of the workers. It is counted in no schedule, so it gives nothing up. The first delivery that the recipient takes ends
the outage, and everything that waited because of the endpoint falls due. The times are data; nothing here knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTimes:
    """Seconds: a probe `every_s` while the oldest of what waits is younger than `for_s`, `then_every_s` from then on.
    What the recipient asked to wait (Retry-After) is honoured up to `retry_after_s_max`."""

    every_s: float
    for_s: float
    then_every_s: float
    retry_after_s_max: float

    def next_at(self, owed_at: datetime, now: datetime, retry_after_s: float | None) -> datetime:
        """When to try again what has been owed since then, and did not arrive now."""
        wait_s = self.every_s if (now - owed_at).total_seconds() < self.for_s else self.then_every_s
        if retry_after_s is not None:
            wait_s = max(wait_s, min(retry_after_s, self.retry_after_s_max))
        return now + timedelta(seconds=wait_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probing:
    """The times of orders that free or hold a person, and of everything else."""

    liberty: ProbeTimes = ProbeTimes(every_s=5, for_s=900, then_every_s=60, retry_after_s_max=60)
    other: ProbeTimes = ProbeTimes(every_s=30, for_s=900, then_every_s=30, retry_after_s_max=86_400)

    def of(self, *, liberty: bool) -> ProbeTimes:
        return self.liberty if liberty else self.other
