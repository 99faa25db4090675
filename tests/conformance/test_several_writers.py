"""What PostgreSQL promises beyond that: several gateways, each with several writers, share one store."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, func, select, text

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, Content
from icjs_gateway.routing.decisions import Kept
from icjs_gateway.routing.lanes import Claim, Delivered, Leased, Settlement
from icjs_gateway.routing.messages import Receipt
from icjs_gateway.stores import migrate, schema
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.lanes import Lease, run_leases
from icjs_gateway.stores.ledger import run_records
from icjs_gateway.stores.ledger_rows import Command
from icjs_gateway.stores.settlements import Settle, run_settlements
from tests.conformance.conftest import START, Store, running, written
from tests.support import postgres
from tests.support.messages import CountedIds, bench, changed, fir, outcome, record, subscription

pytestmark = pytest.mark.timeout(60)
WRITERS = 4
END_ALL_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
)
WAITS_FOR_A_LOCK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class NodeIds(CountedIds):
    """Ids that no other node gives."""

    def __init__(self, node: str) -> None:
        super().__init__()
        self._node = node

    def new(self) -> str:
        return f"{self._node}{super().new()}"


@pytest.fixture
def nodes(postgres_url: str, tmp_path: Path) -> Iterator[list[Store]]:
    """Two gateways on one store."""
    engines = [open_engine(postgres_url, writers=WRITERS) for _ in range(2)]
    with (
        running(engines[0], tmp_path, writers=WRITERS) as first,
        running(engines[1], tmp_path, writers=WRITERS) as other,
    ):
        for name, node in zip("ab", (first, other), strict=True):
            node.deciding = replace(bench(subscription()), ids=NodeIds(name))
        yield [first, other]
    for engine in engines:
        engine.dispose()


async def together(*takes: Awaitable[Receipt]) -> list[Receipt]:
    return await asyncio.gather(*takes)


def states(store: Store) -> Counter[str]:
    with store.engine.connect() as connection:
        return Counter(connection.scalars(select(schema.messages.c.state)))


def cases(engine: Engine) -> list[Case]:
    with engine.connect() as connection:
        return [Case.model_validate_json(row) for row in connection.scalars(select(schema.cases.c.snapshot))]


def owed_without_a_lane(engine: Engine) -> int:
    owed = select(schema.deliveries.c.lane_key).where(schema.deliveries.c.state == "owed")
    with engine.connect() as connection:
        return (
            connection.scalar(
                select(func.count()).select_from(owed.except_(select(schema.lanes.c.lane_key)).subquery())
            )
            or 0
        )


async def test_the_same_message_at_two_gateways_at_once_is_one_message_with_one_receipt(nodes: list[Store]) -> None:
    for number in range(1, 31):
        content = fir(number)
        receipts = await together(*(node.take(content) for node in nodes for _ in range(3)))
        assert len({receipt.json for receipt in receipts}) == 1
        assert [receipt.replayed for receipt in receipts].count(False) == 1
    assert states(nodes[0]) == {"recorded": 30}
    assert len(cases(nodes[0].engine)) == 30


async def test_the_same_message_of_one_court_over_two_wires_at_once_is_one_message(nodes: list[Store]) -> None:
    await nodes[0].take(fir())
    for number in range(1, 21):
        content = outcome(f"H-{number}")
        receipts = await together(
            *(node.take(content, partner_id=over) for node, over in zip(nodes, ("own", "hub"), strict=True))
        )
        assert len({receipt.json for receipt in receipts}) == 1
        assert [receipt.replayed for receipt in receipts].count(False) == 1
    assert states(nodes[0]) == {"recorded": 21}


async def test_the_same_content_under_two_ids_at_once_is_suppressed_once(nodes: list[Store]) -> None:
    await nodes[0].take(fir())
    for number in range(1, 21):
        contents = [outcome(f"H-{number}", message_id=f"M-{number}-{name}") for name in "ab"]
        receipts = await together(*(node.take(each) for node, each in zip(nodes, contents, strict=True)))
        outcomes = sorted(json.loads(receipt.json)["outcome"] for receipt in receipts)
        assert outcomes == ["accepted", "suppressed"]


async def test_a_fir_and_its_outcome_at_once_always_find_each_other(nodes: list[Store]) -> None:
    takes = []
    for number in range(1, 101):
        about = outcome(f"H-{number}", firs=(number,), serial=number)
        by_cnr = outcome(f"L-{number}", firs=(), serial=number)
        correction = outcome(
            f"L-{number}",
            firs=(),
            serial=number,
            action=Action.AMEND,
            refers_to=f"L-{number}-NEW",
            message_id=f"C-{number}",
        )
        first, other = nodes if number % 2 else reversed(nodes)
        takes += [first.take(fir(number)), other.take(about), first.take(by_cnr), other.take(correction)]
    await together(*takes)
    assert states(nodes[0]) == {"recorded": 400}
    assert len(cases(nodes[0].engine)) == 100
    with nodes[0].engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.waiting)) == 0


async def test_what_names_the_new_cnr_alone_finds_its_case_however_the_committal_comes(nodes: list[Store]) -> None:
    takes = []
    for number in range(1, 61):
        committed = changed("COMMITTAL", firs=(number,), serial=number, to=(500 + number,), message_id=f"P-{number}")
        by_new_cnr = outcome(f"H-{number}", firs=(), serial=500 + number)
        first, other = nodes if number % 2 else reversed(nodes)
        takes += [other.take(by_new_cnr), first.take(committed), other.take(fir(number))]
    await together(*takes)
    assert states(nodes[0]) == {"recorded": 180}
    assert all(len(case.cnrs) == 2 for case in cases(nodes[0].engine))


async def test_cases_that_are_clubbed_both_ways_at_once_know_each_other_and_nobody_waits_for_ever(
    nodes: list[Store],
) -> None:
    numbers = range(1, 21)
    await together(*(nodes[0].take(fir(number)) for number in numbers))
    await together(*(nodes[0].take(outcome(f"H-{number}", firs=(number,), serial=number)) for number in numbers))
    await together(
        *(
            node.take(changed("CLUBBING", firs=(), serial=one, to=(other,), message_id=f"P-{one}-{other}"))
            for pair in zip(range(1, 21, 2), range(2, 21, 2), strict=True)
            for node, (one, other) in zip(nodes, (pair, pair[::-1]), strict=True)
        )
    )
    assert states(nodes[0]) == {"recorded": 60}
    assert [len(case.firs) for case in cases(nodes[0].engine)] == [2] * 20


async def test_many_at_once_about_the_same_cases_lose_nothing_of_any(nodes: list[Store]) -> None:
    numbers = range(1, 6)
    await together(*(nodes[0].take(fir(number)) for number in numbers))
    rounds = 25

    def about(task: int) -> Iterable[Content]:
        for step in range(rounds):
            number = 1 + (task + step) % 5
            clubbed = 1 + (task + 3 * step) % 5
            yield outcome(f"H-{task}-{step}", firs=(number, clubbed), serial=1000 * task + step)

    async def work(node: Store, task: int) -> None:
        for content in about(task):
            await node.take(content)

    await asyncio.gather(*(work(nodes[task % 2], task) for task in range(8)))
    with nodes[0].engine.connect() as connection:
        versions = list(connection.scalars(select(schema.cases.c.version)))
    told = sum(len({fir.number for fir in each.case.firs}) for task in range(8) for each in about(task))
    assert sum(versions) == len(numbers) + told, "every message is folded into every case that it names"
    assert sum(len(case.cnrs) for case in cases(nodes[0].engine)) >= 8 * rounds
    assert states(nodes[0]) == {"recorded": 5 + 8 * rounds}


async def test_dispatchers_never_lease_the_same_lane_and_keep_its_order(nodes: list[Store]) -> None:
    numbers, hearings = range(1, 13), 6
    seen: dict[str, list[tuple[int, str]]] = {}
    under_way: set[str] = set()
    recorded = asyncio.Event()

    async def record_all() -> None:
        await together(*(nodes[0].take(fir(number)) for number in numbers))
        for hearing in range(hearings):
            told = [outcome(f"H-{hearing}", message_id=f"{n}-{hearing}", firs=(n,), serial=n) for n in numbers]
            await together(*(nodes[i % 2].take(each) for i, each in enumerate(told)))
        recorded.set()

    async def dispatch(node: Store) -> None:
        while True:
            done = recorded.is_set()
            leased = await node.lease(most=4)
            for each in leased:
                assert each.head.lane not in under_way, "one delivery of a lane is in flight, never two"
                under_way.add(each.head.lane)
                seen.setdefault(each.head.lane, []).append((each.position, each.head.told.message_id))
            await asyncio.sleep(0)
            under_way.difference_update(each.head.lane for each in leased)
            assert all(await node.lanes.settle([settled(each) for each in leased]))
            if done and not leased:
                return

    await asyncio.gather(record_all(), *(dispatch(node) for node in nodes for _ in range(2)))
    assert owed_without_a_lane(nodes[0].engine) == 0
    with nodes[0].engine.connect() as connection:
        assert set(connection.scalars(select(schema.deliveries.c.state))) == {"delivered"}
        assert connection.scalar(select(func.count()).select_from(schema.lanes)) == 0
    assert len(seen) == len(numbers)
    for deliveries in seen.values():
        assert [position for position, _ in deliveries] == list(range(1, hearings + 2))
        assert [message.rpartition("-")[2] for _, message in deliveries[1:]] == [str(h) for h in range(hearings)]


def settled(leased: Leased) -> Settlement:
    return Settlement(leased=leased, verdict=Delivered(), attempted_at=START, took_ms=1, outcome="acknowledged")


async def test_a_lost_connection_is_replaced_and_nothing_is_recorded_twice(nodes: list[Store]) -> None:
    for number in range(1, 11):
        await nodes[0].take(fir(number))
        with nodes[1].engine.connect() as connection:
            connection.execute(END_ALL_OTHERS)
        receipt = await nodes[0].take(outcome("H-1", message_id=f"M-{number}", firs=(number,), serial=number))
        assert json.loads(receipt.json)["outcome"] == "accepted"
    assert states(nodes[0]) == {"recorded": 20}


async def test_gateways_that_start_together_on_an_empty_database_make_one_schema(postgres_server: URL) -> None:
    with postgres.database(postgres_server) as url:
        engines = [open_engine(written(url)) for _ in range(3)]
        await asyncio.gather(*(asyncio.to_thread(migrate.upgrade, engine) for engine in engines))
        assert len({migrate.standing(engine) for engine in engines}) == 1
        for engine in engines:
            engine.dispose()


def command(node: Store, content: Content) -> Command:
    told = record(content)
    sealed = node.vault.seal(told.body, "/".join(told.identity).encode())
    return Command(record=told, decider=node.deciding, sealed=sealed)


async def waits(task: asyncio.Task[Any], node: Store) -> None:
    """Until this task waits for a lock, as it must."""
    while not task.done():
        with node.engine.connect() as connection:
            if connection.scalar(WAITS_FOR_A_LOCK):
                return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not wait")


async def test_a_message_that_is_being_parked_is_not_missed_by_its_fir(nodes: list[Store]) -> None:
    here, there = nodes
    with there.engine.begin() as connection:
        [parked] = run_records(connection, [command(there, outcome("H-1"))])
        assert isinstance(parked, Kept)
        assert parked.linked is None
        registering = asyncio.create_task(here.take(fir()))
        await waits(registering, here)
    await registering
    assert states(here) == {"recorded": 2}


async def test_a_correction_that_is_being_parked_is_not_missed_by_what_it_refers_to(nodes: list[Store]) -> None:
    here, there = nodes
    await here.take(fir())
    correction = outcome("H-1", action=Action.AMEND, refers_to="H-1-NEW", message_id="C", serial=None)
    with there.engine.begin() as connection:
        run_records(connection, [command(there, correction)])
        recording = asyncio.create_task(here.take(outcome("H-1", message_id="H-1-NEW", serial=None)))
        await waits(recording, here)
    await recording
    assert states(here) == {"recorded": 3}


async def test_a_lane_that_is_ending_is_opened_again_for_what_is_new(nodes: list[Store]) -> None:
    here, there = nodes
    await here.take(fir())
    [leased] = await here.lease()
    with there.engine.begin() as connection:
        assert run_settlements(connection, [Settle(settlement=settled(leased))]) == [True]
        recording = asyncio.create_task(here.take(outcome("H-1")))
        await waits(recording, here)
    await recording
    assert owed_without_a_lane(here.engine) == 0
    assert [each.position for each in await here.lease()] == [2]


async def test_a_lane_does_not_end_while_something_is_recorded_for_it(nodes: list[Store]) -> None:
    here, there = nodes
    await here.take(fir())
    [leased] = await here.lease()
    with there.engine.begin() as connection:
        run_records(connection, [command(there, outcome("H-1"))])
        settling = asyncio.create_task(here.lanes.settle([settled(leased)]))
        await waits(settling, here)
    assert await settling == [True]
    assert owed_without_a_lane(here.engine) == 0
    assert [each.position for each in await here.lease()] == [2]


async def test_a_lane_that_another_gateway_is_leasing_is_passed_over(nodes: list[Store]) -> None:
    here, there = nodes
    await together(here.take(fir(1)), here.take(fir(2)))
    claim = Claim(now=START, until=START + timedelta(minutes=1), most=1, liberty=False, per_endpoint=9)
    with there.engine.begin() as connection:
        [leases] = run_leases(connection, [Lease(claim=claim, admit=lambda head: None)])
        [other] = await here.lease()
    assert leases.leased[0].head.lane != other.head.lane


async def test_chains_of_corrections_go_on_whole_whichever_writer_takes_a_link(nodes: list[Store]) -> None:
    links = ((Action.NEW, None), (Action.AMEND, 0), (Action.AMEND, 1), (Action.WITHDRAW, 2))

    def link(chain: int, turn: int) -> Content:
        action, before = links[turn]
        refers_to = f"C{chain}-{before}" if before is not None else None
        return outcome(f"H-{chain}", message_id=f"C{chain}-{turn}", action=action, refers_to=refers_to)

    for turn in (3, 2, 1, 0):
        await together(*(nodes[chain % 2].take(link(chain, turn)) for chain in range(8)))
    assert states(nodes[0]) == {"parked": 32}
    await nodes[1].take(fir())
    assert states(nodes[0]) == {"recorded": 33}


async def test_a_chain_and_its_first_link_meet_on_two_writers(nodes: list[Store]) -> None:
    await nodes[0].take(fir())
    for round_ in range(8):
        first = outcome(f"H-{round_}", message_id=f"R{round_}-0")
        others = [
            outcome(
                f"H-{round_}", message_id=f"R{round_}-{turn}", action=Action.AMEND, refers_to=f"R{round_}-{turn - 1}"
            )
            for turn in (3, 2, 1)
        ]
        await together(*(nodes[at % 2].take(content) for at, content in enumerate([*others, first])))
    assert states(nodes[0]) == {"recorded": 33}
