"""A CNR that belongs to one FIR and is named beside another: by a slip of the pen, by hand, in a clubbed proceeding."""

from __future__ import annotations

import json

import pytest

from icjs_gateway.model.content import Action, CaseReference
from icjs_gateway.model.errors import Conflict
from icjs_gateway.routing.alarms import AlarmCode
from icjs_gateway.stores import exceptions
from icjs_gateway.stores.alarms import standing
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.withdrawals import withdraw_message
from tests.conformance.conftest import START, Store
from tests.conformance.test_claims import claims
from tests.conformance.test_withdrawals import Told
from tests.conformance.test_wrong_cnr import answer, case_of, heard, registration
from tests.support.doors import admission, ordered
from tests.support.messages import (
    bail_order,
    bench,
    changed,
    cnr,
    fir,
    fir_reference,
    jail,
    outcome,
    police,
    said,
    subscription,
)

MISTYPED, OWN = 341, 77
ACT = Act(by="asha", reason="read on the file", at=START)
COURTS = "hp-courts/courts.hearing-outcome.v1"


async def _linked_by_hand(store: Store) -> str:
    """A hearing of FIR 112 that names no FIR, and by a slip of the pen the CNR that will be FIR 113's."""
    for content in (fir(112, accused=("A1=Ramesh",)), fir(113, accused=("A1=Vikram",))):
        await store.take(content)
    await store.take(heard(MISTYPED, "H-1"))
    exceptions.link_by_hand(store.engine, f"{COURTS}/H-1", case_of(store, 112)[0], ACT, store.deciding)
    return case_of(store, 112)[0]


async def test_a_hand_link_adopts_no_number_and_the_court_registers_it_for_its_own_fir(store: Store) -> None:
    home = await _linked_by_hand(store)
    assert case_of(store, 112)[1].own_cnrs == ()
    outcome_, case_id = answer(await store.take(registration("C-1", 113, MISTYPED)))
    assert (outcome_, case_id) == ("accepted", case_of(store, 113)[0])
    assert case_id != home
    second = case_of(store, 113)[1]
    assert [(edge.fir, edge.cnr) for edge in second.edges] == [(str(fir_reference(113).key()), cnr(MISTYPED))]
    assert second.own_cnrs == (cnr(MISTYPED),)
    assert answer(await store.take(heard(MISTYPED, "H-2"))) == ("accepted", case_id)


async def test_a_hand_link_is_undone_and_the_message_goes_where_it_belongs(store: Store) -> None:
    told = Told()
    for content in (fir(112), fir(113), heard(MISTYPED, "H-1")):
        await told.send(store, content)
    first, second = case_of(store, 112)[0], case_of(store, 113)[0]
    exceptions.link_by_hand(store.engine, f"{COURTS}/H-1", first, ACT, store.deciding)
    await told.send(store, registration("C-1", 113, MISTYPED))
    gone = withdraw_message(store.engine, store.vault, f"{COURTS}/H-1", ACT, store.deciding, told.again)
    assert [each.identity for each in gone.gone] == [f"{COURTS}/H-1"]
    case = case_of(store, 112)[1]
    assert (case.hearings, case.proceedings, case.references, case.edges) == ({}, {}, (), ())
    exceptions.link_by_hand(store.engine, f"{COURTS}/H-1", second, ACT, store.deciding)
    assert len(case_of(store, 113)[1].hearings) == 1


async def test_the_registration_of_a_fir_is_not_linked_to_the_case_of_another(store: Store) -> None:
    await store.take(fir(112))
    later = said(
        "F-9",
        "icjs.fir.amended.v1",
        CaseReference(firs=(fir_reference(113),)),
        action=Action.AMEND,
        refers_to="F-0",
        fir=json.loads(fir(113).events[0].json)["fir"],
    )
    await store.take(later)
    with pytest.raises(Conflict, match="HP/2011007/113/2026 is another FIR"):
        exceptions.link_by_hand(
            store.engine, "hp-police/police.fir.v1/F-9", case_of(store, 112)[0], ACT, store.deciding
        )


