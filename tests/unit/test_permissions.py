"""What a partner may push, and for whom."""

import pytest

from icjs_gateway.model.errors import Forbidden
from icjs_gateway.routing.access.permissions import (
    allowed,
    covers_place,
    require_cases,
    require_files,
    require_jurisdiction,
    require_push,
)
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar

PALAMPUR = {"state": "HP", "district": "Kangra", "station": "2011007"}
KANGRA_COURT = {"state": "HP", "establishment": "HPKN02"}
DHARAMSHALA = {"state": "HP", "laboratory": "RFSL-DHM"}


def partner(**jurisdiction: object) -> Partner:
    return Partner(
        id="x",
        name="X",
        pillar=Pillar.POLICE,
        jurisdiction=Jurisdiction.model_validate(jurisdiction),
        may=Permissions(push=("police.*", "courts.bail-order.v1")),
    )


@pytest.mark.parametrize(
    ("jurisdiction", "attributes", "inside"),
    [
        ({"state": "HP"}, PALAMPUR, True),
        ({"states": ["PB", "HP"]}, PALAMPUR, True),
        ({"states": ["PB", "CH"]}, PALAMPUR, False),
        ({"states": ["PB", "HP"], "stations": ["2011008"]}, PALAMPUR, False),
        ({"all": True}, PALAMPUR, True),
        ({"all": True}, {"station": "2011007"}, False),
        ({"state": "PB"}, PALAMPUR, False),
        ({"state": "HP"}, {"station": "2011007"}, False),
        ({}, PALAMPUR, False),
        ({"state": "HP", "stations": ["2011007"]}, PALAMPUR, True),
        ({"state": "HP", "stations": ["2011008"]}, PALAMPUR, False),
        ({"state": "PB", "stations": ["2011007"]}, PALAMPUR, False),
        ({"districts": ["Kangra"]}, PALAMPUR, True),
        ({"districts": ["Kangra"]}, {"state": "HP", "station": "2011007"}, False),
        ({"districts": ["Shimla"], "stations": ["2011007"]}, PALAMPUR, True),
        ({"establishments": ["HPKN02"]}, KANGRA_COURT, True),
        ({"establishments": ["HPKN02"]}, PALAMPUR, False),
        ({"state": "HP", "establishments": ["HPSH01"]}, KANGRA_COURT, False),
        ({"state": "HP", "laboratories": ["RFSL-DHM"]}, DHARAMSHALA, True),
        ({"state": "HP", "laboratories": ["SFSL-JNG"]}, DHARAMSHALA, False),
        ({"state": "HP", "laboratories": ["RFSL-DHM"]}, PALAMPUR, False),
    ],
)
def test_a_document_must_be_shown_to_lie_inside(
    jurisdiction: dict[str, object], attributes: dict[str, str], inside: bool
) -> None:
    if inside:
        require_jurisdiction(partner(**jurisdiction), attributes)
    else:
        with pytest.raises(Forbidden) as refused:
            require_jurisdiction(partner(**jurisdiction), attributes)
        assert {finding.code for finding in refused.value.findings} == {"JURISDICTION"}


def test_what_is_not_listed_is_not_allowed() -> None:
    require_push(partner(), "police.fir.v1")
    require_push(partner(), "courts.bail-order.v1")
    for contract in ("courts.hearing-outcome.v1", "courts.bail-order.v10", "Police.fir.v1"):
        with pytest.raises(Forbidden):
            require_push(partner(), contract)


def test_a_star_spans_dots_and_letter_case_counts() -> None:
    assert allowed(["icjs.*"], "icjs.hearing.recorded.v1")
    assert not allowed(["icjs.hearing"], "icjs.hearing.recorded.v1")
    assert not allowed([], "icjs.hearing.recorded.v1")


