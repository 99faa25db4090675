"""Standing for one thing is no standing for everything: it hands the case to nobody, and shows it to nobody.

A duty Magistrate of the division, and a court elsewhere that grants transit bail, say in these tests more than their
standing is for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.case import Case
from icjs_gateway.model.event_types import SETTLED
from icjs_gateway.routing.access.cases import Sight
from icjs_gateway.routing.access.jurisdiction import firs_of
from icjs_gateway.stores import exceptions, ledger_facts, schema
from tests.conformance.conftest import Store
from tests.conformance.test_doors import BAILED, HOLDS, OF_PALAMPUR, PALAMPUR, Word, speak
from tests.support.disclosing import disclosure
from tests.support.doors import (
    ROWS,
    a_jail,
    admission,
    court,
    named,
    ordered,
    proceeding,
    registered,
    station,
    taken_on,
)
from tests.support.messages import bench, fir, jail, police, record, subscription

LABELLED: tuple[Word, ...] = ((fir(accused=("A2=Sunil",), labels=("SEXUAL_OFFENCE",)), PALAMPUR),)
PATHANKOT, ABROAD = court("PBLD02"), "PBLD020000152026"
DUTY = court("HPKN04")
RECALLED = "icjs.release.recalled.v1"


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)


def case_of(store: Store, number: int = 112) -> Case:
    with store.engine.connect() as connection:
        [case_id] = ledger_facts.cases_of(connection, {("fir", f"HP/2011007/{number}/2026")}).values()
        snapshot = connection.scalar(select(schema.cases.c.snapshot).where(schema.cases.c.case_id == case_id))
    assert snapshot is not None
    return Case.model_validate_json(snapshot)


@pytest.mark.parametrize("kind", ["TRANSFER", "COMMITTAL", "SPLIT"])
@pytest.mark.parametrize("before", [LABELLED, OF_PALAMPUR], ids=["labelled", "plain"])
async def test_a_court_that_has_a_case_for_remand_alone_sends_it_to_no_other_court(
    store: Store, before: tuple[Word, ...], kind: str
) -> None:
    for word in before:
        await speak(store, word)
    await speak(store, (proceeding("HPKN04", kind, ABROAD), DUTY))
    assert case_of(store).own_cnrs == ()
    taking_over = ordered("bail", "PBLD02", "B-1", named(cnr=ABROAD), **HOLDS)
    assert await speak(store, (taking_over, PATHANKOT)) == "parked"


async def test_the_court_of_the_case_and_who_is_over_it_send_it_on(store: Store) -> None:
    for word in BAILED:
        await speak(store, word)
    await speak(store, (proceeding("HPKN01", "TRANSFER", ABROAD), court("HPKN01")))
    assert ABROAD in case_of(store).own_cnrs
    assert await speak(store, (ordered("bail", "PBLD02", "B-1", named(cnr=ABROAD), **HOLDS), PATHANKOT)) == "recorded"


async def test_clubbing_by_a_court_that_has_one_case_for_remand_alone_shows_it_to_no_other_station(
    store: Store,
) -> None:
    other = "HPKN040000082026"
    of_other = named(None, None).model_copy(update={"firs": registered(8, "2011008").case.firs, "cnr": other})
    for word in (*LABELLED, (registered(8, "2011008"), station("2011008")), (taken_on("HPKN04", of_other), DUTY)):
        await speak(store, word)
    await speak(store, (proceeding("HPKN04", "CLUBBING", other), DUTY))
    assert {fir["police_station_code"] for fir in firs_of(case_of(store))} == {"2011007"}


async def test_transit_bail_brings_no_cnr_along(store: Store) -> None:
    for word in BAILED:
        await speak(store, word)
    transit = ordered("bail", "PBLD02", "B-1", named(cnr=ABROAD), kind="TRANSIT", ordered_on="2026-11-21")
    assert await speak(store, (transit, PATHANKOT)) == "recorded"
    assert ABROAD not in case_of(store).own_cnrs
    cancelled = ordered("bail", "PBLD02", "B-2", named(cnr=ABROAD), decision="CANCELLED", ordered_on="2026-11-22")
    assert await speak(store, (cancelled, PATHANKOT)) == "parked"


@pytest.mark.parametrize("decision", ["CANCELLED", "REFUSED"])
async def test_who_may_grant_transit_bail_cancels_no_bail_by_that_name(store: Store, decision: str) -> None:
    for word in BAILED:
        await speak(store, word)
    order = ordered("bail", "PBLD02", "B-1", kind="TRANSIT", decision=decision, ordered_on="2026-11-21", **HOLDS)
    assert await speak(store, (order, PATHANKOT)) == "parked"
    [sunil] = [person for person in case_of(store).persons if person.bail is not None]
    assert sunil.bail is not None
    assert sunil.bail.decision == "GRANTED"


def comparable(receipt: str) -> Mapping[str, Any]:
    told = json.loads(receipt)
    events = [{name: value for name, value in each.items() if name != "event_id"} for each in told["events"]]
    return {**told, "events": events, "message_id": "", "digest": ""}


async def test_to_another_jail_of_the_state_a_labelled_case_looks_like_one_that_is_not_there(store: Store) -> None:
    """The jail may claim somebody of it, and neither the FIR nor a guessed name is confirmed by that."""
    partners = (jail(), jail("HPMC01", partner_id="kanda"))
    sight = Sight({each.id: each for each in partners}.get, disclosure())
    store.deciding = bench(subscription("hp-cases"), partners=(*partners, police()), places=ROWS, sees=sight.sees)
    receipts = []
    for number, (content, code, carrier) in enumerate(
        (
            (fir(accused=("A2=Sunil",), labels=("SEXUAL_OFFENCE",)), None, "hp-police"),
            (admission("M-0", "HPDJ04"), "HPDJ04", "hp-jail"),
            (admission("M-1", "HPMC01", accused={"serial": "A2", "name": "Somebody"}), "HPMC01", "kanda"),
            (admission("M-2", "HPMC01", named(999), accused={"serial": "A2", "name": "Somebody"}), "HPMC01", "kanda"),
        )
    ):
        message = record(content, speaker=a_jail(code) if code is not None else PALAMPUR)
        message = replace(message, envelope=replace(message.envelope, partner_id=carrier))
        receipts.append((await store.ledger.record(message, store.deciding)).json.decode())
        assert number or '"accepted"' in receipts[0]
    *_, hidden, absent = receipts
    assert {json.loads(each)["outcome"] for each in receipts[1:]} == {"parked"}
    assert comparable(hidden) == comparable(absent)
    told = select(schema.events.c.identity).where(schema.events.c.type == SETTLED)
    with store.engine.connect() as connection:
        settled = list(connection.scalars(told))
    assert [identity.rpartition("/")[2] for identity in settled] == ["M-0"]


async def test_transit_bail_replaces_no_bail_of_the_case(store: Store) -> None:
    for word in BAILED:
        await speak(store, word)
    [regular] = [person.bail for person in case_of(store).persons if person.bail is not None]
    transit = ordered("bail", "PBLD02", "B-1", kind="TRANSIT", ordered_on="2026-11-21")
    assert await speak(store, (transit, PATHANKOT)) == "recorded"
    assert [person.bail for person in case_of(store).persons if person.bail is not None] == [regular]


async def test_on_transit_bail_alone_no_other_court_takes_bonds(store: Store) -> None:
    for word in OF_PALAMPUR:
        await speak(store, word)
    transit = ordered("bail", "PBLD02", "B-1", kind="TRANSIT", ordered_on="2026-11-21")
    assert await speak(store, (transit, PATHANKOT)) == "recorded"
    assert await speak(store, (ordered("release", "HPSH03", "B-2", **HOLDS), court("HPSH03"))) == "parked"


async def test_a_court_that_takes_bonds_recalls_nobody_s_release(store: Store) -> None:
    for word in BAILED:
        await speak(store, word)
    freed = ordered("release", "HPSH03", "B-2", **HOLDS)
    assert await speak(store, (freed, court("HPSH03"))) == "recorded"
    recall = ordered("release", "HPSH03", "B-3", ordered_on="2026-11-21", **HOLDS)
    recalled = replace(recall, events=tuple(replace(each, type=RECALLED) for each in recall.events))
    assert await speak(store, (recalled, court("HPSH03"))) == "parked"


async def test_a_hand_that_links_what_has_no_standing_joins_no_cnr_to_a_labelled_case(store: Store) -> None:
    for word in LABELLED:
        await speak(store, word)
    order = ordered("bail", "PBLD02", "B-1", named(112, ABROAD), **HOLDS)
    assert await speak(store, (order, PATHANKOT)) == "parked"
    with store.engine.connect() as connection:
        [case_id] = ledger_facts.cases_of(connection, {("fir", "HP/2011007/112/2026")}).values()
        [identity] = connection.scalars(select(schema.messages.c.identity).where(schema.messages.c.state == "parked"))
    act = exceptions.Act(by="Asha Verma", reason="the court rang", at=order.events[0].occurred_at)
    exceptions.link_by_hand(store.engine, identity, case_id, act, store.deciding)
    case = case_of(store)
    assert any(person.bail is not None for person in case.persons)
    assert ABROAD not in case.own_cnrs
