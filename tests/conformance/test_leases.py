"""What a lease keeps others from, and what a position is given to."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from icjs_gateway.routing.lanes import Delivered, Leased, Settlement
from icjs_gateway.stores import schema
from tests.conformance.conftest import START, Store
from tests.support.messages import fir, outcome


async def deliver(store: Store, leased: Leased) -> None:
    settlement = Settlement(leased=leased, verdict=Delivered(), attempted_at=START, took_ms=1, outcome="acknowledged")
    assert await store.lanes.settle([settlement]) == [True]


async def test_a_lane_that_is_leased_is_not_leased_again(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1"))
    [first] = await store.lease()
    await store.take(outcome("H-2"))
    assert await store.lease(at=START + timedelta(seconds=59)) == []
    await deliver(store, first)
    assert [each.position for each in await store.lease()] == [2]


async def test_a_liberty_lane_that_is_leased_is_not_leased_again_for_what_is_new(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", bail_for="A1"))
    [first] = await store.lease(liberty=True)
    await store.take(outcome("H-2", bail_for="A1"))
    assert await store.lease(liberty=True) == []
    await deliver(store, first)
    assert [each.position for each in await store.lease(liberty=True)] == [2]


async def test_a_position_is_given_to_what_may_leave_and_never_twice(store: Store) -> None:
    for hearing in range(1, 7):
        await store.take(outcome(f"H-{hearing}") if hearing > 1 else fir())
        rule = "JURISDICTION" if hearing % 2 else None
        for leased in await store.lease(rule=rule):
            await deliver(store, leased)
    columns = schema.deliveries.c
    with store.engine.connect() as connection:
        rows = connection.execute(select(columns.state, columns.position, columns.outcome).order_by(columns.seq)).all()
    assert [tuple(row) for row in rows] == [
        ("withheld", None, "JURISDICTION"),
        ("delivered", 1, "acknowledged"),
        ("withheld", None, "JURISDICTION"),
        ("delivered", 2, "acknowledged"),
        ("withheld", None, "JURISDICTION"),
        ("delivered", 3, "acknowledged"),
    ]


async def test_what_was_parked_is_owed_once_when_it_goes_on(store: Store) -> None:
    await store.take(outcome("H-1", message_id="M", bail_for="A1"))
    await store.take(fir())
    with store.engine.connect() as connection:
        owed = list(connection.scalars(select(schema.deliveries.c.event_id)))
        leaves = list(connection.scalars(select(schema.audit_leaves.c.kind)))
    assert len(owed) == len(set(owed)) == 3
    assert leaves.count("message.linked") == 1
