"""What labels a case, what takes a label away, and what gives it again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from icjs_gateway.model.content import CaseReference, Event
from icjs_gateway.model.payloads.bail import BailData
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.law import load_law
from icjs_gateway.routing.labels import (
    CLUBBED,
    NO_LABELS,
    TOLD,
    Labelling,
    as_said_by,
    names_of,
    names_text,
    unmarked,
)
from tests.contracts import parse, samples
from tests.support.messages import cnr, fir_reference, labeller

REGISTERED = datetime(2026, 8, 31, 5, 40, tzinfo=UTC)
CASE = CaseReference(firs=(fir_reference(),), cnr=cnr())


def fir(**members: Any) -> Event:
    told = {
        "number": "112",
        "year": 2026,
        "kind": "REGULAR",
        "police_station": {"code": "2011007", "state": "HP"},
        "registered_at": REGISTERED,
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
        **members,
    }
    return Event(
        type="icjs.fir.registered.v1", occurred_at=REGISTERED, data=FirData.model_validate({"case": CASE, "fir": told})
    )


def charged(*sections: tuple[str | None, str]) -> Event:
    charges = [{"section": section} | ({"act": act} if act else {}) for act, section in sections]
    hearing = {"hearing_id": "H-1", "listed_on": "2026-11-20", "held": True, "accused": [{"charges": charges}]}
    data = {"case": CASE, "court": {"establishment": "HPKN02"}, "hearing": hearing}
    return Event(type="icjs.hearing.recorded.v1", occurred_at=REGISTERED, data=HearingData.model_validate(data))


def labels(event: Event) -> set[str]:
    return {label for label, _ in labeller().grounds(event)}


@pytest.mark.parametrize(
    ("act", "section", "given"),
    [
        ("BNS", "303(2)", set()),
        ("BNS", "64(2)(m)", {"SEXUAL_OFFENCE"}),
        ("BNS", "65(1)", {"SEXUAL_OFFENCE", "CHILD_VICTIM"}),
        ("BNS", "70(1)", {"SEXUAL_OFFENCE"}),
        ("BNS", "70(2)", {"SEXUAL_OFFENCE", "CHILD_VICTIM"}),
        ("BNS", "74", {"SEXUAL_OFFENCE"}),
        ("BNS", "80", set()),
        ("BNS", "113(2)", {"NATIONAL_SECURITY"}),
        ("IPC", "376(2)(n)", {"SEXUAL_OFFENCE"}),
        ("IPC", "376DA", {"SEXUAL_OFFENCE", "CHILD_VICTIM"}),
        ("IPC", "354-D", {"SEXUAL_OFFENCE"}),
        ("IPC", "379/354_IPC", {"SEXUAL_OFFENCE"}),
        ("IPC", "64", set()),
        ("Indian Penal Code, 1860", "376", {"SEXUAL_OFFENCE"}),
        ("POCSO", "6", {"SEXUAL_OFFENCE", "CHILD_VICTIM"}),
        ("The Protection of Children from Sexual Offences Act, 2012", "as charged", {"SEXUAL_OFFENCE", "CHILD_VICTIM"}),
        ("U.A.(P) Act", "16", {"NATIONAL_SECURITY"}),
        ("Official Secrets Act, 1923", "3", {"NATIONAL_SECURITY"}),
        ("PITA", "5", {"SEXUAL_OFFENCE"}),
        ("PITA", "8", set()),
        ("Code of Nowhere", "376", {"SEXUAL_OFFENCE"}),
        ("Punjab Weights Act", "376", set()),
    ],
)
def test_a_section_of_either_law_labels_the_case(act: str, section: str, given: set[str]) -> None:
    assert labels(fir(acts_sections=[{"act": act, "section": section}])) == given


def test_charges_and_the_sections_of_a_bail_order_label_too() -> None:
    assert labels(charged((None, "376"))) == {"SEXUAL_OFFENCE"}
    bail = {
        "authority": "ORDER",
        "accused": {"serial": "A1"},
        "ordered_on": "2026-11-20",
        "sections": [{"act": "POCSO", "section": "8"}],
    }
    data = BailData.model_validate({"case": CASE, "court": {"establishment": "HPKN02"}, "bail": bail})
    order = Event(type="icjs.bail.ordered.v1", occurred_at=REGISTERED, data=data)
    assert labels(order) == {"SEXUAL_OFFENCE", "CHILD_VICTIM"}


@pytest.mark.parametrize(
    ("person", "occurred", "is_child"),
    [
        ({"age_years": 17}, "2026-08-30T10:00:00Z", True),
        ({"age_years": 18}, "2026-08-30T10:00:00Z", False),
        ({"age_years": 18}, "2025-08-30T10:00:00Z", True),
        ({"age_years": 18}, "2025-09-30T10:00:00Z", False),
        ({"date_of_birth": "2008-08-31"}, "2026-08-30T10:00:00Z", True),
        ({"date_of_birth": "2008-08-30"}, "2026-08-30T10:00:00Z", False),
        # 31 August has begun in India.
        ({"date_of_birth": "2008-08-31"}, "2026-08-30T18:30:00Z", False),
        ({"date_of_birth": "1990-01-01", "age_years": 16}, "2026-08-30T10:00:00Z", True),
        ({}, "2026-08-30T10:00:00Z", False),
    ],
)
def test_a_child_is_who_was_under_18_on_the_day_it_happened(
    person: dict[str, Any], occurred: str, is_child: bool
) -> None:
    told = {"occurrence": {"from": occurred}}
    assert labels(fir(accused=[person], **told)) == ({"CHILD_IN_CONFLICT"} if is_child else set())
    assert labels(fir(complainant=person, **told)) == ({"CHILD_VICTIM"} if is_child else set())


def test_without_a_day_of_occurrence_the_registration_counts() -> None:
    assert labels(fir(accused=[{"age_years": 17}])) == {"CHILD_IN_CONFLICT"}


def test_police_and_courts_may_say_by_a_number_or_a_case_type_that_a_child_is_accused() -> None:
    assert labels(fir(accused=[{"serial": "CCL1"}])) == {"CHILD_IN_CONFLICT"}
    inquiry = CaseReference(cnr=cnr(), case_type="J.J.B. Case")
    event = charged(("BNS", "303(2)"))
    data = event.data.model_copy(update={"case": inquiry})
    assert labels(Event(type=event.type, occurred_at=REGISTERED, data=data)) == {"CHILD_IN_CONFLICT"}


def test_the_senders_own_labels_count() -> None:
    assert labeller().grounds(fir(labels=["SEALED_FIR"])) == {("SEALED_FIR", TOLD)}


def test_a_label_of_one_person_labels_the_case() -> None:
    event = fir(complainant={"labels": ["PROTECTED_WITNESS"]}, accused=[{}, {"labels": ["CHILD_IN_CONFLICT"]}])
    assert labeller().grounds(event) == {("PROTECTED_WITNESS", TOLD), ("CHILD_IN_CONFLICT", TOLD)}


@pytest.mark.parametrize("contract", ["arrest", "case-change", "final-report", "admission", "movement", "release"])
def test_a_label_of_the_person_whom_a_document_describes_labels_the_case(contract: str) -> None:
    [sample] = [
        each
        for each in samples(valid=True)
        if each.contract.id.split(".")[1] == contract and each.file.stem == "labelled-person"
    ]
    [event] = sample.contract.decode(sample.document(parse)).events
    assert ("CHILD_IN_CONFLICT", TOLD) in labeller().grounds(event)


def test_what_a_person_lifted_gives_a_label_no_more_but_another_section_or_a_senders_word_does() -> None:
    standing = NO_LABELS.given({("SEXUAL_OFFENCE", "BNS 74"), ("CHILD_VICTIM", "POCSO")})
    lifted = standing.without("SEXUAL_OFFENCE")
    assert lifted.names == {"CHILD_VICTIM"}
    assert lifted.given({("SEXUAL_OFFENCE", "BNS 74")}) is lifted
    assert lifted.given({("SEXUAL_OFFENCE", "BNS 64")}).names == {"CHILD_VICTIM", "SEXUAL_OFFENCE"}
    assert lifted.given({("SEXUAL_OFFENCE", TOLD)}).names == {"CHILD_VICTIM", "SEXUAL_OFFENCE"}
    with pytest.raises(KeyError):
        lifted.without("SEXUAL_OFFENCE")


@pytest.mark.parametrize(
    ("event", "serials"),
    [
        (fir(accused=[{"serial": "A1"}, {"serial": "CCL1"}]), ["CCL1"]),
        (fir(accused=[{"serial": "A1", "age_years": 30}, {"serial": "A2", "age_years": 16}]), ["A2"]),
        (fir(accused=[{"serial": "A1"}, {"serial": "A2", "labels": ["CHILD_IN_CONFLICT"]}]), ["A2"]),
        (fir(accused=[{"serial": "A1"}, {"serial": "A2"}], labels=["CHILD_IN_CONFLICT"]), ["A1", "A2"]),
        (fir(accused=[{"serial": "A1"}, {"serial": "CCL1"}], labels=["CHILD_IN_CONFLICT"]), ["CCL1"]),
        (fir(accused=[{"serial": "A1"}], complainant={"age_years": 12}), []),
    ],
    ids=["a number", "an age", "a label of the person", "the case's label", "both", "a child who complains"],
)
def test_an_event_tells_which_accused_is_a_child_or_that_all_of_them_may_be(event: Event, serials: list[str]) -> None:
    assert [each.serial for each in labeller().children(event)] == serials


def test_in_a_case_of_a_boards_type_all_accused_are_children() -> None:
    event = charged(("BNS", "303(2)"))
    data = event.data.model_copy(update={"case": CaseReference(cnr=cnr(), case_type="JC")})
    assert len(labeller().children(Event(type=event.type, occurred_at=REGISTERED, data=data))) == 1
    assert labeller().children(event) == ()


BOARD = "court/HP/HPKNJ1"
BY_AGE = frozenset({("CHILD_IN_CONFLICT", "age of accused")})


def test_a_label_that_stands_on_no_owners_word_is_marked_until_an_owner_says_the_same() -> None:
    disputed = NO_LABELS.given(as_said_by(BY_AGE, BOARD))
    assert (disputed.names, disputed.marked) == ({"CHILD_IN_CONFLICT"}, {"CHILD_IN_CONFLICT?"})
    assert unmarked(disputed.marked) == disputed.names
    assert disputed.given(BY_AGE).marked == {"CHILD_IN_CONFLICT"}
    assert disputed.on["CHILD_IN_CONFLICT"] == {f"age of accused said by {BOARD}"}


def test_what_an_owner_said_or_a_person_lifted_is_nothing_new_by_another_places_word() -> None:
    owned = NO_LABELS.given(BY_AGE)
    assert owned.given(as_said_by(BY_AGE, BOARD)) is owned
    lifted = owned.without("CHILD_IN_CONFLICT")
    assert lifted.given(as_said_by(BY_AGE, BOARD)) is lifted


def test_an_owners_word_counts_though_the_same_of_another_place_was_lifted() -> None:
    for ground in ("age of accused", TOLD):
        said = as_said_by({("CHILD_IN_CONFLICT", ground)}, BOARD)
        lifted = NO_LABELS.given(said).without("CHILD_IN_CONFLICT")
        assert lifted.given(said) is lifted
        assert lifted.given({("CHILD_IN_CONFLICT", ground)}).marked == {"CHILD_IN_CONFLICT"}


def test_what_is_tried_together_keeps_by_whose_word_it_is_labelled() -> None:
    assert NO_LABELS.given(BY_AGE).clubbed() == {("CHILD_IN_CONFLICT", CLUBBED)}
    shared = NO_LABELS.given(as_said_by(BY_AGE, BOARD)).clubbed()
    assert NO_LABELS.given(shared).marked == {"CHILD_IN_CONFLICT?"}
    assert NO_LABELS.given(as_said_by(shared, "court/HP/HPKN02")).on == NO_LABELS.given(shared).on


def test_a_labelling_reads_back() -> None:
    standing = NO_LABELS.given({("SEXUAL_OFFENCE", "BNS 74"), ("IN_CAMERA", CLUBBED)}).without("IN_CAMERA")
    assert Labelling.read(standing.written()) == standing
    assert (NO_LABELS.written(), Labelling.read("")) == ("", NO_LABELS)
    assert names_of(names_text(frozenset({"B", "A"}))) == {"A", "B"}


@pytest.mark.parametrize("label", ["SEXUAL_OFFENCE", "CHILD_VICTIM", "NATIONAL_SECURITY"])
def test_old_and_new_law_label_alike(label: str) -> None:
    """Whatever section gives a label, what it became or was in the other law gives it too."""
    law = load_law(packaged_contracts())
    [derivation] = [each for each in labeller().derivations if each.label == label]
    for act, others in (("BNS", law.was), ("IPC", law.became)):
        for listed in derivation.sections[act] or ():
            for other in others(listed):
                event = charged((other.act, str(other).split()[1]))
                assert label in labels(event), f"{listed} gives {label}, {other} does not"
