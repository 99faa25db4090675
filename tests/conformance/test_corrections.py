"""Chains of corrections through the store: whichever link comes first, they go on in the order they were made."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.case import Case, fold, rank_of
from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.stores import exceptions, schema
from icjs_gateway.stores.exceptions import Act
from tests.conformance.conftest import Store
from tests.support.messages import MORNING, bail_order, fir, fir_reference, outcome, record, said

ACT = Act(by="HP-1182", reason="sent twice", at=MORNING)


def chain(refers: bool = True) -> list[Content]:
    """A hearing, its correction, the correction of that, and the withdrawal of the correction."""
    links = (
        (Action.NEW, None, date(2027, 1, 8)),
        (Action.AMEND, "M0", date(2027, 1, 9)),
        (Action.AMEND, "M1", date(2027, 1, 10)),
        (Action.WITHDRAW, "M2", None),
    )
    return [
        replace(
            outcome("H-1", message_id=f"M{turn}", action=action, refers_to=before if refers else None, next_on=next_on),
            recorded_at=MORNING + timedelta(hours=turn),
        )
        for turn, (action, before, next_on) in enumerate(links)
    ]


def straight(contents: list[Content]) -> Case:
    """The case that these messages make in the order in which they were told."""
    case = Case()
    for content in contents:
        command = record(content)
        assert content.recorded_at is not None
        told = [
            (
                event,
                rank_of(
                    event,
                    pillar=command.envelope.pillar,
                    recorded_at=content.recorded_at,
                    received_at=command.envelope.received_at,
                    content_hash=command.content_hash,
                ),
            )
            for event in content.events
        ]
        source = f"{command.envelope.pillar}:{command.envelope.partner_id}"
        case = fold(case, told, source=source, default_state="HP")
    return case


def snapshot(store: Store) -> Case:
    with store.engine.connect() as connection:
        return Case.model_validate_json(connection.execute(select(schema.cases.c.snapshot)).scalar_one())


def owed(store: Store) -> list[str]:
    """What is owed of hearings, in order."""
    found = (
        select(schema.events.c.type)
        .join(schema.deliveries, schema.deliveries.c.event_id == schema.events.c.event_id)
        .where(schema.events.c.type.like("icjs.hearing%"))
        .order_by(schema.deliveries.c.seq)
    )
    with store.engine.connect() as connection:
        return [name.split(".")[2] for name in connection.scalars(found)]


async def states(store: Store) -> list[str]:
    found = [await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", f"M{turn}") for turn in range(4)]
    return [each.state.value for each in found if each is not None]


@pytest.mark.parametrize("refers", [True, False], ids=["naming what it corrects", "naming the hearing alone"])
async def test_a_chain_that_arrives_backwards_goes_on_in_order_and_gives_the_same_case(
    store: Store, refers: bool
) -> None:
    told = chain(refers)
    await store.take(fir())
    for content in reversed(told[1:]):
        await store.take(content)
    assert await states(store) == ["parked"] * 3
    await store.take(told[0])
    assert await states(store) == ["recorded"] * 4
    assert snapshot(store) == straight([fir(), *told])
    assert snapshot(store).current_hearing is None
    assert owed(store) == ["recorded", "amended", "amended", "withdrawn"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[1::5])
async def test_a_chain_in_any_order_gives_the_same_case(store: Store, order: tuple[int, ...]) -> None:
    told = chain()
    for turn in order:
        await store.take(told[turn])
    await store.take(fir())
    assert await states(store) == ["recorded"] * 4
    assert snapshot(store) == straight([fir(), *told])


async def test_any_link_of_a_chain_is_good_to_refer_to(store: Store) -> None:
    told = chain()
    await store.take(fir())
    for content in told[:3]:
        await store.take(content)
    withdrawn = outcome("H-1", message_id="M3", action=Action.WITHDRAW, refers_to="M0")
    await store.take(replace(withdrawn, recorded_at=MORNING + timedelta(hours=3)))
    assert await states(store) == ["recorded"] * 4
    assert snapshot(store).current_hearing is None


async def test_a_correction_of_what_was_dismissed_stays_at_the_desk(store: Store) -> None:
    told = chain()
    await store.take(told[0])
    exceptions.dismiss(store.engine, "hp-courts/courts.hearing-outcome.v1/M0", ACT, store.deciding)
    await store.take(fir())
    await store.take(told[1])
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "M1")
    assert standing is not None
    assert standing.state is MessageState.PARKED


async def came_of(store: Store, content: Content) -> str:
    told: str = json.loads((await store.take(content)).json)["outcome"]
    return told


async def test_an_order_for_whom_a_mistaken_one_named_is_news_once_that_one_was_corrected(store: Store) -> None:
    """Keyed to A1 by mistake, corrected to A2; then A1 is granted bail too, the same day, in the same words."""
    thread = {"thread": "HPKN020003412026/A1/2026-11-20"}
    mistaken = replace(bail_order("B-1", serial="A1", name="Ramesh"), **thread)
    for content in (fir(accused=("A1=Ramesh", "A2=Sunil")), mistaken):
        await store.take(content)
    assert await came_of(store, replace(mistaken, message_id=MessageId("B-1b"))) == "suppressed", "it stands"
    await store.take(bail_order("B-2", serial="A2", name="Sunil", verb="amended", refers_to="B-1"))
    assert await came_of(store, replace(mistaken, message_id=MessageId("B-3"))) == "accepted"
    assert await came_of(store, replace(mistaken, message_id=MessageId("B-4"))) == "suppressed", "and this one stands"


JAIL_ORDERS = {
    "custody": ("ordered", {"type": "CUSTODY_WARRANT", "process_id": "P-1", "until": "2026-12-01"}),
    "production": ("ordered", {"process_id": "P-2", "produce_on": "2026-12-01"}),
    "release": ("ordered", {"process_id": "P-3", "ground": "ACQUITTAL"}),
    "warrant": ("issued", {"type": "NON_BAILABLE_WARRANT", "process_id": "P-4"}),
}


@pytest.mark.parametrize("noun", JAIL_ORDERS)
async def test_an_order_of_any_kind_keyed_to_another_is_taken_back_from_the_first(store: Store, noun: str) -> None:
    verb, terms = JAIL_ORDERS[noun]
    jail = {} if noun == "warrant" else {"jail": {"code": "HPDJ04"}}
    case = CaseReference(firs=(fir_reference(),))
    court = {"establishment": "HPKN02"}

    def order(message_id: str, serial: str, name: str, verb: str, **more: Any) -> Content:
        told = {"accused": {"serial": serial, "name": name}, "ordered_on": "2026-11-20"} | terms | jail
        return said(message_id, f"icjs.{noun}.{verb}.v1", case, court=court, **{noun: told}, **more)

    await store.take(fir(accused=("A1=Ramesh", "A2=Sunil")))
    await store.take(order("C-1", "A2", "Sunil", verb))
    await store.take(order("C-2", "A1", "Ramesh", "amended", action=Action.AMEND, refers_to="C-1"))
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(schema.events.c.type, schema.events.c.data, schema.deliveries.c.state)
            .join(schema.deliveries, schema.deliveries.c.event_id == schema.events.c.event_id)
            .where(schema.events.c.type.startswith(f"icjs.{noun}."))
            .order_by(schema.events.c.seq)
        ).all()
    told = [(row.type.split(".")[2], json.loads(row.data)[noun]["accused"]["serial"], row.state) for row in rows]
    assert told == [(verb, "A2", "superseded"), ("amended", "A1", "owed"), ("withdrawn", "A2", "owed")]
    taken_back = json.loads(rows[2].data)[noun]
    assert taken_back["process_id"] == terms["process_id"]
    assert "replaced_by" in taken_back