def test_a_partner_may_be_told_for_other_places_than_it_speaks_for() -> None:
    written = {"id": "x", "name": "X", "pillar": "police", "speaks_as": {"state": "HP"}}
    assert Partner.model_validate(written).reads_for == Jurisdiction(state="HP")
    narrower = Partner.model_validate(written | {"reads_as": {"state": "HP", "districts": ["Kangra"]}})
    assert narrower.jurisdiction == Jurisdiction(state="HP")
    assert narrower.reads_for == Jurisdiction(state="HP", districts=("Kangra",))
    assert Partner.model_validate_json(narrower.model_dump_json(by_alias=True)) == narrower


@pytest.mark.parametrize(
    ("jurisdiction", "home"),
    [
        (Jurisdiction(state="HP"), "HP"),
        (Jurisdiction(states=("HP",)), "HP"),
        (Jurisdiction(states=("HP", "PB")), None),
        (Jurisdiction(all=True), None),
        (Jurisdiction(jails=("HPDJ04",)), None),
    ],
)
def test_the_home_state_is_the_only_one(jurisdiction: Jurisdiction, home: str | None) -> None:
    assert jurisdiction.home_state == home


def test_all_states_and_some_of_them_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="all: true"):
        Jurisdiction(all=True, state="HP")


def reader(*purposes: str, receive: tuple[str, ...] = ("icjs.*",)) -> Partner:
    return partner().model_copy(update={"may": Permissions(receive=receive, purposes=purposes)})


@pytest.mark.parametrize(
    ("purposes", "stated", "expected"),
    [
        (("CUSTODY",), None, "CUSTODY"),
        (("CUSTODY",), "CUSTODY", "CUSTODY"),
        (("CUSTODY", "TRIAL"), "TRIAL", "TRIAL"),
    ],
)
def test_a_case_is_read_for_the_stated_purpose_or_the_only_one(
    purposes: tuple[str, ...], stated: str | None, expected: str
) -> None:
    assert require_cases(reader(*purposes), stated) == expected


@pytest.mark.parametrize(
    ("purposes", "stated", "code", "said"),
    [
        (("CUSTODY", "TRIAL"), None, "PURPOSE-NOT-STATED", "CUSTODY or TRIAL"),
        (("CUSTODY", "TRIAL"), "RESEARCH", "PURPOSE-NOT-ALLOWED", "CUSTODY or TRIAL"),
        ((), None, "PURPOSE-NOT-ALLOWED", "may.purposes"),
        ((), "CUSTODY", "PURPOSE-NOT-ALLOWED", "none is listed"),
    ],
)
def test_a_case_is_not_read_without_a_purpose(
    purposes: tuple[str, ...], stated: str | None, code: str, said: str
) -> None:
    with pytest.raises(Forbidden) as refused:
        require_cases(reader(*purposes), stated)
    [finding] = refused.value.findings
    assert finding.code == code
    assert said in f"{finding.expected} {finding.hint}"


def test_a_file_is_fetched_without_a_purpose_but_not_for_another() -> None:
    assert require_files(reader(), None) is None
    assert require_files(reader("CUSTODY", "TRIAL"), None) is None
    assert require_files(reader("CUSTODY"), None) == "CUSTODY"
    with pytest.raises(Forbidden):
        require_files(reader("CUSTODY"), "TRIAL")
    with pytest.raises(Forbidden):
        require_files(reader(receive=()), None)


@pytest.mark.parametrize(
    ("jurisdiction", "covered"),
    [
        ({"state": "HP"}, True),
        ({"all": True}, True),
        ({"stations": ["2011007"]}, True),
        ({"state": "HP", "stations": ["2011007"]}, True),
        ({"state": "HP", "stations": ["2011008"]}, False),
        ({"state": "HP", "districts": ["Kangra"]}, False),
        ({"state": "PB"}, False),
        ({"state": "PB", "stations": ["2011007"]}, False),
        ({"state": "HP", "establishments": ["2011007"]}, False),
        ({}, False),
    ],
)
def test_a_wire_surely_carries_the_place_whose_code_or_whole_state_it_covers(
    jurisdiction: dict[str, object], covered: bool
) -> None:
    palampur = Speaker(kind=PlaceKind.STATION, code="2011007", state="HP")
    assert covers_place(Jurisdiction.model_validate(jurisdiction), palampur) is covered
