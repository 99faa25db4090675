"""What every store promises of exhibits: each laboratory is owed what is meant for it, and its own cases."""

from __future__ import annotations

from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass
from icjs_gateway.routing.lanes import Delivered, Settlement
from tests.conformance.conftest import START, Store
from tests.support.disclosing import disclosure
from tests.support.messages import bench, fir, fir_reference, said, subscription

NEAR, FAR = "RFSL-DHM", "SFSL-JNG"
CASE = CaseReference(firs=(fir_reference(),))


def laboratory(code: str) -> Partner:
    return Partner(
        id=code.lower(),
        name="Laboratory",
        pillar=Pillar.FORENSICS,
        jurisdiction=Jurisdiction(state="HP", laboratories=(code,)),
        may=Permissions(receive=("icjs.*",), recipient_class=RecipientClass.FORENSIC_LABORATORY),
    )


LABORATORIES = {each.id: each for each in (laboratory(NEAR), laboratory(FAR))}


def forwarded(number: str, to: str) -> Content:
    return said(number, "icjs.exhibit.forwarded.v1", CASE, exhibit=_note(number, to))


def redirected(number: str, to: str, message_id: str, refers_to: str) -> Content:
    note = _note(number, to)
    amend = Action.AMEND
    return said(message_id, "icjs.exhibit.amended.v1", CASE, action=amend, refers_to=refers_to, exhibit=note)


def _note(number: str, to: str) -> dict[str, object]:
    return {"forwarding_number": number, "laboratory": {"code": to}, "exhibits": [{"exhibit_id": "X-1"}]}


def of_the_laboratory(code: str) -> list[Content]:
    """It takes the parcel in, and reports."""
    of = {"laboratory": {"code": code}}
    lab_case = of | {"number": "FSL/26/77", "received_at": "2026-11-21T06:00:00Z"}
    report = of | {"number": "R-9", "lab_case_number": "FSL/26/77", "kind": "FINAL", "issued_on": "2026-12-10"}
    return [
        said("L-1", "icjs.lab-case.registered.v1", CASE, lab_case=lab_case),
        said("R-1", "icjs.lab-report.issued.v1", CASE, lab_report=report),
    ]


async def shown(store: Store) -> list[tuple[str, str]]:
    """(laboratory, type) of everything that leaves, or is withheld as another's, in order."""
    found: list[tuple[str, str]] = []
    while leased := await store.lease():
        for each in leased:
            to, told = LABORATORIES[each.head.subscription_id], each.head.told
            found.append((to.id, disclosure().rule_against(told, to) or told.type))
        await store.lanes.settle(
            [
                Settlement(leased=each, verdict=Delivered(), attempted_at=START, took_ms=1, outcome="acknowledged")
                for each in leased
            ]
        )
    return found


async def test_each_laboratory_is_owed_the_exhibits_that_are_meant_for_it_and_its_own_cases(store: Store) -> None:
    subscriptions = [subscription(each.id, each.id, laboratories=[each.id.upper()]) for each in LABORATORIES.values()]
    store.deciding = bench(*subscriptions, partners=tuple(LABORATORIES.values()))
    for content in (fir(), forwarded("FW-1", NEAR), forwarded("FW-2", FAR), *of_the_laboratory(NEAR)):
        await store.take(content)
    found = await shown(store)
    assert [event_type for to, event_type in found if to == "sfsl-jng"] == ["icjs.exhibit.forwarded.v1"]
    assert [event_type for to, event_type in found if to == "rfsl-dhm"] == [
        "icjs.exhibit.forwarded.v1",
        "icjs.lab-case.registered.v1",
        "icjs.lab-report.issued.v1",
    ]


async def test_a_laboratory_that_asks_for_everything_is_shown_its_own_alone(store: Store) -> None:
    store.deciding = bench(subscription("sfsl-jng", "sfsl-jng", states=["HP"]), partners=tuple(LABORATORIES.values()))
    for content in (fir(), forwarded("FW-1", NEAR), forwarded("FW-2", FAR), *of_the_laboratory(NEAR)):
        await store.take(content)
    assert [what for _, what in await shown(store)] == [
        "JURISDICTION",
        "JURISDICTION",
        "icjs.exhibit.forwarded.v1",
        "JURISDICTION",
        "JURISDICTION",
    ]


async def test_a_laboratory_is_told_that_its_exhibit_goes_to_another_one(store: Store) -> None:
    subscriptions = [subscription(each.id, each.id, laboratories=[each.id.upper()]) for each in LABORATORIES.values()]
    store.deciding = bench(*subscriptions, partners=tuple(LABORATORIES.values()))
    await store.take(fir())
    for content in (
        forwarded("FW-1", NEAR),
        redirected("FW-1", FAR, "M-2", "FW-1"),
        redirected("FW-1", FAR, "M-3", "M-2"),
        redirected("FW-1", NEAR, "M-4", "M-3"),
    ):
        await store.take(content)
    found = await shown(store)
    assert [event_type.split(".")[2] for to, event_type in found if to == "rfsl-dhm"] == [
        "forwarded",
        "withdrawn",
        "amended",
    ]
    assert [event_type.split(".")[2] for to, event_type in found if to == "sfsl-jng"] == [
        "amended",
        "amended",
        "withdrawn",
    ]


async def test_an_exhibit_that_waited_for_its_fir_reaches_its_laboratory(store: Store) -> None:
    store.deciding = bench(
        subscription("rfsl-dhm", "rfsl-dhm", laboratories=[NEAR]), partners=tuple(LABORATORIES.values())
    )
    await store.take(forwarded("FW-1", NEAR))
    assert await shown(store) == []
    await store.take(fir())
    assert await shown(store) == [("rfsl-dhm", "icjs.exhibit.forwarded.v1")]
