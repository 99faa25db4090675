"""What every store promises of audit leaves: every act leaves one, each kind in one shape, and a batch in one write."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from icjs_gateway.routing.lanes import GiveUp, Wait
from icjs_gateway.routing.leaves import KINDS, shaped
from icjs_gateway.stores import alarms, replays, schema
from icjs_gateway.stores.directory import run_disables
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.partner_entries import Entry, apply_entries
from icjs_gateway.stores.replays import Selection
from icjs_gateway.stores.settlements import run_settlements
from tests.conformance.conftest import START, Store, looked
from tests.conformance.test_alarms import alarms_of
from tests.conformance.test_feeds import LIBERTY, MAIN, feeding
from tests.conformance.test_lanes import ACT, settlement
from tests.support.messages import bail_order, bench, fir, jail, outcome, police, subscription


def leaves(store: Store, kind: str) -> list[dict[str, Any]]:
    with store.engine.connect() as connection:
        wanted = select(schema.audit_leaves.c.facts).where(schema.audit_leaves.c.kind == kind)
        return [json.loads(facts) for facts in connection.scalars(wanted.order_by(schema.audit_leaves.c.seq))]


@pytest.fixture(autouse=True)
def every_leaf_has_its_shape(store: Store) -> Any:
    """Whatever a test of this file did."""
    yield
    with store.engine.connect() as connection:
        rows = connection.execute(select(schema.audit_leaves.c.kind, schema.audit_leaves.c.facts)).all()
    assert rows
    for kind, facts in rows:
        assert sorted(json.loads(facts)) == sorted(KINDS[kind][1]), kind


async def test_what_ends_by_an_attempt_leaves_a_leaf_and_what_waits_does_not(store: Store) -> None:
    for number in (1, 2, 3):
        await store.take(fir(number))
    verdicts = (None, GiveUp(lane_goes_on_at=START), Wait(until=START))
    for each, verdict in zip(await store.lease(), verdicts, strict=True):
        await store.lanes.settle([settlement(each, verdict, "http-500" if verdict else "acknowledged")])
    settled = leaves(store, "delivery.settled")
    assert [(each["state"], each["outcome"]) for each in settled] == [
        ("delivered", "acknowledged"),
        ("dead", "http-500"),
    ]
    assert {each["subscription"] for each in settled} == {"hp-cases"}
    await store.lanes.pass_by_dead(START, 10)
    [voided] = leaves(store, "delivery.voided")
    assert voided["delivery_id"] == settled[1]["delivery_id"]
    with store.engine.begin() as connection:
        replays.replay(connection, Selection(subscription_id="hp-cases", only_dead=True), ACT)
    [replayed] = leaves(store, "deliveries.replayed")
    assert (replayed["count"], replayed["by"], replayed["reason"]) == (1, ACT.by, ACT.reason)
    assert [each["state"] for each in leaves(store, "delivery.settled")] == ["delivered", "dead", "withdrawn"]


async def test_what_is_stopped_leaves_a_leaf_that_says_how(store: Store) -> None:
    store.deciding = bench(subscription("jail-orders", "hp-jail", jails=["HPDJ04"]), partners=(jail(),))
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(bail_order("B-2", verb="withdrawn", refers_to="B-1", jail=None, decision=None))
    await store.lease(liberty=True, rule="HIDDEN")
    settled = {each["state"]: each for each in leaves(store, "delivery.settled")}
    assert settled.keys() == {"superseded", "withheld"}
    assert settled["superseded"]["superseded_by"] is not None
    assert settled["withheld"]["outcome"] == "HIDDEN"


async def test_a_feed_that_is_acknowledged_or_refused_leaves_a_leaf_a_delivery(store: Store) -> None:
    feed = feeding(store)
    for number in (1, 2, 3):
        await store.take(fir(number))
    await store.take(outcome("H-1", firs=(1,), serial=1, bail_for="A1"))
    await feed.number()
    await feed.feeds.refuse(MAIN, 2, "Ramesh is unreadable", START)
    await feed.feeds.acknowledge(MAIN, 3, START)
    await feed.feeds.acknowledge(LIBERTY, 1, START)
    settled = leaves(store, "delivery.settled")
    assert [each["state"] for each in settled] == ["dead", "delivered", "delivered", "delivered"]
    assert "Ramesh" not in str(settled), "a recipient's own words are no part of the audit"


async def test_an_alarm_leaves_a_leaf_when_it_is_raised_told_and_cleared(store: Store) -> None:
    store.deciding = bench(subscription("jail-orders", "hp-jail", jails=["HPDJ04"]), partners=(jail(),))
    await store.take(bail_order("B-1"))
    late = START + timedelta(days=1)
    await looked(alarms_of(store), late, timedelta(minutes=15))
    await looked(alarms_of(store), late, timedelta(minutes=15))
    [raised] = leaves(store, "alarm.raised")
    [told] = leaves(store, "alarm.told")
    assert (raised["code"], told["alarm"], told["recipients"]) == (
        "LIBERTY_UNDELIVERED",
        raised["alarm"],
        ["jail-orders"],
    )
    for each in await store.lease(liberty=True, at=late):
        await store.lanes.settle([settlement(each)])
    await looked(alarms_of(store), late, timedelta(minutes=15))
    [cleared] = leaves(store, "alarm.cleared")
    assert (cleared["alarm"], cleared["by"]) == (raised["alarm"], None)
    await store.take(bail_order("B-2", jail="HPDJ09", firs=(999,)))
    [number] = [each for each, alarm in alarms.standing(reader_of(store.engine)) if alarm.place == "HPDJ09"]
    with store.engine.begin() as connection:
        alarms.clear(connection, number, by="SP Kangra", reason="brought there", at=late)
    assert leaves(store, "alarm.cleared")[1]["by"] == "SP Kangra"


def test_a_change_of_a_partner_leaves_what_differs_by_member_and_no_secret(store: Store) -> None:
    first, second = "s" * 16, "t" * 16
    with store.engine.begin() as connection:
        entry = Entry(
            partner=police(),
            credentials=(("client-secret", "hp-client", first),),
            subscriptions=((subscription(), first),),
        )
        apply_entries(connection, [entry], store.vault, by="root")
        changed = Entry(
            partner=police(receive=("icjs.fir.*",)).model_copy(update={"name": "Police of Kangra"}),
            credentials=(("client-secret", "hp-client", second),),
            subscriptions=((subscription(), second), (subscription("more"), first)),
        )
        apply_entries(connection, [changed], store.vault, by="SP Kangra")
        apply_entries(connection, [changed], store.vault, by="nobody")
        run_disables(connection, ["more"])
    added, leaf = leaves(store, "partner.changed")
    assert (added["change"], added["by"], leaf["change"], leaf["by"]) == ("added", "root", "changed", "SP Kangra")
    assert leaf["members"].keys() == {"name", "may"}
    assert [each["receive"] for each in leaf["members"]["may"]] == [["icjs.*"], ["icjs.fir.*"]]
    assert leaf["credentials"] == {"client-secret/hp-client": "changed"}
    assert leaf["subscriptions"] == {"more": "added"}
    assert leaf["secrets"] == {"hp-cases": "changed", "more": "added"}
    assert first not in str((added, leaf))
    assert [each["subscription"] for each in leaves(store, "subscription.disabled")] == ["more"]


async def test_leaves_of_a_batch_cost_one_statement_however_many_deliveries_it_settles(store: Store) -> None:
    costs = []
    for batch in (2, 20):
        for number in range(batch):
            await store.take(fir(batch * 100 + number))
        leased = await store.lease()
        assert len(leased) == batch
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        commands = [store.lanes._sealed(settlement(each)) for each in leased]
        event.listen(store.engine, "before_cursor_execute", note)
        try:
            with store.engine.begin() as connection:
                assert all(run_settlements(connection, commands))
        finally:
            event.remove(store.engine, "before_cursor_execute", note)
        costs.append((len(seen), sum("audit_leaves" in each for each in seen)))
    assert costs[0] == costs[1]
    assert costs[0][1] <= 1
    assert len(leaves(store, "delivery.settled")) == 22


async def test_a_leaf_of_another_shape_is_not_written(store: Store) -> None:
    await store.take(fir())
    with pytest.raises(ValueError, match="no body"):
        leaf_row("message.refused", {"partner": "x", "body": "y"}, START)
    with pytest.raises(KeyError):
        leaf_row("message.invented", {}, START)
    assert shaped("label.removed", {"label": "POCSO"}).keys() == set(KINDS["label.removed"][1])
