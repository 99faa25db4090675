"""What every store promises of recording."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import Connection, func, inspect, select

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, Content
from icjs_gateway.model.errors import Conflict, NotFound, Overloaded, StoreFailed
from icjs_gateway.routing.decisions import Decision, Facts
from icjs_gateway.routing.messages import MessageState, Record
from icjs_gateway.routing.ports import Sealed
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import exceptions, schema
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.writer import Writer, WriterLimits
from tests.conformance.conftest import Store
from tests.support.messages import MORNING, bench, fir, outcome, police, record, subscription


def count(store: Store, table: object) -> int:
    with store.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


async def test_a_repeat_gets_the_first_receipt_byte_for_byte_and_has_no_effect(store: Store) -> None:
    await store.take(fir())
    first = await store.take(outcome())
    events = count(store, schema.events)
    again = await store.take(outcome())
    assert (again.replayed, again.json) == (True, first.json)
    assert count(store, schema.events) == events


async def test_many_at_once_are_decided_in_order_each_seeing_the_ones_before(store: Store) -> None:
    receipts = await asyncio.gather(
        store.take(fir()),
        store.take(outcome("H-1")),
        store.take(outcome("H-1")),
        store.take(outcome("H-1", message_id="OTHER")),
        store.take(outcome("H-2", firs=())),
    )
    outcomes = [json.loads(receipt.json)["outcome"] for receipt in receipts]
    assert outcomes == ["accepted", "accepted", "accepted", "suppressed", "accepted"]
    assert [receipt.replayed for receipt in receipts] == [False, False, True, False, False]
    cases = {event["case_id"] for receipt in receipts for event in json.loads(receipt.json)["events"]}
    assert len(cases) == 1


async def test_the_same_id_with_other_content_is_refused_and_remembered(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", message_id="M"))
    with pytest.raises(Conflict) as refused:
        await store.take(outcome("H-2", message_id="M"))
    assert [finding.code for finding in refused.value.findings] == ["MESSAGE-ID-REUSED"]
    with store.engine.connect() as connection:
        kinds = list(connection.scalars(select(schema.audit_leaves.c.kind)))
    assert kinds.count("message.clashed") == 1


async def test_one_command_that_fails_fails_alone(store: Store) -> None:
    class Breaks(Bench):
        def decide(self, command: Record, facts: Facts) -> Decision:
            raise RuntimeError("planted")

    breaks = Breaks(**{name: getattr(store.deciding, name) for name in store.deciding.__slots__})
    results = await asyncio.gather(
        store.take(fir()),
        store.ledger.record(record(outcome()), breaks),
        store.take(fir(113)),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results] == ["Receipt", "StoreFailed", "Receipt"]
    assert isinstance(results[1], StoreFailed)
    assert count(store, schema.messages) == 2


async def test_a_full_queue_refuses_what_is_new(store: Store) -> None:
    full = Writer(store.engine, WriterLimits(queue_max=0))
    with pytest.raises(Overloaded) as refused:
        await full.submit(lambda connection, commands: list(commands), 1, bounded=True)
    assert refused.value.retry_after_s > 0


async def test_nothing_is_answered_before_it_is_committed(store: Store) -> None:
    def look(connection: Connection, commands: Sequence[object]) -> list[int]:
        return [connection.scalar(select(func.count()).select_from(schema.messages)) or 0 for _ in commands]

    receipt = await store.take(fir())
    with store.engine.connect() as connection:
        kept = connection.scalar(select(schema.messages.c.receipt))
    assert kept == receipt.json
    assert await store.writer.submit(look, None) == 1


async def test_a_parked_message_is_kept_with_its_events_and_owed_to_nobody(store: Store) -> None:
    await store.take(outcome("H-1", message_id="M", bail_for="A1"))
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "M")
    assert standing is not None
    assert standing.state is MessageState.PARKED
    assert [set(event) for event in standing.events] == [{"event_id", "type"}] * 2
    assert standing.progress == {}


async def test_the_sender_sees_progress_by_recipient_class(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", message_id="M", bail_for="A1"))
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "M")
    assert standing is not None
    assert standing.progress == {"police-investigation": {"owed": 2}}
    assert await store.messages.standing("other", "courts.hearing-outcome.v1", "M") is None


async def test_a_correction_links_when_what_it_refers_to_is_known(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-1", message_id="M"))
    linked = await store.take(outcome("H-1", message_id="M2", action=Action.AMEND, refers_to="M"))
    parked = await store.take(outcome("H-1", message_id="M3", action=Action.AMEND, refers_to="X"))
    assert [json.loads(receipt.json)["outcome"] for receipt in (linked, parked)] == ["accepted", "parked"]


async def test_a_correction_that_names_no_message_corrects_the_hearing_that_it_names(store: Store) -> None:
    early = await store.take(outcome("H-1", message_id="A1", action=Action.AMEND))
    await store.take(fir())
    assert await outcome_of(store, "A1") == "parked", "its case is known, but nothing it could correct"
    await store.take(outcome("H-1", message_id="M"))
    assert await outcome_of(store, "A1") == "recorded"
    late = await store.take(outcome("H-1", message_id="A2", action=Action.AMEND, next_on=date(2027, 1, 8)))
    assert [json.loads(receipt.json)["outcome"] for receipt in (early, late)] == ["parked", "accepted"]


async def test_a_correction_that_only_its_thread_can_free_is_freed_by_it(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome("H-0"))
    await store.take(outcome("H-1", message_id="A1", action=Action.AMEND))
    await store.take(outcome("H-1", message_id="M"))
    assert await outcome_of(store, "A1") == "recorded"


async def test_content_that_returns_after_a_correction_is_not_swallowed(store: Store) -> None:
    await store.take(fir())
    outcomes = [
        await store.take(outcome("H-1", message_id=f"M{i}", firs=firs)) for i, firs in enumerate([(112,), (), (112,)])
    ]
    assert [json.loads(receipt.json)["outcome"] for receipt in outcomes] == ["accepted"] * 3


async def test_bodies_are_kept_encrypted_and_open_only_as_themselves(store: Store) -> None:
    await store.take(fir())
    with store.engine.connect() as connection:
        row = connection.execute(select(schema.messages)).one()
    sealed = Sealed(key_id=row.key_id, wrapped_key=row.wrapped_key, ciphertext=row.body)
    assert b"<sent/>" not in row.body
    assert store.vault.open(sealed, row.identity.encode()) == b"<sent/>"
    with pytest.raises(StoreFailed):
        store.vault.open(sealed, b"another/message")


async def test_every_message_and_note_leaves_a_leaf_whose_digest_is_of_its_facts(store: Store) -> None:
    import hashlib

    await store.take(fir())
    await store.evidence.note("message.refused", {"partner": "x"})
    with store.engine.connect() as connection:
        leaves = connection.execute(select(schema.audit_leaves).order_by(schema.audit_leaves.c.seq)).all()
    assert [leaf.kind for leaf in leaves] == ["message.recorded", "message.refused"]
    assert all(hashlib.sha256(b"\x00" + leaf.salt + leaf.facts).digest() == leaf.digest for leaf in leaves)


async def test_the_migrations_make_the_schema_that_the_code_means(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
        checks = {
            check["name"]
            for table in ("messages", "lanes", "deliveries")
            for check in inspect(connection).get_check_constraints(table)
        }
    assert differences == []
    assert checks == {"messages_state_known", "lanes_state_known", "deliveries_state_known"}


async def outcome_of(store: Store, message_id: str) -> str:
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", message_id)
    assert standing is not None
    return standing.state.value


async def test_a_parked_message_goes_on_by_itself_when_its_fir_comes(store: Store) -> None:
    parked = await store.take(outcome("H-1", message_id="M", bail_for="A1"))
    registered = await store.take(fir())
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "M")
    assert standing is not None
    assert standing.state is MessageState.RECORDED
    case_id = json.loads(registered.json)["events"][0]["case_id"]
    ids = [event["event_id"] for event in json.loads(parked.json)["events"]]
    assert [(event["event_id"], event["case_id"]) for event in standing.events] == [(each, case_id) for each in ids]
    assert standing.progress == {"police-investigation": {"owed": 2}}
    again = await store.take(outcome("H-1", message_id="M", bail_for="A1"))
    assert (again.replayed, again.json) == (True, parked.json), "the receipt stays what it was"


async def test_the_sender_of_a_parked_message_is_told_when_it_went_on(store: Store) -> None:
    senders = police("hp-courts"), police("hp-police")
    store.deciding = bench(subscription("courts-feed", "hp-courts"), subscription("police-feed"), partners=senders)
    await store.take(outcome("H-1", message_id="M"))
    registered = await store.take(fir())
    case_id = json.loads(registered.json)["events"][0]["case_id"]
    owed = select(schema.deliveries.c.subscription_id, schema.events.c.data, schema.events.c.case_id).join(
        schema.events, schema.events.c.event_id == schema.deliveries.c.event_id
    )
    with store.engine.connect() as connection:
        [told] = connection.execute(owed.where(schema.events.c.type == "icjs.message.settled.v1")).all()
    data = json.loads(told.data)
    assert (told.subscription_id, told.case_id, data["case"]["id"]) == ("courts-feed", case_id, case_id)
    assert data["message"] == {"message_id": "M", "contract": "courts.hearing-outcome.v1", "state": "recorded"}
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "M")
    assert standing is not None
    assert [event["type"] for event in standing.events] == ["icjs.hearing.recorded.v1"]


ACT = Act(by="HP-1182", reason="same CNR, typed wrongly", at=MORNING)


async def test_a_person_links_a_parked_message_and_nothing_that_it_names(store: Store) -> None:
    await store.take(outcome("H-1", message_id="M1", firs=(999,)))
    await store.take(outcome("H-2", message_id="M2", firs=()))
    case_id = json.loads((await store.take(fir())).json)["events"][0]["case_id"]
    identity = "hp-courts/courts.hearing-outcome.v1/M1"
    assert [each.identity.rpartition("/")[2] for each in exceptions.parked(store.engine)] == ["M1", "M2"]
    exceptions.link_by_hand(store.engine, identity, case_id, ACT, store.deciding)
    assert [await outcome_of(store, name) for name in ("M1", "M2")] == ["recorded", "parked"], "its CNR is a reference"
    with pytest.raises(NotFound):
        exceptions.link_by_hand(store.engine, identity, case_id, ACT, store.deciding)
    with store.engine.connect() as connection:
        kinds = list(connection.scalars(select(schema.audit_leaves.c.kind)))
    assert "message.linked-by-hand" in kinds


async def test_a_dismissed_message_is_kept_and_its_sender_told_why(store: Store) -> None:
    store.deciding = bench(subscription("courts-feed", "hp-courts"), partners=(police("hp-courts"),))
    await store.take(outcome("H-1", message_id="M"))
    exceptions.dismiss(store.engine, "hp-courts/courts.hearing-outcome.v1/M", ACT, store.deciding)
    assert await outcome_of(store, "M") == "dismissed"
    assert exceptions.parked(store.engine) == []
    [leased] = await store.lease()
    data = json.loads(leased.head.told.data)
    assert (leased.head.lane, leased.head.told.case_id) == ("message:M", None)
    assert (data["message"]["state"], data["message"]["reason"]) == ("dismissed", ACT.reason)
    await store.take(fir())
    assert await outcome_of(store, "M") == "dismissed", "what was dismissed does not come back by itself"


async def test_what_one_orphan_brings_frees_the_next(store: Store) -> None:
    by_cnr_only = outcome("H-2", message_id="M2", firs=())
    correction = outcome("H-2", message_id="M3", firs=(), action=Action.AMEND, refers_to="M2")
    for content in (correction, by_cnr_only, outcome("H-1", message_id="M1")):
        await store.take(content)
    assert [await outcome_of(store, f"M{i}") for i in (1, 2, 3)] == ["parked"] * 3
    await store.take(fir())
    assert [await outcome_of(store, f"M{i}") for i in (1, 2, 3)] == ["recorded"] * 3


async def test_orphan_and_fir_in_one_batch_find_each_other(store: Store) -> None:
    receipts = await asyncio.gather(store.take(outcome("H-1", message_id="M")), store.take(fir()))
    assert json.loads(receipts[0].json)["outcome"] == "parked"
    assert await outcome_of(store, "M") == "recorded"


async def test_a_late_fir_gives_the_same_case_as_an_early_one(store: Store) -> None:
    story = [fir(), outcome("H-1"), outcome("H-2", firs=(), bail_for="A2")]
    snapshots = []
    for number, order in enumerate(([0, 1, 2], [2, 1, 0])):
        for position in order:
            await store.take(moved(story[position], number))
    with store.engine.connect() as connection:
        snapshots = [Case.model_validate_json(row) for row in connection.scalars(select(schema.cases.c.snapshot))]
    shapes = [(len(case.firs), len(case.proceedings), len(case.persons), len(case.edges)) for case in snapshots]
    assert shapes == [(1, 1, 2, 1)] * 2


def moved(content: Content, number: int) -> Content:
    """The same message about another FIR and proceeding."""
    event = content.events[0].type.split(".")[1]
    if event == "fir":
        return fir(200 + number)
    told = content.events[0].data.hearing
    bail = content.events[1].data.bail.accused.serial if len(content.events) > 1 else None  # type: ignore[attr-defined]
    return outcome(
        f"{told.hearing_id}-{number}",
        firs=(200 + number,) if content.case.firs else (),
        serial=500 + number,
        bail_for=bail,
    )
