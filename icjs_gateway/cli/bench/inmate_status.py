"""`inmate-status`: what a question costs its asker beside many inmates, against an empty answer of the same server.

The reference is `/livez` at the same rate in the same run: the least that any answer takes. Both are asked over bare
sockets, which add next to nothing, and by an ordinary HTTP client, as partners do. A store with a hundredth of the
inmates is asked in turn as well, so that what its size costs can be seen.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import httpx

from icjs_gateway.cli.bench.filling import pid_of
from icjs_gateway.cli.bench.gateway import Bench, bench_gateway, fronts_note
from icjs_gateway.cli.bench.load import BenchFailed
from icjs_gateway.cli.bench.paced import paced
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import Effort

FEW = 1_000
MANY = 100_000
MANY_AT_A_GLANCE = 5_000
PER_S = 200.0


async def inmate_status(effort: Effort, around: Path) -> list[Scenario]:
    many = MANY if effort.name == "full" else MANY_AT_A_GLANCE
    async with (
        bench_gateway(around, beside=FEW, inmates=True) as small,
        bench_gateway(around, beside=many, inmates=True) as large,
    ):
        alive, few, much = _alive(large), _questions(small, FEW), _questions(large, many)
        for bench, requests in ((large, alive), (small, few), (large, much)):
            await paced(bench.server.url, requests, per_s=PER_S, for_s=effort.warm_s, marker=b"")
        lived, with_few, with_many, slow, ordinary = [], [], [], [], []
        for _ in range(effort.rounds):
            lived.append(await _median_ms(large, alive, effort.subject_s, b""))
            with_few.append(await _median_ms(small, few, effort.subject_s, b"SURETY_PENDING"))
            volley = await paced(large.server.url, much, per_s=PER_S, for_s=effort.subject_s, marker=b"SURETY_PENDING")
            with_many.append(volley.latency_ms(0.5))
            slow.append(volley.latency_ms(0.99))
            ordinary.append(await _ordinary(large, many, effort.subject_s / 2))
    return [
        Scenario(
            name="inmate-status",
            unit="ms, median",
            samples=with_many,
            reference_name="/livez",
            reference_samples=lived,
            wanted="<= 8",
            note=f"{PER_S:.0f} questions a second by PID beside {many:,} inmates; {fronts_note()}",
            also={
                "p99 ms": median(slow),
                f"p50 ms beside {FEW:,}": median(with_few),
                f"ratio to {FEW:,}": median(with_many) / median(with_few),
                "p50 ms by httpx": median(asked for asked, _ in ordinary),
                "ratio by httpx": median(asked / alone for asked, alone in ordinary),
            },
        )
    ]


async def _median_ms(bench: Bench, requests: Iterator[bytes], for_s: float, marker: bytes) -> float:
    volley = await paced(bench.server.url, requests, per_s=PER_S, for_s=for_s, marker=marker)
    return volley.latency_ms(0.5)


def _alive(bench: Bench) -> Iterator[bytes]:
    request = f"GET /livez HTTP/1.1\r\nHost: {bench.host}\r\n\r\n".encode()
    while True:
        yield request


async def _ordinary(bench: Bench, inmates: int, for_s: float) -> tuple[float, float]:
    """Medians in milliseconds by httpx: of a question, and of `/livez`."""
    headers = {"Authorization": f"Bearer {bench.police_token}", "Content-Type": "application/json"}
    bodies = _bodies(inmates)

    async with httpx.AsyncClient(base_url=bench.server.url, headers=headers) as client:

        async def ask() -> httpx.Response:
            return await client.post("/v1/queries/inmate-status", content=next(bodies))

        async def live() -> httpx.Response:
            return await client.get("/livez")

        return await _timed(ask, for_s), await _timed(live, for_s)


async def _timed(send: Callable[[], Awaitable[httpx.Response]], for_s: float) -> float:
    times: list[float] = []

    async def one(after_s: float) -> None:
        await asyncio.sleep(after_s)
        asked = perf_counter()
        answer = await send()
        times.append(perf_counter() - asked)
        if answer.status_code != httpx.codes.OK:
            raise BenchFailed(f"an answer was not the expected one: {answer.status_code}")

    await asyncio.gather(*(one(number / PER_S) for number in range(int(PER_S * for_s))))
    return median(times) * 1000


def _questions(bench: Bench, inmates: int) -> Iterator[bytes]:
    """Whole requests, a question by PID each."""
    head = (
        f"POST /v1/queries/inmate-status HTTP/1.1\r\nHost: {bench.host}\r\nAuthorization: Bearer {bench.police_token}"
        "\r\nContent-Type: application/json\r\n"
    )
    for body in _bodies(inmates):
        yield f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _bodies(inmates: int) -> Iterator[bytes]:
    """A question by PID after the other, about inmates drawn from a seed."""
    drawn = Random(29)  # noqa: S311 - the same load in every run
    while True:
        yield json.dumps(
            {
                "requestId": "BENCH-1",
                "purpose": "INVESTIGATION",
                "requestedBy": {"id": "1", "rank": "Inspector", "office": "2011007"},
                "by": {"pid": pid_of(drawn.randrange(inmates - 1))},
            }
        ).encode()
