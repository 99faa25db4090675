"""What every store promises of deliveries that have to stop: positions have no gap, and what is in flight goes on."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select

from icjs_gateway.model.event_types import VOIDED
from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.cloudevents import cloudevent
from icjs_gateway.routing.lanes import DeliveryState, GiveUp, Leased, Wait
from icjs_gateway.stores import dead_letters, schema
from icjs_gateway.stores.lane_rows import hold_lanes
from icjs_gateway.stores.replays import Selection, replay
from icjs_gateway.stores.voids import stop_deliveries
from tests.conformance.conftest import START, Store
from tests.conformance.test_lanes import ACT, delivery_states, lane_states, settlement, story
from tests.support.messages import fir, outcome

LATER = START + timedelta(hours=1)


def stop(
    store: Store,
    *delivery_ids: str,
    state: DeliveryState = DeliveryState.WITHDRAWN,
    reason: VoidReason = VoidReason.WITHDRAWN,
    superseded_by: str | None = None,
) -> tuple[str, ...]:
    lanes = set(lane_states(store))
    with store.engine.begin() as connection:
        hold_lanes(connection, lanes)
        return stop_deliveries(
            connection,
            delivery_ids,
            state,
            outcome="withdrawn",
            reason=reason,
            at=START,
            superseded_by=superseded_by,
        )


def owed_ids(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return list(
            connection.scalars(
                select(schema.deliveries.c.delivery_id)
                .where(schema.deliveries.c.state == "owed")
                .order_by(schema.deliveries.c.seq)
            )
        )


async def failed_once(store: Store, *, liberty: bool = False) -> Leased:
    [leased] = await store.lease(liberty=liberty)
    await store.lanes.settle([settlement(leased, Wait(until=LATER), "http-500")])
    return leased


async def delivered(store: Store, *, liberty: bool = False, at: datetime = START) -> list[tuple[int, str]]:
    """Everything that leaves now, one after the other: (position, event type)."""
    seen = []
    while leased := await store.lease(liberty=liberty, at=at):
        seen += [(each.position, each.head.told.type) for each in leased]
        await store.lanes.settle([settlement(each) for each in leased])
    return seen


async def test_what_is_withheld_after_an_attempt_leaves_a_void_in_its_place(store: Store) -> None:
    await story(store)
    first = await failed_once(store)
    hidden = frozenset({first.head.told.event_id})
    [void] = await store.lease(at=LATER, withheld=hidden)
    assert (void.position, void.head.told.type) == (1, VOIDED)
    assert json.loads(void.head.told.data) == {"voids": first.head.told.event_id, "reason": "WITHHELD"}
    await store.lanes.settle([settlement(void)])
    assert [position for position, _ in await delivered(store)] == [2, 3, 4]
    assert delivery_states(store) == ["withheld", "delivered", "delivered", "delivered", "delivered"]


async def test_a_void_is_the_gateways_own_event_and_holds_nothing_of_the_case(store: Store) -> None:
    await story(store, hearings=0)
    first = await failed_once(store)
    assert stop(store, first.head.delivery_id) == (first.head.delivery_id,)
    [void] = await store.lease()
    event = json.loads(cloudevent(void.head, void.position, void.head.told.data, environment="sandbox"))
    assert event["source"] == "urn:icjs:gateway"
    assert event["subject"] == first.head.told.case_id
    assert event["id"] != first.head.told.event_id
    assert event["deliveryid"] != first.head.delivery_id
    assert event["data"] == {"voids": first.head.told.event_id, "reason": "WITHDRAWN"}
    standing = await store.messages.standing("hp-police", "police.fir.v1", "FIR-112")
    assert standing is not None
    assert [told["type"] for told in standing.events] == ["icjs.fir.registered.v1"]
    assert standing.progress == {"police-investigation": {"withdrawn": 1}}


async def test_what_was_never_attempted_just_stops(store: Store) -> None:
    await story(store)
    second, third = owed_ids(store)[1:3]
    assert set(stop(store, second, third)) == {second, third}
    assert [position for position, _ in await delivered(store)] == [1, 2]
    assert delivery_states(store) == ["delivered", "withdrawn", "withdrawn", "delivered"]


async def test_a_lane_of_which_everything_stopped_ends(store: Store) -> None:
    await story(store)
    stop(store, *owed_ids(store))
    assert lane_states(store) == {}
    assert await store.lease() == []


async def test_a_lane_goes_on_at_once_when_the_head_that_it_waited_for_stopped(store: Store) -> None:
    await story(store, hearings=1)
    first = await failed_once(store)
    assert await store.lease() == []
    stop(store, first.head.delivery_id)
    assert await delivered(store) == [(1, VOIDED), (2, "icjs.hearing.recorded.v1")]


async def test_what_stops_behind_a_head_that_waits_does_not_hurry_it(store: Store) -> None:
    await story(store)
    await failed_once(store)
    stop(store, owed_ids(store)[1])
    assert await store.lease() == []
    assert len(await store.lease(at=LATER)) == 1


async def test_what_is_in_flight_cannot_be_stopped(store: Store) -> None:
    await story(store, hearings=1)
    [leased] = await store.lease()
    waiting = owed_ids(store)[1]
    assert stop(store, leased.head.delivery_id, waiting) == (waiting,)
    assert await store.lanes.settle([settlement(leased)]) == [True]
    assert delivery_states(store) == ["delivered", "withdrawn"]
    assert lane_states(store) == {}


async def test_what_is_settled_cannot_be_stopped(store: Store) -> None:
    await story(store, hearings=0)
    [leased] = await store.lease()
    await store.lanes.settle([settlement(leased)])
    assert stop(store, leased.head.delivery_id) == ()
    assert delivery_states(store) == ["delivered"]


async def test_a_superseded_order_names_what_took_its_place_and_its_own_is_filled(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    first = await failed_once(store, liberty=True)
    await store.take(outcome("H-2", bail_for="A1"))
    stopped = stop(
        store,
        first.head.delivery_id,
        state=DeliveryState.SUPERSEDED,
        reason=VoidReason.SUPERSEDED,
        superseded_by="the-correction",
    )
    assert stopped == (first.head.delivery_id,)
    with store.engine.connect() as connection:
        by = select(schema.deliveries.c.superseded_by).where(schema.deliveries.c.state == "superseded")
        assert connection.scalars(by).all() == ["the-correction"]
    assert await delivered(store, liberty=True) == [(1, VOIDED), (2, "icjs.bail.ordered.v1")]


async def test_a_recipient_that_may_get_nothing_at_all_gets_no_voids_either(store: Store) -> None:
    await story(store)
    await failed_once(store)
    assert await store.lease(at=LATER, rule="PARTNER-REVOKED") == []
    assert lane_states(store) == {}
    assert set(delivery_states(store)) == {"withheld"}


async def dead(store: Store) -> Leased:
    [leased] = await store.lease()
    await store.lanes.settle([settlement(leased, GiveUp(), "http-500")])
    return leased


def go_on_without(store: Store, leased: Leased) -> tuple[str, ...]:
    return stop(store, leased.head.delivery_id, state=DeliveryState.DEAD, reason=VoidReason.UNDELIVERABLE)


async def test_a_dead_head_stays_dead_and_its_lane_goes_on_behind_a_void(store: Store) -> None:
    await story(store, hearings=1)
    lost = await dead(store)
    assert go_on_without(store, lost) == (lost.head.delivery_id,)
    [void] = await store.lease()
    assert json.loads(void.head.told.data) == {"voids": lost.head.told.event_id, "reason": "UNDELIVERABLE"}
    await store.lanes.settle([settlement(void)])
    assert [position for position, _ in await delivered(store)] == [2]
    assert [letter.delivery_id for letter in dead_letters.dead_letters(store.engine, store.vault)] == [
        lost.head.delivery_id
    ]
    assert go_on_without(store, lost) == (lost.head.delivery_id,)
    assert lane_states(store) == {}, "a place is filled once"


async def test_a_replay_takes_its_own_place_back_from_a_void_that_has_not_left(store: Store) -> None:
    await story(store, hearings=1)
    lost = await dead(store)
    go_on_without(store, lost)
    with store.engine.begin() as connection:
        replay(connection, Selection(delivery_ids=(lost.head.delivery_id,)), ACT)
    assert await delivered(store) == [(1, "icjs.fir.registered.v1"), (2, "icjs.hearing.recorded.v1")]
    assert sorted(delivery_states(store)) == ["delivered", "delivered", "withdrawn"]


async def test_a_void_that_dies_too_is_followed_by_one_that_names_the_same_event(store: Store) -> None:
    await story(store, hearings=0)
    lost = await dead(store)
    go_on_without(store, lost)
    void = await dead(store)
    go_on_without(store, void)
    [again] = await store.lease()
    assert (again.position, again.head.told.data) == (1, void.head.told.data)
    assert again.head.delivery_id != void.head.delivery_id


async def test_a_long_backlog_behind_a_void_does_not_come_before_it(store: Store) -> None:
    await story(store, hearings=5)
    first = await failed_once(store)
    stop(store, first.head.delivery_id)
    assert [position for position, _ in await delivered(store)] == [1, 2, 3, 4, 5, 6]


async def test_a_halted_lane_goes_on_when_its_time_is_up_naming_what_is_missing(store: Store) -> None:
    await story(store, hearings=1)
    [leased] = await store.lease()
    await store.lanes.settle([settlement(leased, GiveUp(lane_goes_on_at=LATER), "http-500")])
    assert await store.lanes.pass_by_dead(START, 10) == ()
    assert await store.lanes.pass_by_dead(LATER, 10) == (leased.head.delivery_id,)
    assert await store.lanes.pass_by_dead(LATER, 10) == ()
    assert [event_type for _, event_type in await delivered(store, at=LATER)] == [VOIDED, "icjs.hearing.recorded.v1"]
    assert sorted(delivery_states(store)) == ["dead", "delivered", "delivered"]


async def test_halted_lanes_go_on_a_bounded_number_at_a_time_the_longest_halted_first(store: Store) -> None:
    for number in range(1, 4):
        await store.take(fir(number))
    halted = await store.lease()
    for minutes, leased in enumerate(reversed(halted)):
        goes_on = GiveUp(lane_goes_on_at=START + timedelta(minutes=minutes))
        await store.lanes.settle([settlement(leased, goes_on, "http-500")])
    expected = [leased.head.delivery_id for leased in reversed(halted)]
    passed = [await store.lanes.pass_by_dead(LATER, 2) for _ in range(3)]
    assert [set(each) for each in passed] == [set(expected[:2]), set(expected[2:]), set()]


async def test_a_lane_that_only_a_person_lets_go_on_stays_halted(store: Store) -> None:
    await story(store)
    await dead(store)
    assert await store.lanes.pass_by_dead(START + timedelta(days=10_000), 10) == ()
    assert set(lane_states(store).values()) == {"halted"}
