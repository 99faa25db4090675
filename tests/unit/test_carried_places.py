"""For which places a wire carries: where a place lies is what the directory says, never what the document does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import Forbidden
from icjs_gateway.routing.access.listed_places import NOTHING_LISTED, ListedPlaces
from icjs_gateway.routing.authority.places import NO_PLACES, CourtKind, PlaceKind, Places
from icjs_gateway.routing.authority.speaker import OF_ANOTHER_WIRE, Speaker
from icjs_gateway.routing.authority.standing import Authority
from icjs_gateway.routing.contracts import Document, Wire
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar
from icjs_gateway.routing.intake import Arrival, translate
from tests.contracts import contracts, parse
from tests.support.doors import ROWS, admission, arrest, court_row, filed
from tests.support.messages import authority_rules, bench, fir
from tests.unit.test_authority import case_of

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
GAUHATI = Places((*ROWS.places, court_row("GAHC01", CourtKind.HIGH_COURT, state="AS", states=["NL", "MZ", "AR"])))
AS_PALAMPUR = {"code": "2011007", "state": "PB", "district": "Ludhiana"}


def arrested(station: dict[str, str] | None, *states: str) -> dict[str, Any]:
    """An arrest, told in a case that names FIRs of the number 112 of these States, all of one station's code."""
    firs = [{"state": each, "policeStationCode": "2011007", "number": "112", "year": 2026} for each in states]
    told = {"person": {"name": "Sunil"}, "kind": "ARRESTED", "at": "2026-11-19T17:40:00+05:30"}
    place = {"station": station} if station is not None else {}
    return {"messageId": "A-1", "action": "NEW", "case": {"firs": firs}, "arrest": told | place}


FROM_COURT = """<HearingOutcome xmlns="urn:icjs:courts:hearing-outcome:1"><MessageId>H-1</MessageId><Action>NEW</Action>
<Court><Establishment>GAHC01</Establishment></Court><Case><CNR>GAHC010003412026</CNR></Case>
<Hearing><HearingId>H-1</HearingId><ListedOn>2026-11-19</ListedOn><Held>false</Held></Hearing></HearingOutcome>"""
FROM_JAIL = """<Release xmlns="urn:icjs:prisons:release:1"><MessageId>R-1</MessageId><Action>NEW</Action>
<Case><CNR>HPKN020003412026</CNR></Case><Released><Prison code="HPDJ04" state="PB"/><Person><Name>Sunil</Name></Person>
<At>2026-11-19T18:10:00+05:30</At><Ground>BAIL</Ground></Released></Release>"""
FROM_LABORATORY = {
    "messageId": "L-1",
    "action": "NEW",
    "case": {"cnr": "HPKN020003412026"},
    "report": {
        "number": "1",
        "labCaseNumber": "1",
        "laboratory": {"code": "RFSL-DHM", "state": "PB"},
        "kind": "FINAL",
        "issuedOn": "2026-11-18",
        "document": {"sha256": "0" * 64},
    },
}


def carried(
    contract_id: str,
    document: dict[str, Any] | str,
    places: Places,
    listed: ListedPlaces = NOTHING_LISTED,
    **jurisdiction: object,
) -> Speaker:
    """The place that intake takes as the speaker. Raises Forbidden where the wire may not carry its word."""
    contract = contracts().get(contract_id)
    body = document.encode() if isinstance(document, str) else json.dumps(document).encode()
    wire = Wire.XML if isinstance(document, str) else Wire.JSON
    partner = Partner(
        id="wire",
        name="Wire",
        pillar=Pillar(contract.pillar),
        jurisdiction=Jurisdiction.model_validate(jurisdiction),
        may=Permissions(push=("*",)),
    )
    parsed: Document = parse(body, wire)
    return translate(
        Arrival(document=parsed, contract=contract, partner=partner, received_at=NOW), places, listed
    ).envelope.speaker


