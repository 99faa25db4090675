"""The directory of places: which rows count on a day, who speaks for whom, who is over whom; faults of its file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.routing.authority.places import NO_PLACES, ActsFor, Place, PlaceKind, Places
from icjs_gateway.simulators import places as simulated
from icjs_gateway.simulators.papers import LABORATORY
from icjs_gateway.stores.places_file import read_places

ON = date(2026, 11, 30)
COURT, STATION, JAIL, LABORATORY_KIND = PlaceKind.COURT, PlaceKind.STATION, PlaceKind.JAIL, PlaceKind.LABORATORY
SAMPLE = packaged_contracts() / "canonical" / "places.sample.yaml"


def place(code: str, **members: Any) -> Place:
    known = {"kind": "court", "state": "HP", "name": code}
    if members.get("kind", "court") == "court":
        known["court_kind"] = "magistrate"
    return Place.model_validate(known | members | {"code": code})


def station(code: str, **members: Any) -> Place:
    return place(code, kind="station", **members)


def acting(court: str, *others: str, role: str = "duty", **members: Any) -> ActsFor:
    return ActsFor.model_validate({"place": court, "for": others, "as": role} | members)


def closed(code: str, successor: str, until: str = "2026-10-31", **members: Any) -> Place:
    return place(code, valid_until=until, successor=successor, successor_order="O-1", **members)


def test_an_empty_directory_knows_nothing_and_a_place_still_speaks_for_itself() -> None:
    assert not NO_PLACES.covers("HP")
    assert not NO_PLACES.covers(None)
    assert NO_PLACES.place(COURT, "HPKN02", ON) is None
    assert NO_PLACES.state_of(COURT, "HPKN02") is None
    assert NO_PLACES.speaks_for(COURT, "HPKN02", ON) == {"HPKN02"}
    assert not NO_PLACES.is_over("HPHC01", "HPKN02", ON)
    assert not NO_PLACES.in_same_division("2011007", "HPKN02", ON)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), "Old"),
        (date(2025, 6, 30), "Old"),
        (date(2025, 7, 1), None),
        (date(2026, 1, 1), "New"),
        (date(2099, 1, 1), "New"),
    ],
)
def test_a_row_counts_from_its_first_to_its_last_day(on: date, name: str | None) -> None:
    rows = (
        place("HPKN02", name="New", district="Una", valid_from="2026-01-01"),
        place("HPKN02", name="Old", district="Kangra", valid_from="2020-01-01", valid_until="2025-06-30"),
    )
    found = Places(rows).place(COURT, "HPKN02", on)
    assert (found.name if found is not None else None) == name
    assert Places(rows).district_of(COURT, "HPKN02") == "Una"


def test_the_same_code_of_another_kind_is_another_place() -> None:
    places = Places([place("X1"), place("X1", kind="jail", state="PB", district="Pathankot")])
    assert places.state_of(COURT, "X1") == "HP"
    assert places.state_of("jail", "X1") == "PB"
    assert places.district_of(JAIL, "X1") == "Pathankot"
    assert places.state_of(STATION, "X1") is None


def test_a_superior_court_alone_covers_no_state() -> None:
    superior = place("PHHC01", state="CH", states=["PB"], court_kind="high-court")
    assert not Places([superior]).covers("CH")
    assert not Places([superior]).covers("PB")
    assert Places([superior, place("CHCH01", state="CH")]).covers("CH")
    assert Places([superior, place("CHCH01", state="CH")]).states == ("CH",)


def test_a_successor_speaks_for_what_it_took_over_from_the_day_after() -> None:
    places = Places([closed("A", "B", "2026-10-31"), closed("B", "C", "2026-11-15"), place("C")])
    assert places.speaks_for(COURT, "B", date(2026, 10, 31)) == {"B"}
    assert places.speaks_for(COURT, "B", date(2026, 11, 1)) == {"A", "B"}
    assert places.speaks_for(COURT, "C", date(2026, 11, 15)) == {"C"}
    assert places.speaks_for(COURT, "C", ON) == {"A", "B", "C"}
    assert places.speaks_for(STATION, "C", ON) == {"C"}


def test_a_place_that_is_in_force_again_has_no_successor() -> None:
    places = Places([closed("A", "B"), place("A", valid_from="2026-11-20"), place("B")])
    assert places.speaks_for(COURT, "B", date(2026, 11, 19)) == {"A", "B"}
    assert places.speaks_for(COURT, "B", date(2026, 11, 20)) == {"B"}


def test_successions_in_a_circle_end() -> None:
    places = Places([closed("A", "B"), closed("B", "A")])
    assert places.speaks_for(COURT, "A", ON) == {"A", "B"}
    assert not places.in_same_division("A", "B", ON)
    stations = Places([closed("A", "B", kind="station"), closed("B", "A", kind="station"), place("C", divisions=["K"])])
    assert not stations.in_same_division("A", "C", ON)


def test_who_acts_for_a_place_speaks_for_it_while_the_row_is_in_force_and_does_not_pass_that_on() -> None:
    rows = acting("A", "B", **{"from": "2026-11-30", "until": "2026-12-05"}), acting("B", "C", role="link")
    places = Places([closed("OLD", "B"), *map(place, "ABC")], rows)
    assert places.speaks_for(COURT, "A", date(2026, 11, 29)) == {"A"}
    assert places.speaks_for(COURT, "A", ON) == {"A", "B", "OLD"}
    assert places.speaks_for(COURT, "A", date(2026, 12, 6)) == {"A"}
    assert places.speaks_for(COURT, "C", ON) == {"C"}


def test_a_succession_in_bulk_is_a_row_too() -> None:
    bulk = acting("D", "A", "B", role="successor", **{"from": "2026-11-30", "order": "O-9"})
    places = Places([*map(place, "ABD")], [bulk])
    assert places.speaks_for(COURT, "D", date(2026, 11, 29)) == {"D"}
    assert places.speaks_for(COURT, "D", ON) == {"A", "B", "D"}


def test_a_row_for_named_acts_counts_for_these_alone() -> None:
    places = Places([*map(place, "AB")], [acting("A", "B", role="special", acts=["NDPS", "POCSO"])])
    assert places.speaks_for(COURT, "A", ON) == {"A"}
    assert places.speaks_for(COURT, "A", ON, acts={"BNS"}) == {"A"}
    assert places.speaks_for(COURT, "A", ON, acts={"BNS", "NDPS"}) == {"A", "B"}


SUPREME = place("SCIN01", state="DL", court_kind="supreme-court")
GAUHATI = place("GAHC01", state="AS", states=["NL", "MZ", "AR"], court_kind="high-court")
SESSIONS = place("HPKN01", court_kind="sessions", over=["HPKN02"], divisions=["Kangra"])
MAGISTRATE = place("HPKN02", over=["HPKN09"], divisions=["Kangra"])
DELHI = place("DLHC01", state="DL", court_kind="high-court")
COURTS = (SUPREME, GAUHATI, DELHI, SESSIONS, MAGISTRATE, place("NLKO01", state="NL"), place("GAPN01", state="GA"))


@pytest.mark.parametrize(
    ("court", "other", "is_over"),
    [
        ("HPKN01", "HPKN02", True),
        ("HPKN01", "HPKN09", True),
        ("HPKN02", "HPKN01", False),
        ("HPKN01", "HPKN01", False),
        ("HPKN01", "NLKO01", False),
        ("GAHC01", "NLKO01", True),
        ("GAHC01", "GAPN01", False),
        ("GAHC01", "GAXX01", False),
        ("GAHC01", "SCIN01", False),
        ("DLHC01", "SCIN01", False),
        ("SCIN01", "GAHC01", True),
        ("SCIN01", "GAXX01", True),
        ("SCIN01", "SCIN01", False),
        ("HPXX01", "HPKN02", False),
    ],
)
def test_who_is_over_whom(court: str, other: str, is_over: bool) -> None:
    assert Places(COURTS).is_over(court, other, ON) is is_over


def test_a_rank_ends_with_its_row_and_goes_to_the_successor_and_to_who_is_in_charge() -> None:
    old = closed("S1", "S2", court_kind="sessions", over=["M1"])
    rows = (old, place("S2", court_kind="sessions"), place("M1"), place("M2"), place("M3"))
    places = Places(rows, [acting("M2", "S2", role="in-charge"), acting("M3", "S2", role="bond")])
    assert places.is_over("S1", "M1", date(2026, 10, 31))
    assert not places.is_over("S1", "M1", ON)
    assert not places.is_over("S2", "M1", date(2026, 10, 31))
    assert places.is_over("S2", "M1", ON)
    assert places.is_over("M2", "M1", ON)
    assert not places.is_over("M2", "S2", ON)
    assert not places.is_over("M3", "M1", ON)


def test_nobody_is_over_the_court_of_which_it_is_in_charge() -> None:
    places = Places(COURTS, [acting("HPKN02", "SCIN01", role="in-charge")])
    assert places.is_over("HPKN02", "GAHC01", ON)
    assert not places.is_over("HPKN02", "SCIN01", ON)


def test_ranks_are_followed_down_a_bounded_number_of_levels_and_out_of_a_circle() -> None:
    levels = [place(f"L{number}", over=[f"L{number + 1}"]) for number in range(9)]
    places = Places(levels)
    assert places.is_over("L0", "L4", ON)
    assert not places.is_over("L0", "L5", ON)
    circle = Places([place("A", over=["B"]), place("B", over=["A"])])
    assert not circle.is_over("A", "C", ON)


def test_a_division_is_of_one_state() -> None:
    places = Places(
        [
            station("2011007", divisions=["Kangra", "Una"]),
            station("NONE"),
            station("2201001", state="CG", divisions=["Bilaspur"]),
            place("HPKN02", divisions=["Kangra"]),
            place("HPBL01", divisions=["Bilaspur"]),
            place("HPSH03", divisions=["Shimla"], valid_until="2026-11-29"),
            place("NODIV1"),
        ],
        [acting("HPBL01", "HPKN02", **{"from": "2026-12-01"}), acting("NODIV1", "HPKN02", role="bond")],
    )
    assert places.in_same_division("2011007", "HPKN02", ON)
    assert not places.in_same_division("2201001", "HPBL01", ON)
    assert not places.in_same_division("NONE", "NODIV1", ON)
    assert not places.in_same_division("2011007", "NODIV1", ON)
    assert not places.in_same_division("2011007", "HPBL01", ON)
    assert places.in_same_division("2011007", "HPBL01", date(2026, 12, 1))


def test_a_court_that_is_closed_serves_no_division_and_a_closed_station_lies_where_its_successor_does() -> None:
    places = Places(
        [
            closed("OLD", "NEW", kind="station", divisions=["Kangra"]),
            station("NEW", divisions=["Shimla"]),
            place("HPKN02", divisions=["Kangra"], valid_until="2026-11-29"),
            place("HPSH03", divisions=["Shimla"]),
        ]
    )
    assert places.in_same_division("OLD", "HPKN02", date(2026, 10, 31))
    assert not places.in_same_division("OLD", "HPKN02", date(2026, 11, 1))
    assert places.in_same_division("OLD", "HPSH03", ON)
    assert not places.in_same_division("NEW", "HPKN02", ON)


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-31"}, "valid_until is before valid_from"),
        ({"successor": "B", "successor_order": "O-1"}, "has valid_until"),
        ({"successor": "B", "valid_until": "2026-01-31"}, "successor_order"),
        ({"successor_order": "O-1"}, "successor_order"),
        ({"successor": "A", "successor_order": "O-1", "valid_until": "2026-01-31"}, "itself"),
        ({"over": ["A"]}, "itself"),
        ({"court_kind": None}, "court_kind"),
        ({"kind": "jail", "over": ["B"]}, "not for a jail"),
        ({"kind": "station", "states": ["PB"]}, "not for a station"),
        ({"state": "Himachal"}, "State code"),
        ({"code": "A/B"}, "code"),
        ({"police_district": "Kangra"}, "police_district"),
    ],
)
def test_a_row_of_a_place_that_contradicts_itself_is_refused(members: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Place.model_validate(
            {"kind": "court", "code": "A", "state": "HP", "name": "A", "court_kind": "magistrate"} | members
        )


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"from": "2026-02-01", "until": "2026-01-31"}, "until is before from"),
        ({"for": []}, "for"),
        ({"for": ["A"]}, "itself"),
        ({"as": "holiday"}, "as"),
        ({"as": "special"}, "named acts"),
        ({"as": "successor", "from": "2026-01-31"}, "number of the order"),
        ({"as": "successor", "order": "O-1"}, "first day"),
    ],
)
def test_a_row_of_acts_for_that_contradicts_itself_is_refused(members: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        ActsFor.model_validate({"place": "A", "for": ["B"], "as": "duty"} | members)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "places.yaml"
    path.write_text(text, encoding="utf-8")
    return path


FAULTY = """
states: [HP, XX]
places:
  - {kind: court, code: HPKN01, state: HP, name: A, court_kind: sessions, over: [HPKN02, HPKN77],
     valid_until: 2025-12-31}
  - {kind: court, code: HPKN01, state: HP, name: B, court_kind: sessions, valid_from: 2025-12-31}
  - {kind: court, code: HPKN02, state: PB, name: C, court_kind: magistrate, states: [YY]}
  - {kind: jail, code: HPKN77, state: HP, name: D, valid_until: 2025-12-31, successor: HPDJ77, successor_order: O-1}
