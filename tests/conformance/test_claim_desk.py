"""What every store promises an owner of a case: he reads who spoke there without standing, confirms or rejects it."""

from __future__ import annotations

import pytest

from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.routing.authority.claims import ClaimState
from icjs_gateway.stores.claim_desk import StoreClaimDesk
from tests.conformance.conftest import FixedClock, Store
from tests.conformance.test_doors import BEFORE_KANGRA, speak, state_of
from tests.support.doors import ROWS, arrest, court, ordered, station
from tests.support.messages import bench, jail, police, subscription

OWNER, STRANGER = police(), police("pb-police", state="PB")


def desk(store: Store) -> StoreClaimDesk:
    return StoreClaimDesk(
        store.engine, store.vault, lambda: store.deciding, lambda: ROWS, lambda message: message.events, FixedClock()
    )


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)


async def test_an_owner_confirms_an_arrest_from_without_and_it_stands(store: Store) -> None:
    for word in BEFORE_KANGRA:
        await speak(store, word)
    elsewhere = arrest()
    assert await speak(store, (elsewhere, station("3011001"))) == "parked"
    [claim] = await desk(store).refused(OWNER)
    assert (claim.place, claim.identifier) == ("station/PB/3011001", None)
    confirmed = await desk(store).confirm(OWNER, claim.number, "their wireless message of today")
    assert confirmed.state is ClaimState.CONFIRMED
    assert state_of(store, elsewhere) == "recorded"
    assert await desk(store).refused(OWNER) == []


async def test_an_owner_rejects_an_order_from_without_once(store: Store) -> None:
    for word in BEFORE_KANGRA:
        await speak(store, word)
    order = ordered("release", "PBLD01", jail={"code": "HPDJ04"})
    assert await speak(store, (order, court("PBLD01"))) == "parked"
    [claim] = await desk(store).refused(OWNER)
    rejected = await desk(store).reject(OWNER, claim.number, "no such order is known here")
    assert rejected.state is ClaimState.REJECTED
    assert state_of(store, order) == "parked"
    with pytest.raises(Conflict):
        await desk(store).reject(OWNER, claim.number, "again")


async def test_to_whoever_is_no_owner_there_is_no_claim(store: Store) -> None:
    for word in BEFORE_KANGRA:
        await speak(store, word)
    await speak(store, (ordered("release", "PBLD01", jail={"code": "HPDJ04"}), court("PBLD01")))
    [claim] = await desk(store).refused(OWNER)
    for stranger in (STRANGER, jail()):
        assert await desk(store).refused(stranger) == []
        with pytest.raises(NotFound):
            await desk(store).confirm(stranger, claim.number, "mine")
        with pytest.raises(NotFound):
            await desk(store).reject(stranger, claim.number, "mine")