@pytest.mark.parametrize(
    ("contract_id", "document", "mine", "theirs"),
    [
        ("police.arrest.v1", arrested(AS_PALAMPUR, "HP"), {"state": "HP"}, {"state": "PB"}),
        ("police.arrest.v1", arrested(None, "PB", "HP"), {"state": "HP"}, {"state": "PB"}),
        (
            "police.arrest.v1",
            arrested({**AS_PALAMPUR, "state": "HP", "district": "Shimla"}, "HP"),
            {"state": "HP", "districts": ["Kangra"]},
            {"state": "HP", "districts": ["Shimla"]},
        ),
        ("prisons.release.v1", FROM_JAIL, {"state": "HP"}, {"state": "PB"}),
        ("forensics.report.v1", FROM_LABORATORY, {"state": "HP"}, {"state": "PB"}),
        ("courts.hearing-outcome.v1", FROM_COURT, {"state": "AS"}, {"state": "GA"}),
    ],
    ids=["station", "station of the first FIR", "district", "jail", "laboratory", "High Court"],
)
def test_a_wire_carries_no_place_that_the_directory_has_elsewhere(
    contract_id: str, document: dict[str, Any] | str, mine: dict[str, object], theirs: dict[str, object]
) -> None:
    carried(contract_id, document, GAUHATI, **mine)
    with pytest.raises(Forbidden):
        carried(contract_id, document, GAUHATI, **theirs)
    carried(contract_id, document, NO_PLACES, **theirs)


@pytest.mark.parametrize(
    ("kind", "code", "content"),
    [
        (PlaceKind.STATION, "2011007", filed("PBLD01")),
        (PlaceKind.STATION, "2011007", arrest("A-9", "2011007")),
        (PlaceKind.JAIL, "HPDJ04", admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL")),
    ],
    ids=["final report", "arrest", "release"],
)
def test_a_code_said_over_a_wire_of_another_state_is_not_that_place(
    kind: PlaceKind, code: str, content: Content
) -> None:
    """Also what came before the rows were applied, and is judged again by them."""
    case = case_of(bench(), fir(accused=("A2=Sunil",)), admission("M-1", "HPDJ04")).case
    judged = Authority(places=ROWS, rules=authority_rules())
    bases = {
        state: judged.basis(Speaker(kind=kind, code=code, state=state), content, case, NOW.date())
        for state in ("HP", "PB", None)
    }
    assert bases["PB"] is None
    assert bases["HP"] is bases[None] is not None


def listing(pillar: Pillar, **where: object) -> ListedPlaces:
    """Another partner of this pillar, which lists a jail or a laboratory."""
    jurisdiction = Jurisdiction.model_validate(where)
    return ListedPlaces((Partner(id="its-own", name="Own", pillar=pillar, jurisdiction=jurisdiction),))


@pytest.mark.parametrize(
    ("contract_id", "document", "pillar", "codes"),
    [
        ("prisons.release.v1", FROM_JAIL, Pillar.PRISONS, {"jails": ["HPDJ04"]}),
        ("forensics.report.v1", FROM_LABORATORY, Pillar.FORENSICS, {"laboratories": ["RFSL-DHM"]}),
    ],
    ids=["jail", "laboratory"],
)
@pytest.mark.parametrize(
    ("of_state", "wire", "places", "is_carried"),
    [
        ({"state": "HP"}, {"states": ["PB", "CH"]}, NO_PLACES, False),
        ({"state": "HP"}, {"state": "PB"}, NO_PLACES, False),
        ({"states": ["HP", "CH"]}, {"state": "PB"}, NO_PLACES, False),
        ({"states": ["HP", "PB"]}, {"states": ["HP", "PB"]}, NO_PLACES, True),
        ({}, {"states": ["HP", "PB"]}, NO_PLACES, True),
        ({"state": "HP"}, {"states": ["HP", "PB"]}, NO_PLACES, True),
        ({"state": "HP"}, {"all": True}, NO_PLACES, True),
        ({"state": "HP"}, {"states": ["HP", "PB"]}, ROWS, True),
    ],
    ids=[
        "States of others",
        "another State",
        "another of several",
        "several States",
        "no State told",
        "its State among others",
        "all States",
        "by rows",
    ],
)
def test_in_silence_a_place_that_another_partner_lists_speaks_over_its_own_wires_alone(
    contract_id: str,
    document: dict[str, Any] | str,
    pillar: Pillar,
    codes: dict[str, object],
    of_state: dict[str, object],
    wire: dict[str, object],
    places: Places,
    is_carried: bool,
) -> None:
    # The document says PB of itself.
    listed = listing(pillar, **of_state, **codes)
    speaker = carried(contract_id, document, places, listed, **wire)
    assert (speaker.state != OF_ANOTHER_WIRE) is is_carried
    case = case_of(bench(), fir(accused=("A2=Sunil",)), admission("M-1", "HPDJ04")).case
    release = admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL")
    if speaker.kind is PlaceKind.JAIL:
        judged = Authority(places=places, rules=authority_rules())
        assert (judged.basis(speaker, release, case, NOW.date()) is not None) is is_carried
    elsewhere = listing(Pillar.COURTS, **of_state, **codes)
    assert carried(contract_id, document, places, elsewhere, **wire).state != OF_ANOTHER_WIRE
