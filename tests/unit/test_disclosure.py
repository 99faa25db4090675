"""Need to know: what the law and the courts ask of disclosure, one sentence each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.directory import Partner, RecipientClass
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.places import NOWHERE, Places
from tests.contracts import parse, samples
from tests.support.disclosing import (
    ACCUSED,
    CASE,
    COURT,
    ELSEWHERE,
    FIR,
    HOME,
    JAILERS,
    LODGED_HERE,
    MUST_KNOW,
    NAMED,
    REMAND,
    VICTIM,
    case,
    disclosure,
    notice,
    policy,
    recipient,
    show,
    told,
)
from tests.support.messages import MORNING, labeller

LABELS = sorted(policy().labels)
SEXUAL = frozenset({"SEXUAL_OFFENCE"})
CHILD = frozenset({"CHILD_IN_CONFLICT"})
DISPUTED = frozenset({"CHILD_IN_CONFLICT?"})
"""By the word of a place whose case it is not."""
PRISON, PUBLIC = RecipientClass.PRISON_CUSTODY, RecipientClass.PUBLIC


_NOT_THEIRS = {
    # What is wrong with a draft is between prosecution and police; an alert is for who acts or owns.
    (RecipientClass.COURT_TRIAL, "charge-sheet"),
    (RecipientClass.PROSECUTION, "alert"),
}


@pytest.mark.parametrize("who", sorted(MUST_KNOW - {RecipientClass.JUVENILE_BOARD}), ids=lambda who: who.value)
@pytest.mark.parametrize("labels", [frozenset(), SEXUAL, frozenset({"CHILD_VICTIM"}), CHILD, SEXUAL | CHILD])
def test_who_must_know_gets_the_data_whole(who: RecipientClass, labels: frozenset[str]) -> None:
    for name, event in case(labels).items():
        shown = show(event, recipient(who))
        if (who, name) in _NOT_THEIRS:
            assert shown.rule == "CLASS-NOT-SERVED"
            continue
        assert shown.data is not None
        assert shown.data == json.loads(event.data) | {"disclosure": {"class": who.value, "withheld": []}}
        assert disclosure().plan(event, recipient(who)).hides_nothing


def test_a_prison_sees_of_a_hearing_that_it_was_its_next_date_and_its_own_inmates() -> None:
    shown = show(case(SEXUAL)["hearing"], recipient(PRISON))
    assert shown.data is not None
    hearing = shown.data["hearing"]
    assert (hearing["listed_on"], hearing["held"], hearing["next"]["on"]) == ("2026-11-20", True, "2026-12-04")
    assert [accused["name"] for accused in hearing["accused"]] == [ACCUSED]
    assert not {"business", "witnesses", "adjournment", "order"} & set(hearing)
    assert ("hearing.accused[1]", "NOT-LODGED-HERE") in shown.withheld


def test_a_hearing_of_nobody_in_jail_is_nothing_for_a_prison() -> None:
    event = replace(case(frozenset())["hearing"], places=NOWHERE)
    assert show(event, recipient(PRISON)).rule == "JURISDICTION"
    assert show(event, recipient(PRISON, state="HP")).rule == "NOT-LODGED-HERE"


def test_a_states_prison_department_sees_all_of_its_inmates() -> None:
    shown = show(case(frozenset())["hearing"], recipient(PRISON, state="HP"))
    assert shown.data is not None
    assert len(shown.data["hearing"]["accused"]) == 2


def test_in_camera_hides_the_business_of_a_hearing_and_never_its_date() -> None:
    event = case(frozenset({"IN_CAMERA"}))["hearing"]
    shown = show(event, recipient(RecipientClass.POLICE_INVESTIGATION))
    assert shown.withheld == [("hearing.business", "BNSS-366")]
    assert show(event, recipient(RecipientClass.COURT_TRIAL)).withheld == []


@pytest.mark.parametrize("who", [PRISON, PUBLIC, RecipientClass.AGENCY], ids=lambda who: who.value)
def test_a_child_in_conflict_is_nothing_for_jails_of_adults_searches_or_the_public(who: RecipientClass) -> None:
    for name in ("fir", "hearing", "warrant", "process"):
        assert show(case(CHILD)[name], recipient(who)).rule in ("JJ-74", "CLASS-NOT-SERVED")
    # Whom a jail has, it must let go when that is ordered, whatever else it may not know.
    notice_of_bail = show(case(CHILD)["bail, a notice"], recipient(who))
    assert notice_of_bail.rule == (None if who is PRISON else notice_of_bail.rule or "JJ-74")


def beside_a_child(name: str, *children: bool, there: str = ELSEWHERE) -> Told:
    """An event of a child's case: the first accused is in the jail HPDJ04, the second in another one."""
    event = case(CHILD)[name]
    return replace(event, places=replace(event.places, lodged=(HOME, there)[: len(children)], children=children))


