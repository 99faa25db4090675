"""What every store promises of pull feeds: numbers without gaps, given once, in a lane's order, and never undone."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import Engine, select

from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.event_types import VOIDED
from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.directory import Deliver, Filter, Jurisdiction, Partner, Subscription
from icjs_gateway.routing.encoding import Encoder
from icjs_gateway.routing.feed_desk import Desk
from icjs_gateway.routing.feeds import Feed, FeedName, Numbering
from icjs_gateway.routing.lanes import DeliveryState, Head
from icjs_gateway.stores import dead_letters, replays, schema
from icjs_gateway.stores.engine import open_engine, reader_of
from icjs_gateway.stores.feeds import StoreFeeds
from icjs_gateway.stores.partner_entries import Entry, apply_entries
from icjs_gateway.stores.replays import Selection
from icjs_gateway.stores.voids import stop_deliveries
from tests.conformance.conftest import START, FixedClock, Store, running
from tests.conformance.test_lanes import ACT, delivery_states, lane_states, settlement
from tests.conformance.test_several_writers import NodeIds
from tests.fakes import packaged
from tests.support.disclosing import disclosure
from tests.support.messages import bail_order, bench, fir, outcome, police, subscription

PULL = "pulled"
MAIN, LIBERTY = (Feed(subscription_id=PULL, name=name) for name in (FeedName.MAIN, FeedName.LIBERTY))


def pull_subscription(**deliver: Any) -> Subscription:
    return Subscription(
        id=PULL, partner="hp-police", filter=Filter(), deliver=Deliver(**({"channel": "pull"} | deliver))
    )


@dataclass
class PullDirectory:
    """One pull subscription of the police; `recipient` may be turned while a test runs."""

    recipient: Partner = field(default_factory=police)
    pulled: Subscription = field(default_factory=pull_subscription)

    def subscription(self, subscription_id: str) -> Subscription | None:
        return self.pulled if subscription_id == PULL else None

    def partner(self, partner_id: str) -> Partner | None:
        return self.recipient

    def refresh(self) -> bool:
        return False


@dataclass
class Feeding:
    """A store with a pull subscription, and its desk."""

    store: Store
    directory: PullDirectory
    feeds: StoreFeeds
    desk: Desk

    async def number(self, *, withheld: frozenset[str] = frozenset(), most: int = 100) -> None:
        """As the sequencer does: until there is nothing more to do."""

        def admit(head: Head) -> str | None:
            return "HIDDEN" if head.told.event_id in withheld else None

        wanted = Numbering(now=START, most=most)
        while await self.feeds.sequence(wanted, admit):
            pass

    async def page(self, feed: Feed = MAIN, after: int | None = None, limit: int = 100) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(await self.desk.read(feed, after, limit))
        return told

    async def numbers(self, feed: Feed = MAIN, after: int | None = None) -> list[str]:
        return [event["number"] for event in (await self.page(feed, after))["events"]]


def feeding(store: Store) -> Feeding:
    store.deciding = replace(bench(pull_subscription()), ids=store.deciding.ids)
    directory = PullDirectory()
    with store.engine.begin() as connection:
        entry = Entry(partner=police(), subscriptions=((pull_subscription(), None),))
        apply_entries(connection, [entry], store.vault)
    feeds = StoreFeeds(store.writer, reader_of(store.engine))
    desk = Desk(
        feeds,
        directory,  # type: ignore[arg-type]  # what is asked of a directory
        Admission(directory, disclosure()),  # type: ignore[arg-type]
        Encoder(packaged(), "sandbox"),
        FixedClock(),
    )
    return Feeding(store, directory, feeds, desk)


@pytest.fixture
def feed(store: Store) -> Feeding:
    return feeding(store)


async def three_cases(store: Store) -> None:
    for number in range(1, 4):
        await store.take(fir(number))
        await store.take(outcome(f"H-{number}", firs=(number,), serial=number, bail_for="A1"))


async def test_a_feed_has_numbers_from_one_without_gaps_and_each_lane_its_order(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    page = await feed.page()
    assert [event["number"] for event in page["events"]] == ["1", "2", "3", "4", "5", "6"]
    assert page["next"] == "6"
    lanes: dict[str, list[tuple[int, str]]] = {}
    for event in page["events"]:
        lanes.setdefault(event["lane"], []).append((event["position"], event["type"]))
    in_order = [(1, "icjs.fir.registered.v1"), (2, "icjs.hearing.recorded.v1")]
    assert list(lanes.values()) == [in_order] * 3


async def test_liberty_events_have_a_feed_of_their_own(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    page = await feed.page(LIBERTY)
    assert [(event["number"], event["type"]) for event in page["events"]] == [
        (str(number), "icjs.bail.ordered.v1") for number in (1, 2, 3)
    ]


async def test_nothing_of_a_pull_subscription_is_leased_or_left_in_a_lane(feed: Feeding) -> None:
    await three_cases(feed.store)
    for liberty in (False, True):
        assert await feed.store.lease(liberty=liberty, closed=frozenset({PULL})) == []
    await feed.number()
    assert lane_states(feed.store) == {}
    assert set(delivery_states(feed.store)) == {"owed"}


async def test_a_page_is_bounded_and_the_next_goes_on_behind_it(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number(most=1)
    seen: list[str] = []
    after: int | None = None
    while (page := await feed.page(after=after, limit=4))["events"]:
        seen += [event["number"] for event in page["events"]]
        after = int(page["next"])
    assert seen == ["1", "2", "3", "4", "5", "6"]
    assert page["next"] == "6"


async def test_what_was_acknowledged_is_delivered_and_the_reading_goes_on_behind_it(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    await feed.desk.acknowledge(MAIN, 4)
    assert await feed.numbers() == ["5", "6"]
    assert Counter(delivery_states(feed.store)) == {"delivered": 4, "owed": 5}
    await feed.desk.acknowledge(MAIN, 4)
    await feed.desk.acknowledge(MAIN, 2)
    assert await feed.numbers() == ["5", "6"], "an acknowledgement is never taken back"
    assert await feed.numbers(after=2) == ["3", "4", "5", "6"], "a number asks for what was read before"
    assert await feed.numbers(LIBERTY) == ["1", "2", "3"], "each feed has its own"


async def test_a_number_that_is_not_given_yet_cannot_be_acknowledged(feed: Feeding) -> None:
    await three_cases(feed.store)
    for number in (1, 7):
        with pytest.raises(NotFound):
            await feed.desk.acknowledge(MAIN, number)
        await feed.number()
    assert set(delivery_states(feed.store)) == {"owed"}


async def test_what_is_refused_is_a_dead_letter_and_the_feed_goes_on_behind_it(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    await feed.desk.refuse(MAIN, 2, "unreadable")
    await feed.desk.refuse(MAIN, 2, "unreadable")
    assert await feed.numbers() == ["1", "3", "4", "5", "6"]
    [letter] = dead_letters.dead_letters(feed.store.engine, feed.store.vault)
    assert (letter.outcome, letter.position) == ("refused: unreadable", 2)
    await feed.desk.acknowledge(MAIN, 6)
    assert Counter(delivery_states(feed.store)) == {"delivered": 5, "dead": 1, "owed": 3}
    with pytest.raises(NotFound):
        await feed.desk.refuse(MAIN, 1, "too late")


async def test_a_replay_comes_under_its_old_id_and_position_and_a_number_of_its_own(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    second = (await feed.page())["events"][1]
    await feed.desk.refuse(MAIN, 2, "unreadable")
    await feed.desk.acknowledge(MAIN, 6)
    with feed.store.engine.begin() as connection:
        replays.replay(connection, Selection(delivery_ids=(second["deliveryid"],)), ACT)
    await feed.number()
    [again] = (await feed.page())["events"]
    assert (again["number"], again["replay"]) == ("7", True)
    assert [again[name] for name in ("id", "deliveryid", "position")] == [
        second[name] for name in ("id", "deliveryid", "position")
    ]


async def test_what_may_not_be_seen_gets_no_number_and_leaves_no_gap(feed: Feeding) -> None:
    await feed.store.take(fir())
    await feed.store.take(outcome("H-1"))
    with feed.store.engine.connect() as connection:
        [first, _] = connection.scalars(select(schema.events.c.event_id).order_by(schema.events.c.seq))
    await feed.number(withheld=frozenset({first}))
    [event] = (await feed.page())["events"]
    assert (event["type"], event["number"], event["position"]) == ("icjs.hearing.recorded.v1", "1", 1)
    assert delivery_states(feed.store) == ["withheld", "owed"]


async def test_what_may_not_be_seen_any_more_is_voided_in_place_when_it_is_read(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    before = (await feed.page())["events"]
    feed.directory.recipient = police(state="PB")
    after = (await feed.page())["events"]
    places = [[(event["lane"], event["position"], event["number"]) for event in each] for each in (before, after)]
    assert places[0] == places[1]
    assert {event["type"] for event in after} == {VOIDED}
    assert [event["data"]["voids"] for event in after] == [event["id"] for event in before]
    assert "case" not in after[0]["data"]
    assert Counter(delivery_states(feed.store)) == {"withheld": 6, "owed": 9}
    await feed.desk.acknowledge(MAIN, 6)
    assert await feed.numbers() == []


async def test_what_was_acknowledged_and_may_not_be_seen_any_more_is_not_shown_again(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    await feed.desk.acknowledge(MAIN, 6)
    feed.directory.recipient = police(state="PB")
    assert await feed.numbers(after=0) == []
    assert Counter(delivery_states(feed.store)) == {"delivered": 6, "owed": 3}


async def test_a_superseded_order_leaves_its_number_to_a_void(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    second = (await feed.page(LIBERTY))["events"][1]
    with feed.store.engine.begin() as connection:
        stop_deliveries(
            connection,
            [second["deliveryid"]],
            DeliveryState.SUPERSEDED,
            outcome="superseded",
            reason=VoidReason.SUPERSEDED,
            at=START,
            superseded_by="the-correction",
        )
    events = (await feed.page(LIBERTY))["events"]
    assert [event["number"] for event in events] == ["1", "2", "3"]
    assert (events[1]["type"], events[1]["position"]) == (VOIDED, second["position"])
    assert events[1]["data"]["voids"] == second["id"]


async def test_a_large_page_ends_early_and_says_where(feed: Feeding, monkeypatch: pytest.MonkeyPatch) -> None:
    await three_cases(feed.store)
    await feed.number()
    monkeypatch.setattr("icjs_gateway.routing.feed_desk.PAGE_BYTES_MAX", 10)
    page = await feed.page()
    assert [event["number"] for event in page["events"]] == ["1"]
    assert page["next"] == "1"


async def test_a_webhook_beside_it_gets_the_same_and_neither_waits_for_the_other(feed: Feeding) -> None:
    feed.store.deciding = replace(bench(pull_subscription(), subscription()), ids=feed.store.deciding.ids)
    await feed.store.take(fir())
    [leased] = await feed.store.lease(closed=frozenset({PULL}))
    await feed.store.lanes.settle([settlement(leased)])
    await feed.number()
    [event] = (await feed.page())["events"]
    assert event["id"] == leased.head.told.event_id
    assert event["deliveryid"] != leased.head.delivery_id
    assert lane_states(feed.store) == {}


async def test_two_gateways_never_number_twice_and_never_skip_what_commits_late(
    postgres_url: str, tmp_path: Path
) -> None:
    engines: list[Engine] = [open_engine(postgres_url, writers=2) for _ in range(2)]
    with running(engines[0], tmp_path, writers=2) as here, running(engines[1], tmp_path, writers=2) as there:
        nodes = [feeding(here), feeding(there)]
        for name, node in zip("ab", nodes, strict=True):
            plain = node.store.deciding
            node.store.deciding = replace(plain, ids=NodeIds(name))
        recorded = asyncio.Event()

        async def record_all() -> None:
            await asyncio.gather(*(nodes[n % 2].store.take(fir(n)) for n in range(1, 31)))
            hearings = (outcome(f"H-{n}", firs=(n,), serial=n) for n in range(1, 31))
            await asyncio.gather(*(nodes[i % 2].store.take(each) for i, each in enumerate(hearings)))
            recorded.set()

        async def sequence(node: Feeding) -> None:
            while not recorded.is_set():
                await node.number(most=3)
            await node.number()

        await asyncio.gather(record_all(), *(sequence(node) for node in nodes))
        events = (await nodes[0].page(limit=1000))["events"]
        assert lane_states(here) == {}
    for engine in engines:
        engine.dispose()
    assert [event["number"] for event in events] == [str(number) for number in range(1, 61)]
    assert ordered(events) == {(1, 2)}


def ordered(events: list[Mapping[str, Any]]) -> set[tuple[int, ...]]:
    """The positions of each lane, in order of number."""
    lanes: dict[str, list[int]] = {}
    for event in events:
        lanes.setdefault(event["lane"], []).append(event["position"])
    return {tuple(positions) for positions in lanes.values()}


async def test_a_feed_that_was_numbered_late_counts_on_from_where_it_was(feed: Feeding) -> None:
    await feed.store.take(fir())
    await feed.number()
    await feed.desk.acknowledge(MAIN, 1)
    await feed.store.take(outcome("H-1"))
    await feed.number()
    [event] = (await feed.page())["events"]
    assert (event["number"], event["position"]) == ("2", 2)


async def test_a_grant_that_is_taken_back_before_it_is_read_is_a_void_under_its_number(
    store: Store, feed: Feeding
) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await feed.number()
    [granted] = (await feed.page(LIBERTY))["events"]
    await store.take(bail_order("B-2", decision="CANCELLED", on=date(2026, 11, 21)))
    await feed.number()
    void, cancelled = (await feed.page(LIBERTY))["events"]
    assert [event["number"] for event in (granted, void, cancelled)] == ["1", "1", "2"]
    assert [event["position"] for event in (void, cancelled)] == [1, 2]
    assert {"voids": granted["id"], "reason": "SUPERSEDED"}.items() <= void["data"].items()
    assert cancelled["data"]["bail"]["decision"] == "CANCELLED"


async def files(feed: Feeding, **deliver: str) -> dict[str, Any]:
    """The manifest of a file drop over the same feeds."""
    feed.directory.pulled = pull_subscription(channel="file", **deliver)
    manifest: dict[str, Any] = json.loads(await feed.desk.manifest(PULL))
    return manifest


async def test_a_manifest_lists_what_was_not_acknowledged_liberty_first(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    await feed.desk.acknowledge(MAIN, 4)
    told = await files(feed)
    assert [(part["name"], part["events"], part["complete"]) for part in told["parts"]] == [
        ("liberty-000000000001-000000000003.ndjson", 3, False),
        ("main-000000000005-000000000006.ndjson", 2, False),
    ]
    assert (told["acknowledged"], told["more"]) == ({"main": "4", "liberty": "0"}, False)
    for part in told["parts"]:
        body = await feed.desk.part(PULL, part["name"])
        assert (len(body), hashlib.sha256(body).hexdigest()) == (part["bytes"], part["sha256"])


async def test_a_file_holds_what_pages_hold(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    told = await files(feed)
    for part in told["parts"]:
        lines = [json.loads(line) for line in (await feed.desk.part(PULL, part["name"])).splitlines()]
        assert lines == (await feed.page(LIBERTY if part["feed"] == "liberty" else MAIN))["events"]


async def test_a_file_may_be_in_the_words_of_a_pillar(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    told = await files(feed, contract="police.case-update.v1")
    lines = (await feed.desk.part(PULL, told["parts"][1]["name"])).splitlines()
    first = json.loads(lines[0])
    assert (first["number"], first["notice"]["eventType"]) == ("1", "icjs.fir.registered.v1")
    told = await files(feed, contract="prosecution.notice.v1")
    root = etree.fromstring(await feed.desk.part(PULL, told["parts"][1]["name"]))
    assert root.tag == "{urn:icjs:gateway:1}Part"
    assert [entry.get("number") for entry in root] == ["1", "2", "3", "4", "5", "6"]
    assert root[0][0].findtext("{urn:icjs:prosecution:notice:1}EventType") == "icjs.fir.registered.v1"


async def test_what_may_not_be_seen_any_more_is_voided_in_a_file_too(feed: Feeding) -> None:
    await three_cases(feed.store)
    await feed.number()
    before = await files(feed)
    feed.directory.recipient = police().model_copy(update={"jurisdiction": Jurisdiction(state="PB")})
    lines = [json.loads(line) for line in (await feed.desk.part(PULL, before["parts"][1]["name"])).splitlines()]
    assert {line["type"] for line in lines} == {VOIDED}
    assert [line["number"] for line in lines] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    "name",
    [
        "main-000000000001-000000000007.ndjson",
        "main-000000000000-000000000003.ndjson",
        "main-000000000003-000000000001.ndjson",
        "main-000000000001-000000000501.ndjson",
        "main-000000000001-000000000003.xml",
        "other-000000000001-000000000003.ndjson",
        "../gateway.db",
    ],
)
async def test_a_file_that_is_not_there_is_not_found(feed: Feeding, name: str) -> None:
    await three_cases(feed.store)
    await feed.number()
    await files(feed)
    with pytest.raises(NotFound):
        await feed.desk.part(PULL, name)
