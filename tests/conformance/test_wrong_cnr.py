"""What every store promises of a case that a court gave a CNR which is another case's, and corrected.

It registered the case under it, or named it as the one in which the case goes on.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.routing.messages import Receipt
from icjs_gateway.stores.ledger_facts import cases_of, files
from tests.conformance.conftest import Store
from tests.conformance.test_proceedings import delivered
from tests.support.messages import bench, changed, cnr, fir, fir_reference, outcome, said, subscription

WRONG, RIGHT = 341, 77
"""Serials of two CNRs; the first is that of FIR 113."""


def registration(
    message_id: str,
    number: int,
    serial: int | None,
    *,
    verb: str = "registered",
    action: Action = Action.NEW,
    refers_to: str | None = None,
    day: int = 1,
) -> Content:
    return said(
        message_id,
        f"icjs.court-case.{verb}.v1",
        CaseReference(firs=(fir_reference(number),), cnr=cnr(serial) if serial is not None else None),
        action=action,
        refers_to=refers_to,
        on=date(2026, 12, day),
        court={"establishment": "HPKN02"},
        court_case={"filing_number": f"F-{number}/2026"},
    )


def corrected(serial: int = RIGHT, refers_to: str = "C-1", day: int = 2) -> Content:
    amend = Action.AMEND
    return registration(f"C-{serial}", 112, serial, verb="amended", action=amend, refers_to=refers_to, day=day)


def heard(serial: int, message_id: str) -> Content:
    return outcome(message_id, message_id=message_id, firs=(), serial=serial)


def unheard(hearing: str) -> Content:
    """The court takes a hearing back, the day after."""
    day, back = date(2026, 11, 21), Action.WITHDRAW
    return outcome(hearing, message_id=f"{hearing}-W", firs=(), serial=WRONG, action=back, refers_to=hearing, on=day)


def answer(receipt: Receipt) -> tuple[str, str | None]:
    told = json.loads(receipt.json)
    return told["outcome"], told["events"][0].get("case_id")


def case_of(store: Store, number: int) -> tuple[str, Case]:
    """The case of a FIR."""
    with store.engine.begin() as connection:
        key = fir_reference(number).key()
        [case_id] = cases_of(connection, {("fir", str(key))}).values()
        return case_id, files(connection, {case_id})[case_id].case


async def told_in(store: Store, *numbers: int) -> dict[str, list[str]]:
    """The kinds of event that each subscription to one FIR is told."""
    found: dict[str, list[str]] = {str(number): [] for number in numbers}
    for head in await delivered(store):
        found[head.subscription_id].append(head.told.type.removeprefix("icjs.").removesuffix(".v1"))
    return found


def listening(store: Store, *numbers: int) -> None:
    wanted = [subscription(str(number), firs=[f"HP/2011007/{number}/2026"]) for number in numbers]
    store.deciding = bench(*wanted)


async def test_what_comes_under_a_corrected_cnr_goes_to_the_case_whose_it_is_and_to_no_other(store: Store) -> None:
    listening(store, 112, 113)
    for content in (fir(112), fir(113), registration("C-1", 112, WRONG), corrected()):
        await store.take(content)
    assert answer(await store.take(heard(WRONG, "H-1"))) == ("parked", None)
    home, case = case_of(store, 112)
    assert case.cnrs == (cnr(RIGHT),)
    other = answer(await store.take(registration("C-2", 113, WRONG)))
    assert other == ("accepted", case_of(store, 113)[0])
    assert answer(await store.take(heard(RIGHT, "H-2"))) == ("accepted", home)
    told = await told_in(store, 112, 113)
    assert told["112"] == [
        "fir.registered",
        "court-case.registered",
        "court-case.amended",
        "court-case.withdrawn",
        "hearing.recorded",
    ]
    assert told["113"] == ["fir.registered", "court-case.registered", "hearing.recorded"]


async def test_a_registration_that_is_taken_back_gives_its_cnr_free(store: Store) -> None:
    for content in (fir(112), fir(113), registration("C-1", 112, WRONG)):
        await store.take(content)
    taken_back = registration("C-9", 112, WRONG, verb="withdrawn", action=Action.WITHDRAW, refers_to="C-1", day=2)
    await store.take(taken_back)
    assert case_of(store, 112)[1].cnrs == ()
    assert answer(await store.take(registration("C-2", 113, WRONG))) == ("accepted", case_of(store, 113)[0])


async def test_a_cnr_under_which_a_hearing_stands_stays_until_that_is_taken_back(store: Store) -> None:
    for content in (fir(112), registration("C-1", 112, WRONG), heard(WRONG, "H-1"), corrected()):
        await store.take(content)
    home, case = case_of(store, 112)
    assert case.cnrs == tuple(sorted((cnr(WRONG), cnr(RIGHT))))
    assert answer(await store.take(heard(WRONG, "H-2"))) == ("accepted", home)
    for message_id in ("H-1", "H-2"):
        await store.take(unheard(message_id))
    assert case_of(store, 112)[1].cnrs == (cnr(RIGHT),)
    assert answer(await store.take(heard(WRONG, "H-3"))) == ("parked", None)


async def test_a_cnr_that_was_given_free_may_be_the_cases_after_all(store: Store) -> None:
    back = corrected(WRONG, f"C-{RIGHT}", day=3)
    for content in (fir(112), registration("C-1", 112, WRONG), corrected(), back):
        await store.take(content)
    home, case = case_of(store, 112)
    assert case.cnrs == (cnr(WRONG),)
    assert answer(await store.take(heard(WRONG, "H-1"))) == ("accepted", home)
    assert answer(await store.take(heard(RIGHT, "H-2"))) == ("parked", None)


@pytest.mark.parametrize("action", [Action.AMEND, Action.WITHDRAW])
async def test_a_judgment_that_is_corrected_takes_no_registration_back(store: Store, action: Action) -> None:
    judged = CaseReference(firs=(fir_reference(112),), cnr=cnr(WRONG))
    court_case = {"disposal": {"on": "2026-11-27"}}
    court = {"establishment": "HPKN02"}
    for content in (
        fir(112),
        registration("C-1", 112, WRONG),
        said("D-1", "icjs.court-case.disposed.v1", judged, court=court, court_case=court_case),
        said(
            "D-2",
            f"icjs.court-case.{'amended' if action is Action.AMEND else 'withdrawn'}.v1",
            judged.model_copy(update={"cnr": cnr(RIGHT)}) if action is Action.AMEND else judged,
            action=action,
            refers_to="D-1",
            court=court,
            court_case=court_case,
        ),
    ):
        await store.take(content)
    assert cnr(WRONG) in case_of(store, 112)[1].cnrs


def committed(to: int, message_id: str = "P-1", action: Action = Action.NEW, *, day: int = 20) -> Content:
    return changed("COMMITTAL", to=(to,), serial=5, message_id=message_id, action=action, on=date(2026, 11, day))


async def test_a_committal_corrected_to_another_cnr_gives_the_wrong_one_free(store: Store) -> None:
    listening(store, 112, 113)
    for content in (fir(112), fir(113), committed(WRONG), committed(RIGHT, "P-2", Action.AMEND)):
        await store.take(content)
    home, case = case_of(store, 112)
    assert case.cnrs == (cnr(5), cnr(RIGHT))
    assert answer(await store.take(heard(WRONG, "H-1"))) == ("parked", None)
    other = answer(await store.take(registration("C-2", 113, WRONG)))
    assert other == ("accepted", case_of(store, 113)[0])
    assert answer(await store.take(heard(RIGHT, "H-2"))) == ("accepted", home)
    told = await told_in(store, 112, 113)
    assert told["112"] == ["fir.registered", "proceeding.changed", "proceeding.amended", "hearing.recorded"]
    assert told["113"] == ["fir.registered", "court-case.registered", "hearing.recorded"]


async def test_a_committal_that_is_taken_back_gives_its_cnr_free_until_it_is_told_again(store: Store) -> None:
    for content in (fir(112), committed(WRONG), committed(WRONG, "P-2", Action.WITHDRAW)):
        await store.take(content)
    assert case_of(store, 112)[1].cnrs == (cnr(5),)
    assert answer(await store.take(heard(WRONG, "H-1"))) == ("parked", None)
    await store.take(committed(WRONG, "P-3", day=21))
    assert case_of(store, 112)[1].cnrs == (cnr(5), cnr(WRONG))
    assert answer(await store.take(heard(WRONG, "H-2"))) == ("accepted", case_of(store, 112)[0])


async def test_a_cnr_of_a_committal_taken_back_stays_while_a_hearing_under_it_stands(store: Store) -> None:
    for content in (fir(112), committed(WRONG), heard(WRONG, "H-1"), committed(WRONG, "P-2", Action.WITHDRAW)):
        await store.take(content)
    assert cnr(WRONG) in case_of(store, 112)[1].cnrs
    await store.take(unheard("H-1"))
    assert case_of(store, 112)[1].cnrs == (cnr(5),)


async def test_a_cnr_that_another_change_or_message_names_stays_when_one_change_is_taken_back(store: Store) -> None:
    transferred = changed("TRANSFER", to=(RIGHT,), serial=5, message_id="P-9")
    for content in (fir(112), committed(WRONG), committed(RIGHT, "P-2", Action.AMEND), transferred):
        await store.take(content)
    await store.take(committed(RIGHT, "P-3", Action.WITHDRAW, day=20))
    assert case_of(store, 112)[1].cnrs == (cnr(5), cnr(RIGHT)), "it was transferred there too"
    for content in (committed(WRONG, "P-4", day=22), registration("C-1", 112, WRONG)):
        await store.take(content)
    await store.take(committed(WRONG, "P-5", Action.WITHDRAW, day=22))
    assert cnr(WRONG) in case_of(store, 112)[1].cnrs, "the case was registered under it"
