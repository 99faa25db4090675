"""Standing: whose word changes a case, and what it may claim."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import CaseReference, Content
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.routing.access.inmates import lies_here
from icjs_gateway.routing.access.jurisdiction import concerns
from icjs_gateway.routing.authority.places import NO_PLACES, CourtKind, Place, PlaceKind, Places
from icjs_gateway.routing.authority.rules import Basis
from icjs_gateway.routing.authority.speaker import Speaker, speaker_of
from icjs_gateway.routing.authority.standing import Authority, changes_standing
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.decisions import Facts, Kept
from icjs_gateway.routing.directory import Jurisdiction, Partner, Pillar
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.whereabouts import Whereabouts
from tests.support.messages import authority_rules, bench, changed, fir, fir_reference, outcome, record, said

TODAY = date(2026, 11, 20)
FIR, CNR = ("fir", "HP/2011007/112/2026"), ("cnr", "HPKN020003412026")
SILENCE = Authority(places=NO_PLACES, rules=authority_rules())


def row(kind: PlaceKind, code: str, **more: object) -> Place:
    return Place.model_validate({"kind": kind, "code": code, "state": "HP", "name": code} | more)


ROWS = Authority(
    places=Places(
        (
            row(PlaceKind.STATION, "2011007", divisions=["KANGRA"]),
            row(PlaceKind.STATION, "2011008", divisions=["KANGRA"]),
            row(PlaceKind.COURT, "HPKN02", court_kind=CourtKind.MAGISTRATE, divisions=["KANGRA"]),
            row(PlaceKind.COURT, "HPKN01", court_kind=CourtKind.SESSIONS, divisions=["KANGRA"], over=["HPKN02"]),
            row(PlaceKind.COURT, "HPDV09", court_kind=CourtKind.MAGISTRATE, divisions=["KANGRA"]),
            row(PlaceKind.COURT, "HPSH01", court_kind=CourtKind.MAGISTRATE, divisions=["SHIMLA"]),
            row(PlaceKind.COURT, "HPHC01", court_kind=CourtKind.HIGH_COURT),
            row(PlaceKind.JAIL, "HPDJ04"),
            row(PlaceKind.LABORATORY, "RFSL-DHM"),
            row(PlaceKind.COURT, "ASGH01", state="AS", court_kind=CourtKind.HIGH_COURT, states=["NL", "HP"]),
        )
    ),
    rules=authority_rules(),
)
"""A directory of HP; one High Court of another State has it among its States."""


def case_of(deciding: Bench, *contents: Content) -> CaseFile:
    """The case that these messages make, one after the other."""
    file: CaseFile | None = None
    for content in contents:
        facts = Facts() if file is None else Facts(cases={FIR: file}, referred=True)
        decision = deciding.decide(record(content), facts)
        assert isinstance(decision, Kept)
        assert decision.linked is not None
        file = decision.linked.cases[0]
    assert file is not None
    return file


def spoken(content: Content, speaker: Speaker) -> Record:
    message = record(content)
    return replace(message, envelope=replace(message.envelope, speaker=speaker, home_state=speaker.state))


def court(code: str) -> Speaker:
    return Speaker(kind=PlaceKind.COURT, code=code, state=code[:2])


def station(code: str, state: str = "HP") -> Speaker:
    return Speaker(kind=PlaceKind.STATION, code=code, state=state)


def basis(speaker: Speaker, content: Content, case: Case) -> Basis | None:
    return SILENCE.basis(speaker, content, case, TODAY)


def word_of(speaker: Speaker) -> Content:
    """What a place of this kind says of the case."""
    case = CaseReference(firs=(fir_reference(),))
    if speaker.kind is PlaceKind.JAIL:
        entry = {"kind": "ADMISSION", "at": "2026-11-20T06:00:00Z", "accused": {"serial": "A2", "pid": "P-1"}}
        prison = {"code": speaker.code, "state": "HP"}
        return said("M-1", "icjs.inmate.admitted.v1", case, inmate={**entry, "prison": prison})
    if speaker.kind is PlaceKind.OFFICE:
        sheet = {"scrutiny_id": "S-1", "on": "2026-11-20", "outcome": "APPROVED"}
        return said("S-1", "icjs.charge-sheet.scrutinised.v1", case, charge_sheet=sheet)
    return outcome(serial=None)


@pytest.mark.parametrize(
    ("speaker", "expected"),
    [
        (station("2011007"), Basis.OWN_FIR),
        (station("2011008"), Basis.SAME_STATE),
        (station("2011007", "PB"), None),
        (court("HPKN02"), Basis.SAME_STATE),
        (court("PBLD01"), None),
        (Speaker(kind=PlaceKind.JAIL, code="HPDJ04", state="HP"), Basis.REGISTER),
        (Speaker(kind=PlaceKind.JAIL, code="HPDJ04"), Basis.SAME_STATE),
        (Speaker(kind=PlaceKind.JAIL, code="PBCJ01", state="PB"), None),
        (Speaker(kind=PlaceKind.LABORATORY, code="RFSL-DHM"), Basis.SAME_STATE),
        (Speaker(kind=PlaceKind.OFFICE, state="HP"), Basis.OFFICE),
        (Speaker(kind=PlaceKind.OFFICE), None),
    ],
)
def test_in_silence_the_same_state_has_standing_and_no_other(speaker: Speaker, expected: Basis | None) -> None:
    assert basis(speaker, word_of(speaker), case_of(bench(), fir()).case) is expected


@pytest.mark.parametrize(
    ("speaker", "expected"),
    [
        (station("2011007"), Basis.OWN_FIR),
        (station("2011008"), None),
        (court("HPKN02"), Basis.DIVISION),
        (court("HPSH01"), None),
        (court("HPXX99"), None),
        (court("HPHC01"), Basis.SUPERIOR),
        (court("ASGH01"), Basis.SUPERIOR),
        (Speaker(kind=PlaceKind.JAIL, code="HPDJ04"), Basis.REGISTER),
        (Speaker(kind=PlaceKind.LABORATORY, code="RFSL-DHM"), None),
    ],
)
def test_where_the_directory_has_rows_standing_follows_them(speaker: Speaker, expected: Basis | None) -> None:
    case = case_of(bench(), fir()).case
    assert ROWS.basis(speaker, word_of(speaker), case, TODAY) is expected


def test_once_a_report_is_filed_the_division_has_no_standing_and_the_named_court_has() -> None:
    report = said(
        "R-1",
        "icjs.final-report.filed.v1",
        CaseReference(firs=(fir_reference(),)),
        final_report={
            "number": "CS-1",
            "kind": "CHARGE_SHEET",
            "court": "HPKN02",
            "filed_at": "2026-11-20T06:00:00Z",
        },
    )
    case = case_of(bench(), fir(), report).case
    assert ROWS.basis(court("HPKN02"), outcome(serial=None), case, TODAY) is Basis.NAMED_COURT
    assert ROWS.basis(court("HPKN01"), outcome(serial=None), case, TODAY) is Basis.SUPERIOR
    assert ROWS.basis(court("HPDV09"), outcome(serial=None), case, TODAY) is None


def test_a_court_of_session_is_over_the_court_of_the_case() -> None:
    case = case_of(bench(), fir(), outcome()).case
    assert ROWS.basis(court("HPKN01"), outcome(serial=None), case, TODAY) is Basis.SUPERIOR


def test_any_station_may_arrest_on_anothers_fir_and_do_nothing_else() -> None:
    case = case_of(bench(), fir()).case
    arrest = said(
        "A-1",
        "icjs.accused.arrested.v1",
        CaseReference(firs=(fir_reference(),)),
        accused={"accused": {"serial": "A1"}, "arrest": {"kind": "ARREST", "at": "2026-11-20T06:00:00Z"}},
    )
    assert ROWS.basis(station("2011008"), arrest, case, TODAY) is Basis.ARREST_ELSEWHERE
    assert ROWS.basis(station("2011008"), outcome(), case, TODAY) is None
    assert ROWS.basis(station("3011001", "PB"), arrest, case, TODAY) is None


def test_the_registration_number_of_another_stations_fir_gives_no_standing_in_its_case() -> None:
    file = case_of(bench(), fir())
    by_number = ("fir-reg", "HP/2011007260112")
    [event] = fir(5).events
    told = event.data.fir.model_copy(  # type: ignore[attr-defined]
        update={
            "registration_number": "2011007260112",
            "police_station": event.data.fir.police_station.model_copy(update={"code": "2011008"}),  # type: ignore[attr-defined]
        }
    )
    data = event.data.model_copy(update={"fir": told})
    forged = replace(fir(5), events=(type(event)(type=event.type, occurred_at=event.occurred_at, data=data),))
    standing = ROWS.standing(station("2011008"), forged, {by_number: file}, TODAY)
    assert standing.refused == {file.case_id}


def test_where_the_directory_has_rows_naming_claims_nothing() -> None:
    assert not ROWS.may_claim(station("2011008"), outcome(), FIR, TODAY)
    assert not ROWS.may_claim(court("HPSH01"), changed("TRANSFER"), CNR, TODAY)
    assert ROWS.may_claim(court("HPKN02"), outcome(), CNR, TODAY)


def test_a_court_has_standing_by_a_cnr_that_the_case_holds() -> None:
    case = case_of(bench(), fir(), outcome()).case
    assert basis(court("HPKN02"), outcome(), case) is Basis.OWN_CNR


def test_a_cnr_that_a_case_only_names_gives_its_court_no_standing() -> None:
    foreign = CaseReference(firs=(fir_reference(),), cnr=Cnr("PBLD010000012026"))
    naming = replace(
        outcome("H-2"), case=foreign, events=tuple(_about(event, foreign) for event in outcome("H-2").events)
    )
    file = case_of(bench(), fir(), naming)
    assert file.case.references == ("PBLD010000012026",)
    assert basis(court("PBLD01"), outcome(), file.case) is None


def _about(event: object, case: CaseReference) -> object:
    data = event.data.model_copy(update={"case": case})  # type: ignore[attr-defined]
    return type(event)(type=event.type, occurred_at=event.occurred_at, data=data)  # type: ignore[attr-defined, call-arg]


def test_a_court_of_another_state_is_parked_like_one_whose_case_is_unknown() -> None:
    deciding = bench()
    file = case_of(deciding, fir())
    foreign = spoken(outcome(bail_for="A1", serial=None), court("PBLD01"))
    hidden = deciding.decide(foreign, Facts(cases={FIR: file}))
    absent = bench().decide(foreign, Facts())
    assert isinstance(hidden, Kept)
    assert isinstance(absent, Kept)
    assert hidden.linked is None
    assert hidden.waits_for == absent.waits_for
    assert _without_ids(hidden.receipt) == _without_ids(absent.receipt)
    waiting = deciding.waiting(foreign, Facts(cases={FIR: file}), [event.event_id for event in hidden.parked])
    assert waiting.refused == {file.case_id}
    assert waiting.waits_for == (*absent.waits_for, ("standing", file.case_id))


def _without_ids(receipt: bytes) -> bytes:
    return re.sub(rb"id\d{6}", b"id", receipt)


def test_what_was_refused_is_judged_again_and_linked_when_the_case_gives_standing() -> None:
    deciding = bench()
    file = case_of(deciding, fir(), outcome())
    message = spoken(outcome("H-9", serial=None), court("PBLD01"))
    facts = Facts(cases={FIR: file})
    assert deciding.relink(message, facts, ["e1"], message.envelope.received_at) is None
    moved = file.case.model_copy(
        update={"proceedings": {**file.case.proceedings, "PBLD010000012026": ()}, "references": ()}
    )
    assert changes_standing(message.content, file.case, moved)
    after = Facts(cases={FIR: replace(file, case=moved)})
    assert deciding.relink(message, after, ["e1"], message.envelope.received_at) is not None


def test_a_fir_registered_elsewhere_never_joins_a_case_that_it_only_names() -> None:
    deciding = bench()
    file = case_of(deciding, fir())
    own = fir(5)
    case = CaseReference(firs=(fir_reference(5, station="3011001", state="PB"), fir_reference()))
    [event] = own.events
    told = event.data.fir.model_copy(  # type: ignore[attr-defined]
        update={"police_station": event.data.fir.police_station.model_copy(update={"code": "3011001", "state": "PB"})}  # type: ignore[attr-defined]
    )
    data = event.data.model_copy(update={"case": case, "fir": told})
    forged = replace(own, case=case, events=(type(event)(type=event.type, occurred_at=event.occurred_at, data=data),))
    decision = deciding.decide(spoken(forged, station("3011001", "PB")), Facts(cases={FIR: file}))
    assert isinstance(decision, Kept)
    assert decision.linked is not None
    assert [each.case_id for each in decision.linked.cases] != [file.case_id]
    assert decision.linked.claims == ((("fir", "PB/3011001/5/2026"), decision.linked.case_id),)


def test_the_number_of_a_fir_that_is_not_registered_yet_is_claimed_by_nobody_of_another_state() -> None:
    elsewhere = ("fir", "PB/3011001/900/2026")
    assert not SILENCE.may_claim(court("HPKN02"), outcome(), elsewhere, TODAY)
    assert not SILENCE.may_claim(station("2011007"), fir(), elsewhere, TODAY)
    assert SILENCE.may_claim(station("2011007"), fir(), FIR, TODAY)


def test_a_transfer_claims_no_cnr_of_another_state() -> None:
    transfer = changed("TRANSFER")
    assert SILENCE.may_claim(court("HPKN02"), transfer, CNR, TODAY)
    assert not SILENCE.may_claim(court("HPKN02"), transfer, ("cnr", "PBLD010000012026"), TODAY)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"establishment": "HPKN02", "state": "HP"}, court("HPKN02")),
        ({"station": "2011007", "state": "HP", "district": "Kangra"}, station("2011007")),
        # What a jail says of the case is no word on where the jail is.
        ({"jail": "PBCJ01", "state": "HP"}, Speaker(kind=PlaceKind.JAIL, code="PBCJ01", state="PB")),
        ({"state": "HP"}, Speaker(kind=PlaceKind.OFFICE, state="HP")),
    ],
)
def test_the_speaking_place_is_read_from_the_attributes_of_the_contract(
    attributes: dict[str, str], expected: Speaker
) -> None:
    speaker = speaker_of(attributes, pillar="prosecution", home_state="PB")
    assert speaker == expected
    assert Speaker.read(speaker.written()) == speaker


def test_what_names_no_place_speaks_for_nothing() -> None:
    speaker = speaker_of({"state": "HP"}, pillar="courts", home_state="HP")
    assert basis(speaker, outcome(), case_of(bench(), fir()).case) is None


def test_a_fir_that_is_not_the_speaking_stations_own_starts_no_case() -> None:
    decision = bench().decide(spoken(fir(), station("2011008")), Facts())
    assert isinstance(decision, Kept)
    assert decision.linked is None


def test_a_list_of_courts_narrows_what_is_seen_of_firs_as_well() -> None:
    report = said(
        "R-1",
        "icjs.final-report.filed.v1",
        CaseReference(firs=(fir_reference(),)),
        final_report={"number": "CS-1", "kind": "CHARGE_SHEET", "court": "HPKN02", "filed_at": "2026-11-20T06:00:00Z"},
    )
    before, after = case_of(bench(), fir()), case_of(bench(), fir(), report)
    there, elsewhere, state = (
        Partner(id="c", name="C", pillar=Pillar.COURTS, jurisdiction=Jurisdiction.model_validate(where))
        for where in (
            {"state": "HP", "establishments": ["HPKN02"]},
            {"state": "HP", "establishments": ["HPSH01"]},
            {"state": "HP"},
        )
    )
    assert [lies_here(before.case, each, NO_PLACES) for each in (there, elsewhere, state)] == [False, False, True]
    assert [lies_here(after.case, each, NO_PLACES) for each in (there, elsewhere, state)] == [True, False, True]
    [event] = report.events
    filed = Told(
        event_id="e",
        type=event.type,
        partner_id="hp-police",
        pillar="police",
        case_id="case-1",
        message_id="R-1",
        occurred_at=event.occurred_at,
        recorded_at=event.occurred_at,
        data=event.json,
        places=Whereabouts((), "HP").places(event),
    )
    assert [concerns(filed, each, NO_PLACES) for each in (there, elsewhere, state)] == [True, False, True]
