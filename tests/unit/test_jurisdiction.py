"""Where a case lies: by the rows of the directory of places, and without rows by codes and documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from icjs_gateway.routing.access.jurisdiction import concerns, has_court, lies_in
from icjs_gateway.routing.authority.places import NO_PLACES, CourtKind, Place, PlaceKind, Places
from icjs_gateway.routing.directory import Jurisdiction, Partner, Pillar
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.places import Places as Naming
from tests.support.disclosing import told as told_of
from tests.support.doors import ROWS as DOORS


def row(kind: PlaceKind, code: str, state: str, **more: object) -> Place:
    return Place.model_validate({"kind": kind, "code": code, "state": state, "name": code} | more)


ROWS = Places(
    (
        row(PlaceKind.COURT, "GAHC01", "AS", court_kind=CourtKind.HIGH_COURT, states=["NL", "MZ", "AR"]),
        row(PlaceKind.STATION, "2011007", "HP", district="Kangra"),
        row(PlaceKind.STATION, "2011008", "HP"),
    )
)
GAUHATI, UNKNOWN = "GAHC010003412026", "GANG010003412026"


def event(firs: tuple[dict[str, Any], ...] = (), cnr: str | None = None) -> Told:
    case = {"firs": list(firs)} | ({"cnr": cnr} if cnr is not None else {})
    hearing = {"hearing_id": "H-1", "listed_on": "2026-11-20", "held": True}
    data = {"case": case, "court": {"establishment": "GAHC01"}, "hearing": hearing}
    return told_of("icjs.hearing.recorded.v1", data, frozenset())


def fir(station: str = "2011007", **more: Any) -> dict[str, Any]:
    return {"state": "HP", "police_station_code": station, "number": "112", "year": 2026} | more


def partner(pillar: Pillar = Pillar.POLICE, **where: Any) -> Partner:
    return Partner(id="p", name="P", pillar=pillar, jurisdiction=Jurisdiction.model_validate(where))


@pytest.mark.parametrize(
    ("cnr", "places", "states"),
    [
        (GAUHATI, ROWS, {"AS", "NL", "MZ", "AR"}),
        (GAUHATI, NO_PLACES, {"GA"}),
        (UNKNOWN, ROWS, {"GA"}),
    ],
)
def test_a_court_lies_in_the_states_of_its_row_and_without_one_where_its_code_says(
    cnr: str, places: Places, states: set[str]
) -> None:
    for state in ("AS", "NL", "MZ", "AR", "GA", "HP"):
        who = partner(Pillar.COURTS, state=state)
        assert lies_in((), (cnr,), who.reads_for, places) is (state in states)
        assert concerns(event(cnr=cnr), who, places) is (state in states)


@pytest.mark.parametrize(
    ("named", "where", "places", "expected"),
    [
        (fir(district="Shimla"), {"districts": ["Kangra"]}, ROWS, True),
        (fir(district="Shimla"), {"districts": ["Shimla"]}, ROWS, False),
        (fir(district="Shimla"), {"districts": ["Shimla"]}, NO_PLACES, True),
        (fir("2011008", district="Shimla"), {"districts": ["Shimla"]}, ROWS, True),
        (fir(state="PB"), {"state": "PB"}, ROWS, False),
        (fir(state="PB"), {"state": "HP"}, ROWS, True),
        (fir(state="PB"), {"state": "PB"}, NO_PLACES, True),
        (fir(district="Hamirpur"), {"state": "UP", "districts": ["Hamirpur"]}, NO_PLACES, False),
        (fir(district="Hamirpur"), {"state": "HP", "districts": ["Hamirpur"]}, NO_PLACES, True),
        (fir(state=None, district="Hamirpur"), {"state": "HP", "districts": ["Hamirpur"]}, NO_PLACES, True),
        (fir(), {"state": "HP", "stations": ["2011007"]}, ROWS, True),
    ],
)
def test_a_fir_lies_where_the_row_of_its_station_says(
    named: dict[str, Any], where: dict[str, Any], places: Places, expected: bool
) -> None:
    who = partner(**where)
    said = {name: value for name, value in named.items() if value is not None}
    assert lies_in((said,), (), who.reads_for, places) is expected
    assert concerns(event(firs=(said,)), who, places) is expected


@pytest.mark.parametrize(
    ("pillar", "where", "expected"),
    [
        (Pillar.COURTS, {"state": "PB"}, True),
        (Pillar.COURTS, {"states": ["CH", "PB"]}, True),
        (Pillar.COURTS, {"all": True}, True),
        (Pillar.COURTS, {"establishments": ["PBLD01"]}, True),
        (Pillar.COURTS, {"state": "PB", "establishments": ["PBLD02"]}, False),
        (Pillar.COURTS, {"state": "PB", "districts": ["Ludhiana"]}, False),
        (Pillar.COURTS, {"state": "CH"}, False),
        (Pillar.POLICE, {"state": "PB"}, False),
        (Pillar.PROSECUTION, {"state": "PB"}, False),
    ],
)
@pytest.mark.parametrize("places", [NO_PLACES, DOORS], ids=["in silence", "by rows"])
def test_the_system_of_a_states_courts_sees_what_names_one_of_them(
    pillar: Pillar, where: dict[str, Any], expected: bool, places: Places
) -> None:
    """A report that is filed before a court of another State."""
    who = partner(pillar, **where)
    report = {"number": "1", "kind": "CHARGE_SHEET", "court": "PBLD01", "filed_at": "2026-11-20T06:00:00Z"}
    data = {"case": {"firs": [fir()]}, "final_report": report}
    told = replace(told_of("icjs.final-report.filed.v1", data, frozenset()), places=Naming(courts=("PBLD01",)))
    assert concerns(told, who, places) is expected
    assert has_court(("PBLD01",), who, places) is expected


@pytest.mark.parametrize("where", [{"state": "PB"}, {"state": "PB", "establishments": ["PBLD01"]}])
def test_what_a_wire_says_itself_opens_nothing_to_it(where: dict[str, Any]) -> None:
    court = partner(Pillar.COURTS, **where)
    told = replace(event(firs=(fir(),)), places=Naming(courts=("PBLD01",)))
    assert concerns(told, court, NO_PLACES)
    assert not concerns(replace(told, partner_id=court.id), court, NO_PLACES)
