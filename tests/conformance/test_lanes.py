"""What every store promises of delivery: order, positions, fencing, and nothing owed without a lane."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from icjs_gateway.routing.lanes import Claim, Delivered, GiveUp, Leased, Settlement, Verdict, Wait
from icjs_gateway.stores import dead_letters, schema
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.replays import Selection, replay
from tests.conformance.conftest import START, Store
from tests.support.messages import bench, fir, outcome, subscription

ACT = Act(by="SHO 1234", reason="endpoint repaired", at=START)


def settlement(leased: Leased, verdict: Verdict | None = None, outcome: str = "acknowledged") -> Settlement:
    return Settlement(leased=leased, verdict=verdict or Delivered(), attempted_at=START, took_ms=5, outcome=outcome)


def lane_states(store: Store) -> dict[str, str]:
    with store.engine.connect() as connection:
        rows = connection.execute(select(schema.lanes.c.lane_key, schema.lanes.c.state))
        return {row[0]: row[1] for row in rows}


def delivery_states(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return list(connection.scalars(select(schema.deliveries.c.state).order_by(schema.deliveries.c.seq)))


async def story(store: Store, hearings: int = 3) -> None:
    await store.take(fir())
    for number in range(1, hearings + 1):
        await store.take(outcome(f"H-{number}"))


async def test_a_lane_is_delivered_in_order_with_positions_from_one(store: Store) -> None:
    await story(store)
    seen = []
    while leased := await store.lease():
        assert len(leased) == 1, "one delivery of a lane is in flight, never two"
        seen.append((leased[0].position, leased[0].head.told.type))
        assert await store.lanes.settle([settlement(leased[0])]) == [True]
    assert seen == [
        (1, "icjs.fir.registered.v1"),
        (2, "icjs.hearing.recorded.v1"),
        (3, "icjs.hearing.recorded.v1"),
        (4, "icjs.hearing.recorded.v1"),
    ]
    assert lane_states(store) == {}, "a lane exists while something is owed"


async def test_positions_go_on_where_they_stopped_when_a_lane_comes_back(store: Store) -> None:
    await story(store, hearings=0)
    [leased] = await store.lease()
    await store.lanes.settle([settlement(leased)])
    await store.take(outcome("H-9"))
    [leased] = await store.lease()
    assert leased.position == 2


async def test_a_failed_attempt_keeps_its_position_and_holds_the_lane(store: Store) -> None:
    await story(store)
    [first] = await store.lease()
    later = START + timedelta(seconds=5)
    await store.lanes.settle([settlement(first, Wait(until=later), "http-500")])
    assert await store.lease() == []
    [again] = await store.lease(at=later)
    assert (again.head.delivery_id, again.position, again.head.attempts) == (first.head.delivery_id, 1, 1)


async def test_a_settlement_without_the_lease_changes_nothing(store: Store) -> None:
    await story(store)
    [lost] = await store.lease()
    [held] = await store.lease(at=START + timedelta(minutes=2))
    assert held.head.delivery_id == lost.head.delivery_id
    assert held.position == lost.position
    assert await store.lanes.settle([settlement(lost)]) == [False]
    assert delivery_states(store) == ["owed"] * 4
    assert await store.lanes.settle([settlement(held)]) == [True]
    assert await store.lanes.settle([settlement(held)]) == [False], "a delivery is settled once"


async def test_what_may_not_leave_is_withheld_and_leaves_no_gap(store: Store) -> None:
    await story(store)
    assert await store.lease(rule="JURISDICTION") == []
    assert delivery_states(store) == ["withheld"] * 4
    assert lane_states(store) == {}
    await store.take(outcome("H-9"))
    [leased] = await store.lease()
    assert leased.position == 1


async def test_a_dead_head_halts_its_lane_until_it_is_replayed_in_its_place(store: Store) -> None:
    await story(store)
    [leased] = await store.lease()
    await store.lanes.settle([settlement(leased, GiveUp(), "http-500")])
    assert set(lane_states(store).values()) == {"halted"}
    assert await store.lease(at=START + timedelta(days=9)) == []
    [letter] = dead_letters.dead_letters(store.engine, store.vault)
    assert (letter.delivery_id, letter.outcome, letter.attempts) == (leased.head.delivery_id, "http-500", 1)
    with store.engine.begin() as connection:
        again = Selection(delivery_ids=(letter.delivery_id,))
        assert replay(connection, again, ACT) == [letter.delivery_id]
        assert replay(connection, again, ACT) == []
    [again] = await store.lease()
    assert (again.head.delivery_id, again.position, again.head.replay) == (leased.head.delivery_id, 1, True)


async def test_a_dead_liberty_delivery_lets_the_next_go(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    await store.take(outcome("H-2", bail_for="A1"))
    [first] = await store.lease(liberty=True)
    await store.lanes.settle([settlement(first, GiveUp(), "refused")])
    [second] = await store.lease(liberty=True)
    assert second.position == 2


async def test_liberty_lanes_are_claimed_apart(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    assert [leased.head.liberty for leased in await store.lease()] == [False]
    assert [leased.head.told.type for leased in await store.lease(liberty=True)] == ["icjs.bail.ordered.v1"]


async def test_a_released_lease_is_due_at_once(store: Store) -> None:
    await story(store)
    [leased] = await store.lease()
    await store.lanes.release([leased.token])
    assert len(await store.lease()) == 1


async def test_an_endpoint_gets_no_more_than_its_share(store: Store) -> None:
    store.deciding = bench(subscription("a"), subscription("b"))
    for number in range(100, 110):
        await store.take(fir(number))
    leased = await store.lease(most=12, per_endpoint=4, busy={"a": 3})
    shares = [each.head.subscription_id for each in leased]
    assert (shares.count("a"), shares.count("b")) == (1, 4)


@pytest.mark.parametrize("liberty", [False, True])
async def test_a_claim_tells_when_the_next_lane_falls_due(store: Store, liberty: bool) -> None:
    assert await next_due(store, liberty) is None
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    leased = await store.lease(liberty=liberty)
    due = START + timedelta(minutes=7)
    await settle_all(store, leased, Wait(until=due))
    assert await next_due(store, liberty) == due
    assert await next_due(store, liberty, closed=frozenset({"hp-cases"})) is None
    assert await store.lease(at=due, liberty=liberty, closed=frozenset({"hp-cases"})) == []
    assert len(await store.lease(at=due, liberty=liberty)) == 1


async def next_due(store: Store, liberty: bool, closed: frozenset[str] = frozenset()) -> datetime | None:
    claim = Claim(now=START, until=START, most=10, liberty=liberty, per_endpoint=10, closed=closed)
    return (await store.lanes.lease(claim, lambda head: None)).next_due_at


async def test_a_failing_liberty_delivery_lets_the_next_go_and_is_tried_in_its_own_time(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    await store.take(outcome("H-2", bail_for="A1"))
    [first] = await store.lease(liberty=True)
    later = START + timedelta(seconds=5)
    await store.lanes.settle([settlement(first, Wait(until=later), "http-500")])
    [second] = await store.lease(liberty=True)
    assert (first.position, second.position) == (1, 2)
    assert second.head.delivery_id != first.head.delivery_id
    await store.lanes.settle([settlement(second)])
    assert await store.lease(liberty=True) == []
    [again] = await store.lease(liberty=True, at=later)
    assert (again.head.delivery_id, again.position, again.head.attempts) == (first.head.delivery_id, 1, 1)


async def settle_all(store: Store, leased: Sequence[Leased], verdict: Verdict) -> None:
    await store.lanes.settle([settlement(each, verdict) for each in leased])


async def test_a_liberty_delivery_that_waits_is_kept_when_the_next_one_may_not_leave(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    [first] = await store.lease(liberty=True)
    later = START + timedelta(minutes=2)
    await store.lanes.settle([settlement(first, Wait(until=later), "http-500")])
    await store.take(outcome("H-2", bail_for="A1"))
    assert await store.lease(at=START + timedelta(minutes=1), liberty=True, rule="JURISDICTION") == []
    [again] = await store.lease(at=later, liberty=True)
    assert again.head.delivery_id == first.head.delivery_id


async def test_a_liberty_delivery_does_not_wait_for_one_that_failed_before_it_came(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    [first] = await store.lease(liberty=True)
    await store.lanes.settle([settlement(first, Wait(until=START + timedelta(minutes=5)), "http-500")])
    await store.take(outcome("H-2", bail_for="A1"))
    [second] = await store.lease(liberty=True)
    assert second.head.delivery_id != first.head.delivery_id
