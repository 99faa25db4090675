"""What every store promises of places that speak for what is not theirs: the owner's record stays as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, select, text

from icjs_gateway.model.content import CaseReference, Content
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.alarms import FOR_OWNERS
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.stores import exceptions, ledger_facts, migrate, schema
from icjs_gateway.stores.alarms import StoreAlarms
from icjs_gateway.stores.exceptions import Act
from tests.conformance.conftest import START, Store, looked
from tests.support.disclosing import disclosure
from tests.support.doors import ROWS, court, named, ordered, registered, station
from tests.support.messages import (
    CountedIds,
    bail_order,
    bench,
    changed,
    cnr,
    fir,
    fir_reference,
    jail,
    outcome,
    police,
    record,
    said,
    subscription,
)

LUDHIANA = Speaker(kind=PlaceKind.COURT, code="PBLD01", state="PB")
JALANDHAR_JAIL = Speaker(kind=PlaceKind.JAIL, code="PBCJ01", state="PB")
SARABHA_NAGAR = Speaker(kind=PlaceKind.STATION, code="3011001", state="PB")
ACT = Act(by="Registrar", reason="the court's letter of today", at=START)


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    orders = subscription("jail-orders", "hp-jail", jails=["HPDJ04"])
    store.deciding = bench(orders, subscription("hp-cases"), partners=(jail(), police()))


async def lodged(store: Store) -> None:
    """A FIR, and its accused A2 in custody at the jail HPDJ04 by the word of the court at Kangra."""
    await store.take(fir(accused=("A1=Ramesh Kumar", "A2=Sunil")))
    await store.take(outcome())
    await store.take(bail_order("B-0", decision="REFUSED", cnr_serial=341))


def record_of(store: Store) -> Mapping[str, bytes]:
    """Every case as it stands, and every identifier with its case."""
    with store.engine.connect() as connection:
        cases = connection.execute(select(schema.cases.c.case_id, schema.cases.c.snapshot, schema.cases.c.labels))
        held = connection.execute(select(schema.case_identifiers))
        return {row[0]: bytes(row[1]) + row[2].encode() for row in cases} | {row[0]: row[1].encode() for row in held}


async def spoken(store: Store, content: Content, speaker: Speaker, partner_id: str = "pb") -> Mapping[str, Any]:
    message = record(content, partner_id=partner_id, speaker=speaker)
    message = replace(message, envelope=replace(message.envelope, partner_id=partner_id))
    receipt: dict[str, Any] = json.loads((await store.ledger.record(message, store.deciding)).json)
    return receipt


def owed_to(store: Store, subscription_id: str) -> list[tuple[str, str]]:
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(schema.events.c.type, schema.deliveries.c.state)
            .join(schema.events, schema.events.c.event_id == schema.deliveries.c.event_id)
            .where(schema.deliveries.c.subscription_id == subscription_id)
            .order_by(schema.deliveries.c.seq)
        )
        return [(row[0], row[1]) for row in rows]


FOREIGN: dict[str, tuple[Content, Speaker]] = {
    "an outcome by FIR": (outcome("H-8", serial=None), LUDHIANA),
    "an outcome by CNR": (outcome("H-8"), LUDHIANA),
    "bail granted": (bail_order("B-8", cnr_serial=341), LUDHIANA),
    "bail cancelled": (bail_order("B-8", decision="CANCELLED"), LUDHIANA),
    "a transfer": (changed("TRANSFER", to=(900,), message_id="P-8"), LUDHIANA),
    "clubbing with an unseen case": (changed("CLUBBING", to=(341,), serial=None, message_id="P-8"), LUDHIANA),
    "a label": (outcome("H-8", charge="376"), LUDHIANA),
    "an admission": (
        said(
            "M-8",
            "icjs.inmate.admitted.v1",
            CaseReference(firs=(fir_reference(),)),
            inmate={
                "kind": "ADMISSION",
                "at": "2026-11-20T06:00:00Z",
                "prison": {"code": "PBCJ01", "state": "HP"},
                "accused": {"serial": "A2", "pid": "PB-1"},
            },
        ),
        JALANDHAR_JAIL,
    ),
    "a change of the charges": (
        said(
            "C-8",
            "icjs.charges.altered.v1",
            CaseReference(firs=(fir_reference(),)),
            charges={"on": "2026-11-20", "added": [{"act": "BNS", "section": "64"}]},
        ),
        SARABHA_NAGAR,
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
async def test_the_record_of_a_case_stays_as_it_was_whatever_another_state_says_of_it(store: Store, what: str) -> None:
    await lodged(store)
    before, owed = record_of(store), owed_to(store, "hp-cases")
    content, speaker = FOREIGN[what]
    receipt = await spoken(store, content, speaker)
    assert receipt["outcome"] == "parked"
    assert receipt["findings"] == []
    assert record_of(store) == before
    assert owed_to(store, "hp-cases") == owed


@pytest.mark.parametrize("what", FOREIGN)
async def test_hidden_and_absent_give_the_same_receipt(store: Store, what: str) -> None:
    content, speaker = FOREIGN[what]
    absent = await spoken(store, content, speaker, "pb-before")
    await lodged(store)
    hidden = await spoken(store, content, speaker, "pb-after")
    assert _comparable(hidden) == _comparable(absent)


def _comparable(receipt: Mapping[str, Any]) -> dict[str, Any]:
    events = [{name: value for name, value in each.items() if name != "event_id"} for each in receipt["events"]]
    return {**receipt, "events": events, "partner": "", "message_id": ""}


async def test_the_owners_are_told_of_a_word_from_without_and_its_sender_is_not(store: Store) -> None:
    told = subscription("hp-cases"), subscription("pb-cases", "pb")
    store.deciding = bench(*told, partners=(police(), police("pb", state="PB")))
    await lodged(store)
    for number in range(3):
        await spoken(store, bail_order(f"B-{number}", decision="CANCELLED", jail=None), LUDHIANA)
    await spoken(store, outcome("H-8", serial=None), LUDHIANA)
    watch = StoreAlarms(store.writer, Alerter(recipients=lambda: store.deciding.recipients, ids=CountedIds("alert")))
    raised = await looked(watch, START, timedelta(minutes=15))
    assert sorted((each.code.value, each.place) for each in raised if each.code in FOR_OWNERS) == [
        ("CLAIM_REFUSED", "court/PB/PBLD01"),
        ("ORDER_FROM_WITHOUT", "court/PB/PBLD01"),
    ]
    with store.engine.connect() as connection:
        wanted = select(schema.events.c.data, schema.events.c.identity).join(
            schema.deliveries, schema.deliveries.c.event_id == schema.events.c.event_id
        )
        ours = schema.deliveries.c.subscription_id == "hp-cases"
        rows = connection.execute(wanted.where(schema.events.c.type == "icjs.alert.raised.v1", ours)).all()
    assert sorted(json.loads(row.data)["alert"].get("about") for row in rows) == ["bail", "hearing"]
    assert not any(row.identity.startswith("pb/") for row in rows)
    withheld = [each.head.told for each in await store.lease(at=START, liberty=True)]
    theirs = [told for told in withheld if told.type == "icjs.alert.raised.v1"]
    assert {disclosure().rule_against(told, police("pb", state="PB")) for told in theirs} == {"JURISDICTION"}


async def test_an_order_of_another_states_court_supersedes_nothing_and_reaches_the_jail_of_record(store: Store) -> None:
    await lodged(store)
    await store.take(bail_order("B-1", cnr_serial=341))
    before = owed_to(store, "jail-orders")
    assert before[-1] == ("icjs.bail.ordered.v1", "owed")
    cancelled = bail_order("B-8", decision="CANCELLED", jail=None, on=date(2026, 11, 21))
    await spoken(store, cancelled, LUDHIANA)
    assert owed_to(store, "jail-orders") == [*before, ("icjs.bail.ordered.v1", "owed")]
    leased = [each.head for each in await store.lease(at=START + timedelta(days=2), liberty=True)]
    assert [(head.lane, head.told.case_id) for head in leased if head.told.message_id == "B-8"] == [
        ("message:B-8", None)
    ]
    told = next(head.told for head in leased if head.told.message_id == "B-8")
    assert disclosure().rule_against(told, jail()) is None
    assert disclosure().rule_against(told, jail("HPDJ09", partner_id="hp-other")) == "JURISDICTION"


async def test_the_number_of_a_fir_that_is_registered_later_is_free_for_its_station(store: Store) -> None:
    two = CaseReference(firs=(fir_reference(7, station="3011001", state="PB"), fir_reference(112)))
    own = said(
        "F-8",
        "icjs.fir.registered.v1",
        two,
        fir={
            "number": "7",
            "year": 2026,
            "kind": "REGULAR",
            "police_station": {"code": "3011001", "state": "PB"},
            "registered_at": "2026-08-31T05:40:00Z",
            "acts_sections": [{"act": "BNS", "section": "303(2)"}],
        },
    )
    first = await spoken(store, own, SARABHA_NAGAR)
    rightful = json.loads((await store.take(fir(112))).json)
    assert (first["outcome"], rightful["outcome"]) == ("accepted", "accepted")
    assert rightful["events"][0]["case_id"] != first["events"][0]["case_id"]


async def test_a_person_may_link_what_the_gateway_would_not(store: Store) -> None:
    await lodged(store)
    await spoken(store, outcome("H-8", serial=None), LUDHIANA)
    [parked] = exceptions.parked(store.engine)
    with store.engine.connect() as connection:
        [case_id] = ledger_facts.cases_of(connection, {("cnr", cnr(341))}).values()
    exceptions.link_by_hand(store.engine, parked.identity, case_id, ACT, store.deciding)
    assert exceptions.parked(store.engine) == []


async def test_a_case_keeps_its_own_cnr_when_a_person_links_what_names_it(store: Store) -> None:
    await lodged(store)
    await spoken(store, outcome("H-8"), LUDHIANA)
    [parked] = exceptions.parked(store.engine)
    with store.engine.connect() as connection:
        [case_id] = ledger_facts.cases_of(connection, {("cnr", cnr(341))}).values()
    exceptions.link_by_hand(store.engine, parked.identity, case_id, ACT, store.deciding)
    with store.engine.connect() as connection:
        assert ledger_facts.files(connection, {case_id})[case_id].case.references == ()


async def test_what_is_refused_goes_on_when_the_case_gives_its_court_standing(store: Store) -> None:
    await lodged(store)
    await spoken(store, outcome("H-8", serial=None), LUDHIANA)
    case = CaseReference(firs=(fir_reference(),))
    report = {"number": "CS-1", "kind": "CHARGE_SHEET", "court": "PBLD01", "filed_at": "2026-11-20T06:00:00Z"}
    await store.take(said("R-1", "icjs.final-report.filed.v1", case, final_report=report))
    assert exceptions.parked(store.engine) == []


def test_a_message_that_was_parked_before_places_spoke_keeps_the_place_that_speaks(
    tmp_path: Path,
) -> None:
    older = create_engine(f"sqlite:///{tmp_path}/older.db")
    config = migrate._config()
    with older.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        connection.execute(
            text(
                "INSERT INTO messages (identity, thread, partner_id, contract_id, message_id, digest, content_digest, "
                "channel, media_type, home_state, action, received_at, state, key_id, wrapped_key, body, receipt) "
                "VALUES ('pb/courts.x.v1/1', 't', 'pb', 'courts.hearing-outcome.v1', '1', '', '', 'http', '', 'PB', "
                "'NEW', 0, 'parked', '', '', '', '')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO events (event_id, identity, type, liberty, occurred_at, recorded_at, data) "
                "VALUES ('e', 'pb/courts.x.v1/1', 'icjs.hearing.recorded.v1', 0, 0, 0, :data)"
            ),
            {"data": outcome().events[0].json},
        )
    migrate.upgrade(older)
    with older.connect() as connection:
        found = connection.execute(select(schema.messages.c.pillar, schema.messages.c.speaker)).one()
    assert tuple(found) == ("courts", "court/HP/HPKN02")
    older.dispose()


async def test_the_registration_number_of_another_station_s_fir_takes_no_word_about_it(store: Store) -> None:
    """A neighbour wrote the number of the FIR of tomorrow beside its own, by a slip or not."""
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    slip = numbered(registered(7, "2011008", labels=["CHILD_IN_CONFLICT"]))
    assert (await spoken(store, slip, station("2011008"), "jawala"))["outcome"] == "accepted"
    rightful = await spoken(store, numbered(fir(113, accused=("A2=Sunil",))), station("2011007"), "palampur")
    remand = numbered(ordered("remand", "HPKN02", case=named(113), jail={"code": "HPDJ04"}))
    stands = await spoken(store, remand, court("HPKN02"), "kangra")
    assert stands["events"][0]["case_id"] == rightful["events"][0]["case_id"]
    with store.engine.connect() as connection:
        case_id = rightful["events"][0]["case_id"]
        assert ledger_facts.files(connection, {case_id})[case_id].labels.names == frozenset()


def numbered(content: Content) -> Content:
    """The same, where the FIR has one registration number beside its key."""
    number = {"registration_number": "2011007260113"}
    [one], [event] = content.case.firs, content.events
    case = content.case.model_copy(update={"firs": (one.model_copy(update=number),)})
    told: dict[str, Any] = {"case": case}
    if isinstance(event.data, FirData):
        told["fir"] = event.data.fir.model_copy(update=number)
    data = event.data.model_copy(update=told)
    return replace(content, case=case, events=(replace(event, data=data, read_from=None),))
