"""What every store promises an owner of a case: he reads who spoke there without standing, confirms or rejects it."""

from __future__ import annotations

import pytest

from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.directory import Jurisdiction, Partner, Pillar
from icjs_gateway.stores.claim_desk import StoreClaimDesk
from icjs_gateway.stores.claims import claims
from icjs_gateway.stores.labels import labelled
from tests.conformance.conftest import FixedClock, Store
from tests.conformance.test_doors import BEFORE_KANGRA, speak, state_of
from tests.support.doors import ROWS, arrest, court, named, ordered, station, taken_on
from tests.support.messages import bench, fir, jail, police, subscription

OWNER, STRANGER = police(), police("pb-police", state="PB")
HUB = Partner(id="hp-hub", name="Courts", pillar=Pillar.COURTS, jurisdiction=Jurisdiction(state="HP"))


def courts(establishment: str) -> Partner:
    """The system of one court."""
    where = Jurisdiction(state="HP", establishments=(establishment,))
    return Partner(id=establishment.lower(), name="Court", pillar=Pillar.COURTS, jurisdiction=where)


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


async def test_a_court_that_has_the_case_for_remand_alone_is_no_owner_of_it(store: Store) -> None:
    for word in BEFORE_KANGRA:
        await speak(store, word)
    remand = taken_on("HPKN04", named(cnr="HPKN040000012026"), role="REMAND")
    assert await speak(store, (remand, court("HPKN04"))) == "recorded"
    await speak(store, (arrest(), station("3011001")))
    for_trial, for_remand = (courts(code) for code in ("HPKN02", "HPKN04"))
    [claim] = await desk(store).refused(for_trial)
    assert await desk(store).refused(for_remand) == []
    with pytest.raises(NotFound):
        await desk(store).confirm(for_remand, claim.number, "their wireless message of today")
    confirmed = await desk(store).confirm(for_trial, claim.number, "their wireless message of today")
    assert confirmed.state is ClaimState.CONFIRMED


async def test_nobody_confirms_what_came_over_their_own_wire(store: Store) -> None:
    for word in BEFORE_KANGRA:
        await speak(store, word)
    order = ordered("release", "HPSH01", jail={"code": "HPDJ04"})
    assert await speak(store, (order, court("HPSH01")), partner=HUB.id) == "parked"
    [claim] = await desk(store).refused(HUB)
    with pytest.raises(Conflict):
        await desk(store).confirm(HUB, claim.number, "we say so")
    assert state_of(store, order) == "parked"
    assert (await desk(store).confirm(OWNER, claim.number, "the court's letter")).state is ClaimState.CONFIRMED


async def test_each_owner_withdraws_its_own_identifier_and_no_other(store: Store) -> None:
    for word in BEFORE_KANGRA:
        await speak(store, word)
    [fir_claim, cnr_claim] = [each for each in claims(store.engine) if each.kind is ClaimKind.IDENTIFIER]
    assert (fir_claim.subject[:3], cnr_claim.subject[:3]) == ("fir", "cnr")
    for owner, others in ((HUB, fir_claim), (OWNER, cnr_claim)):
        with pytest.raises(Conflict):
            await desk(store).reject(owner, others.number, "not ours")
        assert next(each for each in claims(store.engine) if each.number == others.number).state is ClaimState.STANDS
    assert (await desk(store).reject(HUB, cnr_claim.number, "a typist's slip")).state is ClaimState.WITHDRAWN
    assert (await desk(store).reject(OWNER, fir_claim.number, "registered twice")).state is ClaimState.WITHDRAWN


async def test_an_owner_withdraws_the_labels_of_its_own_wire_alone(store: Store) -> None:
    await store.take(fir(labels=("SEXUAL_OFFENCE",)))
    [label] = [each for each in claims(store.engine) if each.kind == "label"]
    with pytest.raises(Conflict):
        await desk(store).reject(police("hp-cctns"), label.number, "no such offence")
    rejected = await desk(store).reject(OWNER, label.number, "the section was mistyped")
    assert rejected.state is ClaimState.WITHDRAWN
    assert [each.labels.names for each in labelled(store.engine)] == []
