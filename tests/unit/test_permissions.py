"""What a partner may push, and for whom."""

import pytest

from icjs_gateway.model.errors import Forbidden
from icjs_gateway.routing.access.permissions import allowed, require_jurisdiction, require_push
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
