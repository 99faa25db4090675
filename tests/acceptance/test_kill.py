"""The main promise, proved from outside: nothing lost, nothing made up, everything in order, through SIGKILL.

A court and the police push 2,000 outcomes over 200 cases while the gateway is killed and restarted three
times on the same store. Three systems subscribed: one fails a tenth of its calls, one is down for the first
third, one takes what it gets and then stays silent in one of fifty. What holds is judged from the senders'
receipts and the receivers' ledgers alone. It holds on SQLite, and in the full suite on PostgreSQL, where a gateway
takes back the leases that it held before it was killed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from icjs_gateway.simulators.faults import Faults
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.lives import lives
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.receiver import Door, Receiver
from icjs_gateway.simulators.stage import Stage
from tests.support import postgres

SEED = 2026
CASES = 200
HEARINGS = 10
OUTCOMES = CASES * HEARINGS
LIBERTY = 0.1
KILLS_AT = (OUTCOMES // 4, OUTCOMES // 2, OUTCOMES * 3 // 4)
BOUND_S = 240.0
"""For a machine that is busy with other things; alone it takes half a minute."""
IN_FLIGHT_MAX = 64 + 16
"""Deliveries that the gateway has under way at most: what a kill can make it repeat."""

FAILING = Faults(fail=1 / 9, streak_max=1, seed=SEED)
"""A tenth of all calls, counting the repeats, which succeed: an order about liberty is repeated after up to 5 s, and
again after up to 30 s, which would only make this test longer."""
SILENT = Faults(stall_after_success=0.02, streak_max=1, seed=SEED)
NOT_LIBERTY = Interest(events=("icjs.fir.*", "icjs.hearing.*", "icjs.process.*"))


def receivers() -> list[Receiver]:
    return [
        Receiver(name="failing", secret="the secret of failing", faults=FAILING),
        Receiver(name="down-at-first", secret="the secret of down", interest=NOT_LIBERTY, door=Door.REFUSING),
        Receiver(name="silent", secret="the secret of silent", faults=SILENT),
    ]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def store(request: pytest.FixtureRequest) -> Iterator[Mapping[str, str]]:
    """The settings of the store."""
    if request.param == "sqlite":
        yield {}
        return
    # It has to survive SIGKILL of the gateway, not of its own server.
    with postgres.server() as server, postgres.database(server) as url:
        yield {"ICJS_DATABASE_URL": url.set(drivername="postgresql").render_as_string(hide_password=False)}


@pytest.mark.timeout(BOUND_S + 60)
async def test_nothing_is_lost_or_out_of_order_when_the_gateway_is_killed(
    tmp_path: Path, store: Mapping[str, str]
) -> None:
    failing, down, silent = subscribers = receivers()
    async with (
        asyncio.timeout(BOUND_S),
        Stage(folder=tmp_path, receivers=subscribers, settings={"ICJS_DELIVERY_TIMEOUT_S": "2", **store}) as stage,
    ):
        performance = Performance(police=stage.police, court=stage.court, players=32)
        stage.court.soap_every = 10
        await performance.register(lives(SEED, cases=CASES, hearings=HEARINGS, liberty=LIBERTY))
        async with asyncio.TaskGroup() as group:
            group.create_task(performance.hear(lives(SEED, cases=CASES, hearings=HEARINGS, liberty=LIBERTY)))
            group.create_task(kill_three_times(stage))
            group.create_task(come_up_after_a_third(stage, down))
        assert await stage.quiet(BOUND_S)
        proof = stage.proof()

    assert proof.violations == ()
    assert proof.accepted == CASES + OUTCOMES
    assert proof.total("delivered") == proof.total("owed") > 3 * OUTCOMES
    faults = [sum(not arrival.taken for arrival in one.ledger.arrivals) for one in (failing, down)]
    stalls = sum(arrival.status == 0 for arrival in silent.ledger.arrivals)
    assert faults[0] > OUTCOMES / 20, "the failing one failed"
    assert stalls > 0, "the silent one was silent"
    assert proof.total("repeats") <= stalls + len(KILLS_AT) * IN_FLIGHT_MAX


async def kill_three_times(stage: Stage) -> None:
    """When a quarter, a half and three quarters of the outcomes have their receipts."""
    for answers in KILLS_AT:
        await stage.court.ledger.until(answers)
        await stage.gateway.kill()
        await stage.gateway.start()


async def come_up_after_a_third(stage: Stage, receiver: Receiver) -> None:
    await stage.court.ledger.until(OUTCOMES // 3)
    await receiver.set_door(Door.OPEN)
