"""What every store promises of claims: each says by whose word it is, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, insert, select, text

from icjs_gateway.routing.authority.claims import ClaimState
from icjs_gateway.routing.authority.places import Place, PlaceKind, Places
from icjs_gateway.stores import exceptions, judged_again, migrate, schema
from icjs_gateway.stores.case_reads import reads_of
from icjs_gateway.stores.claims import claims
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.judged_again import judge_again, waiting_for_standing
from tests.conformance.conftest import START, Store
from tests.conformance.test_whose_word import ACT, LUDHIANA, lodged, spoken
from tests.support.messages import CaseReference, bail_order, cnr, fir, fir_reference, outcome, said


def told(store: Store) -> list[tuple[str, str, str | None, str | None, str]]:
    """Every claim: kind, subject, speaker, basis, state."""
    return [
        (each.kind.value, each.subject, each.speaker, each.basis, each.state.value) for each in claims(store.engine)
    ]


async def test_an_identifier_that_a_case_holds_says_by_whose_word(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome())
    assert told(store) == [
        ("identifier", "fir:HP/2011007/112/2026", "station/HP/2011007", "OWN_FIR", "STANDS"),
        ("identifier", f"cnr:{cnr(341)}", "court/HP/HPKN02", "SAME_STATE", "STANDS"),
    ]


async def test_a_message_without_standing_is_a_claim_that_is_refused(store: Store) -> None:
    await lodged(store)
    await spoken(store, outcome("H-8"), LUDHIANA)
    [refused] = claims(store.engine, state=ClaimState.REFUSED)
    assert (refused.kind, refused.speaker, refused.basis) == ("without", LUDHIANA.written(), None)
    assert refused.subject == refused.identity == "pb/courts.hearing-outcome.v1/H-8-NEW"


async def test_what_becomes_of_a_refused_message_becomes_of_its_claim(store: Store) -> None:
    await lodged(store)
    await spoken(store, outcome("H-8", serial=None), LUDHIANA)
    await spoken(store, outcome("H-9", serial=None), LUDHIANA)
    exceptions.dismiss(store.engine, "pb/courts.hearing-outcome.v1/H-9-NEW", ACT, store.deciding)
    case = CaseReference(firs=(fir_reference(),))
    report = {"number": "CS-1", "kind": "CHARGE_SHEET", "court": "PBLD01", "filed_at": "2026-11-20T06:00:00Z"}
    await store.take(said("R-1", "icjs.final-report.filed.v1", case, final_report=report))
    [stands, rejected] = [each for each in claims(store.engine) if each.kind == "without"]
    assert (stands.state, stands.basis) == ("STANDS", "NAMED_COURT")
    assert (rejected.state, rejected.settled_by, rejected.reason) == ("REJECTED", ACT.by, ACT.reason)


async def test_a_link_by_hand_is_a_claim_in_the_name_of_who_made_it(store: Store) -> None:
    await lodged(store)
    await spoken(store, outcome("H-8", serial=None), LUDHIANA)
    [case_id] = {each.case_id for each in claims(store.engine)}
    exceptions.link_by_hand(store.engine, "pb/courts.hearing-outcome.v1/H-8-NEW", case_id, ACT, store.deciding)
    [refused, link] = [each for each in claims(store.engine) if each.kind != "identifier"]
    assert (refused.kind, refused.state) == ("without", "CONFIRMED")
    assert (link.kind, link.state, link.settled_by, link.basis) == ("link", "STANDS", ACT.by, None)


async def test_a_message_whose_case_comes_later_without_standing_waits_for_standing(store: Store) -> None:
    await spoken(store, outcome("H-8", serial=None), LUDHIANA)
    await store.take(fir())
    [refused] = claims(store.engine, state=ClaimState.REFUSED)
    [parked] = exceptions.parked(store.engine)
    assert f"standing:{refused.case_id}" in parked.waits_for
    report = {"number": "CS-1", "kind": "CHARGE_SHEET", "court": "PBLD01", "filed_at": "2026-11-20T06:00:00Z"}
    case = CaseReference(firs=(fir_reference(),))
    await store.take(said("R-1", "icjs.final-report.filed.v1", case, final_report=report))
    assert exceptions.parked(store.engine) == []


async def test_what_waits_for_standing_is_judged_again_in_bounded_steps(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lodged(store)
    for number in range(5):
        await spoken(store, outcome(f"H-{10 + number}", serial=None), LUDHIANA)
    waiting = waiting_for_standing(store.engine)
    assert judge_again(store.engine, waiting, store.deciding, START).linked == 0
    monkeypatch.setattr(judged_again, "STEP", 2)
    place = {"kind": "court", "code": "PBLD01", "state": "HP", "name": "Now here", "court_kind": "sessions"}
    over = Place.model_validate(place | {"over": ["HPKN02"]})
    by_rows = replace(store.deciding, authority=replace(store.deciding.authority, places=Places([over], [])))
    steps: list[int] = []
    done = judge_again(store.engine, waiting, by_rows, START, steps.append)
    assert (done.judged, done.linked, steps) == (5, 5, [2, 4, 5])
    assert waiting_for_standing(store.engine) == []
    assert {each.state for each in claims(store.engine) if each.kind == "without"} == {"STANDS"}


async def test_the_owners_hear_of_what_rows_of_places_leave_without_standing(store: Store) -> None:
    await store.take(fir(accused=("A1=Ramesh Kumar",)))
    await store.take(bail_order("B-9", serial=None, name="Nobody"))
    rows = Places([Place(kind=PlaceKind.STATION, code="2011007", state="HP", name="Palampur")], [])
    by_rows = replace(store.deciding, authority=replace(store.deciding.authority, places=rows))
    judge_again(store.engine, waiting_for_standing(store.engine), by_rows, START)
    await store.ledger.follow_up(by_rows)
    [refused] = claims(store.engine, state=ClaimState.REFUSED)
    assert alarmed(store) == [("ORDER_FROM_WITHOUT", refused.case_id, "court/HP/HPKN02")]


def alarmed(store: Store) -> list[tuple[str, str, str]]:
    """(code, case, place) of the alarms about places without standing."""
    alarm = schema.alarms.c
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(alarm.code, alarm.case_id, alarm.place)
            .where(alarm.code.in_(["ORDER_FROM_WITHOUT", "CLAIM_REFUSED"]))
            .order_by(alarm.seq)
        )
        return [(row.code, row.case_id, row.place) for row in rows]


def test_what_was_held_before_claims_were_kept_is_a_legacy(tmp_path: Path) -> None:
    older = create_engine(f"sqlite:///{tmp_path}/older.db")
    config = migrate._config()
    with older.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")
        connection.execute(text("INSERT INTO case_identifiers (identifier, case_id) VALUES ('cnr:X', 'case-1')"))
    migrate.upgrade(older)
    [legacy] = claims(older)
    assert (legacy.kind, legacy.subject, legacy.case_id, legacy.state) == ("identifier", "cnr:X", "case-1", "LEGACY")
    assert (legacy.identity, legacy.speaker, legacy.made_at) == (None, None, None)
    older.dispose()


def test_labels_and_marks_of_before_are_claims_of_nobody_known(tmp_path: Path) -> None:
    older = create_engine(f"sqlite:///{tmp_path}/older.db")
    config = migrate._config()
    snapshot = '{"persons":[{"numbers":[["fir:HP/1/2/2026","A1"]],"is_child":true},{"numbers":[["pid","P"]]}]}'
    labelling = '{"on":{"CHILD_ACCUSED":["told"]},"lifted":{}}'
    with older.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0017")
        connection.execute(
            text("INSERT INTO cases (case_id, version, snapshot, labels, labelling) VALUES ('case-1', 1, :s, '', :l)"),
            {"s": snapshot.encode(), "l": labelling},
        )
    migrate.upgrade(older)
    assert [(each.kind, each.subject, each.state, each.identity) for each in claims(older)] == [
        ("label", "label:CHILD_ACCUSED/told", "STANDS", None),
        ("child", "child:fir:HP/1/2/2026/A1", "STANDS", None),
    ]
    older.dispose()


def test_who_read_a_case_since_an_instant_is_told_by_the_audit(store: Store) -> None:
    later = START + timedelta(hours=1)
    rows = [
        leaf_row("case.read", {"partner": "early", "cases": ["case-1"]}, START - timedelta(hours=1)),
        leaf_row("case.read", {"partner": "pb-court", "purpose": "bail", "cases": ["case-1"]}, later),
        leaf_row("inmate-status.asked", {"partner": "hp-jail", "cases": ["case-1", "case-2"]}, later),
        leaf_row("case.read", {"partner": "other", "cases": ["case-10"]}, later),
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(schema.audit_leaves), rows)
    found = [(each.partner_id, each.purpose, each.at) for each in reads_of(store.engine, "case-1", START)]
    assert found == [("pb-court", "bail", later), ("hp-jail", None, later)]
    assert [each.partner_id for each in reads_of(store.engine, "case-1", None)] == ["early", "pb-court", "hp-jail"]
