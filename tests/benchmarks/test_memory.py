"""The gateway's memory does not grow with the messages that it has taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from icjs_gateway.cli.bench.documents import Outcomes
from icjs_gateway.cli.bench.gateway import ACCEPTED, Bench, bench_gateway
from icjs_gateway.cli.bench.load import drive

SETTLED_AFTER = 20_000
IN_ALL = 100_000
AT_ONCE = 10_000
GROWTH_MAX = 0.05


async def push(bench: Bench, outcomes: Outcomes, messages: int) -> None:
    bodies = iter(outcomes)
    for _ in range(0, messages, AT_ONCE):
        # On a busy machine all of them together take longer than a token is good for.
        fresh = await bench.renewed()
        volley = await drive(fresh.push, (next(bodies) for _ in range(AT_ONCE)), ACCEPTED, for_s=3600)
        assert volley.answered == AT_ONCE


def resident(bench: Bench) -> int:
    used = bench.server.resident_bytes()
    if used is None:
        pytest.skip("this system does not tell how much memory a process has")
    return used


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("fronts", ["0", "1"])
async def test_memory_is_flat_over_a_hundred_thousand_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fronts: str
) -> None:
    monkeypatch.setenv("ICJS_FRONTS", fronts)
    async with bench_gateway(tmp_path) as bench:
        outcomes = Outcomes(bench.cases, mixed=True)
        await push(bench, outcomes, SETTLED_AFTER)
        before = resident(bench)
        await push(bench, outcomes, IN_ALL - SETTLED_AFTER)
        grown = resident(bench) / before - 1
    assert grown < GROWTH_MAX, f"memory grew by {grown:.1%} over {IN_ALL - SETTLED_AFTER} messages"
