"""The pillar of a message is its partner's, on arrival and when it is read back: a case is the same in every order."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select, text

from icjs_gateway.model.case import Case, fold, rank_of
from icjs_gateway.model.content import Content
from icjs_gateway.routing.messages import Record
from icjs_gateway.stores import schema
from tests.conformance.conftest import Store
from tests.support.doors import arrest, named
from tests.support.messages import MORNING, fir, outcome, record

FIR = "HP/2011007/112/2026"


def sent(content: Content, hour: int, **envelope: str) -> Record:
    made = record(replace(content, recorded_at=MORNING + timedelta(hours=hour)))
    return replace(made, envelope=replace(made.envelope, **envelope))  # type: ignore[arg-type]


def told() -> tuple[Record, ...]:
    """An agency pushes an arrest by a contract of the police, the police a FIR by one of their own; both say of one
    instant what the accused is called."""
    case = named()
    return (
        sent(fir(accused=("A1=Ramesh",)), 0, contract_id="tn.fir.v1"),
        sent(
            arrest("A-1", "2011007", case, serial="A1", name="Ramesh Chand", pid="HP1"),
            2,
            pillar="agency",
            partner_id="ncb",
        ),
        sent(arrest("A-2", "2011007", case, serial="A1", name="Ramesh Kumar"), 2, contract_id="tn.arrest.v1"),
        sent(outcome("H-1"), 3),
    )


def straight(messages: tuple[Record, ...]) -> Case:
    case = Case()
    for each in messages:
        envelope = each.envelope
        ranked = [
            (
                event,
                rank_of(
                    event,
                    pillar=envelope.pillar,
                    recorded_at=each.content.recorded_at,
                    received_at=envelope.received_at,
                    content_hash=each.content_hash,
                ),
            )
            for event in each.content.events
        ]
        case = fold(case, ranked, source=f"{envelope.pillar}:{envelope.partner_id}", default_state="HP")
    return case


def names_of(case: Case) -> dict[str, object]:
    return {key: [dict(members) for _, members in fact] for key, fact in case.names.items()}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
async def test_the_case_is_the_same_in_every_order_of_arrival(store: Store, order: tuple[int, ...]) -> None:
    messages = told()
    for turn in order:
        await store.ledger.record(messages[turn], store.deciding)
    with store.engine.connect() as connection:
        [snapshot] = connection.scalars(select(schema.cases.c.snapshot)).all()
        pillars = {
            row.message_id: row.pillar
            for row in connection.execute(select(schema.messages.c.message_id, schema.messages.c.pillar))
        }
    case = Case.model_validate_json(snapshot)
    assert pillars == {"FIR-112": "police", "A-1": "agency", "A-2": "police", "H-1-NEW": "courts"}
    expected = straight(messages)
    assert names_of(case) == names_of(expected)
    assert [person.orders for person in case.persons] == [person.orders for person in expected.persons]


async def test_old_messages_get_the_pillar_of_their_partner(store: Store) -> None:
    """What was recorded before pillars were kept had its contract's first word."""
    for each in told():
        await store.ledger.record(each, store.deciding)
    partners = {"ncb": "agency", "hp-police": "police"}
    config = Config()
    config.set_main_option("script_location", "icjs_gateway/stores/migrations")
    with store.engine.begin() as connection:
        connection.execute(
            insert(schema.partners),
            [{"partner_id": name, "document": json.dumps({"pillar": pillar})} for name, pillar in partners.items()],
        )
        connection.execute(
            text("UPDATE messages SET pillar = substr(contract_id, 1, 6) WHERE contract_id LIKE 'police%'")
        )
        connection.execute(text("UPDATE messages SET pillar = 'tn' WHERE contract_id LIKE 'tn.%'"))
        config.attributes["connection"] = connection
        command.stamp(config, "0022")
        command.upgrade(config, "0023")
        command.stamp(config, "head")
        rows = connection.execute(select(schema.messages.c.message_id, schema.messages.c.pillar)).all()
    assert {row.message_id: row.pillar for row in rows} == {
        "FIR-112": "police",
        "A-1": "agency",
        "A-2": "police",
        "H-1-NEW": "courts",
    }