def test_the_jail_of_an_adult_sees_that_adult_alone_of_a_hearing_with_a_child() -> None:
    shown = show(beside_a_child("hearing", False, True), recipient(PRISON))
    assert shown.data is not None
    hearing = shown.data["hearing"]
    assert [accused["name"] for accused in hearing["accused"]] == [ACCUSED]
    assert hearing["next"]["on"] == "2026-12-04"
    assert ("hearing.purpose.text", "JJ-74") in shown.withheld
    assert show(beside_a_child("hearing", True, False), recipient(PRISON)).rule == "JJ-74"


def test_a_jail_that_has_both_sees_the_adult_alone() -> None:
    shown = show(beside_a_child("hearing", False, True, there=HOME), recipient(PRISON))
    assert shown.data is not None
    assert [accused["name"] for accused in shown.data["hearing"]["accused"]] == [ACCUSED]


@pytest.mark.parametrize("children", [(), (True,)], ids=["no child is known", "a child"])
def test_where_no_adult_is_known_a_childs_case_is_nothing_for_a_jail(children: tuple[bool, ...]) -> None:
    event = beside_a_child("warrant", *children) if children else case(CHILD)["warrant"]
    assert show(event, recipient(PRISON)).rule == "JJ-74"


def test_an_order_about_an_adult_is_shown_whole_beside_a_child_and_one_about_a_child_bare() -> None:
    adult = show(beside_a_child("bail, the order", False), recipient(PRISON))
    assert adult.data is not None
    assert adult.data["bail"]["sureties_named"]
    assert adult.data["bail"]["order"]["attachment"]
    child = show(beside_a_child("bail, the order", True), recipient(PRISON))
    assert child.data is not None
    assert "sureties_named" not in child.data["bail"]
    assert child.data["bail"]["decision"] == "GRANTED"


def test_a_file_that_names_a_child_beside_an_adult_stays_hidden() -> None:
    shown = show(beside_a_child("court-case", False, True), recipient(PRISON))
    assert shown.data is not None
    assert "attachment" not in json.dumps(shown.data["court_case"])
    assert [each["name"] for each in shown.data["court_case"]["accused"]] == [ACCUSED]


@pytest.mark.parametrize("who", [RecipientClass.AGENCY, PUBLIC])
def test_an_adult_beside_a_child_changes_nothing_for_third_parties(who: RecipientClass) -> None:
    assert show(beside_a_child("hearing", False, True), recipient(who)).rule in ("JJ-74", "CLASS-NOT-SERVED")


@pytest.mark.parametrize("who", [RecipientClass.JUVENILE_BOARD, RecipientClass.CHILD_CARE_HOME])
def test_boards_and_homes_receive_the_cases_of_children_and_no_others(who: RecipientClass) -> None:
    assert show(case(CHILD)["hearing"], recipient(who)).rule is None
    assert show(case(frozenset())["hearing"], recipient(who)).rule == "NO-CHILD-ACCUSED"


def test_a_label_of_another_places_word_withholds_from_third_parties_and_from_no_jail() -> None:
    hearing = case(DISPUTED)["hearing"]
    shown = show(hearing, recipient(PRISON))
    assert shown.rule is None
    assert show(hearing, recipient(RecipientClass.AGENCY)).rule == "JJ-74"
    assert show(case(DISPUTED)["fir"], recipient(PUBLIC)).rule == "JJ-74"
    hidden = {
        path for path, rule in show(case(DISPUTED)["fir"], recipient(RecipientClass.FORENSIC_LABORATORY)).withheld
    }
    assert "fir.complainant" in hidden


@pytest.mark.parametrize("who", [RecipientClass.JUVENILE_BOARD, RecipientClass.CHILD_CARE_HOME])
def test_a_label_of_another_places_word_opens_nothing_to_who_sees_children_alone(who: RecipientClass) -> None:
    assert show(case(DISPUTED)["hearing"], recipient(who)).rule == "NO-CHILD-ACCUSED"


