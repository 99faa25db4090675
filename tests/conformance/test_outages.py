"""An endpoint that was down is found well by probes, and what waited because of it goes on at once, however long it
was down: on a clock that the test moves, second by second."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from icjs_gateway.model.content import Content
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.breaker import BreakerPolicy
from icjs_gateway.routing.delivery import DispatchPorts, deliver
from icjs_gateway.routing.directory import Partner, Subscription
from icjs_gateway.routing.encoding import Encoded, Encoder
from icjs_gateway.routing.endpoints import Endpoints
from icjs_gateway.routing.lanes import Claim
from icjs_gateway.routing.retry import Answer
from icjs_gateway.stores import schema
from tests.conformance.conftest import START, Store
from tests.fakes import SetClock, packaged
from tests.support.disclosing import disclosure
from tests.support.messages import fir, outcome, police, record, subscription

DOWN = Answer(acknowledged=False, outcome="http-503", endpoint_down=True)
TAKEN = Answer(acknowledged=True, outcome="acknowledged")
REFUSED = Answer(acknowledged=False, outcome="http-422")
PER_ENDPOINT = 4


@dataclass
class OneSubscription:
    """A directory of one partner with one subscription."""

    disabled: frozenset[str] = frozenset()
    pulled: frozenset[str] = frozenset()

    def subscription(self, subscription_id: str) -> Subscription | None:
        return subscription()

    def partner(self, partner_id: str) -> Partner:
        return police()

    async def disable(self, subscription_id: str) -> None:
        self.disabled = frozenset({subscription_id})


@dataclass
class Endpoint:
    """A recipient's endpoint as a courier meets it. Remembers when it was tried with what, and when it took it."""

    clock: SetClock
    answer: Answer = TAKEN
    refuses: set[str] = field(default_factory=set)
    tried: list[tuple[float, str]] = field(default_factory=list)
    taken: dict[str, float] = field(default_factory=dict)
    most_in_flight: int = 0
    _in_flight: int = 0

    async def carry(self, subscription: Subscription, delivery_id: str, encoded: Encoded) -> Answer:
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        await asyncio.sleep(0)
        self._in_flight -= 1
        self.tried.append((self.seconds, delivery_id))
        if self.answer.acknowledged and delivery_id in self.refuses:
            return REFUSED
        if self.answer.acknowledged:
            self.taken.setdefault(delivery_id, self.seconds)
        return self.answer

    @property
    def seconds(self) -> float:
        return (self.clock.now() - START).total_seconds()


