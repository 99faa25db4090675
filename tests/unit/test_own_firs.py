"""Only a FIR that is a case's own opens the case to police: one that is registered in it, or clubbed with it."""

from __future__ import annotations

import json
from typing import Any

from icjs_gateway.model.case import Case, tried_with
from icjs_gateway.model.content import CaseReference
from icjs_gateway.routing.access.cases import seen_case
from icjs_gateway.routing.access.inmates import lies_here
from icjs_gateway.routing.authority.places import NO_PLACES
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Jurisdiction, Partner, Pillar
from icjs_gateway.routing.linking import opening
from tests.support.disclosing import disclosure
from tests.support.messages import cnr, fir_reference
from tests.support.stories import Teller, folded, hearing, registered

OTHER = fir_reference(900, station="0302011", state="PB")
HEARD = ("hearing.recorded", hearing("H-1", accused=[{"serial": "A1"}]))


def partner(pillar: Pillar = Pillar.POLICE, **where: Any) -> Partner:
    return Partner(id="p", name="P", pillar=pillar, jurisdiction=Jurisdiction.model_validate(where))


def named() -> Case:
    """FIR 112, and a hearing that names a FIR of another State beside it."""
    case = folded([registered(), Teller().tell(HEARD, firs=(112,))])
    return case.model_copy(update={"firs": (*case.firs, OTHER)})


def file_of(case: Case) -> CaseFile:
    return CaseFile(case_id="case-1", version=1, case=case)


def test_a_fir_that_is_only_named_opens_no_case() -> None:
    own, other = partner(state="HP", stations=["2011007"]), partner(state="PB")
    assert seen_case(file_of(named()), own, disclosure()) is not None
    assert seen_case(file_of(named()), other, disclosure()) is None
    assert not lies_here(named(), other, NO_PLACES)


def test_a_cnr_that_is_only_named_opens_no_case() -> None:
    case = folded([registered(), Teller().tell(HEARD)]).model_copy(update={"references": (cnr(),)})
    court = partner(Pillar.COURTS, establishments=["HPKN02"])
    assert not lies_here(case, court, NO_PLACES)
    assert lies_here(case.model_copy(update={"references": ()}), court, NO_PLACES)
    assert "cnr" not in json.loads(opening(CaseReference(), file_of(case), "HP") + b"}")["case"]


def test_an_event_names_the_firs_of_its_own_message_and_those_of_the_case() -> None:
    def firs(told: CaseReference) -> list[str]:
        written = json.loads(opening(told, file_of(named()), "HP") + b"}")
        return [each["number"] for each in written["case"]["firs"]]

    assert firs(CaseReference(firs=(OTHER,))) == ["112", "900"]
    assert firs(CaseReference(cnr=cnr())) == ["112"]


def test_the_district_of_a_fir_is_that_of_its_registration() -> None:
    station = {"code": "2011007", "state": "HP", "district": "Kangra"}
    case = folded([registered(police_station=station)])
    said = fir_reference().model_copy(update={"district": "Chamba"})
    case = folded([Teller().tell(HEARD)], case.model_copy(update={"firs": (said,)}))
    assert [each.district for each in case.firs] == ["Chamba"]
    assert [each.district for each in case.own_firs] == ["Kangra"]
    written = json.loads(opening(CaseReference(firs=(said,)), file_of(case), "HP") + b"}")
    assert [each["district"] for each in written["case"]["firs"]] == ["Kangra"]
    assert not lies_here(case, partner(districts=["Chamba"]), NO_PLACES)


def test_a_fir_that_a_court_clubs_with_a_case_opens_it() -> None:
    case = folded([registered()])
    clubbed = tried_with(case, cnr(), (OTHER,), source="courts:hp-courts")
    assert clubbed.clubbed_firs == ("PB/0302011/900/2026",)
    assert lies_here(clubbed, partner(state="PB", stations=["0302011"]), NO_PLACES)
    again = tried_with(clubbed, cnr(), case.firs, source="courts:hp-courts")
    assert again.clubbed_firs == clubbed.clubbed_firs, "its own FIR is not another one"
