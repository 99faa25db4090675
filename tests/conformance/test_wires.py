"""One place over two wires: what it sends by both is one message, and over one it corrects what it said over the other.

A court has its own system, and its State's hub carries its word as well; or it changes from one to the other.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, delete, func, insert, select

from icjs_gateway.model.content import Action, Content
from icjs_gateway.model.errors import Conflict
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.messages import Receipt
from icjs_gateway.stores import schema
from tests.conformance.conftest import Store
from tests.support.messages import bail_order, bench, fir, jail, outcome, police, record, said, subscription

KANGRA = Speaker(kind=PlaceKind.COURT, code="HPKN02", state="HP")
BESIDE = Speaker(kind=PlaceKind.COURT, code="HPKN04", state="HP")
OWN, HUB = "kangra-own", "hp-hub"


async def send(
    store: Store, content: Content, *, over: str, by: Speaker = KANGRA, is_place_covered: bool = True
) -> Receipt:
    """A message of a court over one of its wires."""
    message = record(content, partner_id=over, speaker=by)
    envelope = replace(message.envelope, is_place_covered=is_place_covered)
    return await store.ledger.record(replace(message, envelope=envelope), store.deciding)


def stored(store: Store, message_id: str) -> list[tuple[str, str]]:
    """(partner, state) of the messages of this id."""
    wanted = select(schema.messages.c.partner_id, schema.messages.c.state)
    with store.engine.connect() as connection:
        rows = connection.execute(
            wanted.where(schema.messages.c.message_id == message_id).order_by(schema.messages.c.seq)
        )
        return [(row.partner_id, row.state) for row in rows]


async def test_the_same_message_over_two_wires_is_one_and_gets_the_first_receipt(store: Store) -> None:
    await store.take(fir())
    first = await send(store, outcome("H-1"), over=OWN)
    second = await send(store, outcome("H-1"), over=HUB)
    assert (first.replayed, second.replayed) == (False, True)
    assert second.json == first.json
    assert stored(store, "H-1-NEW") == [(OWN, "recorded")]
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(schema.events.c.type == "icjs.hearing.recorded.v1")) == 1


async def test_the_same_message_over_two_wires_in_one_batch_is_one(store: Store) -> None:
    await store.take(fir())
    receipts = await asyncio.gather(*(send(store, outcome("H-1"), over=over) for over in (OWN, HUB, OWN)))
    assert len({each.json for each in receipts}) == 1
    assert [each.replayed for each in receipts].count(False) == 1


async def test_the_same_id_over_another_wire_with_other_content_is_refused(store: Store) -> None:
    await store.take(fir())
    await send(store, outcome("H-1"), over=OWN)
    with pytest.raises(Conflict):
        await send(store, outcome("H-2", message_id="H-1-NEW"), over=HUB)
    assert stored(store, "H-1-NEW") == [(OWN, "recorded")]


async def test_a_place_is_never_answered_for_what_another_one_said(store: Store) -> None:
    """The court beside uses the same id, with the same content, over a wire of its own: nothing tells it so."""
    await store.take(fir())
    await send(store, outcome("H-1"), over=OWN)
    beside = await send(store, outcome("H-1"), over="beside", by=BESIDE)
    assert not beside.replayed
    assert json.loads(beside.json)["partner"] == "beside"
    other = await send(store, outcome("H-9", message_id="H-1-NEW"), over="third", by=replace(BESIDE, code="HPKN07"))
    assert not other.replayed


async def test_a_wire_that_does_not_surely_carry_the_place_is_known_by_itself(store: Store) -> None:
    await store.take(fir())
    await send(store, outcome("H-1"), over=OWN)
    unsure = await send(store, outcome("H-2", message_id="H-1-NEW"), over="district", is_place_covered=False)
    assert not unsure.replayed
    again = await send(store, outcome("H-1"), over=HUB)
    assert again.replayed
    assert json.loads(again.json)["partner"] == OWN


@pytest.mark.parametrize("state", [None, "PB"], ids=["unknown", "another"])
async def test_a_jail_of_another_or_an_unknown_state_is_not_the_same_jail(store: Store, state: str | None) -> None:
    """The code of a jail does not tell its State, and a hub of another State may write any."""
    entry = {
        "kind": "ADMISSION",
        "at": "2026-11-20T03:00:00Z",
        "accused": {"serial": "A2"},
        "prison": {"code": "HPDJ04"},
    }
    content = said("M-1", "icjs.inmate.admitted.v1", fir().case, inmate=entry)
    await store.take(fir(accused=("A2",)))
    at_home = Speaker(kind=PlaceKind.JAIL, code="HPDJ04", state="HP")
    for over, speaker in (("own", at_home), ("stranger", replace(at_home, state=state))):
        message = record(content, speaker=speaker)
        envelope = replace(message.envelope, partner_id=over)
        receipt = await store.ledger.record(replace(message, envelope=envelope), store.deciding)
        assert not receipt.replayed


async def test_a_court_that_changed_its_wire_takes_back_what_it_ordered_over_the_old_one(store: Store) -> None:
    prison = jail("HPDJ04", partner_id="hpdj04")
    orders = subscription("HPDJ04", "hpdj04", jails=["HPDJ04"])
    store.deciding = bench(orders, partners=(prison, police()))
    await store.take(fir(accused=("A2=Sunil",)))
    await send(store, bail_order("B-1"), over=OWN)
    await send(store, bail_order("B-2", decision="REFUSED", verb="amended", refers_to="B-1"), over=HUB)
    await send(store, bail_order("B-3", decision=None, verb="withdrawn", refers_to="B-2"), over="new")
    assert [stored(store, name) for name in ("B-2", "B-3")] == [[(HUB, "recorded")], [("new", "recorded")]]
    with store.engine.connect() as connection:
        refers_to = connection.scalars(select(schema.messages.c.refers_to).order_by(schema.messages.c.seq)).all()
    contract = "courts.bail-order.v1"
    assert refers_to == [None, None, f"{OWN}/{contract}/B-1", f"{HUB}/{contract}/B-2"]


async def test_a_correction_over_the_new_wire_waits_for_what_comes_later_over_the_old_one(store: Store) -> None:
    await store.take(fir(accused=("A1=Ramesh Kumar", "A2=Sunil")))
    await send(store, bail_order("B-2", serial="A1", name="Ramesh Kumar", verb="amended", refers_to="B-1"), over=HUB)
    assert stored(store, "B-2") == [(HUB, "parked")]
    await send(store, bail_order("B-1"), over=OWN)
    assert stored(store, "B-2") == [(HUB, "recorded")]
    with store.engine.connect() as connection:
        # The order is another person's by now: the first one's jail is told that it is taken back.
        types = connection.scalars(select(schema.events.c.type).order_by(schema.events.c.seq)).all()
        [refers_to] = connection.scalars(
            select(schema.messages.c.refers_to).where(schema.messages.c.message_id == "B-2")
        )
    assert "icjs.bail.withdrawn.v1" in types
    assert refers_to == f"{OWN}/courts.bail-order.v1/B-1"


async def test_nobody_corrects_by_another_place_s_id(store: Store) -> None:
    """Nor learns whether there is such a message: both wait, and are receipted alike."""
    await store.take(fir())
    await send(store, outcome("H-1"), over=OWN)
    receipts = [
        await send(
            store,
            outcome("H-1", message_id=name, action=Action.AMEND, refers_to=refers_to),
            over="beside",
            by=BESIDE,
        )
        for name, refers_to in (("X-1", "H-1-NEW"), ("X-2", "H-7-NEW"))
    ]
    assert [json.loads(each.json)["outcome"] for each in receipts] == ["parked", "parked"]
    assert [json.loads(each.json)["findings"] for each in receipts] == [[], []]


async def test_behind_one_hub_a_place_corrects_its_own_message_and_not_the_hub_s_of_the_same_id(store: Store) -> None:
    """The hub brought M-1 of the court beside; Kangra's own M-1 came by its own system."""
    await store.take(fir())
    await send(store, outcome("H-1", message_id="M-1"), over=OWN)
    await send(store, outcome("H-8", message_id="M-1"), over=HUB, by=BESIDE)
    amended = outcome("H-1", message_id="M-2", action=Action.AMEND, refers_to="M-1")
    await send(store, amended, over=HUB)
    with store.engine.connect() as connection:
        [refers_to] = connection.scalars(
            select(schema.messages.c.refers_to).where(schema.messages.c.message_id == "M-2")
        )
    assert refers_to == f"{OWN}/courts.hearing-outcome.v1/M-1"
    assert stored(store, "M-2") == [(HUB, "recorded")]


