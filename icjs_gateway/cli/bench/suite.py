"""The suite: which scenarios there are, under which names, and running those that were asked for.

One that cannot be run does not take the others with it; what kept it is told beside the results.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from icjs_gateway.cli.bench.end_to_end import end_to_end_1, end_to_end_3
from icjs_gateway.cli.bench.ingest import ingest, ingest_soap
from icjs_gateway.cli.bench.inmate_status import inmate_status
from icjs_gateway.cli.bench.load import BenchFailed
from icjs_gateway.cli.bench.many_cases import ingest_cases
from icjs_gateway.cli.bench.many_subscriptions import subscriptions
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import Effort
from icjs_gateway.cli.bench.translate import translate
from icjs_gateway.simulators.process import GatewayFailed

Measure = Callable[[Effort, Path], Awaitable[list[Scenario]]]

SCENARIOS: dict[str, Measure] = {
    "translate": translate,
    "translate-screen": translate,
    "ingest": ingest,
    "ingest-soap": ingest_soap,
    "ingest-cases": ingest_cases,
    "inmate-status": inmate_status,
    "subscriptions": subscriptions,
    "end-to-end-1": end_to_end_1,
    "end-to-end-3": end_to_end_3,
}
"""Every scenario and what measures it, in the order in which they run. The names are stable."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured, and of what could not be, why not."""

    scenarios: Sequence[Scenario]
    failures: dict[str, str]


async def run(names: Sequence[str], effort: Effort, around: Path, tell: Callable[[str], None]) -> Outcome:
    """Measure these scenarios, one after another. `tell` hears what is measured next."""
    measured: dict[str, Scenario] = {}
    failures: dict[str, str] = {}
    for name, measure in SCENARIOS.items():
        if name not in names or name in measured:
            continue
        tell(name)
        try:
            measured |= {one.name: one for one in await measure(effort, around)}
        except (BenchFailed, GatewayFailed, httpx.HTTPError) as failure:
            failures[name] = str(failure)
    return Outcome([measured[name] for name in SCENARIOS if name in names and name in measured], failures)