class Gateway:
    """What dispatch does, a second at a time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = SetClock(at=START)
        self.endpoint = Endpoint(self.clock)
        directory = OneSubscription()
        self.endpoints = Endpoints(directory, BreakerPolicy())  # type: ignore[arg-type]
        self.admission = Admission(directory, disclosure())  # type: ignore[arg-type]
        self.ports = DispatchPorts(
            lanes=store.lanes,
            directory=directory,  # type: ignore[arg-type]
            courier=self.endpoint,
            encoder=Encoder(packaged(), "sandbox"),
            admission=self.admission,
            clock=self.clock,
            jitter=lambda: 0.99,
        )

    async def take(self, content: Content) -> None:
        """Take a message now, by the clock of the test."""
        command = record(content)
        now = replace(command.envelope, received_at=self.clock.now())
        await self.store.ledger.record(replace(command, envelope=now), self.store.deciding)

    async def run(self, seconds: int) -> None:
        for _ in range(seconds):
            for liberty in (True, False):
                await self._turn(liberty=liberty)
            self.clock.pass_by(1)

    async def _turn(self, *, liberty: bool) -> None:
        """Everything that one share of the workers delivers now."""
        while True:
            now = self.clock.now()
            claim = Claim(
                now=now,
                until=now + timedelta(seconds=60),
                most=16,
                liberty=liberty,
                per_endpoint=PER_ENDPOINT,
                closed=frozenset() if liberty else self.endpoints.closed(now, Counter()),
                disabled=frozenset() if liberty else self.endpoints.disabled,
            )
            leased = (await self.store.lanes.lease(claim, self.admission.rule)).leased
            if not leased:
                return
            answers = await asyncio.gather(*(deliver(each, self.ports) for each in leased))
            for each, answer in zip(leased, answers, strict=True):
                if answer is not None:
                    await self.endpoints.note(each.head.subscription_id, answer, now, liberty=liberty)

    def deliveries(self, *, liberty: bool) -> list[str]:
        column = schema.deliveries.c
        with self.store.engine.connect() as connection:
            wanted = select(column.delivery_id).where(column.liberty == liberty).order_by(column.seq)
            return list(connection.scalars(wanted))

    def taken_after(self, recovery: float, *, liberty: bool) -> list[float]:
        """How long after its recovery the endpoint took each delivery."""
        return [self.endpoint.taken[name] - recovery for name in self.deliveries(liberty=liberty)]

    def outages(self) -> int:
        with self.store.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(schema.outages)) or 0


@pytest.mark.parametrize(("down_s", "order_within_s"), [(40, 6), (600, 6), (7200, 61)])
async def test_what_waited_for_an_endpoint_goes_on_when_it_is_well(
    store: Store, down_s: int, order_within_s: int
) -> None:
    gateway = Gateway(store)
    gateway.endpoint.answer = DOWN
    for number in range(1, 13):
        await gateway.take(fir(number))
        await gateway.take(outcome(f"H-{number}", firs=(number,), serial=number, bail_for="A1"))
    await gateway.run(down_s)
    gateway.endpoint.answer = TAKEN
    await gateway.run(62)
    assert max(gateway.taken_after(down_s, liberty=True)) <= order_within_s
    assert max(gateway.taken_after(down_s, liberty=False)) <= 60
    assert gateway.endpoint.most_in_flight <= PER_ENDPOINT
    assert gateway.outages() == 0


async def test_hearings_alone_are_found_deliverable_within_a_minute(store: Store) -> None:
    gateway = Gateway(store)
    gateway.endpoint.answer = DOWN
    await gateway.take(fir())
    await gateway.run(400)
    gateway.endpoint.answer = TAKEN
    await gateway.run(60)
    assert max(gateway.taken_after(400, liberty=False)) <= 60


async def test_probes_use_up_no_attempt_and_come_one_at_a_time(store: Store) -> None:
    gateway = Gateway(store)
    await gateway.take(fir())
    await gateway.run(1)
    gateway.endpoint.answer = DOWN
    for number in range(1, 4):
        await gateway.take(outcome(f"H-{number}", bail_for=f"A{number}"))
    began = len(gateway.endpoint.tried)
    await gateway.run(900)
    tried = [name for _, name in gateway.endpoint.tried[began:]]
    oldest, *others = gateway.deliveries(liberty=True)
    # By their own schedules, 5 s, 30 s, 2 min and then every 5 min, less than ten attempts each.
    assert all(tried.count(name) < 10 for name in others)
    assert tried.count(oldest) > 150
    with store.engine.connect() as connection:
        rows = connection.execute(select(schema.deliveries.c.delivery_id, schema.deliveries.c.attempts))
        attempts = {row.delivery_id: row.attempts for row in rows}
    assert attempts[oldest] == attempts[others[0]], "a probe is no attempt of the schedule"


async def test_what_is_refused_is_not_tried_out_of_turn(store: Store) -> None:
    gateway = Gateway(store)
    await gateway.take(fir())
    await gateway.run(1)
    for number in range(1, 3):
        await gateway.take(outcome(f"H-{number}", bail_for=f"A{number}"))
    refused, other = gateway.deliveries(liberty=True)
    gateway.endpoint.refuses = {refused}
    gateway.endpoint.answer = DOWN
    await gateway.run(60)
    gateway.endpoint.answer = TAKEN
    await gateway.run(60)
    assert other in gateway.endpoint.taken
    assert gateway.outages() == 0
    after = [at for at, name in gateway.endpoint.tried if name == refused and at >= 61]
    assert len(after) <= 3, "it goes on being offered, on its schedule"


async def test_a_probe_waits_as_long_as_the_recipient_asked_for_up_to_a_minute(store: Store) -> None:
    gateway = Gateway(store)
    await gateway.take(fir())
    await gateway.run(1)
    await gateway.take(outcome("H-1", bail_for="A1"))
    gateway.endpoint.answer = Answer(acknowledged=False, outcome="http-503", endpoint_down=True, retry_after_s=3600)
    await gateway.run(200)
    [order] = gateway.deliveries(liberty=True)
    at = [seconds for seconds, name in gateway.endpoint.tried if name == order]
    assert [later - earlier for earlier, later in pairwise(at)] == [60, 60, 60]


async def test_an_endpoint_that_answered_410_is_probed_by_orders_alone(store: Store) -> None:
    gateway = Gateway(store)
    gateway.endpoint.answer = DOWN
    await gateway.take(fir())
    await gateway.run(2)
    await gateway.ports.directory.disable("hp-cases")
    before = len(gateway.endpoint.tried)
    await gateway.run(120)
    assert len(gateway.endpoint.tried) == before


async def test_an_outage_behind_which_nothing_waits_is_over(store: Store) -> None:
    gateway = Gateway(store)
    gateway.endpoint.answer = DOWN
    await gateway.take(fir())
    await gateway.run(1)
    assert gateway.outages() == 1
    with store.engine.begin() as connection:
        connection.execute(schema.deliveries.update().values(state="withdrawn"))
        connection.execute(schema.lanes.delete())
    await gateway.run(40)
    assert gateway.outages() == 0
