"""Whole lives of cases through all five pillars, and who is owed them: conserved and in order, through SIGKILL.

The systems of two States tell cases from the FIR to the judgment: Zero FIRs, seizures before their FIR, persons in two
cases, orders keyed to the wrong accused, corrections next morning, batches at the end of the day, committals,
transfers, clubbing, and by the doors of practice what courts, stations and jails beside the case's own have to say.
Who is told has its default subscription by the directed matrix, in the words of its pillar: jails, an observation home,
a laboratory, court registries, prosecutors, supervising police, the State's police, legal aid; districts of the police
have subscriptions of their own. Some fail a tenth of their calls, some are silent after they took what came, one is
down for the first third. The gateway is killed and started again on the same store. What holds is judged from the
senders' receipts and the receivers' ledgers alone; that nothing rightful waits for standing says the operator's desk.

`make test` plays 15 lives and one kill, with a directory of places and without; `make chaos` 500 lives, some 17,000
messages, and three kills; `make nation` three times as many, and leaves the gateway alone.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from icjs_gateway.simulators.cast import Cast, cast
from icjs_gateway.simulators.faults import Faults
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.place_rows import places_file
from icjs_gateway.simulators.receiver import Door, Receiver
from icjs_gateway.simulators.scenes import BY_ROWS, IN_SILENCE, Scene
from icjs_gateway.simulators.stage import Stage
from icjs_gateway.simulators.whole_lives import WholeLife, whole_lives
from tests.support.waiting import eventually

log = logging.getLogger(__name__)
SEED = 2026
RETRY_S = (0.1, 0.2, 0.5, *(1.0,) * 120)
FAILING = Faults(fail=1 / 9, streak_max=1, seed=SEED)
"""A tenth of all calls, counting the repeats, which succeed: an order about liberty is repeated after up to 5 s."""
SILENT = Faults(stall_after_success=0.02, streak_max=1, seed=SEED)


@dataclass(frozen=True, kw_only=True)
class Play:
    """How much is played, and how long it may take on a machine that is busy with other things."""

    cases: int
    kills: int
    bound_s: float
    scenes: frozenset[Scene] = BY_ROWS
    places: str | None = places_file()

    def lives(self) -> list[WholeLife]:
        return list(whole_lives(SEED, cases=self.cases, scenes=self.scenes))


SMALL = Play(cases=15, kills=1, bound_s=150)
SILENT_STATES = replace(SMALL, scenes=IN_SILENCE, places=None)
LARGE = Play(cases=500, kills=3, bound_s=2400)
NATION = Play(cases=1500, kills=0, bound_s=7200)


def with_trouble() -> tuple[Cast, Receiver]:
    """The demo's cast with more trouble, and who is down at first."""
    told = cast(SEED)
    by_name = {recipient.name: recipient.receiver for recipient in told.recipients}
    by_name["hp-prosecutors"].faults = FAILING
    by_name["hp-court-registries"].faults = FAILING
    by_name["hp-jail-dharamshala"].faults = FAILING
    by_name["hp-legal-aid"].faults = SILENT
    by_name["hp-sp-offices"].faults = SILENT
    return told, next(receiver for receiver in told.receivers if receiver.door is Door.REFUSING)


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(SMALL, id="15-lives", marks=pytest.mark.timeout(SMALL.bound_s + 60)),
        pytest.param(SILENT_STATES, id="15-lives-in-silence", marks=pytest.mark.timeout(SMALL.bound_s + 60)),
        pytest.param(LARGE, id="500-lives", marks=(pytest.mark.chaos, pytest.mark.timeout(LARGE.bound_s + 60))),
        pytest.param(NATION, id="1500-lives", marks=(pytest.mark.nation, pytest.mark.timeout(NATION.bound_s + 60))),
    ],
)
async def test_whole_lives_are_conserved_and_in_order_for_everyone_who_is_owed_them(
    tmp_path: Path, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=__name__)
    caplog.set_level(logging.WARNING, logger="httpx")
    lives = play.lives()
    messages = sum(len(life.steps) for life in lives)
    told, down = with_trouble()
    async with (
        asyncio.timeout(play.bound_s),
        Stage(
            folder=tmp_path,
            receivers=told.receivers,
            recipients=told.recipients,
            settings={"ICJS_DELIVERY_TIMEOUT_S": "2"},
            retry_s=RETRY_S,
            places=play.places,
        ) as stage,
    ):
        performance = Performance(systems=stage.systems, players=16, bulk_every=5)
        async with asyncio.TaskGroup() as group:
            group.create_task(performance.play(lives))
            group.create_task(kill_again_and_again(stage, messages, play.kills))
            group.create_task(come_up_after_a_third(stage, messages, down))
        await stage.ask_after_parked()
        assert await stage.quiet(play.bound_s)
        await stage.gateway.stop()
        proof = stage.proof()

    log.info("%s", proof.accounts)
    for scene, count in proof.scenes.items():
        log.info("%s: %s", scene.value, count)
    assert proof.violations == (), [f"{each.kind} {each.where}: {each.detail}" for each in proof.violations[:20]]
    assert proof.messages == proof.accepted + proof.parked == messages
    assert proof.parked == proof.linked
    assert proof.without_standing == ()
    jails = [proof.accounts[each.name] for each in told.recipients if each.receiver.interest.jails]
    assert all(account.owed > 0 for account in jails), "each jail and the home is owed something for certain"
    undecided = sum(account.may for account in jails)
    log.info("undecided: %s of %s", undecided, sum(account.owed for account in jails))
    assert undecided <= 0.06 * sum(account.owed for account in jails) + 2
    assert undecided <= 0.02 * proof.total("owed") + 2
    assert proof.scenes.keys() == {step.scene for life in lives for step in life.steps} - {None}
    assert all(count.orders == count.reached for count in proof.scenes.values()), proof.scenes
    assert proof.total("unverified") == proof.total("verified")
    assert proof.total("warrants") > 0
    assert proof.total("delivered") + proof.total("superseded") + proof.total("voided") == proof.total("owed")
    assert all(account.delivered > 0 for account in proof.accounts.values()), proof.accounts
    assert proof.total("retries") > messages / 50, "some failed"


def answers(stage: Stage) -> int:
    return sum(len(system.ledger.answered) for system in stage.systems.values())


async def kill_again_and_again(stage: Stage, messages: int, kills: int) -> None:
    """At even distances."""
    for kill in range(1, kills + 1):
        await eventually(lambda at=messages * kill // (kills + 1): answers(stage) >= at, within_s=3600)
        await stage.gateway.kill()
        log.info("killed after %d of %d answers", answers(stage), messages)
        await stage.gateway.start()


async def come_up_after_a_third(stage: Stage, messages: int, receiver: Receiver) -> None:
    await eventually(lambda: answers(stage) >= messages // 3, within_s=3600)
    await receiver.set_door(Door.OPEN)
