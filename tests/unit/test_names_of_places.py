"""States that have several codes, districts that were renamed: one place, however it is written."""

from __future__ import annotations

import pytest

from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.model.content import FirReference
from icjs_gateway.model.identifiers import StateCode
from icjs_gateway.model.names.districts import is_listed
from icjs_gateway.routing.access.jurisdiction import lies_in, states_of_court
from icjs_gateway.routing.access.permissions import require_jurisdiction
from icjs_gateway.routing.authority.places import NO_PLACES
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.directory import Filter, Jurisdiction, Partner, Pillar
from icjs_gateway.routing.recipients import Addressed, RecipientList
from tests.support.messages import police, subscription

ONE = {"TS": "TG", "OR": "OD", "UA": "UK", "UT": "UK", "CT": "CG", "DN": "DD", "DH": "DD", "PO": "PY"}


@pytest.mark.parametrize("former", ONE)
def test_a_former_code_of_a_state_is_its_own(former: str) -> None:
    own = ONE[former]
    assert CODECS["state"].decode(former.lower()) == own
    assert FirReference(state=former, police_station_code="1", number="7", year=2026).key() == (
        FirReference(state=own, police_station_code="1", number="7", year=2026).key()
    )
    assert Jurisdiction(state=former).has_state(own)
    assert Jurisdiction(states=(former, "HP")).has_state(own)
    assert Filter(states=(former,)).states == (own,)
    assert Filter(firs=(f"{former}/1/0007/2026",)).firs == (f"{own}/1/7/2026",)
    assert Speaker.read(f"station/{former}/1").state == own
    assert states_of_court(f"{former}HY01", NO_PLACES) == (own,)
    assert lies_in([{"state": former, "police_station_code": "1"}], (), Jurisdiction(state=own), NO_PLACES)


@pytest.mark.parametrize("code", ["XX", "ZZ", "H", "HPP", "H1", ""])
def test_a_code_of_no_state_is_none(code: str) -> None:
    with pytest.raises(ValueError, match="State or Union Territory"):
        StateCode.parse(code)


def test_what_is_stored_is_read_whatever_it_is() -> None:
    assert FirReference.model_validate({"state": "XX", "number": "7", "year": 2026}).state == "XX"


@pytest.mark.parametrize(
    ("state", "one", "other", "is_one"),
    [
        ("UP", "Allahabad", "Prayagraj", True),
        ("UP", "Faizabad", "AYODHYA", True),
        ("HR", "Gurgaon", "Gurugram", True),
        ("MH", "Aurangabad", "Chhatrapati Sambhajinagar", True),
        ("BR", "Aurangabad", "Chhatrapati Sambhajinagar", False),
        (None, "Aurangabad", "Chhatrapati Sambhajinagar", False),
        ("KA", "Bijapur", "Vijayapura", True),
        ("CG", "Bijapur", "Vijayapura", False),
        ("HP", "Kangra", "Shimla", False),
    ],
)
def test_a_district_answers_to_its_names_within_its_state(
    state: str | None, one: str, other: str, is_one: bool
) -> None:
    assert is_listed(one, state, (other,)) is is_one
    if state is None:
        return
    fir = FirReference(state=state, district=one, police_station_code="1", number="7", year=2026)
    wire = Partner(
        id="wire", name="Police", pillar=Pillar.POLICE, jurisdiction=Jurisdiction(state=state, districts=(other,))
    )
    assert lies_in([fir.model_dump()], (), wire.jurisdiction, NO_PLACES) is is_one
    told = RecipientList([subscription(districts=[other])], {"hp-police": police()}.get)
    assert bool(told.owed(Addressed.by("icjs.fir.registered.v1", (fir,), ()))) is is_one
    attributes = {"state": state, "district": one, "station": "1"}
    if is_one:
        require_jurisdiction(wire, attributes)
