"""Between partners and the gateway lies a network: what it cuts, resets and swallows costs repeats and nothing else.

One gateway, a court and the police that push through a faulty proxy, and two receivers: one behind a proxy of its own,
one with a good line. What became of everything is read from the receivers' ledgers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import islice

import pytest
import pytest_asyncio

from icjs_gateway.client import GatewayClient, Repeats
from icjs_gateway.simulators import firs
from icjs_gateway.simulators.ledgers import Arrival
from icjs_gateway.simulators.lives import Life, lives
from icjs_gateway.simulators.partners import POLICE
from icjs_gateway.simulators.receiver import Receiver
from icjs_gateway.simulators.stage import Stage
from tests.support.far_receiver import FarReceiver
from tests.support.faulty_proxy import BLACK_HOLE, HEALTHY, Course, End, Fate, FaultyProxy
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUIET_S = 60


@dataclass
class Scene:
    """Everything, and the cases that nobody has told of yet."""

    stage: Stage
    far: FarReceiver
    near: Receiver
    untold: Iterator[Life]

    async def told(self, cases: int = 1) -> list[str]:
        """Register so many new FIRs; their events' ids."""
        before = len(self.stage.police.ledger.answered)
        for life in islice(self.untold, cases):
            await self.stage.police.send(life.steps[0])
        receipts = [entry.receipt for entry in self.stage.police.ledger.answered[before:]]
        return [event.event_id for receipt in receipts if receipt is not None for event in receipt.events]

    def came(self, to: Receiver, event_ids: list[str]) -> list[Arrival]:
        return [arrival for arrival in to.ledger.arrivals if arrival.event_id in event_ids]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    far, near = FarReceiver(name="far", secret="the secret of far"), Receiver(name="near", secret="the secret of near")
    stage = Stage(
        folder=tmp_path_factory.mktemp("network"),
        receivers=[far, near],
        settings={"ICJS_DELIVERY_TIMEOUT_S": "1", "ICJS_PER_ENDPOINT": "4"},
        retry_s=(0.05,) * 90,
    )
    async with stage:
        yield Scene(stage, far, near, lives(31, hearings=0))


@pytest.mark.parametrize(
    "answered",
    [
        Course(after=0),
        Course(after=12),
        Course(after=0, end=End.RESET),
        Course(after=0, end=End.HALF_CLOSE),
        Course(after=0, end=End.SILENCE),
    ],
    ids=lambda course: f"{course.end.value} after {course.after}",
)
async def test_an_answer_that_is_lost_after_success_brings_a_repeat_of_the_same(scene: Scene, answered: Course) -> None:
    scene.far.proxy.next(Fate(answered=answered))
    [event_id] = await scene.told()
    await eventually(lambda: len(scene.came(scene.far, [event_id])) == 2, within_s=QUIET_S)
    first, again = scene.came(scene.far, [event_id])
    assert (first.taken, first.first, again.taken, again.first) == (True, True, True, False)
    for name in ("webhook_id", "delivery_id", "event_id", "lane", "position", "replay", "digest"):
        assert getattr(first, name) == getattr(again, name), name
    assert await scene.stage.quiet(QUIET_S)
    assert len(scene.came(scene.near, [event_id])) == 1
    assert scene.stage.proof().violations == ()


async def test_a_delivery_that_is_cut_on_its_way_is_made_again(scene: Scene) -> None:
    scene.far.proxy.next(Fate(asked=Course(after=200)), Fate(asked=Course(after=500, end=End.RESET)))
    event_ids = await scene.told()
    assert await scene.stage.quiet(QUIET_S)
    assert len(scene.came(scene.far, event_ids)) == 1
    assert scene.stage.proof().violations == ()


async def test_a_black_hole_costs_its_time_out_and_nobody_else_waits(scene: Scene) -> None:
    scene.far.proxy.fate = BLACK_HOLE
    scene.far.proxy.hang_up()
    before = len(scene.far.proxy.met)
    event_ids = await scene.told(cases=30)
    await eventually(lambda: len(scene.came(scene.near, event_ids)) == 30, within_s=QUIET_S)
    # A second round of calls: the first was given up, and held nobody's place for ever.
    await eventually(lambda: len(scene.far.proxy.met) - before > 4, within_s=QUIET_S)
    assert scene.came(scene.far, event_ids) == []
    scene.far.proxy.fate = HEALTHY
    assert await scene.stage.quiet(QUIET_S)
    assert len(scene.came(scene.far, event_ids)) == 30
    assert scene.stage.proof().violations == ()


@pytest.mark.parametrize(
    "fate",
    [
        Fate(asked=Course(after=900, end=End.RESET)),
        Fate(asked=Course(after=900)),
        Fate(answered=Course(after=0, end=End.RESET)),
        Fate(answered=Course(after=60)),
    ],
    ids=["reset in the middle", "cut in the middle", "reset before the answer", "cut in the answer"],
)
async def test_a_push_that_breaks_gets_the_same_receipt_on_the_repeat(scene: Scene, fate: Fate) -> None:
    [life] = islice(scene.untold, 1)
    port = int(scene.stage.gateway.url.rpartition(":")[2])
    secret = scene.stage.secrets.police
    repeats = Repeats(first_wait_s=0.01, longest_wait_s=0.1)
    async with FaultyProxy("127.0.0.1", port) as proxy:
        police = GatewayClient(f"http://127.0.0.1:{proxy.port}", POLICE, secret, repeats=repeats)
        await police.jwks()
        entry = scene.stage.police.ledger.open(contract=firs.CONTRACT, message_id=life.fir_id, about=life.about)
        proxy.next(fate)
        receipt = await police.push(firs.CONTRACT, life.fir_json, "application/json")
        scene.stage.police.ledger.close(entry, receipt=receipt)
        assert proxy.met.count(fate) == 1
        assert len(proxy.met) == 3, "one before, the one that broke, the one that held"
        await police.aclose()
    assert (await scene.stage.police.gateway.receipt(life.fir_id, firs.CONTRACT)).stored == receipt.stored
    assert await scene.stage.quiet(QUIET_S)
    for receiver in (scene.far, scene.near):
        assert len(scene.came(receiver, [receipt.events[0].event_id])) == 1
    assert scene.stage.proof().violations == ()