def disputed(store: Store) -> set[str | None]:
    """The cases about which an alarm says that a CNR is another FIR's."""
    return {alarm.case_id for _, alarm in standing(store.engine) if alarm.code is AlarmCode.CNR_DISPUTED}


async def test_the_cnr_of_one_fir_beside_another_waits_and_is_told_and_links_once_the_claim_is_withdrawn(
    store: Store,
) -> None:
    told = Told()
    for content in (fir(112), fir(113), outcome("H-1", firs=(112,), serial=MISTYPED)):
        await told.send(store, content)
    receipt = await store.take(registration("C-1", 113, MISTYPED))
    assert answer(receipt) == ("parked", None)
    assert [each["code"] for each in json.loads(receipt.json)["findings"]] == ["CNR-OF-ANOTHER-FIR"]
    assert [each.identity.rpartition("/")[2] for each in exceptions.parked(store.engine)] == ["C-1"]
    assert disputed(store) == {case_of(store, 112)[0], case_of(store, 113)[0]}
    [number] = [each.number for each in claims(store.engine) if each.subject == f"cnr:{cnr(MISTYPED)}"]
    told.withdraw(store, number)
    assert case_of(store, 113)[1].own_cnrs == (cnr(MISTYPED),)
    assert answer(await store.take(heard(MISTYPED, "H-2"))) == ("accepted", case_of(store, 113)[0])


async def test_an_order_whose_keys_disagree_reaches_the_jails_of_both_as_unverified(store: Store) -> None:
    jails = ("HPDJ04", "HPMC01")
    partners = tuple(jail(code, partner_id=code.lower()) for code in jails)
    orders = [subscription(code, code.lower(), jails=[code]) for code in jails]
    store.deciding = bench(*orders, partners=(*partners, police()))
    one, other = (CaseReference(firs=(fir_reference(number),)) for number in (112, 113))
    a1 = {"serial": "A1", "name": "Ramesh"}
    for content in (
        fir(112, accused=("A1=Ramesh",)),
        fir(113, accused=("A1=Vikram",)),
        registration("C-1", 112, MISTYPED),
        admission("M-1", "HPDJ04", one, accused=a1 | {"pid": "P-1"}),
        admission("M-2", "HPMC01", other, accused={"serial": "A1", "name": "Vikram", "pid": "P-2"}),
    ):
        assert answer(await store.take(content))[0] == "accepted"
    order = bail_order(serial="A1", name="Vikram", jail=None, firs=(113,), cnr_serial=MISTYPED)
    assert answer(await store.take(order))[0] == "parked"
    leased = await store.lease(liberty=True)
    bails = {each.head.subscription_id for each in leased if each.head.told.type == "icjs.bail.ordered.v1"}
    assert "HPMC01" in bails


@pytest.mark.parametrize("who", [{"name": "Vikram"}, {"serial": "A1"}, {"serial": "A1", "name": "Vikram"}])
@pytest.mark.parametrize("noun", ["bail", "custody", "release", "remand", "warrant"])
async def test_in_a_clubbed_proceeding_an_order_is_about_the_accused_of_the_fir_that_it_names(
    store: Store, who: dict[str, str], noun: str
) -> None:
    firs = ((112, "Ramesh"), (113, "Vikram"))
    for number, name in firs:
        await store.take(fir(number, accused=(f"A1={name}",)))
        await store.take(registration(f"C-{number}", number, number))
    await store.take(changed("CLUBBING", serial=112, to=(113,), firs=()))
    # Tried as one from now on: the orders of both are given under one CNR.
    await store.take(outcome("H-1", firs=(112, 113), serial=112, accused=()))
    case = CaseReference(firs=(fir_reference(113),), cnr=cnr(112))
    told = answer(await store.take(ordered(noun, "HPKN02", "O-1", case, accused=who)))
    assert told == ("accepted", case_of(store, 113)[0])
    [vikram] = case_of(store, 113)[1].persons
    # A name alone is nobody in the record: the order goes in the lane of whom it means.
    assert vikram.lanes
    assert "serial" not in who or any(
        key.startswith(f"{'process' if noun == 'warrant' else noun}/") for key in vikram.orders
    )
    assert not any(person.orders for person in case_of(store, 112)[1].persons)
