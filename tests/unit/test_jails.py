"""Whose system a jail has: by its code, by the State of its row, and without a row by the State of the case."""

from __future__ import annotations

from typing import Any

import pytest

from icjs_gateway.routing.access.jurisdiction import concerns, lodged_here, orders_a_jail_of
from icjs_gateway.routing.authority.places import NO_PLACES, Place, PlaceKind, Places
from icjs_gateway.routing.authority.speaker import speaker_of
from icjs_gateway.routing.authority.standing import Authority
from icjs_gateway.routing.directory import Jurisdiction, Partner, Pillar
from icjs_gateway.routing.jails import serves
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.places import Places as EventPlaces
from tests.support.disclosing import told as told_of
from tests.support.messages import authority_rules

JALANDHAR = "PBCJ01"
ROWS = Places([Place(kind=PlaceKind.JAIL, code=JALANDHAR, state="PB", name="Central Jail Jalandhar")])


def prisons(**where: Any) -> Partner:
    return Partner(id="p", name="P", pillar=Pillar.PRISONS, jurisdiction=Jurisdiction.model_validate(where))


def ordered(places: EventPlaces) -> Told:
    """Bail in a case of Himachal Pradesh."""
    fir = {"state": "HP", "police_station_code": "2011007", "number": "112", "year": 2026}
    bail = {"authority": "ORDER", "accused": {"serial": "A1"}, "ordered_on": "2026-11-20", "decision": "GRANTED"}
    data = {"case": {"firs": [fir]}, "court": {"establishment": "HPKN02"}, "bail": bail}
    return told_of("icjs.bail.ordered.v1", data, frozenset(), places=places)


@pytest.mark.parametrize(
    ("where", "directory", "expected"),
    [
        ({"state": "PB"}, ROWS, True),
        ({"state": "HP"}, ROWS, False),
        ({"states": ["HP", "PB"]}, ROWS, True),
        ({"all": True}, ROWS, True),
        ({"state": "HP"}, NO_PLACES, True),
        ({"state": "PB"}, NO_PLACES, False),
        ({"state": "HP", "jails": [JALANDHAR]}, ROWS, True),
        ({"state": "PB", "jails": ["PBCJ02"]}, ROWS, False),
        ({"state": "PB", "districts": ["Jalandhar"]}, ROWS, False),
    ],
)
def test_a_jail_is_served_by_the_system_of_its_state_whichever_states_case_it_is(
    where: dict[str, Any], directory: Places, expected: bool
) -> None:
    department = prisons(**where)
    assert serves(department, JALANDHAR, directory, ("HP",)) is expected
    if not department.reads_for.districts:
        named = ordered(EventPlaces(names_a_jail=True, jail=JALANDHAR))
        assert concerns(named, department, directory) is expected
        assert (concerns(named, department, directory) and orders_a_jail_of(named, department, directory)) is expected


@pytest.mark.parametrize(
    "places",
    [
        EventPlaces(lodged=(JALANDHAR,)),
        EventPlaces(left=(JALANDHAR,)),
        EventPlaces(claimed=(JALANDHAR,)),
    ],
)
def test_so_do_the_jails_that_have_had_or_claim_the_person(places: EventPlaces) -> None:
    assert concerns(ordered(places), prisons(state="PB"), ROWS)
    assert orders_a_jail_of(ordered(places), prisons(state="PB"), ROWS)
    assert not concerns(ordered(places), prisons(state="HP"), ROWS)
    assert not orders_a_jail_of(ordered(places), prisons(state="HP"), ROWS)


def test_a_jail_that_the_directory_does_not_know_keeps_nothing_from_the_state_of_the_case() -> None:
    """A typing mistake in a jail's code, and a person whom the record has elsewhere."""
    mistaken = ordered(EventPlaces(names_a_jail=True, jail="HPXX99", lodged=(JALANDHAR,)))
    assert concerns(mistaken, prisons(state="HP"), ROWS)
    assert concerns(mistaken, prisons(state="PB"), ROWS)


def test_each_accused_is_lodged_with_the_state_of_the_jail() -> None:
    beside = EventPlaces(lodged=(JALANDHAR, None, "HPXX99"))
    assert lodged_here(beside, prisons(state="PB"), ROWS) == (True, False, True)
    assert lodged_here(beside, prisons(state="HP"), ROWS) == (False, False, True)
    assert lodged_here(beside, prisons(state="PB", jails=["PBCJ02"]), ROWS) == (False, False, False)


@pytest.mark.parametrize(("code", "state"), [(JALANDHAR, "PB"), ("HPXX99", None)])
def test_a_hub_of_several_states_speaks_for_the_state_of_the_jail_in_the_document(code: str, state: str | None) -> None:
    speaker = speaker_of({"jail": code, "state": "HP"}, pillar="prisons", home_state=None)
    assert Authority(places=ROWS, rules=authority_rules()).state_of(speaker) == state
