"""A real store for every test, on SQLite and on PostgreSQL: the conformance suite drives what a gateway drives."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.model.content import Content
from icjs_gateway.routing.alarms import Alarm
from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.routing.lanes import Claim, Head, Leased
from icjs_gateway.routing.messages import Receipt, Record
from icjs_gateway.routing.ports import Decider
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import migrate
from icjs_gateway.stores.alarms import StoreAlarms
from icjs_gateway.stores.engine import open_engine, reader_of
from icjs_gateway.stores.evidence import StoreEvidence
from icjs_gateway.stores.follow_ups import StoreFollowUps
from icjs_gateway.stores.lane_store import StoreLanes
from icjs_gateway.stores.ledger import StoreLedger
from icjs_gateway.stores.readers import StoreMessages
from icjs_gateway.stores.writer import Writer, WriterLimits
from tests.support import postgres
from tests.support.messages import bench, record, subscription

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class FollowedUp(StoreLedger):
    """A ledger beside which everything that is left to do about a message is done before its receipt is handed on: a
    test does not wait for the task that does it."""

    def __init__(self, writer: Writer, vault: Vault, reader: Engine) -> None:
        super().__init__(writer, vault, lambda: None)
        self._follow_ups = StoreFollowUps(writer, reader, lambda: None)
        self._one_at_a_time = asyncio.Lock()

    async def record(self, command: Record, decider: Decider) -> Receipt:
        receipt = await super().record(command, decider)
        await self.follow_up(decider)
        return receipt

    async def follow_up(self, decider: Decider) -> None:
        """Do whatever is left to do, as the one task of a gateway does."""
        async with self._one_at_a_time:
            for step in FollowUp:
                while left := await self._follow_ups.pending(step, 20):
                    await asyncio.gather(*(self._follow_ups.do(step, identity, decider) for identity in left))


async def looked(alarms: StoreAlarms, now: datetime, overdue_after: timedelta) -> tuple[Alarm, ...]:
    """The alarms that one look of the watch tells of; nothing of it failed."""
    looked = await alarms.look(now, overdue_after)
    assert (looked.failed, looked.aside) == ({}, {})
    return tuple(looked.alarms)


class FixedClock:
    def now(self) -> datetime:
        return START


@dataclass
class Store:
    """The ports of one store, and short ways to say what tests say often."""

    engine: Engine
    vault: Vault
    writer: Writer
    ledger: FollowedUp
    lanes: StoreLanes
    messages: StoreMessages
    evidence: StoreEvidence
    deciding: Bench

    async def take(self, content: Content, **options: object) -> Receipt:
        return await self.ledger.record(record(content, **options), self.deciding)  # type: ignore[arg-type]

    async def lease(
        self,
        *,
        at: datetime = START,
        most: int = 100,
        liberty: bool = False,
        rule: str | None = None,
        withheld: frozenset[str] = frozenset(),
        **claim: object,
    ) -> list[Leased]:
        """What a claim gets. `rule` withholds everything, or only the events in `withheld`."""
        wanted = Claim(now=at, until=at + timedelta(minutes=1), most=most, liberty=liberty, per_endpoint=100)
        for name, value in claim.items():
            wanted = type(wanted)(**{**{f: getattr(wanted, f) for f in wanted.__slots__}, name: value})  # type: ignore[arg-type]

        def admit(head: Head) -> str | None:
            return "HIDDEN" if head.told.event_id in withheld else rule

        return list((await self.lanes.lease(wanted, admit)).leased)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[str]:
    """The name of a database with the schema: a copy of it costs a fraction of the migrations."""
    with postgres.database(postgres_server) as url:
        engine = open_engine(written(url))
        migrate.upgrade(engine)
        engine.dispose()
        assert url.database is not None
        yield url.database


@pytest.fixture
def postgres_url(postgres_server: URL, postgres_template: str) -> Iterator[str]:
    """A PostgreSQL database of its own, with the schema."""
    with postgres.database(postgres_server, template=postgres_template) as url:
        yield written(url)


def written(url: URL) -> str:
    """As an operator would write it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema: likewise."""
    file = tmp_path_factory.mktemp("template") / "gateway.db"
    engine = open_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgresql":
        engine = open_engine(request.getfixturevalue("postgres_url"))
    else:
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, tmp_path / "gateway.db")
        engine = open_engine(f"sqlite:///{tmp_path}/gateway.db")
    yield engine
    engine.dispose()


@pytest.fixture
async def store(engine: Engine, tmp_path: Path) -> AsyncIterator[Store]:
    with running(engine, tmp_path) as store:
        yield store


@contextmanager
def running(engine: Engine, folder: Path, *, writers: int = 1) -> Iterator[Store]:
    """What one gateway does with a store."""
    writer = Writer(engine, WriterLimits(writers=writers))
    vault = Vault(folder / "keys")
    writer.start()
    try:
        yield Store(
            engine=engine,
            vault=vault,
            writer=writer,
            ledger=FollowedUp(writer, vault, reader_of(engine)),
            lanes=StoreLanes(writer, vault),
            messages=StoreMessages(
                reader_of(engine),
                lambda name: "police-investigation",
                lambda name, jail: jail is not None and "jail" in name,
            ),
            evidence=StoreEvidence(writer, FixedClock()),
            deciding=bench(subscription()),
        )
    finally:
        writer.stop()