@pytest.mark.parametrize("labels", [CHILD, frozenset(LABELS), None], ids=["child", "all", "no case"])
@pytest.mark.parametrize("name", ["bail, the order", "remand"])
def test_a_liberty_order_reaches_the_jail_that_it_names_whatever_the_labels(
    labels: frozenset[str] | None, name: str
) -> None:
    shown = show(case(labels)[name], recipient(PRISON))
    assert shown.data is not None
    order = shown.data[name.partition(",")[0]]
    assert order["accused"]["name"] == ACCUSED
    assert order["jail"]["code"] == HOME
    if name != "remand":
        assert order["decision"] == "GRANTED"
        assert order["conditions"][0]["text"] == f"No contact with {VICTIM}"
        assert order["order"]["attachment"]
    assert {rule for _, rule in shown.withheld} == {"JJ-74"}


def test_and_no_other_jail() -> None:
    for name in ("bail, the order", "remand"):
        there = recipient(PRISON, state="HP", jails=(ELSEWHERE,))
        assert show(case(None)[name], there).rule == "JURISDICTION"
        has_nobody = replace(case(None)[name], places=Places(lodged=(ELSEWHERE,)))
        assert show(has_nobody, recipient(PRISON)).rule == "JURISDICTION"


def test_an_unlinked_order_that_names_no_jail_reaches_the_jail_of_record() -> None:
    for name in ("bail, the order", "remand"):
        shown = show(replace(case(None)[name], places=LODGED_HERE), recipient(PRISON))
        assert shown.rule is None
        assert {rule for _, rule in shown.withheld} == {"JJ-74"}


@pytest.mark.parametrize("places", [Places(left=(HOME,)), Places(lodged=(HOME,))], ids=["left", "lodged"])
def test_what_takes_an_order_back_reaches_the_jail_that_had_it_though_it_names_none(places: Places) -> None:
    bail = {name: notice()[name] for name in ("accused", "ordered_on", "authority")}
    data = {"case": CASE, "court": COURT, "bail": bail}
    taken_back = told("icjs.bail.withdrawn.v1", data, CHILD, places)
    assert show(taken_back, recipient(PRISON)).rule is None
    assert show(taken_back, recipient(PRISON, state="HP", jails=(ELSEWHERE,))).rule == "JURISDICTION"
    first_order = told("icjs.bail.ordered.v1", data, CHILD, places)
    assert show(first_order, recipient(PRISON)).rule is None
    warrant = told(
        "icjs.warrant.issued.v1",
        {"case": CASE, "court": COURT, "warrant": {name: bail[name] for name in ("accused", "ordered_on")}},
        CHILD,
        places,
    )
    assert show(warrant, recipient(PRISON)).rule == "JJ-74"


def test_a_bail_order_of_a_labelled_case_tells_a_prison_all_that_it_needs() -> None:
    assert show(case(SEXUAL)["bail, the order"], recipient(PRISON)).withheld == []


def test_legal_aid_sees_orders_and_custody_and_no_words_of_a_labelled_case() -> None:
    shown = show(case(SEXUAL)["bail, the order"], recipient(RecipientClass.LEGAL_AID))
    assert ("bail.conditions[0].text", "LABELLED-TEXT") in shown.withheld
    assert ("bail.order.attachment", "LABELLED-TEXT") in shown.withheld
    assert show(case(SEXUAL)["fir"], recipient(RecipientClass.LEGAL_AID)).rule == "CLASS-NOT-SERVED"


def test_a_laboratory_sees_number_and_sections_of_a_fir() -> None:
    shown = show(case(SEXUAL)["fir"], recipient(RecipientClass.FORENSIC_LABORATORY))
    assert shown.data is not None
    assert set(shown.data["fir"]) == {
        "number",
        "year",
        "kind",
        "police_station",
        "registered_at",
        "acts_sections",
        "labels",
    }


def test_a_jail_that_holds_data_of_a_child_hears_that_it_is_a_childs() -> None:
    assert show(case(CHILD)["case"], recipient(PRISON)).rule is None


