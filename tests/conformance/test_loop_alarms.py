"""A background loop that fails again and again is an alarm of its own, until it is well or the gateway starts anew."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from icjs_gateway.routing.alarms import AlarmCode
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.loops import LoopLimits, Loops
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.routing.watching import Watch, WatchLimits
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarms import StoreAlarms
from icjs_gateway.stores.loop_alarms import begin_well
from tests.conformance.conftest import START, FixedClock, Store
from tests.support.waiting import eventually


def standing(store: Store) -> list[str]:
    column = schema.alarms.c
    with store.engine.connect() as connection:
        wanted = select(column.subject).where(column.code == AlarmCode.LOOP_FAILING.value, column.cleared_at.is_(None))
        return list(connection.scalars(wanted))


def watch_of(store: Store) -> Watch:
    alerter = Alerter(recipients=lambda: store.deciding.recipients, ids=store.deciding.ids)
    alarms = StoreAlarms(store.writer, alerter, node="gateway-1")
    return Watch(alarms, FixedClock(), WatchLimits(), Loops(FixedClock(), LoopLimits()))


async def test_a_loop_that_fails_stands_as_an_alarm_until_it_is_well(store: Store) -> None:
    watch = watch_of(store)
    for _ in range(2):
        watch.note_loop(LoopName.SEQUENCER, True)
        await eventually(lambda: standing(store) == ["gateway-1/sequencer"])
        watch.note_loop(LoopName.SEQUENCER, False)
        await eventually(lambda: standing(store) == [])


async def test_what_an_earlier_run_failed_of_is_over_when_the_gateway_starts(store: Store) -> None:
    watch = watch_of(store)
    watch.note_loop(LoopName.WATCH, True)
    await eventually(lambda: standing(store) == ["gateway-1/watch"])
    with store.engine.begin() as connection:
        begin_well(connection, "gateway-2", START)
    assert standing(store) == ["gateway-1/watch"], "another gateway's is its own"
    with store.engine.begin() as connection:
        begin_well(connection, "gateway-1", START)
    assert standing(store) == []


async def test_a_store_that_fails_keeps_no_loop_from_its_turn(store: Store) -> None:
    watch = watch_of(store)
    with store.engine.begin() as connection:
        schema.alarms.drop(connection)
    watch.note_loop(LoopName.WATCH, True)
    await asyncio.sleep(0.05)
    assert store.writer.alive
