"""What a border rule holds, at the desk of a real store: never freed by itself, let through or ended by a person."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, Content, EventData
from icjs_gateway.routing.clock_jump import ClockWatch
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.stores import exceptions, schema
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.readers import newest_receipt
from tests.conformance.conftest import Store
from tests.support.messages import MORNING, fir, outcome, record

ACT = Act(by="HP-1182", reason="the court called", at=MORNING)
IN_A_WRONG_YEAR = date(2028, 11, 21)
HELD = "hp-courts/courts.hearing-outcome.v1/M"


async def state_of(store: Store, message_id: str) -> MessageState:
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", message_id)
    assert standing is not None
    return standing.state


def snapshot(store: Store) -> Case:
    with store.engine.connect() as connection:
        return Case.model_validate_json(connection.execute(select(schema.cases.c.snapshot)).scalar_one())


def other_fir() -> Content:
    """Another FIR under the same number."""
    told = fir(message_id="FIR-again")
    event = told.events[0]
    member: Any = getattr(event.data, "fir")  # noqa: B009
    data: EventData = event.data.model_copy(update={"fir": member.model_copy(update={"kind": "ZERO"})})
    return replace(told, events=(replace(event, data=data),))


async def test_what_is_held_is_kept_and_nothing_frees_it_but_a_person(store: Store) -> None:
    first = await store.take(outcome("H-1", message_id="M", on=IN_A_WRONG_YEAR))
    case_id = json.loads((await store.take(fir())).json)["events"][0]["case_id"]
    await store.take(outcome("H-0"))
    [waiting] = exceptions.parked(store.engine)
    assert (waiting.identity, waiting.held_for, waiting.waits_for) == (HELD, "OUTCOME-OF-A-FUTURE-DAY", ())
    assert [event["type"] for event in json.loads(first.json)["events"]] == ["icjs.hearing.recorded.v1"]
    exceptions.link_by_hand(store.engine, HELD, case_id, ACT, store.deciding)
    assert await state_of(store, "M") is MessageState.RECORDED
    assert exceptions.parked(store.engine) == []
    current = snapshot(store).current_hearing
    assert current is not None
    assert current.listed_on == IN_A_WRONG_YEAR


async def test_after_its_clock_went_back_the_gateway_holds_nothing_for_a_clock(store: Store) -> None:
    """The store itself shows it: the newest receipt lies ahead of what the clock says."""
    assert newest_receipt(reader_of(store.engine)) is None
    await store.take(fir())
    newest = newest_receipt(reader_of(store.engine))
    assert newest == record(fir()).envelope.received_at

    class BackByAMonth:
        def now(self) -> datetime:
            assert newest is not None
            return newest - timedelta(days=31)

    watch = ClockWatch(BackByAMonth(), lambda: 0.0, newest)
    hearing = replace(outcome("H-1", message_id="M"), recorded_at=newest + timedelta(days=2))
    store.deciding = replace(store.deciding, has_clock_jumped=watch.has_jumped())
    receipt = json.loads((await store.take(hearing)).json)
    assert receipt["outcome"] == "accepted"
    assert [each["code"] for each in receipt["findings"]] == ["TIME-AHEAD"]


async def test_what_is_held_reaches_neither_case_nor_recipient(store: Store) -> None:
    await store.take(fir())
    before = snapshot(store)
    await store.take(outcome("H-1", message_id="M", on=IN_A_WRONG_YEAR))
    assert snapshot(store) == before
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "M")
    assert standing is not None
    assert standing.progress == {}


async def test_a_correction_of_what_is_held_waits_for_it(store: Store) -> None:
    case_id = json.loads((await store.take(fir())).json)["events"][0]["case_id"]
    await store.take(outcome("H-1", message_id="M", on=IN_A_WRONG_YEAR))
    await store.take(outcome("H-1", message_id="M2", action=Action.AMEND, refers_to="M", on=date(2026, 11, 19)))
    assert await state_of(store, "M2") is MessageState.PARKED
    exceptions.link_by_hand(store.engine, HELD, case_id, ACT, store.deciding)
    assert await state_of(store, "M2") is MessageState.RECORDED


async def test_what_is_held_and_dismissed_stays_away(store: Store) -> None:
    await store.take(outcome("H-1", message_id="M", on=IN_A_WRONG_YEAR))
    exceptions.dismiss(store.engine, HELD, ACT, store.deciding)
    await store.take(fir())
    assert await state_of(store, "M") is MessageState.DISMISSED


async def test_another_fir_under_a_taken_number_is_held_also_within_one_batch(store: Store) -> None:
    receipts = await asyncio.gather(store.take(fir()), store.take(other_fir()))
    told = [json.loads(receipt.json) for receipt in receipts]
    assert [each["outcome"] for each in told] == ["accepted", "parked"]
    assert [[finding["code"] for finding in each["findings"]] for each in told] == [[], ["FIR-NUMBER-TAKEN"]]
    assert [each.held_for for each in exceptions.parked(store.engine)] == ["FIR-NUMBER-TAKEN"]
