"""What every store promises of leases of a gateway that was killed: taken back by its next life, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from icjs_gateway.stores import nodes
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.lane_store import StoreLanes
from icjs_gateway.stores.nodes import Node, reclaim, take_node
from tests.conformance.conftest import START, Store, running
from tests.conformance.test_lanes import settlement, story
from tests.support.messages import fir


def take_back(engine: Engine, node: Node) -> int:
    with engine.begin() as connection:
        return reclaim(connection, node)


async def test_a_start_takes_back_the_leases_of_a_former_life(store: Store) -> None:
    node = take_node(store.engine, "north")
    store.lanes = StoreLanes(store.writer, store.vault, node.name)
    await story(store)
    [before] = await store.lease()
    node.release()
    again = take_node(store.engine, "north")
    assert take_back(store.engine, again) == 1
    [after] = await store.lease()
    assert (after.head.delivery_id, after.position) == (before.head.delivery_id, before.position)
    assert after.token != before.token
    assert await store.lanes.settle([settlement(before)]) == [False]
    again.release()


async def test_what_another_gateway_holds_is_not_taken_back(postgres_url: str, tmp_path: Path) -> None:
    engine = open_engine(postgres_url)
    with running(engine, tmp_path) as store:
        await store.take(fir(1))
        await store.take(fir(2))
        north, south = (take_node(engine, name) for name in ("north", "south"))
        store.lanes = StoreLanes(store.writer, store.vault, north.name)
        [ours] = await store.lease(most=1)
        store.lanes = StoreLanes(store.writer, store.vault, south.name)
        [theirs] = await store.lease(most=1)
        assert take_back(engine, north) == 1
        assert await store.lanes.settle([settlement(theirs), settlement(ours)]) == [True, False]
        for node in (north, south):
            node.release()
    engine.dispose()


async def test_a_second_gateway_under_the_same_name_takes_nothing_of_the_first(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "_PATIENCE_S", 0.05)
    engine = open_engine(postgres_url)
    with running(engine, tmp_path) as store:
        first, second = (take_node(engine, "north") for _ in range(2))
        assert first.name == "north"
        assert second.name != "north"
        store.lanes = StoreLanes(store.writer, store.vault, first.name)
        await store.take(fir())
        assert len(await store.lease()) == 1
        assert take_back(engine, second) == 0
        first.release()
        third = take_node(engine, "north")
        assert third.name == "north", "the name is free when its holder is gone"
        store.lanes = StoreLanes(store.writer, store.vault, second.name)
        assert len(await store.lease(at=START + timedelta(minutes=2))) == 1
        assert take_back(engine, third) == 0, "what the second one holds is not the first one's"
        for node in (second, third):
            node.release()
    engine.dispose()
