"""Where a case lies: by the rows of the directory of places, and without rows by codes and documents."""

from __future__ import annotations

from typing import Any

import pytest

from icjs_gateway.routing.access.jurisdiction import concerns, lies_in
from icjs_gateway.routing.authority.places import NO_PLACES, CourtKind, Place, PlaceKind, Places
from icjs_gateway.routing.directory import Jurisdiction, Partner, Pillar
from icjs_gateway.routing.lanes import Told
from tests.support.disclosing import told as told_of


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
