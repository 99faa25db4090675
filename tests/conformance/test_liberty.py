"""What every store promises of orders that free or hold a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.content import Action
from icjs_gateway.routing.alarms import AlarmCode, AlarmCount
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.authority.rules import Clocks, Step, Verifier
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass
from icjs_gateway.routing.lanes import Delivered, Leased, Settlement, Verdict, Wait
from icjs_gateway.routing.obligations import ISSUER, VERIFY, Answer, ObligationState, Reason, Result
from icjs_gateway.routing.progress import Consumed
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarms import StoreAlarms, counts, standing
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.obligation_rows import Standing, obligations
from icjs_gateway.stores.progress import StoreProgress
from tests.conformance.conftest import START, FixedClock, Store, looked
from tests.support.messages import CountedIds, bail_order, bench, fir, jail, outcome, police, subscription

JAIL = subscription("jail-orders", "hp-jail", jails=["HPDJ04"])
POLICE = subscription("hp-cases")


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    store.deciding = bench(JAIL, POLICE, partners=(jail(), police()))


def progress_of(store: Store) -> StoreProgress:
    known = {each.id: each for each in (jail(), jail("HPDJ09", partner_id="hp-other"), police())}
    return StoreProgress(store.writer, store.vault, FixedClock(), known.get)


async def settle(store: Store, leased: Leased, verdict: Verdict | None = None, outcome: str = "acknowledged") -> None:
    settlement = Settlement(
        leased=leased, verdict=verdict or Delivered(), attempted_at=START, took_ms=5, outcome=outcome
    )
    assert await store.lanes.settle([settlement]) == [True]


async def given(store: Store, subscription_id: str = "jail-orders", **lease: object) -> list[Leased]:
    """What is leased to one subscription, and acknowledged."""
    leased = [each for each in await store.lease(liberty=True, **lease) if each.head.subscription_id == subscription_id]  # type: ignore[arg-type]
    for each in leased:
        await settle(store, each)
    return leased


def deliveries(store: Store, subscription_id: str = "jail-orders") -> list[tuple[str, str]]:
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(schema.events.c.type, schema.deliveries.c.state)
            .join(schema.events, schema.events.c.event_id == schema.deliveries.c.event_id)
            .where(schema.deliveries.c.subscription_id == subscription_id)
            .order_by(schema.deliveries.c.seq)
        )
        return [(row[0].removeprefix("icjs.").removesuffix(".v1"), row[1]) for row in rows]


def told(leased: Leased) -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(leased.head.told.data)
    return data


def alerter(store: Store) -> Alerter:
    return Alerter(recipients=lambda: store.deciding.recipients, ids=CountedIds("alert"))


def standing_obligations(store: Store) -> list[Standing]:
    """What orders ask of whoever holds a person."""
    found = obligations(reader_of(store.engine), state=None, jail=None, limit=100)
    return [each for each in found if each.decision != VERIFY]


async def test_an_order_for_an_unknown_fir_reaches_the_named_jail_at_once(store: Store) -> None:
    receipt = json.loads((await store.take(bail_order())).json)
    assert (receipt["outcome"], receipt["findings"]) == ("parked", [])
    [leased] = await given(store)
    assert (leased.head.lane, leased.head.told.case_id, leased.position) == ("message:B-1", None, 1)
    assert deliveries(store, "hp-cases") == [], "nobody else is told before the case is known"


async def test_when_its_case_comes_the_jail_is_told_and_nothing_is_sent_twice(store: Store) -> None:
    await store.take(bail_order())
    [relayed] = await given(store)
    registered = json.loads((await store.take(fir(accused=("A1", "A2")))).json)
    [linked] = await given(store)
    assert linked.head.told.type == "icjs.order.linked.v1"
    assert (linked.head.lane, linked.position) == ("message:B-1", 2)
    case_id = registered["events"][0]["case_id"]
    assert linked.head.told.case_id == told(linked)["case"]["id"] == case_id
    assert told(linked)["order"] == {
        "event_id": relayed.head.told.event_id,
        "type": "icjs.bail.ordered.v1",
        "accused": {"serial": "A2", "name": "Sunil"},
        "jail": {"code": "HPDJ04"},
    }
    assert deliveries(store) == [("bail.ordered", "delivered"), ("order.linked", "delivered")]
    assert [each[0] for each in deliveries(store, "hp-cases")] == ["fir.registered", "bail.ordered"]


async def test_an_order_whose_accused_the_case_does_not_know_waits_for_one_that_fits(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    receipt = json.loads((await store.take(bail_order(serial="A3", name="Kamla"))).json)
    assert receipt["outcome"] == "parked"
    assert len(await given(store)) == 1, "its jail has it"
    await store.take(outcome("H-1", accused=("A3",)))
    [linked] = await given(store)
    assert linked.head.told.type == "icjs.order.linked.v1"


async def test_a_jail_that_nobody_serves_is_a_finding_and_an_alarm(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    for number, order in enumerate((bail_order("B-1", jail="HPDJ09"), bail_order("B-2", jail="HPDJ09", firs=(999,)))):
        receipt = json.loads((await store.take(order)).json)
        assert receipt["outcome"] == ("accepted", "parked")[number]
        assert [(each["code"], each["severity"]) for each in receipt["findings"]] == [("JAIL-NOT-SERVED", "warn")]
    alarms = [alarm for _, alarm in standing(reader_of(store.engine))]
    assert [(alarm.code, alarm.place) for alarm in alarms] == [(AlarmCode.JAIL_NOT_SERVED, "HPDJ09")] * 2


async def test_a_grant_that_is_not_delivered_is_superseded_by_its_cancellation(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(bail_order("B-2", decision="CANCELLED", on=date(2026, 11, 21)))
    [leased] = await given(store)
    assert (leased.position, told(leased)["bail"]["decision"]) == (1, "CANCELLED")
    assert deliveries(store) == [("bail.ordered", "superseded"), ("bail.ordered", "delivered")]
    assert len(told(leased)["supersedes"]) == 1


async def test_both_in_one_batch_and_by_other_numbers_of_the_same_person(store: Store) -> None:
    import asyncio

    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-0", serial="A2", pid="HP77", decision="REFUSED"))
    await asyncio.gather(
        store.take(bail_order("B-1", serial="A2")),
        store.take(bail_order("B-2", serial=None, pid="HP77", decision="CANCELLED", on=date(2026, 11, 21))),
    )
    states = [state for _, state in deliveries(store)]
    assert states == ["owed", "superseded", "owed"]


async def test_an_attempted_grant_that_is_superseded_leaves_a_void_in_its_place(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    [attempt] = [each for each in await store.lease(liberty=True) if each.head.subscription_id == "jail-orders"]
    await settle(store, attempt, Wait(until=START + timedelta(seconds=5)), "http-500")
    await store.take(bail_order("B-2", decision="CANCELLED", on=date(2026, 11, 21)))
    [void] = await given(store)
    assert (void.position, void.head.told.type) == (1, "icjs.delivery.voided.v1")
    assert told(void) == {"voids": attempt.head.told.event_id, "reason": "SUPERSEDED"}
    [cancelled] = await given(store)
    assert (cancelled.position, told(cancelled)["bail"]["decision"]) == (2, "CANCELLED")


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_grant_that_is_under_way_when_it_is_cancelled(store: Store, arrived: bool) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    [attempt] = [each for each in await store.lease(liberty=True) if each.head.subscription_id == "jail-orders"]
    await store.take(bail_order("B-2", decision="CANCELLED", on=date(2026, 11, 21)))
    later = START + timedelta(minutes=1)
    await settle(store, attempt, None if arrived else Wait(until=START + timedelta(seconds=5)))
    seen = [told(each).get("bail", {}).get("decision", "void") for each in await given(store, at=later)]
    seen += [told(each).get("bail", {}).get("decision", "void") for each in await given(store, at=later)]
    assert "GRANTED" not in seen, "an order that was cancelled is never sent again"
    assert sorted(seen) == (["CANCELLED"] if arrived else ["CANCELLED", "void"])


async def test_bail_keyed_against_a2_and_corrected_to_a1(store: Store) -> None:
    other = subscription("other-jail", "hp-other", jails=["HPDJ01"])
    store.deciding = bench(JAIL, other, partners=(jail(), jail("HPDJ01", partner_id="hp-other")))
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1", serial="A2", jail="HPDJ04"))
    await given(store)
    await store.take(bail_order("B-2", serial="A2", verb="withdrawn", refers_to="B-1", jail="HPDJ04", decision=None))
    await store.take(bail_order("B-3", serial="A1", name="Ramesh", jail="HPDJ01"))
    assert deliveries(store) == [("bail.ordered", "delivered"), ("bail.withdrawn", "owed")]
    assert deliveries(store, "other-jail") == [("bail.ordered", "owed")]
    [withdrawal] = await given(store)
    assert told(withdrawal)["supersedes"], "what the jail has already is named"


async def test_a_withdrawal_that_names_no_jail_reaches_the_one_that_had_the_order(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await given(store)
    await store.take(bail_order("B-2", verb="withdrawn", refers_to="B-1", jail=None, decision=None))
    [withdrawal] = await given(store)
    assert withdrawal.head.told.type == "icjs.bail.withdrawn.v1"


async def test_order_and_notice_of_one_bail_share_an_obligation_that_the_jail_answers(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(outcome("H-1", bail_for="A2"))
    await store.take(bail_order("B-1"))
    [obligation] = standing_obligations(store)
    assert (obligation.decision, obligation.jail, obligation.state) == ("GRANTED", "HPDJ04", ObligationState.OPEN)
    progress = progress_of(store)
    [order] = [each for each in await given(store) if told(each)["bail"]["authority"] == "ORDER"]
    await register(store)
    await progress.note("hp-jail", order.head.delivery_id, Consumed(at=START, number="R/12"))
    assert standing_obligations(store)[0].state == ObligationState.OPEN
    answer = Answer(result=Result.NOT_DONE, at=START, reason=Reason.OTHER_CASE, remarks="held in FIR 9")
    await progress.note("hp-jail", order.head.delivery_id, answer)
    [answered] = standing_obligations(store)
    assert (answered.state, answered.result, answered.reason) == (ObligationState.ANSWERED, "NOT_DONE", "OTHER_CASE")
    standing_of = await store.messages.standing("hp-courts", "courts.bail-order.v1", "B-1")
    assert standing_of is not None
    assert {"consumed": 1, "acted": 1}.items() <= standing_of.progress["police-investigation"].items()


async def register(store: Store) -> None:
    """The directory as `partners apply` leaves it, as far as progress looks at it."""
    from sqlalchemy import insert

    with store.engine.begin() as connection:
        connection.execute(
            insert(schema.subscriptions),
            [
                {"subscription_id": each.id, "partner_id": each.partner, "document": each.model_dump_json()}
                for each in (JAIL, POLICE)
            ],
        )


async def test_only_who_holds_the_person_says_that_it_is_out(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await register(store)
    [theirs] = await given(store, "hp-cases")
    await progress_of(store).note("hp-police", theirs.head.delivery_id, Answer(result=Result.DONE, at=START))
    assert [each.state for each in standing_obligations(store)] == [ObligationState.OPEN]
    await store.take(bail_order("B-2", decision="CANCELLED", on=date(2026, 11, 21)))
    [cancelled] = await given(store, "hp-cases")
    await progress_of(store).note("hp-police", cancelled.head.delivery_id, Answer(result=Result.DONE, at=START))
    [asked] = [each for each in standing_obligations(store) if each.decision == "CANCELLED"]
    assert asked.state == ObligationState.ANSWERED, "who brings the person back says so"


async def test_only_its_own_recipient_speaks_of_a_delivery(store: Store) -> None:
    from icjs_gateway.model.errors import NotFound

    await store.take(fir(accused=("A2",)))
    await store.take(bail_order("B-1"))
    await register(store)
    [order] = await given(store)
    progress = progress_of(store)
    for partner_id, delivery_id in (("hp-police", order.head.delivery_id), ("hp-jail", "nothing")):
        with pytest.raises(NotFound):
            await progress.note(partner_id, delivery_id, Answer(result=Result.DONE, at=START))
    assert standing_obligations(store)[0].state == ObligationState.OPEN


async def test_an_order_that_is_taken_back_after_the_jail_acted_raises_an_alarm(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await register(store)
    [order] = await given(store)
    progress = progress_of(store)
    await progress.note("hp-jail", order.head.delivery_id, Answer(result=Result.DONE, at=START))
    await store.take(bail_order("B-2", verb="withdrawn", refers_to="B-1", jail=None, decision=None))
    assert [each.state for each in standing_obligations(store)] == [ObligationState.WITHDRAWN]
    [(_, alarm)] = standing(reader_of(store.engine))
    assert (alarm.code, alarm.place) == (AlarmCode.ORDER_CORRECTED_AFTER_ACTION, "HPDJ04")


async def test_court_jail_and_supervising_police_are_alerted_of_a_correction_after_the_jail_acted(store: Store) -> None:
    supervision = police("hp-sp", receive=("icjs.*",))
    supervision = supervision.model_copy(
        update={"may": Permissions(receive=("icjs.*",), recipient_class=RecipientClass.POLICE_SUPERVISION)}
    )
    court = Partner(
        id="hp-courts",
        name="Courts",
        pillar=Pillar.COURTS,
        jurisdiction=Jurisdiction(state="HP"),
        may=Permissions(receive=("icjs.*",)),
    )
    listening = (
        JAIL,
        POLICE,
        subscription("sp-hearings", "hp-sp", states=["HP"], events=["icjs.hearing.*"]),
        subscription("court-all", "hp-courts", states=["HP"]),
        subscription("other-jail", "hp-other", jails=["HPDJ01"]),
    )
    partners = (jail(), police(), supervision, court, jail("HPDJ01", partner_id="hp-other"))
    store.deciding = bench(*listening, partners=partners)
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1", serial="A2"))
    await register(store)
    [order] = await given(store)
    await progress_of(store).note("hp-jail", order.head.delivery_id, Answer(result=Result.DONE, at=START))
    await store.take(bail_order("B-2", serial="A1", name="Ramesh", verb="amended", refers_to="B-1"))
    alarms = StoreAlarms(store.writer, alerter(store))
    assert [each.code for each in await looked(alarms, START, timedelta(days=1))] == [
        AlarmCode.ORDER_CORRECTED_AFTER_ACTION
    ]
    await looked(alarms, START, timedelta(days=1))
    alerted = {
        each.id: [state for name, state in deliveries(store, each.id) if name == "alert.raised"] for each in listening
    }
    assert alerted == {
        "jail-orders": ["owed"],
        "sp-hearings": ["owed"],
        "court-all": ["owed"],
        "hp-cases": [],
        "other-jail": [],
    }
    [word] = [each for each in await given(store, "sp-hearings") if each.head.told.type == "icjs.alert.raised.v1"]
    alert = told(word)["alert"]
    assert (alert["code"], alert["jail"], alert["accused"]["serial"]) == (
        "ORDER_CORRECTED_AFTER_ACTION",
        "HPDJ04",
        "A2",
    )


async def test_an_answer_to_an_order_that_was_unlinked_counts_when_it_is_linked(store: Store) -> None:
    await store.take(bail_order("B-1"))
    await register(store)
    [order] = await given(store)
    await progress_of(store).note("hp-jail", order.head.delivery_id, Answer(result=Result.DONE, at=START))
    assert standing_obligations(store) == []
    await store.take(fir(accused=("A1", "A2")))
    [obligation] = standing_obligations(store)
    assert (obligation.state, obligation.result) == (ObligationState.ANSWERED, "DONE")


async def test_an_order_that_its_jail_does_not_have_raises_an_alarm_until_it_has(store: Store) -> None:
    alarms = StoreAlarms(store.writer, alerter(store))
    await store.take(bail_order("B-1"))
    with store.engine.connect() as connection:
        owed_at = connection.scalar(select(schema.deliveries.c.owed_at))
    assert owed_at is not None
    limit = timedelta(minutes=15)
    assert await looked(alarms, owed_at + timedelta(minutes=14), limit) == ()
    late = owed_at + timedelta(minutes=16)
    [alarm] = await looked(alarms, late, limit)
    assert (alarm.code, alarm.recipients) == (AlarmCode.LIBERTY_UNDELIVERED, ("jail-orders",))
    assert await looked(alarms, late, limit) == (), "told once"
    reader = reader_of(store.engine)
    assert counts(reader) == {AlarmCode.LIBERTY_UNDELIVERED: AlarmCount(raised=1, standing=1, recipients=1)}
    await given(store, at=late)
    await looked(alarms, late, limit)
    assert counts(reader) == {AlarmCode.LIBERTY_UNDELIVERED: AlarmCount(raised=1, standing=0)}


async def test_a_recalled_warrant_and_an_amended_action_are_told_apart(store: Store) -> None:
    """A correction of one hearing's notice leaves another hearing's alone."""
    await store.take(fir(accused=("A1", "A2")))
    await store.take(outcome("H-1", bail_for="A2"))
    await store.take(outcome("H-2", bail_for="A2", on=date(2026, 11, 18)))
    amended = outcome("H-1", message_id="M-9", action=Action.AMEND, bail_for="A2")
    bail = amended.events[1]
    amended = replace(amended, events=(amended.events[0], replace(bail, type="icjs.bail.amended.v1")))
    await store.take(amended)
    states = [each for each in deliveries(store, "hp-cases") if each[0].startswith("bail")]
    assert states == [("bail.ordered", "superseded"), ("bail.ordered", "owed"), ("bail.amended", "owed")]


@pytest.mark.parametrize("together", [False, True])
async def test_an_order_corrected_to_name_another_person_is_taken_back_from_the_first(
    store: Store, together: bool
) -> None:
    import asyncio

    other = subscription("other-jail", "hp-other", jails=["HPDJ01"])
    store.deciding = bench(JAIL, other, partners=(jail(), jail("HPDJ01", partner_id="hp-other")))
    await store.take(fir(accused=("A1", "A2")))
    first = bail_order("B-1", serial="A2", jail="HPDJ04")
    second = bail_order("B-2", serial="A1", name="Ramesh", jail="HPDJ01", verb="amended", refers_to="B-1")
    third = bail_order("B-3", serial="A2", jail="HPDJ04", verb="amended", refers_to="B-1")
    if together:
        receipts = await asyncio.gather(store.take(first), store.take(second), store.take(third))
    else:
        receipts = [await store.take(each) for each in (first, second, third)]
    types = [[event["type"].split(".")[2] for event in json.loads(receipt.json)["events"]] for receipt in receipts]
    assert types == [["ordered"], ["amended", "withdrawn"], ["amended", "withdrawn"]]
    assert [each for each in deliveries(store) if each[1] == "owed"][-1] == ("bail.amended", "owed")
    [(_, state)] = [each for each in deliveries(store, "other-jail") if each[0] == "bail.withdrawn"]
    assert state == "owed", "the second jail learns that it is not about its inmate after all"


async def test_a_correction_to_another_person_that_was_parked_takes_back_when_it_goes_on(store: Store) -> None:
    await store.take(bail_order("B-2", serial="A1", name="Ramesh", jail="HPDJ04", verb="amended", refers_to="B-1"))
    await store.take(bail_order("B-1", serial="A2", jail="HPDJ04"))
    await store.take(fir(accused=("A1", "A2")))
    told_of = [name for name, _ in deliveries(store, "hp-cases")]
    assert told_of[1:] == ["bail.ordered", "bail.amended", "bail.withdrawn"]


async def test_a_grant_that_comes_after_its_cancellation_frees_nobody(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-2", decision="CANCELLED", on=date(2026, 11, 21)))
    receipt = json.loads((await store.take(bail_order("B-1", on=date(2026, 11, 20)))).json)
    assert receipt["outcome"] == "accepted"
    assert deliveries(store) == [("bail.ordered", "owed"), ("bail.ordered", "superseded")]
    await store.take(bail_order("B-3", on=date(2026, 11, 25)))
    assert deliveries(store)[-1] == ("bail.ordered", "owed"), "a new grant is not the old one"
    assert sorted((each.ordered_on, each.decision, each.state) for each in standing_obligations(store)) == [
        ("2026-11-20", "GRANTED", ObligationState.WITHDRAWN),
        ("2026-11-21", "CANCELLED", ObligationState.OPEN),
        ("2026-11-25", "GRANTED", ObligationState.OPEN),
    ]


async def test_an_order_without_a_case_is_asked_about_step_by_step_until_it_is_verified(store: Store) -> None:
    await store.take(bail_order("B-1"))
    received = START - timedelta(hours=1)
    [asked] = obligations(reader_of(store.engine), state=ObligationState.OPEN, jail="HPDJ04", limit=10)
    assert (asked.decision, asked.opened_at) == (VERIFY, received)
    steps = (
        Step(after_minutes=30, who=Verifier.ISSUING_COURT),
        Step(after_minutes=120, who=Verifier.CASE_COURT),
    )
    watch = StoreAlarms(store.writer, alerter(store), Clocks(verify=steps))

    async def overdue(after: timedelta) -> list[str | None]:
        raised = await looked(watch, received + after, timedelta(days=9))
        return [each.place for each in raised if each.code is AlarmCode.VERIFY_OVERDUE]

    assert await overdue(timedelta(minutes=29)) == []
    assert await overdue(timedelta(minutes=30)) == ["issuing-court"]
    assert await overdue(timedelta(minutes=60)) == []
    assert await overdue(timedelta(hours=3)) == ["case-court"]
    await store.take(fir(accused=("A1=Ramesh Kumar", "A2=Sunil")))
    answered = obligations(reader_of(store.engine), state=ObligationState.ANSWERED, jail=None, limit=10)
    verified = {each.person: each.key for each in answered if each.decision == VERIFY}
    assert verified.keys() == {"HPDJ04", ISSUER}
    assert verified["HPDJ04"] == asked.key
    assert alarms_standing(store, AlarmCode.VERIFY_OVERDUE) == []


def alarms_standing(store: Store, code: AlarmCode) -> list[str]:
    return [alarm.subject for _, alarm in standing(reader_of(store.engine)) if alarm.code is code]
