"""`end-to-end-1` and `end-to-end-3`: from the push to the acknowledgement by every recipient.

A round pushes for a while as fast as messages are accepted, then waits until each receiver has taken each of
them. Its figure is the messages of the round over the whole time, so what is not delivered at once counts
against it. Each message gives one event, owed to every receiver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from icjs_gateway.cli.bench.documents import Outcomes
from icjs_gateway.cli.bench.gateway import ACCEPTED, Bench, bench_gateway
from icjs_gateway.cli.bench.load import CONNECTIONS, Volley, drive
from icjs_gateway.cli.bench.receivers import Receiver, all_taken, receiving
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import ECHO, Echo, Effort, Meter, echoing, in_turn

PUSH_SHARE = 0.5
"""Of the time that a round may take, how much is pushed; the rest is left for what is still owed then."""
DELIVERY_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Round:
    """Messages pushed in a round, and how long it took until the last was taken by the last receiver."""

    pushed: Volley
    elapsed_s: float

    @property
    def per_s(self) -> float:
        return self.pushed.answered / self.elapsed_s


async def end_to_end_1(effort: Effort, around: Path) -> list[Scenario]:
    return [await _end_to_end("end-to-end-1", effort, around, recipients=1)]


async def end_to_end_3(effort: Effort, around: Path) -> list[Scenario]:
    return [await _end_to_end("end-to-end-3", effort, around, recipients=3)]


async def _end_to_end(name: str, effort: Effort, around: Path, *, recipients: int) -> Scenario:
    async with (
        receiving(recipients) as receivers,
        bench_gateway(around, receivers) as bench,
        echoing(around, iter(Outcomes(bench.cases, mixed=False))) as echo,
    ):
        return await _measure(name, effort, bench, echo, receivers)


async def _measure(name: str, effort: Effort, bench: Bench, echo: Echo, receivers: Sequence[Receiver]) -> Scenario:
    bodies = iter(Outcomes(bench.cases, mixed=False))

    async def through(for_s: float = effort.subject_s * PUSH_SHARE) -> Round:
        before = receivers[0].taken
        pushed = await drive(bench.push, bodies, ACCEPTED, for_s=for_s)
        await all_taken(receivers, before + pushed.answered, within_s=DELIVERY_TIMEOUT_S)
        return Round(pushed, perf_counter() - pushed.began_at)

    async def reference() -> Volley:
        return await echo.volley(effort.reference_s)

    await echo.volley(effort.warm_s)
    await through(effort.warm_s)
    calls, meter = _calls(receivers), Meter("cpu", bench.server)
    references, rounds = await in_turn(effort.rounds, reference, through)
    messages = sum(one.pushed.answered for one in rounds)
    per_s = [one.per_s for one in rounds]
    return Scenario(
        name=name,
        unit="messages/s",
        samples=per_s,
        reference_name=ECHO,
        reference_samples=[volley.per_s for volley in references],
        also={
            "deliveries/s": median(per_s) * len(receivers),
            "accepted/s": median(one.pushed.per_s for one in rounds),
            "repeats": _calls(receivers) - calls - messages * len(receivers),
        }
        | meter.us_each(messages),
        note=f"1 event a message, {len(receivers)} recipients, {len(bench.cases)} cases, {CONNECTIONS} connections",
    )


def _calls(receivers: Sequence[Receiver]) -> int:
    return sum(receiver.calls for receiver in receivers)
