"""What every store promises of a row that cannot be worked on: it is set aside, and everybody else's go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from icjs_gateway.model.errors import Misconfigured, StoreFailed
from icjs_gateway.routing.feeds import Feed, FeedName
from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.routing.lanes import Claim, GiveUp, Head
from icjs_gateway.routing.set_aside import AGAIN_MOST_S, LoopName
from icjs_gateway.stores import schema
from icjs_gateway.stores.directory import load, raise_version
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.feeds import StoreFeeds
from icjs_gateway.stores.follow_ups import StoreFollowUps
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.lane_store import StoreLanes
from icjs_gateway.stores.partner_entries import Entry, apply_entries
from icjs_gateway.stores.writer import Writer, WriterLimits
from tests.conformance.conftest import START, Store
from tests.conformance.test_feeds import PULL, feeding
from tests.conformance.test_lanes import settlement
from tests.support.messages import bail_order, bench, fir, jail, outcome, police, subscription

LATER = START + timedelta(seconds=AGAIN_MOST_S)
_event, _delivery = schema.events.c, schema.deliveries.c


@dataclass
class Aside:
    """Keeps what was set aside."""

    noted: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, loop: LoopName, row: str, fault: BaseException) -> None:
        self.noted.append((loop.value, row, type(fault).__name__))

    def rows(self, loop: LoopName) -> frozenset[str]:
        return frozenset()


@pytest.fixture
def aside(store: Store) -> Aside:
    aside = Aside()
    store.lanes = StoreLanes(store.writer, store.vault, aside=aside)  # type: ignore[arg-type]
    return aside


def spoil(store: Store, event_type: str, *, number: int = 0, places: str = "{") -> str:
    """Make an event of this type one that cannot be read; answers its id."""
    with store.engine.begin() as connection:
        ids = connection.scalars(select(_event.event_id).where(_event.type == event_type).order_by(_event.seq)).all()
        connection.execute(update(schema.events).where(_event.event_id == ids[number]).values(places=places))
        return ids[number]


def mend(store: Store, event_id: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(schema.events).where(_event.event_id == event_id).values(places=None))


def owed_of(store: Store, event_id: str) -> str:
    with store.engine.connect() as connection:
        return str(connection.scalar(select(_delivery.delivery_id).where(_delivery.event_id == event_id)))


async def test_a_head_that_cannot_be_read_keeps_its_own_lane_waiting_and_no_other(store: Store, aside: Aside) -> None:
    for number in range(1, 4):
        await store.take(fir(number))
    await store.take(outcome("H-2", firs=(2,), serial=2))
    bad = spoil(store, "icjs.fir.registered.v1", number=1)
    leased = await store.lease()
    assert len(leased) == 2
    assert bad not in {each.head.told.event_id for each in leased}
    assert aside.noted == [("dispatch", owed_of(store, bad), "JSONDecodeError")]
    for each in leased:
        await store.lanes.settle([settlement(each)])
    assert await store.lease() == [], "the lane waits, in order, and is not tried at every turn"
    mend(store, bad)
    [first] = await store.lease(at=LATER)
    assert (first.head.told.event_id, first.position) == (bad, 1)


async def test_an_order_that_frees_does_not_wait_for_a_row_that_cannot_be_read(store: Store, aside: Aside) -> None:
    store.deciding = bench(subscription("jail-orders", "hp-jail", jails=["HPDJ04"]), partners=(jail(),))
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1", decision="REFUSED"))
    await store.take(bail_order("B-2", on=START.date()))
    bad = spoil(store, "icjs.bail.ordered.v1")
    assert await store.lease(liberty=True) == []
    [order] = await store.lease(liberty=True)
    assert order.head.told.event_id != bad
    assert [(loop, row) for loop, row, _ in aside.noted] == [("dispatch-liberty", owed_of(store, bad))]
    await store.lanes.settle([settlement(order)])
    mend(store, bad)
    [late] = await store.lease(liberty=True, at=LATER)
    assert late.head.told.event_id == bad


async def test_a_rule_that_fails_of_one_delivery_withholds_nothing_and_stops_nobody(store: Store, aside: Aside) -> None:
    for number in (1, 2):
        await store.take(fir(number))

    claim = Claim(now=START, until=LATER, most=10, liberty=False, per_endpoint=10)
    with store.engine.connect() as connection:
        [first, _] = connection.scalars(select(schema.messages.c.message_id).order_by(schema.messages.c.seq))

    def only_the_first(head: Head) -> str | None:
        if head.told.message_id == first:
            raise KeyError("Ramesh")
        return None

    [leased] = (await store.lanes.lease(claim, only_the_first)).leased
    assert leased.head.told.message_id != first
    assert [fault for _, _, fault in aside.noted] == ["KeyError"]
    assert states(store) == ["owed", "owed"]


def states(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return list(connection.scalars(select(_delivery.state).order_by(_delivery.seq)))


async def test_what_the_database_fails_of_is_no_row_s_fault(store: Store, aside: Aside) -> None:
    await store.take(fir(1))
    broken = Breaking(store, "UPDATE lanes")
    with broken, pytest.raises(StoreFailed):
        await store.lease()
    assert aside.noted == []
    assert len(await store.lease()) == 1


class Breaking:
    """While entered, statements that begin so fail as those of a database that is full or gone do."""

    def __init__(self, store: Store, beginning: str) -> None:
        self._engine = store.engine
        self._beginning = beginning

    def _fail(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith(self._beginning):
            raise OperationalError(statement, None, Exception("disk full"))

    def __enter__(self) -> None:
        event.listen(self._engine, "before_cursor_execute", self._fail)

    def __exit__(self, *rest: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._fail)


async def test_a_halted_lane_that_cannot_go_on_keeps_no_other_halted(store: Store, aside: Aside) -> None:
    for number in (1, 2):
        await store.take(fir(number))
    for each in await store.lease():
        await store.lanes.settle([settlement(each, GiveUp(lane_goes_on_at=START), "http-500")])
    with store.engine.begin() as connection:
        bad, good = connection.execute(select(_delivery.delivery_id, _delivery.event_id).order_by(_delivery.seq)).all()
        # Its void would have this id.
        values = select(*schema.events.c).where(_event.event_id == bad.event_id).subquery()
        copied = [column if name not in ("seq", "event_id") else None for name, column in values.c.items()]
        names = [name for name, column in zip(values.c.keys(), copied, strict=True) if column is not None]
        row = connection.execute(select(*(values.c[name] for name in names))).one()._asdict()
        connection.execute(schema.events.insert(), [row | {"event_id": f"{bad.delivery_id}.void1"}])
    assert await store.lanes.pass_by_dead(START, 10) == (good.delivery_id,)
    assert [(loop, row) for loop, row, _ in aside.noted] == [("halted-lanes", bad.delivery_id)]
    assert await store.lanes.pass_by_dead(START, 10) == (), "it is not tried at every look"
    assert len(aside.noted) == 1


async def test_what_cannot_be_numbered_keeps_its_own_lane_waiting_and_no_other(store: Store) -> None:
    feed, aside = feeding(store), Aside()
    feed.feeds = StoreFeeds(store.writer, reader_of(store.engine), aside)  # type: ignore[arg-type]
    for number in range(1, 4):
        await store.take(fir(number))
    await store.take(outcome("H-2", firs=(2,), serial=2))
    bad = spoil(store, "icjs.fir.registered.v1", number=1)
    await feed.number()
    assert await feed.numbers() == ["1", "2"]
    assert [(loop, row) for loop, row, _ in aside.noted] == [("sequencer", owed_of(store, bad))]
    await feed.number()
    assert len(aside.noted) == 1, "it is not tried at every turn"
    mend(store, bad)
    with store.engine.begin() as connection:
        connection.execute(update(schema.lanes).values(due_at=START))
    await feed.number()
    assert await feed.numbers() == ["1", "2", "3", "4"]


async def test_an_order_that_frees_is_numbered_before_one_that_cannot_be(store: Store) -> None:
    feed, aside = feeding(store), Aside()
    feed.feeds = StoreFeeds(store.writer, reader_of(store.engine), aside)  # type: ignore[arg-type]
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1", decision="REFUSED"))
    await store.take(bail_order("B-2", on=START.date()))
    bad = spoil(store, "icjs.bail.ordered.v1")
    await feed.number()
    liberty = Feed(subscription_id=PULL, name=FeedName.LIBERTY)
    assert await feed.numbers(liberty) == ["1"]
    assert [(loop, row) for loop, row, _ in aside.noted] == [("sequencer", owed_of(store, bad))]


async def test_a_parked_message_that_cannot_be_read_keeps_no_other_one_from_being_judged(store: Store) -> None:
    await store.take(bail_order("B-1"))
    await store.take(bail_order("B-2", firs=(113,)))
    with store.engine.begin() as connection:
        identities = list(connection.scalars(select(schema.messages.c.identity).order_by(schema.messages.c.seq)))
        connection.execute(
            schema.follow_ups.insert(),
            [{"identity": each, "step": FollowUp.TELL.value, "liberty": True} for each in identities],
        )
        connection.execute(update(schema.events).where(_event.identity == identities[0]).values(data=b"{"))
    follow_ups = StoreFollowUps(store.writer, reader_of(store.engine), lambda: None)
    with pytest.raises(StoreFailed):
        await follow_ups.do(FollowUp.TELL, identities[0], store.deciding)
    await follow_ups.do(FollowUp.TELL, identities[1], store.deciding)
    assert await follow_ups.pending(FollowUp.TELL, 10) == [identities[0]]


def registered(store: Store) -> None:
    with store.engine.begin() as connection:
        entries = [
            Entry(partner=police(), subscriptions=((subscription("hp-cases"), "s" * 16),)),
            Entry(partner=jail(), subscriptions=((subscription("jail-orders", "hp-jail"), "t" * 16),)),
        ]
        apply_entries(connection, entries, store.vault)


def spoil_directory(store: Store, spoil: Callable[..., object]) -> None:
    with store.engine.begin() as connection:
        connection.execute(spoil())
        raise_version(connection)


_SPOILED: list[tuple[str, Callable[..., object]]] = [
    (
        "partner/hp-police",
        lambda: update(schema.partners).where(schema.partners.c.partner_id == "hp-police").values(document="{"),
    ),
    (
        "subscription/hp-cases",
        lambda: (
            update(schema.subscriptions)
            .where(schema.subscriptions.c.subscription_id == "hp-cases")
            .values(document="{")
        ),
    ),
    (
        "secret/hp-cases",
        lambda: (
            update(schema.subscriptions)
            .where(schema.subscriptions.c.subscription_id == "hp-cases")
            .values(secret=b"no secret")
        ),
    ),
]


@pytest.mark.parametrize(("row", "spoiling"), _SPOILED)
async def test_of_a_row_of_the_directory_that_cannot_be_read_what_was_known_stays_in_force(
    store: Store, row: str, spoiling: Callable[..., object]
) -> None:
    registered(store)
    aside = Aside()
    woken: list[None] = []
    follower = DirectoryFollower(
        reader_of(store.engine),
        store.writer,
        store.vault,
        lambda: woken.append(None),
        aside=aside,  # type: ignore[arg-type]
    )
    spoil_directory(store, spoiling)
    with store.engine.begin() as connection:
        other = subscription("more-orders", "hp-jail")
        apply_entries(connection, [Entry(partner=jail(), subscriptions=((other, "u" * 16),))], store.vault)
    await follower.turn()
    assert woken
    assert follower.partner("hp-police") == police()
    assert follower.subscription("hp-cases") == subscription("hp-cases")
    assert follower.webhook_secret("hp-cases") == "s" * 16
    assert follower.subscription("more-orders") == other, "everybody else's changes are in force"
    assert [(loop, name) for loop, name, _ in aside.noted] == [("directory", row)]


async def test_a_secret_that_cannot_be_opened_closes_one_subscription_at_a_start(store: Store) -> None:
    registered(store)
    spoil_directory(store, _SPOILED[2][1])
    directory = load(reader_of(store.engine), store.vault)
    assert (directory.closed, directory.webhook_secret("hp-cases")) == (frozenset({"hp-cases"}), None)
    assert [each.id for each in directory.subscriptions()] == ["hp-cases", "jail-orders"], "it goes on being owed"
    spoil_directory(store, _SPOILED[0][1])
    with pytest.raises(Misconfigured, match=r"hp-police.*apply the partners file again"):
        load(reader_of(store.engine), store.vault)


async def test_places_that_cannot_be_read_keep_the_directory_from_following_nothing_else(store: Store) -> None:
    registered(store)
    follower = DirectoryFollower(reader_of(store.engine), store.writer, store.vault, lambda: None)
    with store.engine.begin() as connection:
        connection.execute(
            schema.places.insert(),
            [{"row_key": "court/X/1", "state": "HP", "kind": "place", "document": "{", "sample": False}],
        )
        raise_version(connection, "places")
        other = subscription("more-orders", "hp-jail")
        apply_entries(connection, [Entry(partner=jail(), subscriptions=((other, "u" * 16),))], store.vault)
    with pytest.raises(ValueError, match="JSON"):
        await follower.turn()
    assert follower.subscription("more-orders") == other


async def test_a_writer_that_gets_no_connection_fails_what_waits_and_goes_on(store: Store) -> None:
    down = [True]

    class Engine:
        dialect = store.engine.dialect

        def connect(self) -> object:
            if down[0]:
                raise ConnectionError("no route")
            return store.engine.connect()

    writer = Writer(Engine(), WriterLimits())  # type: ignore[arg-type]
    with capture_logs() as logs:
        writer.start()
        try:
            with pytest.raises(StoreFailed):
                await writer.submit(lambda connection, commands: commands, 1)
            down[0] = False
            while True:
                try:
                    assert await writer.submit(lambda connection, commands: commands, 2) == 2
                    break
                except StoreFailed:
                    # It was waiting for a command to refuse.
                    continue
            assert writer.alive
        finally:
            await asyncio.to_thread(writer.stop)
    assert {each["event"] for each in logs} == {"store.writer-broke"}
