"""Dispatch on a real store, with endpoints that fail, refuse and come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic_core import from_json
from sqlalchemy import Engine, select

from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.breaker import BreakerPolicy
from icjs_gateway.routing.delivery import DispatchPorts
from icjs_gateway.routing.directory import Subscription
from icjs_gateway.routing.dispatch import Dispatcher, DispatchLimits
from icjs_gateway.routing.encoding import Encoded, Encoder
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.retry import Answer
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.stores import migrate, schema
from icjs_gateway.stores.engine import open_engine, reader_of
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.lane_store import StoreLanes
from icjs_gateway.stores.ledger import StoreLedger
from icjs_gateway.stores.partner_entries import Entry, apply_entries
from icjs_gateway.stores.writer import Writer, WriterLimits
from tests.fakes import packaged
from tests.support.disclosing import disclosure
from tests.support.messages import bench, fir, outcome, police, record, subscription
from tests.support.waiting import eventually

OK = Answer(acknowledged=True, outcome="acknowledged")
DOWN = Answer(acknowledged=False, outcome="http-500", endpoint_down=True)
GONE = Answer(acknowledged=False, outcome="http-410", gone=True)
REFUSED = Answer(acknowledged=False, outcome="http-400")


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Endpoint:
    """A recipient: answers by what it is told, and keeps what it was sent."""

    answers: Callable[[str], Answer] = lambda event_type: OK
    attempts: list[tuple[str, str, int, str]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def carry(self, subscription: Subscription, delivery_id: str, encoded: Encoded) -> Answer:
        event = from_json(encoded.body)
        answer = self.answers(event["type"])
        async with self.changed:
            self.attempts.append((event["type"].split(".")[1], event["lane"], event["position"], answer.outcome))
            self.changed.notify_all()
        return answer

    async def until(self, happened: Callable[[list[tuple[str, str, int, str]]], bool]) -> None:
        async with self.changed, asyncio.timeout(20):
            await self.changed.wait_for(lambda: happened(self.attempts))

    def acknowledged(self, noun: str) -> int:
        return sum(1 for attempt in self.attempts if attempt[0] == noun and attempt[3] == "acknowledged")


@dataclass
class Running:
    engine: Engine
    ledger: StoreLedger
    directory: DirectoryFollower
    endpoint: Endpoint
    dispatcher: Dispatcher
    apply: Callable[[Subscription], None]
    deciding: Bench = field(default_factory=lambda: bench(subscription()))

    async def take(self, *contents: object) -> None:
        for content in contents:
            await self.ledger.record(record(content), self.deciding)  # type: ignore[arg-type]

    def delivery(self, noun: str) -> tuple[str, int]:
        with self.engine.connect() as connection:
            row = connection.execute(
                select(schema.deliveries.c.state, schema.deliveries.c.attempts)
                .join(schema.events, schema.events.c.event_id == schema.deliveries.c.event_id)
                .where(schema.events.c.type.startswith(f"icjs.{noun}."))
            ).first()
        assert row is not None
        return row.state, row.attempts


@asynccontextmanager
async def running(folder: Path, endpoint: Endpoint, **limits: object) -> AsyncIterator[Running]:
    engine = open_engine(f"sqlite:///{folder}/gateway.db")
    migrate.upgrade(engine)
    vault, writer = Vault(folder / "keys"), Writer(engine, WriterLimits())

    def apply(wanted: Subscription) -> None:
        with engine.begin() as connection:
            apply_entries(connection, [Entry(partner=police(), subscriptions=((wanted, "s" * 16),))], vault)

    apply(subscription().model_copy(update={"retry": (0.01,) * 50}))
    writer.start()
    wake: list[Callable[[], None]] = []
    directory = DirectoryFollower(reader_of(engine), writer, vault, lambda: wake[0](), poll_s=0.02)
    loops = Loops(SystemClock())
    loops.add(LoopName.DIRECTORY, Action.DIRECTORY_UNREAD, directory.turn)
    ports = DispatchPorts(
        lanes=StoreLanes(writer, vault),
        directory=directory,
        courier=endpoint,
        encoder=Encoder(packaged(), "sandbox"),
        admission=Admission(directory, disclosure()),
        clock=SystemClock(),
        jitter=lambda: 0.5,
    )
    dispatcher = Dispatcher(ports, DispatchLimits(**limits), loops)  # type: ignore[arg-type]
    wake.append(dispatcher.wake)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(loops.run())
        ledger = StoreLedger(writer, vault, dispatcher.wake)
        yield Running(engine, ledger, directory, endpoint, dispatcher, apply)
        loops.stop()
    await asyncio.to_thread(writer.stop)
    engine.dispose()


async def test_a_bail_order_is_delivered_while_a_hearing_of_the_same_case_fails(tmp_path: Path) -> None:
    endpoint = Endpoint(lambda event_type: DOWN if ".hearing." in event_type else OK)
    async with running(tmp_path, endpoint, breaker=BreakerPolicy(failures=10**6)) as gateway:
        await gateway.take(fir(), outcome("H-1", bail_for="A1"))
        await endpoint.until(lambda seen: endpoint.acknowledged("bail") == 1 and len(seen) > 4)
        assert gateway.delivery("hearing")[0] == "owed"
        assert endpoint.acknowledged("hearing") == 0
        endpoint.answers = lambda event_type: OK
        await endpoint.until(lambda seen: endpoint.acknowledged("hearing") == 1)


async def test_an_open_breaker_burns_no_attempts_and_liberty_goes_through_it(tmp_path: Path) -> None:
    endpoint = Endpoint(lambda event_type: DOWN)
    async with running(tmp_path, endpoint, breaker=BreakerPolicy(failures=2, first_s=30)) as gateway:
        await gateway.take(fir())
        await endpoint.until(lambda seen: len(seen) == 2)
        endpoint.answers = lambda event_type: OK if ".bail." in event_type else DOWN
        await gateway.take(outcome("H-1", bail_for="A1"))
        await endpoint.until(lambda seen: endpoint.acknowledged("bail") == 1)
        assert [attempt[0] for attempt in endpoint.attempts[:2]] == ["fir", "fir"]
        endpoint.answers = lambda event_type: OK
        # The bail was the probe that closed the breaker.
        await endpoint.until(lambda seen: endpoint.acknowledged("hearing") == 1)
        assert endpoint.acknowledged("fir") == 1


async def test_410_disables_an_endpoint_and_what_is_owed_waits_for_it(tmp_path: Path) -> None:
    endpoint = Endpoint(lambda event_type: GONE)
    async with running(tmp_path, endpoint) as gateway:
        await gateway.take(fir())
        await eventually(lambda: bool(gateway.directory.disabled))
        endpoint.answers = lambda event_type: OK
        await gateway.take(outcome("H-1", bail_for="A1"))
        await endpoint.until(lambda seen: endpoint.acknowledged("bail") == 1)
        assert endpoint.acknowledged("fir") == endpoint.acknowledged("hearing") == 0
        assert gateway.delivery("fir")[0] == "owed"
        gateway.apply(subscription())
        await endpoint.until(lambda seen: endpoint.acknowledged("hearing") == 1)
        assert endpoint.acknowledged("fir") == 1


async def test_a_refused_delivery_is_retried_to_the_end_of_its_schedule_and_then_halts_its_lane(tmp_path: Path) -> None:
    endpoint = Endpoint(lambda event_type: REFUSED if ".fir." in event_type else OK)
    async with running(tmp_path, endpoint) as gateway:
        gateway.apply(subscription().model_copy(update={"retry": (0.0, 0.0)}))
        await eventually(lambda: [each.retry for each in gateway.directory.subscriptions()] == [(0.0, 0.0)])
        await gateway.take(fir(), outcome("H-1", bail_for="A1"))
        await endpoint.until(lambda seen: len([each for each in seen if each[0] == "fir"]) == 3)
        await endpoint.until(lambda seen: endpoint.acknowledged("bail") == 1)
        await eventually(lambda: gateway.delivery("fir")[0] == "dead")
        assert gateway.delivery("hearing")[0] == "owed", "a dead head halts its lane, visibly"


async def test_many_lanes_are_each_in_order_whatever_the_endpoint_does(tmp_path: Path) -> None:
    turns = iter(range(10**6))
    endpoint = Endpoint(lambda event_type: DOWN if next(turns) % 3 == 0 else OK)
    async with running(tmp_path, endpoint, breaker=BreakerPolicy(failures=10**6), per_endpoint=4) as gateway:
        numbers = range(100, 120)
        await gateway.take(*(fir(number) for number in numbers))
        await gateway.take(
            *(outcome(f"H-{turn}-{number}", firs=(number,), serial=number) for turn in range(3) for number in numbers)
        )
        await endpoint.until(lambda seen: endpoint.acknowledged("hearing") == 60)
    lanes: dict[str, list[int]] = {}
    for _, lane, position, answer in endpoint.attempts:
        if answer == "acknowledged":
            lanes.setdefault(lane, []).append(position)
    assert len(lanes) == 20
    assert set(map(tuple, lanes.values())) == {(1, 2, 3, 4)}
