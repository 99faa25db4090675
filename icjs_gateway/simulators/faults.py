"""Faults: how a receiver misbehaves, as data.

What happens to a call is drawn from (seed, what it tells, how often it has come), never from ids that a gateway
gives or the order in which calls happen to arrive, so that the same seed gives the same story the same trouble.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """What a receiver does with one call."""

    NONE = "none"
    FAIL = "fail"
    """500, not taken."""
    REFUSE = "refuse"
    """422, not taken."""
    STALL = "stall"
    """No answer until the sender hangs up, not taken."""
    STALL_AFTER_SUCCESS = "stall after success"
    """Taken, and then no answer until the sender hangs up: the sender cannot know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Shares of calls from 0 to 1. `streak_max` bounds how often in a row one delivery meets a fault."""

    fail: float = 0.0
    refuse: float = 0.0
    stall: float = 0.0
    stall_after_success: float = 0.0
    streak_max: int | None = None
    seed: int = 0

    def draw(self, story: str, nth: int) -> Fault:
        """The fate of the `nth` call with the same story, counted from 1."""
        if self.streak_max is not None and nth % (self.streak_max + 1) == 0:
            return Fault.NONE
        at = Random(f"{self.seed}:{story}:{nth}").random()  # noqa: S311 - a story, not a secret
        for fault, share in (
            (Fault.FAIL, self.fail),
            (Fault.REFUSE, self.refuse),
            (Fault.STALL, self.stall),
            (Fault.STALL_AFTER_SUCCESS, self.stall_after_success),
        ):
            if at < share:
                return fault
            at -= share
        return Fault.NONE
