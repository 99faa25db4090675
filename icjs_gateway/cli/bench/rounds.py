"""How a figure is taken: in rounds, reference and subject in turn, after a warm-up that is not counted.

Taking turns lets whatever else the machine does meet both alike; the median forgets the round that it met most.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from icjs_gateway.cli.bench.echo import PATH
from icjs_gateway.cli.bench.load import Expected, Target, Volley, drive
from icjs_gateway.cli.bench.processes import Served, served

ECHO = "echo"
_ECHOED = Expected(status=200, marker=b"HearingOutcome")

Sample = TypeVar("Sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to look."""

    name: str
    rounds: int
    subject_s: float
    reference_s: float
    warm_s: float
    translations: int
    """Documents that are translated in a slice of a round."""


FULL = Effort(name="full", rounds=5, subject_s=2.0, reference_s=1.0, warm_s=0.5, translations=40)
QUICK = Effort(name="quick", rounds=1, subject_s=0.3, reference_s=0.2, warm_s=0.1, translations=10)


async def in_turn(
    rounds: int, reference: Callable[[], Awaitable[Volley]], subject: Callable[[], Awaitable[Sample]]
) -> tuple[list[Volley], list[Sample]]:
    """So many of both."""
    references, samples = [], []
    for _ in range(rounds):
        references.append(await reference())
        samples.append(await subject())
    return references, samples


@dataclass(frozen=True, slots=True)
class Echo:
    """The bare server, and the bodies that it is given."""

    server: Served
    bodies: Iterator[bytes]

    async def volley(self, for_s: float) -> Volley:
        return await drive(_target(self.server), self.bodies, _ECHOED, for_s=for_s)


@asynccontextmanager
async def echoing(around: Path, bodies: Iterator[bytes]) -> AsyncIterator[Echo]:
    """Serve the echo until the end of the block."""
    command = (sys.executable, "-m", "icjs_gateway.cli.bench.echo")
    async with served(command, log=around / "echo.log", environment={}) as server:
        yield Echo(server, bodies)


class Meter:
    """Processor time that a server uses for each of what it does, in microseconds."""

    def __init__(self, name: str, server: Served) -> None:
        self._name = name
        self._server = server
        self._began_s = server.cpu_s()

    def us_each(self, done: int) -> dict[str, float]:
        """As further figures of a scenario; none where the system does not tell."""
        now_s = self._server.cpu_s()
        if self._began_s is None or now_s is None or done == 0:
            return {}
        return {f"{self._name} us/message": (now_s - self._began_s) / done * 1e6}


def latencies(volleys: Sequence[Volley]) -> dict[str, float]:
    """Medians over the volleys of what half, and all but one in a hundred, were answered within."""
    return {
        "p50 ms": median(volley.latency_ms(0.5) for volley in volleys),
        "p99 ms": median(volley.latency_ms(0.99) for volley in volleys),
    }


def _target(server: Served) -> Target:
    return Target(url=server.url, path=PATH, content_type="application/xml", authorization="Bearer " + "x" * 400)
