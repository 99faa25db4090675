"""Rows that a background loop sets aside: each failed alone, is told to the log once, and is tried again later.

Kept in memory: after a restart every row is tried again, which costs one failure and one log line each.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.faults import told_of

log = structlog.get_logger(__name__)

AGAIN_FIRST_S, AGAIN_MOST_S = 2.0, 60.0
"""Until a row that was set aside is tried again: at first, and at most; twice as long after each further failure."""
_REMEMBERED_MOST = 10_000


class LoopName(StrEnum):
    """Every background loop. The names are labels of metrics: a closed list."""

    WATCH = "watch"
    DISPATCH = "dispatch"
    DISPATCH_LIBERTY = "dispatch-liberty"
    HALTED_LANES = "halted-lanes"
    SEQUENCER = "sequencer"
    FOLLOWING_UP = "following-up"
    DIRECTORY = "directory"
    FRONT = "front"


@dataclass(frozen=True, slots=True)
class _Aside:
    failed_at: float
    wait_s: float


class RowsAside:
    """The rows of all loops of a process that are set aside now. `monotonic` tells seconds."""

    def __init__(
        self,
        first_s: float = AGAIN_FIRST_S,
        most_s: float = AGAIN_MOST_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._monotonic = monotonic
        self._aside: dict[tuple[LoopName, str], _Aside] = {}
        self._failures: Counter[LoopName] = Counter()

    def note(self, loop: LoopName, row: str, fault: BaseException) -> bool:
        """Set a row aside, named by its id. The log is told once, until the row is well again.

        Answers whether it was told.
        """
        self._forget()
        before = self._aside.pop((loop, row), None)
        wait_s = self._first_s if before is None else min(before.wait_s * 2, self._most_s)
        self._aside[loop, row] = _Aside(self._monotonic(), wait_s)
        self._failures[loop] += 1
        if before is None:
            cause = fault.__cause__ or fault
            log.error(Action.ROW_SET_ASIDE.value, loop=loop.value, row=row, **told_of(cause))
        return before is None

    def rows(self, loop: LoopName) -> frozenset[str]:
        """The ids of those that are not to be tried yet."""
        now = self._monotonic()
        return frozenset(
            row for (name, row), each in self._aside.items() if name is loop and each.failed_at + each.wait_s > now
        )

    @property
    def failures(self) -> Mapping[LoopName, int]:
        """How often a row failed, ever since the process started."""
        return self._failures

    def standing(self) -> Mapping[LoopName, int]:
        """How many rows are set aside, by loop."""
        self._forget()
        return Counter(loop for loop, _ in self._aside)

    def _forget(self) -> None:
        """A row that should have failed again by now is well, or gone. Those that failed longest ago come first."""
        well_by = self._monotonic() - 2 * self._most_s
        for key, each in list(self._aside.items()):
            if each.failed_at > well_by and len(self._aside) < _REMEMBERED_MOST:
                return
            del self._aside[key]
