"""`subscriptions`: what a message costs beside many subscriptions, and beside ten.

Gateways with more and more subscriptions take the same outcomes in turn, once with subscriptions that are sent to, once
with such that fetch. Each message is owed to one of them; the others are of stations of which nothing is told. What is
compared is processor time a message, with all that is done about it until it is delivered or has its number: 1 says
that cost follows what is owed, never what is subscribed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from icjs_gateway.cli.bench.documents import Outcomes
from icjs_gateway.cli.bench.gateway import ACCEPTED, Bench, bench_gateway, fronts_note
from icjs_gateway.cli.bench.load import BenchFailed, drive
from icjs_gateway.cli.bench.receivers import Receiver, all_taken, receiving
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import Effort

COUNTS = (10, 250, 2_500, 25_000)
COUNTS_AT_A_GLANCE = (10, 250)
_NUMBERED_S = 1.5
"""In which everything that was owed has its number, and what looks now and then has looked."""
_TAKEN_WITHIN_S = 60.0


@dataclass(slots=True)
class _Side:
    """One gateway, the outcomes that are left for it, and what waits for its deliveries."""

    bench: Bench
    bodies: Iterator[bytes]
    receiver: Receiver | None

    async def cost_us(self, for_s: float) -> float:
        """Processor time of one message, over a volley and what it leaves to do."""
        before_s = self.bench.server.cpu_s()
        taken = self.receiver.taken if self.receiver is not None else 0
        volley = await drive(self.bench.push, self.bodies, ACCEPTED, for_s=for_s)
        if self.receiver is not None:
            await all_taken([self.receiver], taken + volley.answered, within_s=_TAKEN_WITHIN_S)
        await asyncio.sleep(_NUMBERED_S)
        after_s = self.bench.server.cpu_s()
        if before_s is None or after_s is None:
            raise BenchFailed("this system does not tell how much processor time a process has used")
        return (after_s - before_s) / volley.answered * 1e6


async def subscriptions(effort: Effort, around: Path) -> list[Scenario]:
    counts = COUNTS if effort.name == "full" else COUNTS_AT_A_GLANCE
    pulled = await _costs(effort, around, counts, pulled=True)
    sent = await _costs(effort, around, counts, pulled=False)
    few, most = counts[0], counts[-1]
    figures = {
        f"{name} {count:,} us": median(costs[count])
        for name, costs in (("pull", pulled), ("webhook", sent))
        for count in counts
    }
    return [
        Scenario(
            name="subscriptions",
            unit="cpu us/message",
            samples=pulled[most],
            reference_name=f"{few} subscriptions",
            reference_samples=pulled[few],
            wanted="<= 1.2",
            note=(
                f"{most:,} pull subscriptions against {few}, one delivery a message; webhooks: "
                f"{median(sent[most]) / median(sent[few]):.3g}; {fronts_note()}"
            ),
            also=figures,
        )
    ]


async def _costs(effort: Effort, around: Path, counts: tuple[int, ...], *, pulled: bool) -> dict[int, list[float]]:
    async with AsyncExitStack() as stack:
        sides: dict[int, _Side] = {}
        for count in counts:
            receivers = [] if pulled else await stack.enter_async_context(receiving(1))
            gateway = bench_gateway(around, receivers, pulled=pulled, unconcerned=count - 1)
            bench = await stack.enter_async_context(gateway)
            bodies = iter(Outcomes(bench.cases, mixed=False))
            sides[count] = _Side(bench, bodies, receivers[0] if receivers else None)
        for side in sides.values():
            await side.cost_us(effort.warm_s)
        costs: dict[int, list[float]] = {count: [] for count in counts}
        for _ in range(effort.rounds):
            for count, side in sides.items():
                costs[count].append(await side.cost_us(effort.subject_s))
        return costs
