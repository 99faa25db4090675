"""Who is told of which inmate, and of which of their cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from icjs_gateway.model.case import Case, with_children
from icjs_gateway.model.views import CaseRecord, InmateStatus
from icjs_gateway.routing.access.cases import seen_beside as case_beside
from icjs_gateway.routing.access.cases import seen_case
from icjs_gateway.routing.access.inmates import Seen, may_be_asked, seen
from icjs_gateway.routing.access.inmates import seen_beside as inmate_beside
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass
from icjs_gateway.routing.inquiries.asking import live_question
from icjs_gateway.routing.labels import Labelling
from icjs_gateway.routing.status.cases import record_of
from icjs_gateway.routing.status.inmates import inmate_of
from icjs_gateway.routing.status.persons import Search
from icjs_gateway.routing.status.question import Question
from tests.support.disclosing import disclosure
from tests.support.stories import Teller, bail, folded, hearing, order, registered

PID = "HP0044501"
SUNIL = {"serial": "A2", "name": "Sunil", "pid": PID}


def case_of(number: int, *parts: Any) -> Case:
    fir = registered(number, accused=[{"serial": "A1", "name": "Ramesh"}, {"serial": "A2", "name": "Sunil"}])
    return folded([fir, *(Teller().tell(part, serial=number, firs=(number,)) for part in parts)])


def file_of(number: int, *parts: Any, label: str | None = None) -> CaseFile:
    labels = Labelling(on={label: frozenset({"told"})} if label is not None else {})
    return CaseFile(case_id=f"case-{number}", version=1, case=case_of(number, *parts), labels=labels)


REMANDED = ("remand.ordered", order(SUNIL, custody="JUDICIAL", until="2026-12-04", jail={"code": "HPDJ04"}))
GRANTED = ("bail.ordered", bail(SUNIL, day=3, authority="ORDER", sureties=2, jail={"code": "HPDJ04"}))


def asker(pillar: Pillar, who: RecipientClass | None = None, **where: Any) -> Partner:
    jurisdiction = Jurisdiction.model_validate(where or {"state": "HP"})
    may = Permissions.model_validate({"class": who})
    return Partner(id="asker", name="Asker", pillar=pillar, jurisdiction=jurisdiction, may=may)


def told(partner: Partner, *files: CaseFile) -> Seen | None:
    [subject] = Search(Question(pid=PID)).subjects(files)
    return seen(inmate_of(subject), partner, disclosure())


POLICE = asker(Pillar.POLICE)
JAIL = asker(Pillar.PRISONS, state="HP", jails=("HPDJ04",))


def test_a_tree_is_of_the_shape_that_disclosure_has_classified() -> None:
    following = ("hearing.recorded", hearing("H-1", day=4, next_day=20, accused=[SUNIL]))
    file = file_of(112, REMANDED, GRANTED, following)
    shown = told(POLICE, file)
    assert shown is not None
    InmateStatus.model_validate(shown.tree)
    CaseRecord.model_validate(record_of(file))


def test_a_jail_is_told_of_its_own_inmate_with_cases_of_wherever_and_another_jail_of_nobody() -> None:
    shown = told(JAIL, file_of(112, REMANDED, GRANTED), file_of(113, REMANDED))
    assert shown is not None
    assert shown.tree["why_not"] == ["SURETY_PENDING", "OTHER_CASE", "REMAND"]
    assert told(asker(Pillar.PRISONS, state="HP", jails=("HPCJ01",)), file_of(112, REMANDED)) is None


def test_a_case_outside_the_jurisdiction_is_counted_and_told_as_another_case() -> None:
    away = file_of(113, REMANDED)
    firs = tuple(fir.model_copy(update={"state": "PB", "district": "Patiala"}) for fir in away.case.firs)
    proceedings = {"PBPT010001132026": ()}
    elsewhere = CaseFile(
        case_id="case-pb",
        version=1,
        case=away.case.model_copy(update={"firs": firs, "proceedings": proceedings}),
    )
    shown = told(POLICE, file_of(112, REMANDED, GRANTED), elsewhere)
    assert shown is not None
    assert [case["case_id"] for case in shown.tree["cases"]] == ["case-112"]
    assert shown.tree["why_not"] == ["SURETY_PENDING", "OTHER_CASE"]
    assert shown.withheld == {("JURISDICTION", "cases"): 1}
    assert told(POLICE, elsewhere) is None


def test_a_childs_case_is_nothing_for_a_jail_of_adults_and_all_for_the_board() -> None:
    child = file_of(113, REMANDED, label="CHILD_IN_CONFLICT")
    assert told(JAIL, child) is None
    assert seen_case(child, JAIL, disclosure()) is None
    board = asker(Pillar.COURTS, RecipientClass.JUVENILE_BOARD)
    assert told(board, child) is not None
    assert told(board, file_of(112, REMANDED)) is None
    beside = told(JAIL, file_of(112, REMANDED, GRANTED), child)
    assert beside is not None
    assert [case["case_id"] for case in beside.tree["cases"]] == ["case-112"]
    # That a case keeps the inmate in has to be true; which it is, is not the jail's to know.
    assert beside.tree["why_not"] == ["SURETY_PENDING", "OTHER_CASE"]
    assert beside.withheld == {}


def test_a_jail_is_told_of_its_own_adult_beside_a_child_and_of_the_child_nothing() -> None:
    ramesh = {"serial": "A1", "name": "Ramesh", "pid": "HP0044502"}
    of_ramesh = ("remand.ordered", order(ramesh, custody="JUDICIAL", until="2026-12-04", jail={"code": "HPDJ04"}))
    file = file_of(113, REMANDED, of_ramesh, label="CHILD_IN_CONFLICT")
    beside = replace(file, case=with_children(file.case, [("pid", "HP0044502")]))
    adult = told(JAIL, beside)
    assert adult is not None
    assert [case["case_id"] for case in adult.tree["cases"]] == ["case-113"]
    shown = seen_case(beside, JAIL, disclosure())
    assert shown is not None
    assert [person["name"] for person in shown.tree["persons"]] == ["Sunil"]
    assert "Ramesh" not in str(shown.tree)
    only_child = replace(file, case=with_children(file.case, [("pid", PID), ("pid", "HP0044502")]))
    assert told(JAIL, only_child) is None
    assert seen_case(only_child, JAIL, disclosure()) is None


@pytest.mark.parametrize("pillar", [Pillar.AGENCY, Pillar.PUBLIC, Pillar.FORENSICS])
def test_who_has_no_need_to_know_is_told_of_nobody(pillar: Pillar) -> None:
    assert told(asker(pillar), file_of(112, REMANDED)) is None


def test_what_a_label_hides_of_an_inmate_is_named_with_its_rule() -> None:
    purpose = {"text": "Evidence of the daughter"}
    following = (
        "hearing.recorded",
        hearing("H-1", day=4, accused=[SUNIL], next={"on": "2026-12-04", "purpose": purpose}),
    )
    shown = told(JAIL, file_of(112, REMANDED, following, label="SEXUAL_OFFENCE"))
    assert shown is not None
    assert shown.tree["cases"][0]["next_hearing"]["on"].isoformat() == "2026-12-04"
    assert "daughter" not in str(shown.tree)
    assert shown.withheld == {("BNS-72", "cases.next_hearing.purpose_text"): 1}
    court = told(asker(Pillar.COURTS), file_of(112, REMANDED, following, label="SEXUAL_OFFENCE"))
    assert court is not None
    assert court.tree["cases"][0]["next_hearing"]["purpose_text"] == "Evidence of the daughter"


def test_what_another_system_says_is_shown_by_the_same_rules() -> None:
    file = file_of(112, REMANDED, label="SEXUAL_OFFENCE")
    case = seen_case(file, JAIL, disclosure())
    assert case is not None
    following = {"on": "2026-12-04", "purpose": "EVIDENCE", "purpose_text": "Evidence of the daughter"}
    said = case_beside(
        {"status": "EVIDENCE", "next_hearing": following, "witness": "the daughter"}, case, JAIL, disclosure()
    )
    assert said == {"status": "EVIDENCE", "next_hearing": {"on": "2026-12-04", "purpose": "EVIDENCE"}}
    inmate = told(JAIL, file)
    assert inmate is not None
    said = inmate_beside({"in_custody": False, "next_of_kin": "the daughter"}, inmate, JAIL, disclosure())
    assert said == {"in_custody": False}


def test_a_partner_that_was_revoked_sees_nothing() -> None:
    gone = POLICE.model_copy(update={"state": "revoked"})
    assert told(gone, file_of(112, REMANDED)) is None


def test_a_live_question_goes_to_no_source_that_may_not_know_of_the_case() -> None:
    child = told(POLICE, file_of(112, REMANDED, label="CHILD_IN_CONFLICT"))
    adult = told(POLICE, file_of(112, REMANDED))
    assert child is not None
    assert adult is not None
    assert may_be_asked(adult, JAIL, disclosure())
    assert not may_be_asked(child, JAIL, disclosure())


def test_a_live_question_is_by_the_inmates_number_and_does_not_say_who_asks() -> None:
    request = {
        "request_id": "Q-1",
        "purpose": "CUSTODY",
        "requested_by": {"id": "0012", "rank": "Inspector", "office": "2011007"},
        "by": {"cnr": "HPKN020003412026", "name": "Sunil"},
        "live": True,
    }
    asked = live_question(request, pids=[PID])
    assert asked["by"] == {"pid": PID}
    assert "Inspector" not in str(asked)
    assert live_question(request)["by"] == request["by"]
    assert live_question(request, pids=[PID, "HP0044502"])["by"] == request["by"]


def test_who_is_told_for_other_places_than_it_speaks_for_sees_those() -> None:
    elsewhere = POLICE.model_copy(update={"reads_as": Jurisdiction(state="PB")})
    assert told(POLICE, file_of(112, REMANDED)) is not None
    assert told(elsewhere, file_of(112, REMANDED)) is None
    assert seen_case(file_of(112, REMANDED), elsewhere, disclosure()) is None
