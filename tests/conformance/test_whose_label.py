"""Whose word labels a case: what a place says whose case it is not hides from third parties, and narrows no holder."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.content import CaseReference, Content
from icjs_gateway.model.event_types import ALERTED
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.routing.access.cases import read_case
from icjs_gateway.routing.alarms import AlarmCode
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass
from icjs_gateway.routing.lanes import Told
from icjs_gateway.stores import heads, labels, ledger_facts, schema
from icjs_gateway.stores.alarms import StoreAlarms
from icjs_gateway.stores.exceptions import Act
from tests.conformance.conftest import START, Store, looked
from tests.support.disclosing import disclosure
from tests.support.doors import ROWS, arrest, court, named, ordered, station
from tests.support.messages import CountedIds, bench, cnr, fir, jail, outcome, police, record, said, subscription

PALAMPUR, BOARD, MAGISTRATE = station("2011007"), court("HPKNJ1"), court("HPKN04")
ACT = Act(by="SP Kangra", reason="the accused was an adult", at=START)
JAIL = jail()
ITS_BOARD = Partner(
    id="hp-board",
    name="Juvenile Justice Board",
    pillar=Pillar.COURTS,
    jurisdiction=Jurisdiction(state="HP"),
    may=Permissions(recipient_class=RecipientClass.JUVENILE_BOARD, receive=("icjs.*",)),
)


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    subscriptions = (
        subscription("jail", "hp-jail", jails=["HPDJ04"]),
        subscription("hp-cases"),
        subscription("board", "hp-board"),
    )
    store.deciding = bench(*subscriptions, partners=(JAIL, police(), ITS_BOARD), places=ROWS)


async def spoken(store: Store, content: Content, speaker: Speaker) -> None:
    await store.ledger.record(record(content, partner_id=f"{speaker.code}", speaker=speaker), store.deciding)


def hearing(by: str, *accused: dict[str, Any], case_type: str | None = None, message_id: str = "H-1") -> Content:
    """A hearing of the case by its FIR, before a court under no CNR."""
    case = CaseReference(firs=named().firs, case_type=case_type)
    told = {
        "hearing_id": message_id,
        "listed_on": "2026-11-20",
        "held": True,
        "accused": accused or ({"serial": "A2"},),
    }
    return said(message_id, "icjs.hearing.recorded.v1", case, court={"establishment": by}, hearing=told)


def the_case(store: Store) -> CaseFile:
    with store.engine.connect() as connection:
        [case_id] = connection.scalars(select(schema.cases.c.case_id))
        return ledger_facts.files(connection, {case_id})[case_id]


def owed_to(store: Store, subscription_id: str) -> list[Told]:
    """Everything that was ever owed to a subscription, as its case is labelled now."""
    with store.engine.connect() as connection:
        rows = connection.execute(
            heads.told_deliveries()
            .where(schema.deliveries.c.subscription_id == subscription_id)
            .order_by(schema.deliveries.c.seq)
        ).all()
    return [heads.told_of(row) for row in rows]


async def in_jail(store: Store, **about: Any) -> None:
    """The FIR of Ramesh and Sunil; Sunil is remanded to the jail at Dharamshala by the other Magistrate."""
    await spoken(store, fir(accused=("A1=Ramesh Kumar", "A2=Sunil"), **about), PALAMPUR)
    await spoken(store, ordered("remand", "HPKN02", "R-0", jail={"code": "HPDJ04"}), court("HPKN02"))


NARROWING = {
    "a case type": hearing("HPKNJ1", case_type="JC"),
    "a serial": hearing("HPKNJ1", {"serial": "A2"}, {"serial": "CCL1"}),
    "an accused of sixteen, arrested elsewhere": said(
        "A-1",
        "icjs.accused.arrested.v1",
        named(),
        accused={
            "station": {"code": "2017002", "state": "HP"},
            "accused": {"serial": "A2", "name": "Sunil", "age_years": 16},
            "arrest": {"kind": "ARREST", "at": "2026-11-20T02:00:00Z"},
        },
    ),
}


@pytest.mark.parametrize("word", NARROWING)
async def test_the_jail_of_an_adult_is_not_blinded_by_another_places_word(store: Store, word: str) -> None:
    await in_jail(store)
    speaker = station("2017002") if word.startswith("an accused") else BOARD
    await spoken(store, NARROWING[word], speaker)
    await spoken(store, hearing("HPKN02", message_id="H-2"), court("HPKN02"))
    file = the_case(store)
    assert (file.labels.names, file.labels.marked) == ({"CHILD_IN_CONFLICT"}, {"CHILD_IN_CONFLICT?"})
    *_, last = [each for each in owed_to(store, "jail") if each.type == "icjs.hearing.recorded.v1"]
    assert disclosure().rule_against(last, JAIL) is None
    assert read_case(file, JAIL, disclosure()) is not None


async def test_a_board_that_labels_a_case_itself_reads_nothing_of_it(store: Store) -> None:
    await in_jail(store, section="64")
    own = CaseReference(firs=named().firs, cnr=Cnr("HPKNJ10000012026"), case_type="JC")
    for number in ("H-1", "H-2"):
        told = {"hearing_id": number, "listed_on": "2026-11-20", "held": True, "accused": [{"serial": "A2"}]}
        await spoken(
            store,
            said(number, "icjs.hearing.recorded.v1", own, court={"establishment": "HPKNJ1"}, hearing=told),
            BOARD,
        )
    assert "CHILD_IN_CONFLICT?" in the_case(store).labels.marked
    assert read_case(the_case(store), ITS_BOARD, disclosure()) is None
    shown = [disclosure().rule_against(each, ITS_BOARD) for each in owed_to(store, "board") if each.type != ALERTED]
    assert len(shown) > 2
    assert set(shown) == {"NO-CHILD-ACCUSED"} | ({None} if _labelled(store) else set())


def _labelled(store: Store) -> bool:
    """Word of a label, which names the case and nothing of it, goes to whoever was owed something of the case."""
    return any(each.type == "icjs.case.labelled.v1" for each in owed_to(store, "board"))


ITS_OWN = Cnr("HPKNJ10000012026")
LENT = {
    "a hearing of both": said(
        "H-1",
        "icjs.hearing.recorded.v1",
        CaseReference(firs=named().firs, cnr=ITS_OWN, case_type="JC"),
        court={"establishment": "HPKNJ1"},
        hearing={"hearing_id": "H-1", "listed_on": "2026-11-20", "held": True, "accused": [{"serial": "A2"}]},
    ),
    "clubbing": said(
        "P-1",
        "icjs.proceeding.changed.v1",
        CaseReference(cnr=ITS_OWN),
        court={"establishment": "HPKNJ1"},
        proceeding={"kind": "CLUBBING", "on": "2026-11-20", "to": [{"cnr": cnr()}]},
    ),
}


@pytest.mark.parametrize("word", LENT)
async def test_a_board_lends_no_case_the_label_of_its_own(store: Store, word: str) -> None:
    await in_jail(store)
    await spoken(store, outcome("H-0"), court("HPKN02"))
    taken = {"registered_on": "2026-11-20", "filing_number": "HPKNJ1/1"}
    inquiry = CaseReference(cnr=ITS_OWN, case_type="JC")
    await spoken(
        store,
        said("CR-1", "icjs.court-case.registered.v1", inquiry, court={"establishment": "HPKNJ1"}, court_case=taken),
        BOARD,
    )
    await spoken(store, LENT[word], BOARD)
    with store.engine.connect() as connection:
        case_ids = ledger_facts.cases_of(connection, {("fir", "HP/2011007/112/2026"), ("cnr", ITS_OWN)})
        files = ledger_facts.files(connection, set(case_ids.values()))
    assert files[case_ids["cnr", ITS_OWN]].labels.marked == {"CHILD_IN_CONFLICT"}
    assert files[case_ids["fir", "HP/2011007/112/2026"]].labels.marked == {"CHILD_IN_CONFLICT?"}


async def test_the_police_of_the_case_label_it_for_everybody(store: Store) -> None:
    await in_jail(store)
    await spoken(store, hearing("HPKNJ1", case_type="JC"), BOARD)
    await spoken(store, arrest("A-1", "2011007", serial="CCL1", name="Mohan"), PALAMPUR)
    assert the_case(store).labels.marked == {"CHILD_IN_CONFLICT"}


async def test_the_owners_are_told_once_of_a_label_that_another_place_gave(store: Store) -> None:
    await in_jail(store)
    await spoken(store, hearing("HPKNJ1", case_type="JC"), BOARD)
    await spoken(store, hearing("HPKNJ1", {"serial": "CCL1"}, message_id="H-2"), BOARD)
    await spoken(store, hearing("HPKN04", case_type="JC", message_id="H-3"), MAGISTRATE)
    watch = StoreAlarms(store.writer, Alerter(recipients=lambda: store.deciding.recipients, ids=CountedIds("alert")))
    raised = await looked(watch, START, timedelta(minutes=15))
    assert [(each.subject, each.place) for each in raised if each.code is AlarmCode.LABEL_DISPUTED] == [
        (f"{the_case(store).case_id}/CHILD_IN_CONFLICT/{BOARD.written()}", BOARD.written())
    ]
    told = [json.loads(each.data)["alert"] for each in owed_to(store, "hp-cases") if each.type == ALERTED]
    disputes = [each for each in told if each["code"] == "LABEL_DISPUTED"]
    assert [(each["place"], each["about"]) for each in disputes] == [(BOARD.written(), "hearing")]


async def test_what_a_person_lifted_the_same_place_gives_no_more(store: Store) -> None:
    await in_jail(store)
    await spoken(store, hearing("HPKNJ1", case_type="JC"), BOARD)
    labels.remove(store.engine, the_case(store).case_id, "CHILD_IN_CONFLICT", ACT, store.deciding)
    await spoken(store, hearing("HPKNJ1", case_type="JC", message_id="H-2"), BOARD)
    assert the_case(store).labels.names == frozenset()


def shown_to_jail(store: Store, event_type: str) -> list[list[str] | str]:
    """Of each event of a type that the jail is owed: the serials of the accused that it is shown, or the rule against
    it."""
    found: list[list[str] | str] = []
    for each in owed_to(store, "jail"):
        if each.type == event_type:
            noun = event_type.split(".")[1]
            rule = disclosure().rule_against(each, JAIL)
            accused = () if rule else disclosure().view(each, JAIL)[noun]["accused"]
            rows = accused if isinstance(accused, list) else [accused] if accused else []
            found.append(rule or [row["serial"] for row in rows])
    return found


RAMESH = {"serial": "A1", "name": "Ramesh Kumar"}


async def beside_a_child(store: Store) -> None:
    """The FIR of Ramesh, who is a man, and of a child; Ramesh is remanded to the jail at Dharamshala."""
    await spoken(store, fir(accused=("A1=Ramesh Kumar", "CCL1=Mohan")), PALAMPUR)
    remand = ordered("remand", "HPKN02", "R-1", accused=RAMESH, jail={"code": "HPDJ04"})
    await spoken(store, remand, court("HPKN02"))


async def test_the_jail_of_an_adult_sees_that_adult_alone_beside_a_child(store: Store) -> None:
    await beside_a_child(store)
    await spoken(store, hearing("HPKN02", RAMESH, {"serial": "CCL1"}, message_id="H-1"), court("HPKN02"))
    await spoken(store, hearing("HPKN02", RAMESH, message_id="H-2"), court("HPKN02"))
    assert the_case(store).labels.marked == {"CHILD_IN_CONFLICT"}
    assert [person.is_child for person in the_case(store).case.persons] == [None, True]
    assert shown_to_jail(store, "icjs.remand.ordered.v1") == [["A1"]]
    assert shown_to_jail(store, "icjs.hearing.recorded.v1") == [["A1"], ["A1"]]
    seen = read_case(the_case(store), JAIL, disclosure())
    assert seen is not None
    assert [person["serial"] for person in seen.tree["persons"]] == ["A1"]


async def test_a_child_in_a_jail_of_adults_is_told_to_it_by_orders_about_the_child_alone(store: Store) -> None:
    await spoken(store, fir(accused=("A1=Ramesh Kumar", "CCL1=Mohan")), PALAMPUR)
    child = {"serial": "CCL1", "name": "Mohan"}
    remand = ordered("remand", "HPKN02", "R-1", accused=child, jail={"code": "HPDJ04"})
    await spoken(store, remand, court("HPKN02"))
    await spoken(store, hearing("HPKN02", RAMESH, {"serial": "CCL1"}, message_id="H-1"), court("HPKN02"))
    assert shown_to_jail(store, "icjs.remand.ordered.v1") == [["CCL1"]]
    assert shown_to_jail(store, "icjs.hearing.recorded.v1") == ["JJ-74"]
    assert read_case(the_case(store), JAIL, disclosure()) is None


async def test_who_is_a_child_is_the_owners_word(store: Store) -> None:
    await beside_a_child(store)
    sixteen = {"serial": "A1", "name": "Ramesh Kumar", "age_years": 16}
    elsewhere = arrest("A-1", "2017002", **sixteen)
    await spoken(store, elsewhere, station("2017002"))
    await spoken(store, hearing("HPKN02", RAMESH, message_id="H-1"), court("HPKN02"))
    assert shown_to_jail(store, "icjs.hearing.recorded.v1") == [["A1"]]


async def test_an_accused_of_whom_the_police_learn_that_he_was_a_child_is_one(store: Store) -> None:
    await beside_a_child(store)
    own = {"serial": "A1", "name": "Ramesh Kumar", "age_years": 16}
    await spoken(store, arrest("A-1", "2011007", **own), PALAMPUR)
    await spoken(store, hearing("HPKN02", RAMESH, message_id="H-1"), court("HPKN02"))
    assert shown_to_jail(store, "icjs.hearing.recorded.v1") == ["JJ-74"]
