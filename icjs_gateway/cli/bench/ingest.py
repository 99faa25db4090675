"""`ingest` and `ingest-soap`: how many messages a second are accepted, when nobody is owed them.

Each message is another one, authenticated, admitted, translated, recorded on its case, signed and committed with
fsync before it is answered. The reference answers the same bodies with the same bodies.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

from icjs_gateway.cli.bench.documents import MIXED_EVENTS, Outcomes
from icjs_gateway.cli.bench.gateway import ACCEPTED, COURTS, SOAP_ACCEPTED, Bench, bench_gateway, fronts_note
from icjs_gateway.cli.bench.load import CONNECTIONS, Volley, drive
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import ECHO, Echo, Effort, Meter, echoing, in_turn, latencies


async def ingest(effort: Effort, around: Path) -> list[Scenario]:
    """XML to `POST /v1/messages/courts.hearing-outcome.v1`, with a bearer token."""
    return [await _ingest("ingest", effort, around, soap=False)]


async def ingest_soap(effort: Effort, around: Path) -> list[Scenario]:
    """The same documents to `POST /soap/courts`, with a UsernameToken."""
    return [await _ingest("ingest-soap", effort, around, soap=True)]


async def _ingest(name: str, effort: Effort, around: Path, *, soap: bool) -> Scenario:
    async with bench_gateway(around) as bench, echoing(around, iter(Outcomes(bench.cases, mixed=True))) as echo:
        return await _measure(name, effort, bench, echo, soap=soap)


async def _measure(name: str, effort: Effort, bench: Bench, echo: Echo, *, soap: bool) -> Scenario:
    outcomes = Outcomes(bench.cases, mixed=True)
    bodies = outcomes.enveloped(COURTS, bench.password) if soap else iter(outcomes)
    target, expected = (bench.push_soap, SOAP_ACCEPTED) if soap else (bench.push, ACCEPTED)

    async def push(for_s: float = effort.subject_s) -> Volley:
        return await drive(target, bodies, expected, for_s=for_s)

    async def reference() -> Volley:
        return await echo.volley(effort.reference_s)

    await echo.volley(effort.warm_s)
    await push(effort.warm_s)
    meter, echo_meter = Meter("cpu", bench.server), Meter("echo cpu", echo.server)
    references, volleys = await in_turn(effort.rounds, reference, push)
    per_s = [volley.per_s for volley in volleys]
    return Scenario(
        name=name,
        unit="messages/s",
        samples=per_s,
        reference_name=ECHO,
        reference_samples=[volley.per_s for volley in references],
        wanted=">= 0.10" if soap else ">= 0.08",
        also={"events/s": median(per_s) * MIXED_EVENTS}
        | latencies(volleys)
        | _cpu(meter, volleys)
        | _cpu(echo_meter, references),
        note=f"{MIXED_EVENTS} events a message, {len(bench.cases)} cases, {CONNECTIONS} connections, no subscriber; "
        + fronts_note(),
    )


def _cpu(meter: Meter, volleys: list[Volley]) -> dict[str, float]:
    return meter.us_each(sum(volley.answered for volley in volleys))