acts_for:
  - {place: HPKN02, for: [HPKN01, HPKN88], as: duty}
  - {place: HPKN02, for: [HPKN01, HPKN88], as: duty}
  - {place: HPKN99, for: [HPKN01], as: link}
"""


def test_every_fault_of_a_places_file_is_named_with_its_position(tmp_path: Path) -> None:
    path = written(tmp_path, FAULTY)
    with pytest.raises(Misconfigured) as refused:
        read_places(path)
    assert refused.value.detail.splitlines() == [
        f"{path}: states: XX is no State or Union Territory",
        f"{path}: places.2 (court HPKN02).state: PB is not listed under `states`",
        f"{path}: places.2 (court HPKN02).states: YY is no State or Union Territory",
        f"{path}: places.1 (court HPKN01): its dates overlap those of places.0",
        f"{path}: acts_for.1 (court HPKN02): is the same row as acts_for.0",
        f"{path}: places.0 (court HPKN01).over: there is no court HPKN77",
        f"{path}: places.3 (jail HPKN77).successor: there is no jail HPDJ77",
        f"{path}: acts_for.0 (court HPKN02).for: there is no court HPKN88",
        f"{path}: acts_for.1 (court HPKN02).for: there is no court HPKN88",
        f"{path}: acts_for.2 (court HPKN99).place: there is no court HPKN99 in this file",
    ]


def test_one_place_may_have_rows_one_after_another(tmp_path: Path) -> None:
    row = "{kind: jail, code: HPDJ04, state: HP, name: A, "
    path = written(tmp_path, f"states: [HP]\nplaces: [{row}valid_until: 2025-12-31}}, {row}valid_from: 2026-01-01}}]\n")
    assert len(read_places(path).places) == 2


def test_every_fault_of_a_shape_is_named_with_its_position(tmp_path: Path) -> None:
    row = "{kind: station, code: 2011007, state: HP, name: A}"
    path = written(tmp_path, f"states: [HP]\nplaces:\n  - {row}\n  - {{kind: ship, code: A, state: HP, name: A}}\n")
    with pytest.raises(Misconfigured) as refused:
        read_places(path)
    first, second = refused.value.detail.splitlines()
    assert first.startswith(f"{path}: places.0.code: ")
    assert second.startswith(f"{path}: places.1.kind: ")


@pytest.mark.parametrize("text", ["", "[]", "states: [HP]\nplaces: [", "states: []", "states: HP"])
def test_what_is_no_places_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match=r"places\.yaml"):
        read_places(written(tmp_path, text))


def test_places_of_other_states_may_be_named_where_they_are_known(tmp_path: Path) -> None:
    text = "states: [LA]\nplaces: [{kind: court, code: LALE01, state: LA, name: A, court_kind: magistrate}]\n"
    path = written(tmp_path, text + "acts_for: [{place: LALE01, for: [JKJM01], as: link}]\n")
    with pytest.raises(Misconfigured, match="there is no court JKJM01"):
        read_places(path)
    asked: list[tuple[str, ...]] = []
    file = read_places(path, lambda states: asked.append(states) or {("court", "JKJM01")})
    assert asked == [("LA",)]
    assert file.acts_for[0].for_ == ("JKJM01",)


def test_the_sample_has_every_place_of_the_demo() -> None:
    file = read_places(SAMPLE)
    assert file.sample
    places = Places(file.places, file.acts_for)
    for each in simulated.STATIONS:
        found = [
            places.place(STATION, each.code, ON),
            places.place(COURT, each.court.establishment, ON),
            places.place(JAIL, each.jail.code, ON),
        ]
        assert [(row.name, row.state) for row in found if row is not None] == [
            (each.name, simulated.STATE),
            (each.court.name, simulated.STATE),
            (each.jail.name, simulated.STATE),
        ]
        assert places.district_of(STATION, each.code) == each.district
        assert places.in_same_division(each.code, each.court.establishment, ON)
        assert places.is_over("HPHC01", each.court.establishment, ON)
        assert not places.is_over("PHHC01", each.court.establishment, ON)
    assert places.state_of(LABORATORY_KIND, LABORATORY["code"]) == "HP"


def test_the_sample_has_every_sender_of_the_packaged_samples() -> None:
    places = Places(read_places(SAMPLE).places)
    kinds = {"station": STATION, "establishment": COURT, "jail": JAIL, "laboratory": LABORATORY_KIND}
    senders = {
        (kinds[name], code)
        for golden in packaged_contracts().rglob("*.golden.json")
        for document in [yaml.safe_load(golden.read_text(encoding="utf-8"))]
        if document.get("attributes", {}).get("state") == "HP"
        for name, code in document["attributes"].items()
        if name in kinds
    }
    assert {kind for kind, _ in senders} == set(kinds.values())
    assert [sender for sender in sorted(senders) if places.state_of(*sender) != "HP"] == []


OLD, NEW = closed("2013001", "2014009", "2025-12-31", kind="station"), station("2014009", valid_from="2026-01-01")


@pytest.mark.parametrize(
    ("code", "year", "other"),
    [
        ("2014009", 2025, "2013001"),
        ("2014009", 2026, None),
        ("2013001", 2026, "2014009"),
        ("2013001", 2025, None),
        ("2017002", 2025, None),
    ],
)
def test_a_fir_can_only_be_the_other_station_s_when_the_years_say_so(code: str, year: int, other: str | None) -> None:
    assert Places((OLD, NEW)).other_code_of(code, year, ON) == other


def test_of_two_stations_that_one_succeeded_neither_is_meant() -> None:
    both = Places((OLD, closed("2013002", "2014009", "2025-12-31", kind="station"), NEW))
    assert both.other_code_of("2014009", 2025, ON) is None


def test_a_successor_that_was_there_before_has_numbers_of_its_own() -> None:
    assert Places((OLD, station("2014009"))).other_code_of("2014009", 2025, ON) is None
    assert Places((OLD, station("2014009"))).other_code_of("2013001", 2026, ON) == "2014009"
