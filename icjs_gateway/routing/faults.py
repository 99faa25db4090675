"""What the log says of a fault of the gateway's own: what sort, and where; never the words, which may hold a name."""

from __future__ import annotations

import traceback
from typing import TypedDict

_FRAMES_MAX = 8


class FaultTold(TypedDict):
    """Fields of a log line. `at` is the innermost frames, each `file.py:line function`."""

    error: str
    at: list[str]


def told_of(fault: BaseException) -> FaultTold:
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES_MAX:]
    return FaultTold(
        error=type(fault).__qualname__,
        at=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    )
