"""Liberty traffic never waits: a bail order reaches a recipient that answers nothing else, past thousands that wait.

Four police systems read every regular delivery and never answer: all the gateway's workers hang on them, and two
thousand deliveries are due behind those. Then a court grants bail. What came when is read from the order of the
receivers' ledgers.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import web

from icjs_gateway.simulators.kinds import LIBERTY
from icjs_gateway.simulators.ledgers import Arrival
from icjs_gateway.simulators.lives import Life, Outcome, lives
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.stage import Stage
from tests.support.far_receiver import FarReceiver

CASES = 500
RECEIVERS = 4
WORKERS = 4
"""That may call one recipient with what is regular."""
BOUND_S = 240.0
"""For a machine that is busy with other things; alone it takes a tenth."""
BAIL = "icjs.bail.ordered.v1"
SETTINGS = {
    "ICJS_DELIVERY_WORKERS": str(RECEIVERS * WORKERS),
    # One of them is kept for orders.
    "ICJS_PER_ENDPOINT": str(WORKERS + 1),
    "ICJS_LIBERTY_WORKERS": "4",
    # Longer than the test: who hangs, hangs, until the test hangs up.
    "ICJS_DELIVERY_TIMEOUT_S": "600",
}


@dataclass
class DeafReceiver(FarReceiver):
    """While `deaf`, it reads whatever is regular, takes nothing of it and never answers."""

    deaf: bool = True

    def _arrival(self, request: web.Request, body: bytes) -> Arrival:
        arrival = FarReceiver._arrival(self, request, body)
        if self.deaf and not arrival.type.startswith(LIBERTY):
            return replace(arrival, status=0, taken=False, first=False)
        return arrival

    async def until_hanging(self) -> None:
        """Until nobody is left to call it."""
        while len(self.ledger.arrivals) < WORKERS:
            self.moved.clear()
            await self.moved.wait()

    async def until_bail(self) -> None:
        while not any(arrival.type == BAIL for arrival in self.ledger.arrivals):
            self.moved.clear()
            await self.moved.wait()


def with_bail() -> tuple[Life, Outcome]:
    """A case in which the court grants bail at some hearing, and that hearing."""
    for life in lives(50, cases=20, liberty=1.0):
        for outcome in life.outcomes:
            if sum("Bail" in accused for accused in outcome.document["Hearing"]["Accused"]) == 1:
                return life, outcome
    raise AssertionError("no bail in twenty cases")


@pytest.mark.timeout(BOUND_S + 60)
async def test_a_bail_order_is_delivered_while_thousands_wait_for_a_recipient_that_is_silent(tmp_path: Path) -> None:
    receivers = [DeafReceiver(name=f"silent-{n}", secret=f"the secret of silent-{n}") for n in range(RECEIVERS)]
    granted_in, granting = with_bail()
    async with (
        asyncio.timeout(BOUND_S),
        Stage(folder=tmp_path, receivers=receivers, settings=SETTINGS, retry_s=(0.1,) * 90) as stage,
    ):
        performance = Performance(systems=stage.systems, players=32)
        stage.court.soap_every = 0
        await stage.police.send(granted_in.steps[0])
        await performance.register(lives(3, cases=CASES, hearings=0))
        for police in receivers:
            await police.until_hanging()

        await stage.court.send(granting.step(granted_in.about))
        for police in receivers:
            await police.until_bail()
        for police in receivers:
            regular, liberty = police.ledger.arrivals[:WORKERS], police.ledger.arrivals[WORKERS:]
            assert [arrival.taken for arrival in regular] == [False] * WORKERS, "every worker hangs"
            assert all(arrival.type.startswith(LIBERTY) for arrival in liberty), "and still does"
            assert BAIL in [arrival.type for arrival in liberty if arrival.taken]

        for police in receivers:
            police.deaf = False
            police.proxy.hang_up()
        assert await stage.quiet(BOUND_S)
        proof = stage.proof()
    assert proof.violations == ()
    assert proof.total("delivered") == proof.total("owed") > RECEIVERS * CASES
