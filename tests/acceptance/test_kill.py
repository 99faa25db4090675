"""The main promise, proved from outside: nothing lost, nothing made up, everything in order, through SIGKILL.

A court and the police push outcomes while the gateway is killed and restarted on the same store, again and again. Three
systems subscribed: one fails a tenth of its calls, one is down for the first third, one takes what it gets and then
stays silent in one of fifty. What holds is judged from the senders' receipts and the receivers' ledgers alone.

`make test` plays 2,000 outcomes over 200 cases and three kills, on SQLite; `make chaos` the same on PostgreSQL,
where a gateway takes back the leases that it held before it was killed, and 10,000 outcomes over 1,000 cases and five
kills on both; `-o log_cli=true --log-cli-level=INFO` shows how far it has come.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from icjs_gateway.simulators.faults import Faults
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.lives import Life, lives
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.receiver import Door, Receiver
from icjs_gateway.simulators.stage import Stage
from tests.support import postgres

log = logging.getLogger(__name__)

SEED = 2026
LIBERTY = 0.1
RETRY_S = (0.1, 0.2, 0.5, *(1.0,) * 90)
"""Short waits: a minute and a half of patience, of which an open breaker uses none."""
IN_FLIGHT_MAX = 64 + 16
"""Deliveries that the gateway has under way at most: what a kill can make it repeat."""

FAILING = Faults(fail=1 / 9, streak_max=1, seed=SEED)
"""A tenth of all calls, counting the repeats, which succeed: an order about liberty is repeated after up to 5 s, and
again after up to 30 s, which would only make this test longer."""
SILENT = Faults(stall_after_success=0.02, streak_max=1, seed=SEED)
NOT_LIBERTY = Interest(events=("icjs.fir.*", "icjs.hearing.*", "icjs.process.*"))


@dataclass(frozen=True, kw_only=True)
class Play:
    """How much is played. `bound_s` is for a machine that is busy with other things: alone it takes a tenth."""

    cases: int
    hearings: int
    kills: int
    bound_s: float
    timeout_s: int
    """How long a recipient may be silent. Who is given little of a busy machine is not silent yet."""

    @property
    def outcomes(self) -> int:
        return self.cases * self.hearings

    @property
    def kills_at(self) -> list[int]:
        """After how many answers the gateway is killed."""
        return [self.outcomes * kill // (self.kills + 1) for kill in range(1, self.kills + 1)]

    def lives(self) -> Iterator[Life]:
        return lives(SEED, cases=self.cases, hearings=self.hearings, liberty=LIBERTY)


SMALL = Play(cases=200, hearings=10, kills=3, bound_s=240, timeout_s=2)
LARGE = Play(cases=1000, hearings=10, kills=5, bound_s=1800, timeout_s=4)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Mapping[str, str]]:
    """The settings of the store."""
    if request.param == "sqlite":
        yield {}
        return
    # It has to survive SIGKILL of the gateway, not of its own server.
    with postgres.server() as server, postgres.database(server) as url:
        yield {"ICJS_DATABASE_URL": url.set(drivername="postgresql").render_as_string(hide_password=False)}


@pytest.mark.parametrize(
    ("play", "store"),
    [
        pytest.param(SMALL, "sqlite", id="2000-sqlite", marks=pytest.mark.timeout(SMALL.bound_s + 60)),
        *(
            pytest.param(
                play,
                store,
                id=f"{play.outcomes}-{store}",
                marks=(pytest.mark.chaos, pytest.mark.timeout(play.bound_s + 60)),
            )
            for play, store in ((SMALL, "postgresql"), (LARGE, "sqlite"), (LARGE, "postgresql"))
        ),
    ],
    indirect=["store"],
)
async def test_nothing_is_lost_or_out_of_order_when_the_gateway_is_killed(
    tmp_path: Path, store: Mapping[str, str], play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=__name__)
    caplog.set_level(logging.WARNING, logger="httpx")
    failing, down, silent = subscribers = [
        Receiver(name="failing", secret="the secret of failing", faults=FAILING),
        Receiver(name="down-at-first", secret="the secret of down", interest=NOT_LIBERTY, door=Door.REFUSING),
        Receiver(name="silent", secret="the secret of silent", faults=SILENT),
    ]
    settings = {"ICJS_DELIVERY_TIMEOUT_S": str(play.timeout_s), **store}
    async with (
        asyncio.timeout(play.bound_s),
        Stage(folder=tmp_path, receivers=subscribers, settings=settings, retry_s=RETRY_S) as stage,
    ):
        performance = Performance(systems=stage.systems, players=32)
        stage.court.soap_every = 10
        await performance.register(play.lives())
        async with asyncio.TaskGroup() as group:
            group.create_task(performance.hear(play.lives()))
            group.create_task(kill_again_and_again(stage, play))
            group.create_task(come_up_after_a_third(stage, play, down))
            group.create_task(tell_progress(stage, play))
        assert await stage.quiet(play.bound_s)
        # What is under way now is settled first: it would be one too many.
        await stage.gateway.stop()
        proof = stage.proof()

    assert proof.violations == ()
    assert proof.accepted == play.cases + play.outcomes
    assert proof.total("delivered") == proof.total("owed") > 3 * play.outcomes
    faults = [sum(not arrival.taken for arrival in one.ledger.arrivals) for one in (failing, down)]
    stalls = sum(arrival.status == 0 for arrival in silent.ledger.arrivals)
    log.info("%d repeats, %d time-outs, %d retries", proof.total("repeats"), stalls, proof.total("retries"))
    assert faults[0] > play.outcomes / 20, "the failing one failed"
    assert stalls > 0, "the silent one was silent"
    assert proof.total("repeats") <= stalls + play.kills * IN_FLIGHT_MAX


async def kill_again_and_again(stage: Stage, play: Play) -> None:
    """At even distances between the first outcome's receipt and the last one's."""
    for answers in play.kills_at:
        await stage.court.ledger.until(answers)
        await stage.gateway.kill()
        log.info("killed after %d outcomes", len(stage.court.ledger.answered))
        await stage.gateway.start()
        log.info("up again")


async def come_up_after_a_third(stage: Stage, play: Play, receiver: Receiver) -> None:
    await stage.court.ledger.until(play.outcomes // 3)
    await receiver.set_door(Door.OPEN)


async def tell_progress(stage: Stage, play: Play) -> None:
    """A line at every tenth, for whoever watches or has to find out later."""
    for tenth in range(1, 11):
        await stage.court.ledger.until(play.outcomes * tenth // 10)
        taken = {receiver.name: receiver.ledger.taken for receiver in stage.receivers}
        log.info("%d of %d outcomes answered; taken: %s", play.outcomes * tenth // 10, play.outcomes, taken)
