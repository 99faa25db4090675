"""Labels in the store: a lease knows them, holders are told of them, a person takes one away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, select, text

from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.event_types import LABELLED
from icjs_gateway.routing.labels import unmarked
from icjs_gateway.routing.lanes import Delivered, Leased, Settlement, Told
from icjs_gateway.routing.places import Places
from icjs_gateway.stores import labels, migrate, schema
from icjs_gateway.stores.exceptions import Act
from tests.conformance.conftest import START, Store
from tests.support.messages import bail_order, bench, fir, labeller, outcome, police, subscription

NONE: frozenset[str] = frozenset()
ACT = Act(by="SP Kangra", reason="the charge under section 74 was keyed by mistake", at=START)


async def delivered(store: Store) -> list[Told]:
    """Everything that is owed, in the order in which it leaves."""
    told: list[Told] = []
    while leased := await store.lease():
        told += [each.head.told for each in leased]
        await store.lanes.settle([settled(each) for each in leased])
    return told


def settled(leased: Leased) -> Settlement:
    return Settlement(leased=leased, verdict=Delivered(), attempted_at=START, took_ms=1, outcome="acknowledged")


def said(told: Told) -> dict[str, Any]:
    labels: dict[str, Any] = json.loads(told.data)["labels"]
    return labels


async def test_what_is_owed_is_shown_by_the_labels_that_the_case_has_when_it_leaves(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome())
    await store.take(outcome("H-2", charge="74"))
    [leased] = await store.lease()
    assert (leased.head.told.type, leased.head.told.labels) == ("icjs.fir.registered.v1", {"SEXUAL_OFFENCE"})


async def test_a_case_without_labels_has_none_and_an_event_without_a_case_has_no_such_thing(store: Store) -> None:
    store.deciding = bench(subscription("courts", "hp-courts"), partners=(police("hp-courts"),))
    await store.take(fir())
    [leased] = await store.lease()
    assert leased.head.told.labels == frozenset()


async def test_whoever_holds_data_of_a_case_is_told_of_its_new_label(store: Store) -> None:
    store.deciding = bench(
        subscription("firs-only", events=["icjs.fir.*"]), subscription("bail", events=["icjs.bail.*"])
    )
    await store.take(fir())
    await delivered(store)
    await store.take(outcome(charge="74"))
    [told] = await delivered(store)
    assert (told.type, said(told)) == (
        LABELLED,
        {"now": ["SEXUAL_OFFENCE"], "added": ["SEXUAL_OFFENCE"], "removed": []},
    )
    assert json.loads(told.data)["case"]["firs"][0]["number"] == "112"


async def test_who_is_owed_what_was_not_delivered_yet_is_told_behind_it(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome(charge="74"))
    assert [told.type for told in await delivered(store)] == [
        "icjs.fir.registered.v1",
        "icjs.hearing.recorded.v1",
        LABELLED,
    ]


async def test_a_case_that_begins_with_a_label_has_nobody_to_tell(store: Store) -> None:
    await store.take(fir(section="64"))
    assert [told.type for told in await delivered(store)] == ["icjs.fir.registered.v1"]


async def test_a_label_is_told_once(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome(charge="74"))
    await delivered(store)
    await store.take(outcome("H-2", charge="74"))
    assert [told.type for told in await delivered(store)] == ["icjs.hearing.recorded.v1"]


async def test_a_parked_message_labels_its_case_when_it_is_linked(store: Store) -> None:
    store.deciding = bench(subscription("fir", firs=["HP/2011007/112/2026"]))
    await store.take(outcome(charge="74"))
    await store.take(fir())
    assert {unmarked(told.labels or NONE) for told in await delivered(store)} == {frozenset({"SEXUAL_OFFENCE"})}


async def test_the_message_that_gave_a_label_has_only_its_own_events(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome(charge="74"))
    standing = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "H-1-NEW")
    assert standing is not None
    assert [event["type"] for event in standing.events] == ["icjs.hearing.recorded.v1"]


async def test_what_is_tried_together_is_shown_by_the_strictest_of_its_cases(store: Store) -> None:
    store.deciding = bench(subscription(events=["icjs.hearing.*"]))
    await store.take(fir(112))
    await store.take(fir(113, section="64"))
    await store.take(outcome(firs=(112,)))
    await store.take(outcome("H-2", firs=(112, 113)))
    assert {told.labels for told in await delivered(store)} == {frozenset({"SEXUAL_OFFENCE"})}


async def test_a_named_person_takes_a_label_away_and_it_is_audited_and_told(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome())
    await store.take(outcome("H-2", charge="74"))
    await delivered(store)
    [case] = labels.labelled(store.engine)
    labels.remove(store.engine, case.case_id, "SEXUAL_OFFENCE", ACT, store.deciding)
    [told] = await delivered(store)
    assert (told.type, said(told), told.labels) == (
        LABELLED,
        {"now": [], "added": [], "removed": ["SEXUAL_OFFENCE"]},
        frozenset(),
    )
    with store.engine.connect() as connection:
        leaf = select(schema.audit_leaves.c.facts).where(schema.audit_leaves.c.kind == "label.removed")
        [facts] = connection.scalars(leaf)
    assert json.loads(facts) == {
        "case_id": case.case_id,
        "label": "SEXUAL_OFFENCE",
        "stood_on": ["BNS 74"],
        "by": ACT.by,
        "reason": ACT.reason,
    }


async def test_what_a_label_stood_on_gives_it_no_more_and_another_section_does(store: Store) -> None:
    await store.take(fir())
    await store.take(outcome())
    await store.take(outcome("H-2", charge="74"))
    [case] = labels.labelled(store.engine)
    labels.remove(store.engine, case.case_id, "SEXUAL_OFFENCE", ACT, store.deciding)
    await store.take(outcome("H-3", charge="74"))
    assert labels.labelled(store.engine)[0].labels.names == frozenset()
    await store.take(outcome("H-4", charge="64(1)"))
    assert labels.labelled(store.engine)[0].labels.names == {"SEXUAL_OFFENCE"}


async def test_only_a_label_that_a_case_has_can_be_taken_away(store: Store) -> None:
    await store.take(fir(section="64"))
    [case] = labels.labelled(store.engine)
    with pytest.raises(NotFound, match="has no label CHILD_VICTIM; it has SEXUAL_OFFENCE"):
        labels.remove(store.engine, case.case_id, "CHILD_VICTIM", ACT, store.deciding)
    with pytest.raises(NotFound, match="no case"):
        labels.remove(store.engine, "case-nowhere", "CHILD_VICTIM", ACT, store.deciding)
    with pytest.raises(NotFound, match="no case"):
        labels.labelled(store.engine, "case-nowhere")


async def test_where_an_accused_is_lodged_stands_beside_the_event(store: Store) -> None:
    await store.take(fir(accused=("A1=Ramesh Kumar", "A2=Sunil")))
    await store.take(bail_order())
    await store.take(outcome("H-2"))
    [hearing] = [told for told in await delivered(store) if told.type.startswith("icjs.hearing")]
    assert hearing.places == Places(lodged=(None, "HPDJ04"))


async def test_an_order_that_is_taken_back_knows_the_jail_that_had_it(store: Store) -> None:
    await store.take(fir(accused=("A1=Ramesh Kumar", "A2=Sunil")))
    await store.take(bail_order())
    await store.lease(liberty=True)
    await store.take(bail_order("B-2", jail=None, verb="withdrawn", refers_to="B-1"))
    with store.engine.connect() as connection:
        [written] = connection.scalars(
            select(schema.events.c.places).where(schema.events.c.type == "icjs.bail.withdrawn.v1")
        )
    assert Places.read(written) == Places(lodged=("HPDJ04",), left=("HPDJ04",), courts=("HPKN02",))


async def test_the_cases_of_before_have_every_label(tmp_path: Path) -> None:
    older = create_engine(f"sqlite:///{tmp_path}/older.db")
    config = migrate._config()
    with older.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(text("INSERT INTO cases (case_id, version, snapshot) VALUES ('case-old', 1, '{}')"))
    migrate.upgrade(older)
    [case] = labels.labelled(older)
    assert case.labels.names == labeller().known
    older.dispose()
