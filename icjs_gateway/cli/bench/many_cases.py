"""`ingest-cases`: what a message costs beside many cases, and beside few.

Two gateways take the same outcomes about the same cases in turn; the store of one holds a hundred times as many cases.
What is compared is processor time a message, so that the ratio is a cost: 1 says that the store's size does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from icjs_gateway.cli.bench.documents import Outcomes
from icjs_gateway.cli.bench.gateway import ACCEPTED, Bench, bench_gateway, fronts_note
from icjs_gateway.cli.bench.load import BenchFailed, drive
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import Effort

FEW = 1_000
MANY = 100_000
MANY_AT_A_GLANCE = 5_000


@dataclass(slots=True)
class _Side:
    """One gateway, the outcomes that are left for it, and what they cost so far."""

    bench: Bench
    bodies: Iterator[bytes]

    async def cost_us(self, for_s: float) -> float:
        """Processor time of one message, over a volley."""
        before_s = self.bench.server.cpu_s()
        volley = await drive(self.bench.push, self.bodies, ACCEPTED, for_s=for_s)
        after_s = self.bench.server.cpu_s()
        if before_s is None or after_s is None:
            raise BenchFailed("this system does not tell how much processor time a process has used")
        return (after_s - before_s) / volley.answered * 1e6


async def ingest_cases(effort: Effort, around: Path) -> list[Scenario]:
    many = MANY if effort.name == "full" else MANY_AT_A_GLANCE
    async with bench_gateway(around, beside=FEW) as small, bench_gateway(around, beside=many) as large:
        few, much = (_Side(bench, iter(Outcomes(bench.cases, mixed=True))) for bench in (small, large))
        for side in (few, much):
            await side.cost_us(effort.warm_s)
        costs = [
            (await few.cost_us(effort.subject_s), await much.cost_us(effort.subject_s)) for _ in range(effort.rounds)
        ]
        cases = len(small.cases)
    return [
        Scenario(
            name="ingest-cases",
            unit="cpu us/message",
            samples=[with_many for _, with_many in costs],
            reference_name=f"{FEW:,} cases",
            reference_samples=[with_few for with_few, _ in costs],
            wanted="<= 1.2",
            note=f"outcomes of {cases} cases beside {many:,} others, against {FEW:,}; {fronts_note()}",
        )
    ]
