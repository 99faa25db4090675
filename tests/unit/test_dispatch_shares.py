"""What each share of the workers claims: breakers hold the regular one back, nothing holds liberty traffic back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.breaker import BreakerPolicy
from icjs_gateway.routing.delivery import DispatchPorts
from icjs_gateway.routing.directory import Subscription
from icjs_gateway.routing.dispatch import Dispatcher, DispatchLimits
from icjs_gateway.routing.encoding import Encoded, Encoder
from icjs_gateway.routing.lanes import Claim, Head, Leased, Leases, Settlement, Told, Wait
from icjs_gateway.routing.loops import LoopLimits, Loops
from icjs_gateway.routing.retry import Answer
from tests.fakes import SetClock, packaged
from tests.support.disclosing import disclosure
from tests.support.messages import MORNING, police, subscription

DOWN = Answer(acknowledged=False, outcome="http-500", endpoint_down=True)
CASE = b'{"case":{"id":"case-1","firs":[{"state":"HP","police_station_code":"2011007"}]}}'


class OneSubscription:
    """A directory of one partner with one subscription."""

    disabled: frozenset[str] = frozenset()
    pulled: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()

    def subscription(self, subscription_id: str) -> Subscription | None:
        return subscription()

    def partner(self, partner_id: str) -> object:
        return police()


@dataclass
class QueuedLanes:
    """Gives what is queued for a share to whoever claims for it, and keeps every claim and settlement."""

    queued: dict[bool, list[Leased]]
    claims: list[Claim] = field(default_factory=list)
    settled: list[Settlement] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def lease(self, claim: Claim, admit: Callable[[Head], str | None]) -> Leases:
        self.claims.append(claim)
        self.changed.set()
        waiting = self.queued[claim.liberty]
        given = [waiting.pop(0) for _ in range(min(claim.most, len(waiting)))]
        return Leases(leased=tuple(given), next_due_at=None)

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[bool]:
        self.settled += settlements
        self.changed.set()
        return [True] * len(settlements)

    async def pass_by_dead(self, now: datetime, most: int) -> Sequence[str]:
        return ()

    async def release(self, tokens: Sequence[str]) -> None:
        raise AssertionError("nothing is given back here")

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not happened():
                self.changed.clear()
                await self.changed.wait()


def leased(number: int, *, liberty: bool) -> Leased:
    told = Told(
        event_id=f"E{number}",
        type="icjs.bail.ordered.v1" if liberty else "icjs.hearing.recorded.v1",
        partner_id="hp-courts",
        pillar="courts",
        case_id="case-1",
        message_id=f"M{number}",
        occurred_at=MORNING,
        recorded_at=MORNING,
        data=CASE,
    )
    head = Head(
        delivery_id=f"D{number}",
        subscription_id="hp-cases",
        lane=f"lane-{number}",
        liberty=liberty,
        attempts=0,
        replay=False,
        owed_at=told.recorded_at,
        told=told,
    )
    return Leased(head=head, token=f"t{number}", position=1, until=MORNING + timedelta(minutes=1))


class Silent:
    """Takes what it is given and never answers, but for orders that free or hold a person."""

    async def carry(self, subscription: Subscription, delivery_id: str, encoded: Encoded) -> Answer:
        if b"icjs.bail." not in encoded.body:
            await asyncio.Event().wait()
        return Answer(acknowledged=True, outcome="acknowledged")


class Failing:
    async def carry(self, subscription: Subscription, delivery_id: str, encoded: Encoded) -> Answer:
        return DOWN


class Broken:
    """Has a fault of its own, and tells it with a name that no log may hold."""

    async def carry(self, subscription: Subscription, delivery_id: str, encoded: Encoded) -> Answer:
        raise KeyError("Ramesh Kumar")


def dispatcher(lanes: QueuedLanes, courier: object, **limits: object) -> tuple[Dispatcher, Loops]:
    directory = OneSubscription()
    ports = DispatchPorts(
        lanes=lanes,
        directory=directory,  # type: ignore[arg-type]
        courier=courier,  # type: ignore[arg-type]
        encoder=Encoder(packaged(), "sandbox"),
        admission=Admission(directory, disclosure()),  # type: ignore[arg-type]
        clock=SetClock(),
        jitter=lambda: 0.5,
    )
    loops = Loops(SetClock(), LoopLimits(first_s=0.01, rest_max_s=0.01))
    return Dispatcher(ports, DispatchLimits(**limits), loops), loops  # type: ignore[arg-type]


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_an_open_breaker_holds_regular_claims_back_and_no_liberty_claims() -> None:
    lanes = QueuedLanes({False: [leased(1, liberty=False), leased(2, liberty=False)], True: []})
    dispatching, loops = dispatcher(lanes, Failing(), breaker=BreakerPolicy(failures=2, first_s=30), poll_s=0.01)
    running = asyncio.create_task(loops.run())
    await lanes.until(lambda: len(lanes.settled) == 2)
    before = len(lanes.claims)
    dispatching.wake()
    await lanes.until(lambda: {claim.liberty for claim in lanes.claims[before + 2 :]} == {True, False})
    held = {claim.liberty: claim.closed for claim in lanes.claims[before + 2 :]}
    await cancelled(running)
    assert held == {False: frozenset({"hp-cases"}), True: frozenset()}


async def test_a_bail_order_needs_no_worker_that_others_hold() -> None:
    regular = [leased(number, liberty=False) for number in range(1, 20)]
    lanes = QueuedLanes({False: regular, True: []})
    dispatching, loops = dispatcher(lanes, Silent(), workers=8, liberty_workers=2, per_endpoint=100, poll_s=0.01)
    running = asyncio.create_task(loops.run())
    await lanes.until(lambda: len(regular) == 11)
    lanes.queued[True].append(leased(99, liberty=True))
    dispatching.wake()
    await lanes.until(lambda: bool(lanes.settled))
    await cancelled(running)
    assert [settlement.leased.head.delivery_id for settlement in lanes.settled] == ["D99"]
    assert len(regular) == 11, "the others still wait for a worker"


async def test_a_fault_of_the_gateway_is_an_attempt_that_counts_and_is_made_again() -> None:
    lanes = QueuedLanes({False: [leased(1, liberty=False)], True: [leased(2, liberty=True)]})
    _, loops = dispatcher(lanes, Broken(), poll_s=0.01)
    with capture_logs() as logs:
        running = asyncio.create_task(loops.run())
        await lanes.until(lambda: len(lanes.settled) == 2)
        await cancelled(running)
    assert {settlement.outcome for settlement in lanes.settled} == {"gateway-fault"}
    assert {settlement.verdict for settlement in lanes.settled} == {
        Wait(until=SetClock().now() + timedelta(seconds=2.5))
    }
    told = [line for line in logs if line["event"] == "dispatch.delivery-broke"]
    assert {line["delivery_id"] for line in told} == {"D1", "D2"}
    assert all(line["error"] == "KeyError" and "carry" in line["at"][-1] for line in told)
    assert "Ramesh" not in str(logs)


@pytest.mark.parametrize("per_endpoint", [1, 2, 3, 4, 16, 100])
def test_of_the_deliveries_in_flight_to_an_endpoint_some_are_kept_for_liberty_events(per_endpoint: int) -> None:
    limits = DispatchLimits(per_endpoint=per_endpoint)
    assert 1 <= limits.room(liberty=False) < limits.room(liberty=True)
    assert limits.room(liberty=True) == max(2, per_endpoint)
