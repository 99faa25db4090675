"""What every store promises of a person's replay: same ids and places, in order, before what is new, audited."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.lanes import GiveUp, Leased, Wait
from icjs_gateway.stores import replays, schema
from icjs_gateway.stores.replays import Selection
from tests.conformance.conftest import START, Store
from tests.conformance.test_lanes import ACT, delivery_states, lane_states, settlement, story
from tests.support.messages import fir, outcome


def replay(store: Store, **selection: object) -> list[str]:
    with store.engine.begin() as connection:
        return replays.replay(connection, Selection(**selection), ACT)  # type: ignore[arg-type]


def count(store: Store, **selection: object) -> int:
    with store.engine.connect() as connection:
        return len(replays.chosen(connection, Selection(**selection)))  # type: ignore[arg-type]


async def sent(store: Store, *, liberty: bool = False) -> list[Leased]:
    seen: list[Leased] = []
    while leased := await store.lease(liberty=liberty):
        seen += leased
        await store.lanes.settle([settlement(each) for each in leased])
    return seen


def told(leased: list[Leased]) -> list[tuple[str, int, str]]:
    return [(each.head.delivery_id, each.position, each.head.told.event_id) for each in leased]


async def test_a_lane_is_sent_again_under_the_same_ids_and_positions_before_what_is_new(store: Store) -> None:
    await story(store)
    first = await sent(store)
    await store.take(outcome("H-9"))
    again = replay(store, subscription_id="hp-cases", lane=first[0].head.lane)
    assert again == [each.head.delivery_id for each in first]
    everything = await sent(store)
    assert told(everything)[:-1] == told(first)
    assert [each.head.replay for each in everything] == [True] * 4 + [False]
    assert everything[-1].position == 5
    assert set(delivery_states(store)) == {"delivered"}
    assert lane_states(store) == {}


async def test_a_case_is_replayed_with_its_liberty_lanes_and_another_case_is_not(store: Store) -> None:
    await store.take(fir(1))
    await store.take(outcome("H-1", firs=(1,), serial=1, bail_for="A1"))
    await store.take(fir(2))
    first, freed = await sent(store), await sent(store, liberty=True)
    case_id = freed[0].head.told.case_id
    assert count(store, subscription_id="hp-cases", case_id=case_id) == 3
    replay(store, subscription_id="hp-cases", case_id=case_id)
    assert told(await sent(store)) == told([each for each in first if each.head.told.case_id == case_id])
    assert told(await sent(store, liberty=True)) == told(freed)


async def test_only_dead_ones_only_since_then_and_only_of_that_subscription(store: Store) -> None:
    await store.take(fir(1))
    await store.take(fir(2))
    one, other = await store.lease()
    await store.lanes.settle([settlement(one), settlement(other, GiveUp(), "http-400")])
    assert count(store, subscription_id="hp-cases", only_dead=True) == 1
    assert count(store, subscription_id="hp-cases") == 2
    assert count(store, subscription_id="another") == 0
    assert count(store, subscription_id="hp-cases", since=START + timedelta(days=1)) == 0
    assert replay(store, subscription_id="hp-cases", only_dead=True) == [other.head.delivery_id]


async def test_a_lane_stays_halted_unless_what_halts_it_is_replayed(store: Store) -> None:
    await story(store)
    [first] = await store.lease()
    await store.lanes.settle([settlement(first)])
    [second] = await store.lease()
    await store.lanes.settle([settlement(second, GiveUp(), "http-400")])
    replay(store, delivery_ids=(first.head.delivery_id,))
    assert await store.lease() == []
    replay(store, delivery_ids=(second.head.delivery_id,))
    assert [each.position for each in await sent(store)] == [1, 2, 3, 4]


async def test_what_waits_or_is_in_flight_is_not_replayed(store: Store) -> None:
    await story(store, hearings=1)
    [leased] = await store.lease()
    assert replay(store, subscription_id="hp-cases") == []
    await store.lanes.settle([settlement(leased, Wait(until=START), "http-500")])
    assert replay(store, delivery_ids=(leased.head.delivery_id,)) == []


async def test_a_replay_that_its_recipient_may_not_see_any_more_leaves_a_void(store: Store) -> None:
    await story(store, hearings=1)
    first, second = await sent(store)
    replay(store, subscription_id="hp-cases")
    [void] = await store.lease(withheld=frozenset({first.head.told.event_id}))
    assert (void.position, json.loads(void.head.told.data)["voids"]) == (1, first.head.told.event_id)
    await store.lanes.settle([settlement(void)])
    assert told(await sent(store)) == told([second])


async def test_a_replay_is_audited_with_who_and_why(store: Store) -> None:
    await story(store, hearings=0)
    [leased] = await sent(store)
    replay(store, delivery_ids=(leased.head.delivery_id,))
    with store.engine.connect() as connection:
        facts = connection.scalars(
            select(schema.audit_leaves.c.facts).where(schema.audit_leaves.c.kind == "deliveries.replayed")
        ).one()
    assert json.loads(facts) == {
        "subscription": None,
        "case_id": None,
        "lane": None,
        "since": None,
        "only_dead": False,
        "deliveries": [leased.head.delivery_id],
        "count": 1,
        "by": ACT.by,
        "reason": ACT.reason,
    }


async def test_a_replay_of_more_than_may_be_is_refused_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await story(store)
    await sent(store)
    monkeypatch.setattr(replays, "MOST", 3)
    with pytest.raises(Misconfigured, match="narrow"):
        replay(store, subscription_id="hp-cases")
    assert set(delivery_states(store)) == {"delivered"}
