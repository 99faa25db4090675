"""What every store promises of alarms: one a matter, bounded alerts, and one bad row stops nobody else's."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update
from structlog.testing import capture_logs

from icjs_gateway.model.event_types import ALERTED, GATEWAYS_OWN, ORDER_LINKED, VOIDED
from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.directory import Permissions, RecipientClass
from icjs_gateway.routing.lanes import Wait
from icjs_gateway.routing.loops import LoopLimits, Loops
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.routing.watching import StepsFailed, Watch, WatchLimits
from icjs_gateway.stores import migrate, schema
from icjs_gateway.stores.alarm_rows import raise_alarms
from icjs_gateway.stores.alarms import StoreAlarms, counts, standing
from icjs_gateway.stores.engine import reader_of
from tests.conformance.conftest import START, Store, looked
from tests.conformance.test_lanes import settlement
from tests.fakes import SetClock
from tests.support.messages import CountedIds, bail_order, bench, fir, jail, police, subscription

LIMIT = timedelta(minutes=15)
_event, _delivery, _alarm = schema.events.c, schema.deliveries.c, schema.alarms.c


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    """Four recipients of every order of the case."""
    supervision = police("hp-sp").model_copy(
        update={"may": Permissions(receive=("icjs.*",), recipient_class=RecipientClass.POLICE_SUPERVISION)}
    )
    store.deciding = bench(
        subscription("jail-orders", "hp-jail", jails=["HPDJ04"]),
        subscription("jail-copies", "hp-jail", jails=["HPDJ04"]),
        subscription("hp-cases"),
        subscription("sp-all", "hp-sp", states=["HP"]),
        partners=(jail(), police(), supervision),
    )


def alarms_of(store: Store) -> StoreAlarms:
    return StoreAlarms(store.writer, Alerter(recipients=lambda: store.deciding.recipients, ids=CountedIds("alert")))


def watching(store: Store, at: datetime) -> tuple[Watch, Loops, SetClock]:
    clock = SetClock(at)
    loops = Loops(clock, LoopLimits(unready_after=1, first_s=0.001, rest_max_s=0.001))
    return Watch(alarms_of(store), clock, WatchLimits(), loops), loops, clock


def standing_now(store: Store) -> list[Alarm]:
    return [alarm for _, alarm in standing(reader_of(store.engine))]


def owed_at(store: Store) -> datetime:
    with store.engine.connect() as connection:
        at = connection.scalar(select(func.max(_delivery.owed_at)))
    assert isinstance(at, datetime)
    return at


def events_of(store: Store, event_type: str) -> list[str]:
    with store.engine.connect() as connection:
        wanted = select(_event.event_id).where(_event.type == event_type).order_by(_event.seq)
        return list(connection.scalars(wanted))


async def test_one_order_that_four_recipients_do_not_fetch_for_a_day_is_one_alarm_and_few_alerts(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    [order] = events_of(store, "icjs.bail.ordered.v1")
    watch, _, clock = watching(store, owed_at(store))
    began = clock.at
    with capture_logs() as logs:
        while clock.at - began <= timedelta(days=1):
            await watch.look()
            clock.at += timedelta(minutes=5)
    [alarm] = standing_now(store)
    assert (alarm.code, alarm.subject, alarm.event_id) == (AlarmCode.LIBERTY_UNDELIVERED, order, order)
    everybody = ("hp-cases", "jail-copies", "jail-orders", "sp-all")
    assert alarm.recipients == everybody
    # 00:15, 06:15, 12:15, 18:15.
    assert len(events_of(store, ALERTED)) == 4
    told = [each for each in logs if each["event"] == "alarm.raised"]
    assert [(each["subject"], each["recipients"]) for each in told] == [(order, list(everybody))] * 4
    assert counts(reader_of(store.engine))[AlarmCode.LIBERTY_UNDELIVERED].recipients == 4
    assert {each["event"] for each in logs} == {"alarm.raised"}, "nothing of it failed"


async def test_the_alarm_lists_who_has_not_got_it_and_goes_when_everybody_has(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    alarms, late = alarms_of(store), owed_at(store) + LIMIT
    await looked(alarms, late, LIMIT)
    while leased := await store.lease(liberty=True, at=late):
        for each in leased:
            await store.lanes.settle([settlement(each)])
            await looked(alarms, late, LIMIT)
            left = [alarm.recipients for alarm in standing_now(store) if alarm.code is AlarmCode.LIBERTY_UNDELIVERED]
            with store.engine.connect() as connection:
                owing = connection.scalars(
                    select(_delivery.subscription_id)
                    .join(schema.events, _event.event_id == _delivery.event_id)
                    .where(_delivery.state == "owed", _event.type == "icjs.bail.ordered.v1")
                    .order_by(_delivery.subscription_id)
                ).all()
            assert left == ([tuple(owing)] if owing else [])
    assert standing_now(store) == []


async def overdue_void(store: Store) -> str:
    """The void of an order of which one recipient tried to get it in vain; the order is taken back meanwhile."""
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    for each in await store.lease(liberty=True):
        await store.lanes.settle([settlement(each, Wait(until=START), "http-500")])
    await store.take(bail_order("B-2", verb="withdrawn", refers_to="B-1", jail=None, decision=None))
    assert events_of(store, VOIDED)
    [order] = events_of(store, "icjs.bail.ordered.v1")
    return order


async def test_an_overdue_void_is_of_the_matter_of_the_order_that_it_voids(store: Store) -> None:
    order = await overdue_void(store)
    [withdrawal] = events_of(store, "icjs.bail.withdrawn.v1")
    watch, _, clock = watching(store, owed_at(store) + LIMIT)
    with capture_logs() as logs:
        await watch.look()
        clock.at += timedelta(hours=7)
        await watch.look()
    assert {each["event"] for each in logs} == {"alarm.raised"}
    assert sorted(alarm.subject for alarm in standing_now(store)) == sorted([order, withdrawal])
    assert len(events_of(store, ALERTED)) == 4


async def test_the_word_that_an_order_was_linked_is_of_the_matter_of_the_order(store: Store) -> None:
    await store.take(bail_order("B-1"))
    [order] = events_of(store, "icjs.bail.ordered.v1")
    late = owed_at(store) + LIMIT
    await looked(alarms_of(store), late, LIMIT)
    for each in await store.lease(liberty=True, at=late):
        await store.lanes.settle([settlement(each)])
    await looked(alarms_of(store), late, LIMIT)
    assert standing_now(store) == []
    await store.take(fir(accused=("A1", "A2")))
    assert events_of(store, ORDER_LINKED)
    await looked(alarms_of(store), owed_at(store) + LIMIT + timedelta(days=1), LIMIT)
    assert [alarm.subject for alarm in standing_now(store) if alarm.code is AlarmCode.LIBERTY_UNDELIVERED] == [order]


@pytest.mark.parametrize("event_type", sorted(GATEWAYS_OWN))
async def test_no_word_of_the_gateway_s_own_stops_the_watch_when_it_is_overdue(store: Store, event_type: str) -> None:
    """Whatever its type, and whatever its data holds."""
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(bail_order("B-2", serial="A1", name="Ramesh"))
    spoiled, other = events_of(store, "icjs.bail.ordered.v1")
    with store.engine.begin() as connection:
        connection.execute(
            update(schema.events).where(_event.event_id == spoiled).values(type=event_type, data=b'{"case":{}}')
        )
        [case_id] = set(connection.scalars(select(_event.case_id).where(_event.event_id == spoiled)))
        alarm = Alarm(
            code=AlarmCode.JAIL_NOT_SERVED, subject=spoiled, raised_at=START, case_id=case_id, event_id=spoiled
        )
        raise_alarms(connection, [alarm])
    watch, loops, _ = watching(store, owed_at(store) + LIMIT)
    await watch.look()
    assert other in {alarm.subject for alarm in standing_now(store)}
    assert (loops.health().reasons, loops.health().failures["watch"]) == ([], 0)


async def test_an_alert_that_cannot_be_made_keeps_no_other_alarm_from_being_told(store: Store) -> None:
    await store.take(fir(112, accused=("A1", "A2")))
    await store.take(fir(113, accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(bail_order("B-2", firs=(113,)))
    bad, good = events_of(store, "icjs.bail.ordered.v1")
    with store.engine.begin() as connection:
        connection.execute(update(schema.events).where(_event.event_id == bad).values(data=b"{"))
    watch, loops, clock = watching(store, owed_at(store) + LIMIT)
    with capture_logs() as logs:
        await watch.look()
        await watch.look()
    told = [each["subject"] for each in logs if each["event"] == "alarm.raised"]
    assert sorted(told) == sorted([bad, good]), "the operator is told of both, once"
    [aside] = [each for each in logs if each["event"] == "loop.row-set-aside"]
    assert (aside["loop"], aside["error"]) == ("watch", "ValueError")
    assert len(events_of(store, ALERTED)) == 1
    health = loops.health()
    assert (health.reasons, health.failures["watch"], health.set_aside["watch"]) == ([], 1, 1)
    with store.engine.begin() as connection:
        connection.execute(update(schema.events).where(_event.event_id == bad).values(data=b'{"bail":{}}'))
    clock.at += timedelta(seconds=30)
    loops.aside.__init__()  # type: ignore[misc]  # its time is up
    await watch.look()
    assert len(events_of(store, ALERTED)) == 2, "the alert that was owed is made when it can be"


async def test_a_step_that_fails_as_a_whole_is_the_loop_s_failure_and_the_others_are_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    watch, loops, _ = watching(store, owed_at(store) + LIMIT)

    def broken(*_: object) -> None:
        raise KeyError("Ramesh")

    monkeypatch.setattr("icjs_gateway.stores.alarms.overdue_verification", broken)
    with capture_logs() as logs, pytest.raises(StepsFailed, match="unverified"):
        await watch.look()
    assert [each["event"] for each in logs] == ["alarm.raised"]
    assert len(standing_now(store)) == 1
    assert loops.aside.rows(LoopName.WATCH) == frozenset()


async def test_alarms_of_the_former_form_are_gathered_by_order(store: Store) -> None:
    """As `migrate` finds them: one a delivery, and some about alerts."""
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    [order] = events_of(store, "icjs.bail.ordered.v1")
    with store.engine.begin() as connection:
        rows = connection.execute(
            select(_delivery.delivery_id, _delivery.subscription_id).where(_delivery.event_id == order)
        ).all()
        connection.execute(
            insert(schema.alarms),
            [
                {
                    "code": "LIBERTY_UNDELIVERED",
                    "subject": row.delivery_id,
                    "event_id": order,
                    "place": row.subscription_id,
                    "raised_at": START,
                    "told_at": START,
                    # One recipient got it, and its alarm was cleared.
                    "cleared_at": START if number == 0 else None,
                }
                for number, row in enumerate(rows)
            ],
        )
        connection.execute(text("DROP TABLE alarm_deliveries"))
        connection.execute(text("UPDATE alembic_version SET version_num = :former"), {"former": migrate_before()})
    migrate.upgrade(store.engine)
    [alarm] = standing_now(store)
    assert (alarm.subject, len(alarm.recipients), alarm.place) == (order, len(rows), None)
    while leased := await store.lease(liberty=True, at=START + timedelta(days=1)):
        for each in leased:
            await store.lanes.settle([settlement(each)])
    await looked(alarms_of(store), START + timedelta(days=1), LIMIT)
    assert standing_now(store) == []


def migrate_before() -> str:
    """The schema before alarms were gathered."""
    from pathlib import Path

    from icjs_gateway.stores.migrations.versions import __path__ as versions

    [script] = Path(next(iter(versions))).glob("*_alarms_of_matters.py")
    [line] = [each for each in script.read_text().splitlines() if each.startswith("down_revision")]
    former: str = json.loads(line.partition("= ")[2])
    return former