async def test_what_was_stored_before_is_known_by_its_place_afterwards(engine: Engine, store: Store) -> None:
    """Of a wire whose jurisdiction surely covers the place; a correction that waits goes on when it comes elsewhere."""
    wires = {OWN: {"state": "HP", "establishments": ["HPKN02"]}, HUB: {"state": "HP"}, "other": {"state": "PB"}}
    with engine.begin() as connection:
        connection.execute(
            insert(schema.partners),
            [{"partner_id": name, "document": json.dumps({"jurisdiction": covers})} for name, covers in wires.items()],
        )
    await store.take(fir())
    await send(store, outcome("H-1"), over=OWN)
    await send(store, outcome("H-3"), over="other")
    await send(store, outcome("H-2", message_id="X-2", action=Action.AMEND, refers_to="H-2-NEW"), over=HUB)
    config = Config()
    config.set_main_option("script_location", "icjs_gateway/stores/migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        connection.exec_driver_sql("DROP INDEX messages_by_place_identity")
        connection.exec_driver_sql("ALTER TABLE messages DROP COLUMN place_identity")
        connection.execute(delete(schema.waiting).where(schema.waiting.c.identifier.startswith("message:court/")))
        command.stamp(config, BEFORE)
        command.upgrade(config, VERSION)
        command.stamp(config, "head")
    assert (await send(store, outcome("H-1"), over=HUB)).replayed
    assert not (await send(store, outcome("H-3"), over=HUB)).replayed
    await send(store, outcome("H-2"), over=OWN)
    assert stored(store, "X-2") == [(HUB, "recorded")]


BEFORE, VERSION = "0015", "0016"
"""The version of the schema by which messages are known by their places, and the one before."""