def test_an_audit_of_a_citizens_portal_finds_nothing_of_women_or_children() -> None:
    """The Comptroller found 1,631 such cases on the portal of one State; a theft may be there, and names nobody."""
    theft = {**FIR, "acts_sections": [{"act": "BNS", "section": "303(2)"}]}
    assert labelled(theft) == frozenset()
    shown = show(fir(theft), recipient(PUBLIC))
    assert shown.data is not None
    assert VICTIM not in json.dumps(shown.data)
    assert ACCUSED not in json.dumps(shown.data)
    for section in ("64(1)", "70(2)", "74", "79"):
        assert show(fir({**FIR, "acts_sections": [{"act": "BNS", "section": section}]}), recipient(PUBLIC)).rule
    assert show(fir({**theft, "complainant": {"name": VICTIM, "age_years": 12}}), recipient(PUBLIC)).rule == "POCSO-23"
    assert show(fir({**theft, "accused": [{"name": ACCUSED, "age_years": 16}]}), recipient(PUBLIC)).rule == "JJ-74"
    assert show(fir({**theft, "labels": ["SEALED_FIR"]}), recipient(PUBLIC)).rule == "SEALED-FIR"


def labelled(told_of_it: dict[str, Any]) -> frozenset[str]:
    """The labels that a FIR gives its case, as recording derives them."""
    bare = {name: value for name, value in CASE.items() if name != "id"}
    data = EVENT_TYPES["icjs.fir.registered.v1"].payload.model_validate_json(
        json.dumps({"case": bare, "fir": told_of_it})
    )
    event = Event(type="icjs.fir.registered.v1", occurred_at=MORNING, data=data)
    return frozenset(label for label, _ in labeller().grounds(event))


def fir(told_of_it: dict[str, Any]) -> Told:
    return told("icjs.fir.registered.v1", {"case": CASE, "fir": told_of_it}, labelled(told_of_it))


@pytest.mark.parametrize(
    ("who", "jurisdiction", "places", "rule"),
    [
        (PRISON, {"state": "HP", "jails": (HOME,)}, NAMED, None),
        (PRISON, {"state": "HP", "jails": (HOME,)}, Places(lodged=(HOME,)), None),
        (PRISON, {"state": "HP", "jails": (HOME,)}, NOWHERE, "JURISDICTION"),
        (PRISON, {"state": "HP", "jails": (ELSEWHERE,)}, NAMED, "JURISDICTION"),
        (PRISON, {"state": "HP"}, NOWHERE, None),
        (PRISON, {"state": "PB"}, NAMED, "JURISDICTION"),
        (RecipientClass.COURT_TRIAL, {"establishments": ("HPKN02",)}, NOWHERE, None),
        (RecipientClass.COURT_TRIAL, {"establishments": ("HPSH01",)}, NOWHERE, "JURISDICTION"),
        (RecipientClass.POLICE_INVESTIGATION, {"stations": ("2011007",)}, NOWHERE, None),
        (RecipientClass.POLICE_INVESTIGATION, {"stations": ("2011008",)}, NOWHERE, "JURISDICTION"),
    ],
)
def test_an_event_concerns_whoever_has_its_station_court_or_jail(
    who: RecipientClass, jurisdiction: dict[str, Any], places: Places, rule: str | None
) -> None:
    event = told("icjs.remand.ordered.v1", {"case": CASE, "court": COURT, "remand": REMAND}, frozenset(), places)
    assert show(event, recipient(who, **jurisdiction)).rule == rule


def test_a_laboratory_with_a_list_sees_what_names_it() -> None:
    lab = recipient(RecipientClass.FORENSIC_LABORATORY, state="HP", laboratories=("RFSL-DHM",))
    event = case(frozenset())["fir"]
    assert show(event, lab).rule == "JURISDICTION"
    assert show(replace(event, places=Places(laboratory="RFSL-DHM")), lab).rule is None


def test_a_sender_hears_of_its_own_message_and_a_holder_of_its_case_wherever_they_are() -> None:
    sender = recipient(PRISON).model_copy(update={"id": "hp-courts"})
    elsewhere = replace(case(None)["message"], places=NOWHERE)
    assert show(elsewhere, sender).rule is None
    assert show(elsewhere, recipient(PRISON)).rule == "JURISDICTION"
    assert show(case(SEXUAL)["case"], recipient(PRISON)).rule is None


def test_what_no_line_classifies_is_not_shown() -> None:
    event = case(frozenset())["bail, the order"]
    data = json.loads(event.data)
    data["bail"]["next_of_kin"] = VICTIM
    data["remarks"] = VICTIM
    shown = show(replace(event, data=json.dumps(data).encode()), recipient(RecipientClass.LEGAL_AID))
    assert {("bail.next_of_kin", "UNCLASSIFIED"), ("remarks", "UNCLASSIFIED")} <= set(shown.withheld)
    assert VICTIM not in json.dumps({name: value for name, value in (shown.data or {}).items() if name == "remarks"})


