"""What every store promises of a State's prison department: it has the jails that lie in its State."""

from __future__ import annotations

import json

import pytest

from icjs_gateway.routing.authority.places import Place, PlaceKind, Places
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar
from tests.conformance.conftest import Store
from tests.conformance.test_whose_word import owed_to
from tests.support.messages import bail_order, bench, fir, police, subscription

ROWS = Places([Place(kind=PlaceKind.JAIL, code="PBCJ01", state="PB", name="Central Jail Jalandhar")])


def department(state: str) -> Partner:
    return Partner(
        id=f"{state.lower()}-prisons",
        name="Prisons",
        pillar=Pillar.PRISONS,
        jurisdiction=Jurisdiction(state=state),
        may=Permissions(receive=("icjs.*",)),
    )


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    hubs = [subscription(f"{state}-jails", f"{state.lower()}-prisons", states=[state]) for state in ("HP", "PB")]
    partners = (department("HP"), department("PB"), police())
    store.deciding = bench(*hubs, subscription("hp-cases"), partners=partners, places=ROWS)


@pytest.mark.parametrize(
    ("jail", "to", "not_to"), [("PBCJ01", "PB-jails", "HP-jails"), ("HPDJ04", "HP-jails", "PB-jails")]
)
@pytest.mark.parametrize("known", [True, False])
async def test_an_order_reaches_the_department_of_the_jail_and_not_of_the_fir(
    store: Store, jail: str, to: str, not_to: str, known: bool
) -> None:
    """HPDJ04 has no row: it counts as lying in the State of the case."""
    if known:
        await store.take(fir(accused=("A1", "A2=Sunil")))
    receipt = json.loads((await store.take(bail_order(jail=jail))).json)
    assert receipt["findings"] == [], "a system serves the jail"
    assert ("icjs.bail.ordered.v1", "owed") in owed_to(store, to)
    assert ("icjs.bail.ordered.v1", "owed") not in owed_to(store, not_to)
