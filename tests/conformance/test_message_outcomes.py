"""What the sender of a message learns of its end, on every store: how it was settled, and what was done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.content import Content
from icjs_gateway.model.event_types import SETTLED
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.directory import Permissions
from icjs_gateway.routing.obligations import Answer, Reason, Result
from icjs_gateway.routing.ports import MessageStanding
from icjs_gateway.stores import exceptions, schema
from tests.conformance.conftest import START, Store
from tests.conformance.test_jail_answers import refused, taking_back
from tests.conformance.test_ledger import ACT
from tests.conformance.test_liberty import JAIL, POLICE, given, progress_of, register
from tests.support.disclosing import policy
from tests.support.messages import bail_order, bench, fir, jail, outcome, police, subscription

SENDER = police("hp-courts")
OF_ANOTHER_STATION = subscription("elsewhere", "hp-courts", stations=["2099001"])
HEARINGS = "courts.hearing-outcome.v1"
BAILS = "courts.bail-order.v1"


async def standing(store: Store, message_id: str, contract: str = HEARINGS) -> MessageStanding:
    found = await store.messages.standing("hp-courts", contract, message_id)
    assert found is not None
    return found


def notices(store: Store) -> list[tuple[str, dict[str, Any]]]:
    """By which subscription the sender was told what."""
    owed = select(schema.deliveries.c.subscription_id, schema.events.c.data).join(
        schema.events, schema.events.c.event_id == schema.deliveries.c.event_id
    )
    with store.engine.connect() as connection:
        rows = connection.execute(owed.where(schema.events.c.type == SETTLED).order_by(schema.deliveries.c.seq)).all()
    return [(row.subscription_id, json.loads(row.data)["message"]) for row in rows]


async def test_who_sent_a_cnr_alone_is_told_of_its_dismissal_whatever_it_subscribed_for(store: Store) -> None:
    store.deciding = bench(OF_ANOTHER_STATION, POLICE, partners=(SENDER, police()))
    await store.take(outcome("H-1", message_id="M", firs=()))
    assert (await standing(store, "M")).settled is None
    exceptions.dismiss(store.engine, f"hp-courts/{HEARINGS}/M", ACT, store.deciding)
    assert notices(store) == [
        ("elsewhere", {"message_id": "M", "contract": HEARINGS, "state": "dismissed", "reason": ACT.reason})
    ]
    told = await standing(store, "M")
    assert told.state == "dismissed"
    assert told.settled == {"state": "dismissed", "reason": ACT.reason, "by": "operator", "at": ACT.at}
    assert ACT.by not in str(told), "the audit knows the person"
    [leased] = await store.lease()
    rule = Disclosure(policy()).rule_against(leased.head.told, SENDER)
    assert (leased.head.subscription_id, rule) == ("elsewhere", None)


@pytest.mark.parametrize("receive", [("icjs.*",), ("icjs.hearing.*",)])
async def test_what_a_sender_may_receive_of_others_does_not_matter(store: Store, receive: tuple[str, ...]) -> None:
    sender = SENDER.model_copy(update={"may": Permissions(receive=receive)})
    store.deciding = bench(OF_ANOTHER_STATION, partners=(sender,))
    await store.take(outcome("H-1", message_id="M", firs=()))
    exceptions.dismiss(store.engine, f"hp-courts/{HEARINGS}/M", ACT, store.deciding)
    assert [name for name, _ in notices(store)] == ["elsewhere"]


async def test_one_subscription_tells_of_it_and_another_partners_none(store: Store) -> None:
    asking = subscription("asking", "hp-courts", stations=["2099001"], events=[SETTLED])
    bails = subscription("bails", "hp-courts", stations=["2099001"], events=["icjs.bail.*"])
    store.deciding = bench(bails, asking, POLICE, partners=(SENDER, police()))
    await store.take(outcome("H-1", message_id="M", firs=()))
    exceptions.dismiss(store.engine, f"hp-courts/{HEARINGS}/M", ACT, store.deciding)
    assert [name for name, _ in notices(store)] == ["asking"]


async def test_a_link_by_itself_and_one_by_hand_are_told_apart(store: Store) -> None:
    store.deciding = bench(OF_ANOTHER_STATION, partners=(SENDER,))
    await store.take(outcome("H-1", message_id="M1"))
    await store.take(outcome("H-2", message_id="M2", firs=(999,)))
    registered = json.loads((await store.take(fir())).json)
    exceptions.link_by_hand(
        store.engine, f"hp-courts/{HEARINGS}/M2", registered["events"][0]["case_id"], ACT, store.deciding
    )
    assert [(name, said["message_id"], said["state"]) for name, said in notices(store)] == [
        ("elsewhere", "M1", "recorded"),
        ("elsewhere", "M2", "recorded"),
    ]
    settled = [(await standing(store, name)).settled for name in ("M1", "M2")]
    assert [each and (each["state"], each["by"]) for each in settled] == [
        ("recorded", "gateway"),
        ("recorded", "operator"),
    ]


async def test_what_was_never_parked_was_not_settled(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", message_id="M"))
    assert (await standing(store, "M")).settled is None


@pytest.fixture
async def order(store: Store) -> Content:
    """An order on bail that the jail has."""
    store.deciding = bench(JAIL, POLICE, partners=(jail(), police()))
    await store.take(fir(accused=("A1", "A2")))
    await store.take(fir(77, accused=("A2",)))
    sent = bail_order("B-1")
    await store.take(sent)
    return sent


@pytest.mark.usefixtures("order")
async def test_the_sender_of_an_order_sees_why_it_was_not_done_and_when(store: Store) -> None:
    [leased] = await given(store)
    await register(store)
    [event] = (await standing(store, "B-1", BAILS)).events
    assert "acted" not in event
    for reason in (Reason.SURETY_PENDING, Reason.OTHER_CASE):
        said = Answer(result=Result.NOT_DONE, at=START, reason=reason, remarks="held in FIR 9")
        await progress_of(store).note("hp-jail", leased.head.delivery_id, said)
    told = await standing(store, "B-1", BAILS)
    [event] = told.events
    [acted] = event["acted"]
    assert {name: acted[name] for name in ("result", "reason", "at")} == {
        "result": "NOT_DONE",
        "reason": "OTHER_CASE",
        "at": START,
    }
    assert "FIR 9" not in str(told)
    done = Answer(result=Result.DONE, at=START)
    await progress_of(store).note("hp-jail", leased.head.delivery_id, done)
    [event] = (await standing(store, "B-1", BAILS)).events
    assert [(each["result"], each.get("reason")) for each in event["acted"]] == [("DONE", None)]


@pytest.mark.usefixtures("order")
async def test_a_jails_own_document_is_told_as_well_and_not_in_which_other_case(store: Store) -> None:
    refusal = refused("OTHER_CASE")
    await store.take(refusal)
    told = await standing(store, "B-1", BAILS)
    [event] = told.events
    [acted] = event["acted"]
    assert (acted["by"], acted["result"], acted["reason"]) == ("jail", "NOT_DONE", "OTHER_CASE")
    assert "77" not in str(event["acted"])
    await store.take(taking_back(refused("OTHER_CASE", "N-2", verb="withdrawn"), "N-1"))
    [event] = (await standing(store, "B-1", BAILS)).events
    assert "acted" not in event


async def test_of_an_order_without_a_case_the_jail_that_it_names_answers_as_well(store: Store) -> None:
    store.deciding = bench(JAIL, POLICE, partners=(jail(), police()))
    await register(store)
    await store.take(bail_order("B-1"))
    [leased] = await given(store)
    said = Answer(result=Result.NOT_DONE, at=START, reason=Reason.IDENTITY)
    await progress_of(store).note("hp-jail", leased.head.delivery_id, said)
    told = await standing(store, "B-1", BAILS)
    assert told.state == "parked"
    [event] = told.events
    assert [each["reason"] for each in event["acted"]] == ["IDENTITY"]
