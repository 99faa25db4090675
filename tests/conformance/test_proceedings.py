"""What every store promises of a case that gets its CNR late, goes on under another one, or is tried with others."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.routing.lanes import Delivered, Head, Settlement
from icjs_gateway.routing.messages import Receipt
from icjs_gateway.stores import schema
from icjs_gateway.stores.ledger_facts import cases_of, files
from tests.conformance.conftest import START, Store
from tests.support.messages import bail_order, bench, changed, cnr, fir, fir_reference, outcome, said, subscription

HERE, THERE = 341, 77
"""Serials of two CNRs."""


def by_cnr_alone(serial: int, hearing: str = "H-9") -> Content:
    return outcome(hearing, message_id=hearing, firs=(), serial=serial)


def answer(receipt: Receipt) -> tuple[str, str | None]:
    """What became of a message, and its case."""
    told = json.loads(receipt.json)
    return told["outcome"], told["events"][0].get("case_id")


async def state_of(store: Store, message_id: str) -> str:
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", message_id)
    assert standing is not None
    return standing.state.value


def case_with(store: Store, serial: int) -> Case:
    """The case that holds a CNR."""
    with store.engine.begin() as connection:
        [case_id] = cases_of(connection, {("cnr", cnr(serial))}).values()
        return files(connection, {case_id})[case_id].case


def tried(case: Case) -> set[tuple[str, str]]:
    """(number of the FIR, serial of the CNR) of each edge."""
    return {(edge.fir.split("/")[2], str(int(edge.cnr[6:12]))) for edge in case.edges}


async def delivered(store: Store) -> list[Head]:
    """Everything that is owed, in the order in which it leaves."""
    heads: list[Head] = []
    while leased := await store.lease():
        heads += [each.head for each in leased]
        await store.lanes.settle(
            [
                Settlement(leased=each, verdict=Delivered(), attempted_at=START, took_ms=1, outcome="acknowledged")
                for each in leased
            ]
        )
    return heads


async def test_a_court_that_registers_a_case_frees_what_waited_for_its_cnr(store: Store) -> None:
    await store.take(fir(112))
    await store.take(fir(113))
    early = await store.take(by_cnr_alone(HERE))
    assert answer(early) == ("parked", None)
    both = CaseReference(firs=(fir_reference(112), fir_reference(113)), cnr=cnr(HERE))
    await store.take(
        said(
            "C-1",
            "icjs.court-case.registered.v1",
            both,
            court={"establishment": "HPKN02"},
            court_case={"filing_number": "F-170/2026"},
        )
    )
    assert await state_of(store, "H-9") == "recorded"
    assert tried(case_with(store, HERE)) == {("112", "341"), ("113", "341")}


@pytest.mark.parametrize("kind", ["COMMITTAL", "TRANSFER", "SPLIT", "REMAND_BACK"])
async def test_a_cnr_in_which_a_case_goes_on_finds_the_case_by_itself(store: Store, kind: str) -> None:
    registered = answer(await store.take(fir()))
    await store.take(changed(kind))
    assert answer(await store.take(by_cnr_alone(THERE))) == registered
    assert answer(await store.take(by_cnr_alone(HERE, "H-8"))) == registered, "what it was named by before goes on"
    assert tried(case_with(store, THERE)) == {("112", "341"), ("112", "77")}


@pytest.mark.parametrize("kind", ["STAY", "QUASH", "COGNIZANCE"])
async def test_a_cnr_that_is_named_for_anything_else_is_not_the_cases(store: Store, kind: str) -> None:
    await store.take(fir())
    await store.take(changed(kind))
    assert answer(await store.take(by_cnr_alone(THERE))) == ("parked", None)


async def test_what_came_under_the_new_cnr_first_goes_on_when_the_committal_comes(store: Store) -> None:
    await store.take(fir())
    await store.take(by_cnr_alone(THERE))
    assert await state_of(store, "H-9") == "parked"
    await store.take(changed("COMMITTAL"))
    assert await state_of(store, "H-9") == "recorded"


async def test_a_committal_that_waits_itself_brings_its_new_cnr_along(store: Store) -> None:
    await store.take(by_cnr_alone(THERE))
    await store.take(changed("COMMITTAL"))
    assert [await state_of(store, name) for name in ("P-1", "H-9")] == ["parked", "parked"]
    await store.take(fir())
    assert [await state_of(store, name) for name in ("P-1", "H-9")] == ["recorded", "recorded"]


async def test_a_committal_finds_its_case_by_the_court_that_has_it_already(store: Store) -> None:
    registered = answer(await store.take(fir()))
    await store.take(outcome(serial=THERE))
    assert answer(await store.take(changed("COMMITTAL", firs=()))) == registered
    assert answer(await store.take(by_cnr_alone(HERE))) == registered


async def test_the_court_to_which_a_case_goes_is_told_of_that_and_of_what_follows(store: Store) -> None:
    store.deciding = bench(subscription(cnrs=[cnr(THERE)]))
    await store.take(fir())
    await store.take(outcome("H-1"))
    await store.take(changed("TRANSFER"))
    await store.take(outcome("H-2"))
    told = [head.told.type for head in await delivered(store)]
    assert told == ["icjs.proceeding.changed.v1", "icjs.hearing.recorded.v1"]


async def test_an_order_of_the_court_to_which_a_case_was_committed_finds_its_accused(store: Store) -> None:
    await store.take(fir(accused=("A1=Ramesh Kumar", "A2=Sunil")))
    granted = bail_order("B-1", firs=(112,), cnr_serial=HERE)
    cancelled = bail_order("B-2", firs=(), cnr_serial=THERE, decision="CANCELLED", on=date(2026, 11, 25))
    for content in (granted, changed("COMMITTAL"), cancelled):
        assert answer(await store.take(content))[0] == "accepted"
    with store.engine.connect() as connection:
        ordered = connection.execute(
            select(schema.events.c.case_id, schema.events.c.person)
            .where(schema.events.c.type == "icjs.bail.ordered.v1")
            .distinct()
        ).all()
    assert [each.person for each in ordered] == ["A2"], "one person, one lane, under either CNR"


async def test_a_split_and_the_end_of_one_part_end_nothing_of_the_rest(store: Store) -> None:
    registered = answer(await store.take(fir()))
    await store.take(changed("SPLIT"))
    over = said(
        "D-1",
        "icjs.court-case.disposed.v1",
        CaseReference(firs=(fir_reference(),), cnr=cnr(HERE)),
        court={"establishment": "HPKN02"},
        court_case={"accused": [{"serial": "A1", "result": "CONVICTED"}], "disposal": {"on": "2026-11-20"}},
    )
    assert answer(await store.take(over)) == registered
    assert answer(await store.take(by_cnr_alone(THERE))) == registered
    supplementary = said(
        "R-2",
        "icjs.final-report.filed.v1",
        CaseReference(firs=(fir_reference(),)),
        final_report={"number": "CS-2", "kind": "CHARGE_SHEET_SUPPLEMENTARY", "filed_at": "2026-11-20T06:00:00Z"},
    )
    assert answer(await store.take(supplementary)) == registered


async def two_cases(store: Store, *, section: str = "303(2)") -> None:
    """FIR 112 under one CNR, FIR 113, of which the report names the court, under the other."""
    await store.take(fir(112))
    await store.take(fir(113, section=section))
    report = {"number": "CS-113", "kind": "CHARGE_SHEET", "court": "HPKN02", "filed_at": "2026-11-19T06:00:00Z"}
    of_113 = CaseReference(firs=(fir_reference(113),))
    await store.take(said("R-113", "icjs.final-report.filed.v1", of_113, final_report=report))
    await store.take(outcome("H-1", firs=(112,), serial=HERE))
    await store.take(outcome("H-2", firs=(113,), serial=THERE))


@pytest.mark.parametrize("kind", ["CLUBBING", "TRANSFER"])
async def test_proceedings_that_are_clubbed_stay_two_cases_that_know_each_others_firs(store: Store, kind: str) -> None:
    """So it is too when a case is transferred to a CNR that another case holds."""
    await two_cases(store)
    await store.take(changed(kind, firs=()))
    one, two = case_with(store, HERE), case_with(store, THERE)
    assert (one.cnrs, two.cnrs) == ((cnr(HERE),), (cnr(THERE),))
    for case in (one, two):
        assert [each.number for each in case.firs] == ["112", "113"]
    assert tried(one) == {("112", "341"), ("113", "341")}
    assert tried(two) >= {("112", "77"), ("113", "77")}


async def test_every_station_is_told_once_of_what_is_tried_together(store: Store) -> None:
    stations = [subscription(f"fir-{number}", firs=[f"HP/2011007/{number}/2026"]) for number in (112, 113)]
    store.deciding = bench(*stations)
    await two_cases(store)
    await store.take(changed("CLUBBING", firs=()))
    await delivered(store)
    for serial in (HERE, THERE):
        await store.take(by_cnr_alone(serial, f"H-{serial}"))
    told = sorted(head.subscription_id for head in await delivered(store))
    assert told == ["fir-112", "fir-112", "fir-113", "fir-113"]


async def test_a_station_may_see_what_is_tried_together_and_not_what_only_names_its_fir(store: Store) -> None:
    await two_cases(store)
    await store.take(outcome("H-3", firs=(112, 900), serial=HERE))
    await store.take(changed("CLUBBING", firs=()))
    for serial in (HERE, THERE):
        assert [each.number for each in case_with(store, serial).own_firs] == ["112", "113"]


async def test_three_proceedings_that_are_clubbed_know_each_other_all(store: Store) -> None:
    await two_cases(store)
    await store.take(fir(114))
    await store.take(outcome("H-3", firs=(114,), serial=78))
    await store.take(changed("CLUBBING", to=(THERE, 78), firs=()))
    for serial in (HERE, THERE, 78):
        assert [each.number for each in case_with(store, serial).firs] == ["112", "113", "114"]


async def test_what_is_clubbed_is_shown_by_the_strictest_of_both_whichever_is_named(store: Store) -> None:
    store.deciding = bench(subscription(events=["icjs.hearing.*"]))
    await two_cases(store, section="64")
    await store.take(changed("CLUBBING", serial=THERE, to=(HERE,), firs=()))
    await store.take(by_cnr_alone(HERE))
    labels = {head.told.labels for head in await delivered(store)}
    assert labels == {frozenset({"SEXUAL_OFFENCE"})}


async def test_a_proceeding_that_nobody_knows_yet_is_not_taken_over_by_clubbing(store: Store) -> None:
    await store.take(fir(112))
    await store.take(changed("CLUBBING"))
    assert answer(await store.take(by_cnr_alone(THERE))) == ("parked", None)
    registered = answer(await store.take(fir(113)))
    assert answer(await store.take(outcome("H-2", firs=(113,), serial=THERE))) == registered
    assert await state_of(store, "H-9") == "recorded"
    assert [each.number for each in case_with(store, THERE).firs] == ["113"]
    await store.take(changed("CLUBBING", message_id="P-2", action=Action.AMEND))
    assert [each.number for each in case_with(store, THERE).firs] == ["112", "113"], "said again, it joins them"


async def test_what_is_withdrawn_gives_a_case_no_cnr(store: Store) -> None:
    await store.take(fir())
    await store.take(changed("TRANSFER", to=()))
    await store.take(changed("TRANSFER", message_id="P-2", action=Action.WITHDRAW))
    assert await state_of(store, "P-2") == "recorded"
    assert answer(await store.take(by_cnr_alone(THERE))) == ("parked", None)
