"""What every store promises of charge sheets that a court takes over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from icjs_gateway.model.content import CaseReference, Content
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar
from icjs_gateway.routing.lanes import Delivered, Settlement
from icjs_gateway.routing.progress import Consumed
from icjs_gateway.stores.consumption import unconsumed, unconsumed_count
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.partner_entries import Entry, apply_entries
from icjs_gateway.stores.progress import StoreProgress
from tests.conformance.conftest import START, FixedClock, Store
from tests.support.messages import bench, cnr, fir, fir_reference, said, subscription

COURT = Partner(
    id="hp-courts",
    name="Courts",
    pillar=Pillar.COURTS,
    jurisdiction=Jurisdiction(state="HP"),
    may=Permissions(receive=("icjs.*",)),
)
SHEETS = subscription("court-sheets", "hp-courts", states=["HP"], events=["icjs.final-report.*"])
LATER = START + timedelta(days=10)


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    store.deciding = bench(SHEETS, partners=(COURT,))
    with store.engine.begin() as connection:
        apply_entries(connection, [Entry(partner=COURT, subscriptions=((SHEETS, "s" * 20),))], store.vault)


def report(number: str) -> Content:
    case = CaseReference(firs=(fir_reference(),))
    told = {"number": number, "kind": "CHARGE_SHEET", "filed_at": "2026-11-20T06:00:00Z", "court": "HPKN02"}
    return said(f"R-{number}", "icjs.final-report.filed.v1", case, final_report=told)


def registered(report_number: str | None) -> Content:
    case = CaseReference(firs=(fir_reference(),), cnr=cnr())
    told: Mapping[str, Any] = {"filing_number": "F-170/2026", "report_number": report_number}
    court = {"establishment": "HPKN02"}
    return said("C-1", "icjs.court-case.registered.v1", case, court=court, court_case=told)


async def delivered(store: Store, *numbers: str) -> list[str]:
    """The delivery ids of these reports, once the court has them."""
    await store.take(fir())
    for number in numbers:
        await store.take(report(number))
    ids = []
    while leased := await store.lease():
        [each] = leased
        settlement = Settlement(leased=each, verdict=Delivered(), attempted_at=START, took_ms=5, outcome="acknowledged")
        await store.lanes.settle([settlement])
        ids.append(each.head.delivery_id)
    return ids


def queue(store: Store, before: datetime = LATER) -> list[str]:
    found = unconsumed(reader_of(store.engine), subscriptions=["court-sheets"], before=before)
    count = unconsumed_count(reader_of(store.engine), subscriptions=["court-sheets"], before=before)
    assert count == len(found)
    return [each.report_number for each in found]


async def test_a_charge_sheet_stays_in_the_queue_until_the_court_says_that_it_consumed_it(store: Store) -> None:
    [delivery] = await delivered(store, "CS-1")
    assert queue(store) == ["CS-1"]
    assert queue(store, before=START - timedelta(days=1)) == [], "it is not late yet"
    progress = StoreProgress(store.writer, store.vault, FixedClock(), {"hp-courts": COURT}.get)
    await progress.note("hp-courts", delivery, Consumed(at=START, number="F-170/2026"))
    assert queue(store) == []


async def test_a_court_consumes_the_report_with_which_it_registers_the_case(store: Store) -> None:
    await delivered(store, "CS-1", "CS-2")
    assert queue(store) == ["CS-1", "CS-2"]
    await store.take(registered("CS-1"))
    assert queue(store) == ["CS-2"], "a supplementary report has to be consumed by itself"


async def test_a_case_registered_without_naming_its_report_consumes_what_the_court_has(store: Store) -> None:
    await delivered(store, "CS-1")
    await store.take(registered(None))
    assert queue(store) == []


async def test_another_courts_word_consumes_nothing(store: Store) -> None:
    await delivered(store, "CS-1")
    await store.take(registered("CS-1"), partner_id="pb-courts")
    assert queue(store) == ["CS-1"]