def test_a_void_fills_its_place_whatever_the_labels() -> None:
    void = told("icjs.delivery.voided.v1", {"voids": "E0", "reason": "LABELLED"}, frozenset(LABELS))
    for who in RecipientClass:
        shown = show(void, recipient(who, state="PB"))
        assert shown.data == {"voids": "E0", "reason": "LABELLED", "disclosure": {"class": who.value, "withheld": []}}


def test_a_revoked_partner_sees_nothing() -> None:
    gone = recipient(RecipientClass.COURT_TRIAL).model_copy(update={"state": "revoked"})
    assert show(case(frozenset())["fir"], gone).rule == "PARTNER-REVOKED"


PLANTED = frozenset({"victim", "contact", "place", "words", "business", "proceeding"})
IN_WORDS = frozenset({"purpose-words", "conditions-words", "attachment"})
"""Fields that a case without labels shows to some who may not see identities: as a purpose they name nobody."""
NEEDED_IN_JAIL = frozenset({"conditions-words", "attachment"})


def events() -> Iterator[tuple[str, bytes]]:
    """Every event of every valid sample, and of the case above, whose victim goes unnamed until the name is planted."""
    for sample in samples(valid=True):
        for event in sample.contract.decode(sample.document(parse)).events:
            yield event.type, event.json
    for each in case(frozenset()).values():
        yield each.type, each.data.replace(VICTIM.encode(), b"the victim")


EVENTS = list(events())


def planted(value: Any, leaves: dict[str, str], at: str, classes: frozenset[str]) -> Any:
    """The same data with the victim's name in every text of these field classes."""
    if isinstance(value, dict):
        return {name: planted(each, leaves, f"{at}.{name}" if at else name, classes) for name, each in value.items()}
    if isinstance(value, list):
        return [planted(each, leaves, at, classes) for each in value]
    return f"{value} {VICTIM}" if isinstance(value, str) and leaves.get(at) in classes else value


@given(
    event=st.sampled_from(EVENTS),
    who=st.sampled_from(sorted(set(RecipientClass) - MUST_KNOW)),
    labels=st.one_of(st.none(), st.frozensets(st.sampled_from(LABELS))),
    places=st.sampled_from([NOWHERE, NAMED, LODGED_HERE]),
    jails=st.sampled_from([(), (HOME,)]),
)
def test_the_name_of_a_victim_reaches_nobody_who_may_not_see_identities(
    event: tuple[str, bytes],
    who: RecipientClass,
    labels: frozenset[str] | None,
    places: Places,
    jails: tuple[str, ...],
) -> None:
    event_type, data = event
    classes = PLANTED | (IN_WORDS if labels is None or labels else frozenset())
    if who in JAILERS:
        classes -= NEEDED_IN_JAIL
    noun = EVENT_TYPES[event_type].noun
    named = planted(json.loads(data), dict(policy().leaves[noun]), "", classes)
    to: Partner = recipient(who, state="HP", jails=jails)
    sent = Told(
        event_id="E1",
        type=event_type,
        partner_id="somebody",
        pillar="police",
        case_id=None if labels is None else "case-1",
        message_id="M1",
        occurred_at=MORNING,
        recorded_at=MORNING,
        data=json.dumps(named, ensure_ascii=False, separators=(",", ":")).encode(),
        places=places,
        labels=labels,
    )
    shown = show(sent, to)
    assert shown.data is None or VICTIM not in json.dumps(shown.data, ensure_ascii=False)


def test_and_the_name_was_there_to_be_found() -> None:
    leaves = {noun: dict(each) for noun, each in policy().leaves.items()}
    nouns = {
        EVENT_TYPES[kind].noun
        for kind, data in EVENTS
        if VICTIM in json.dumps(planted(json.loads(data), leaves[EVENT_TYPES[kind].noun], "", PLANTED | IN_WORDS))
    }
    # Remand and process have no field that could tell it.
    assert nouns == {
        *("fir", "accused", "charges", "investigation", "property", "exhibit", "lab_case", "lab_report"),
        *("charge_sheet", "final_report", "court_case", "proceeding", "hearing", "bail", "custody", "production"),
        *("release", "warrant", "inmate"),
    }
