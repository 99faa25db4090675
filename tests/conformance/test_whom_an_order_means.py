"""An order names somebody as practice does: by a name, by a serial under one CNR, by a number from before a transfer.

It reaches whoever holds the body, in the lane of that accused, by whichever of these it names the accused.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from icjs_gateway.model.content import CaseReference
from icjs_gateway.routing.authority.places import NO_PLACES
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.obligation_rows import obligations
from tests.conformance.conftest import Store
from tests.conformance.test_doors import (
    BEFORE_KANGRA,
    CNR,
    HOLDS,
    IN_JAIL,
    JAILS,
    PALAMPUR,
    SESSIONS_CNR,
    Word,
    speak,
    states_of,
    told_of,
)
from tests.support.doors import ROWS, SUNIL, a_jail, admission, arrest, court, named, ordered, proceeding, taken_on
from tests.support.messages import bench, fir, jail, police, subscription

BY_NAME = {"name": "Sunil"}
BY_PARTY = {"name": "Sunil", "court_party": "R2"}
ON_FILE: tuple[Word, ...] = (*IN_JAIL, (taken_on("HPKN02", named(cnr=CNR)), court("HPKN02")))
"""The court took the case on file, and told nothing of its accused."""


@pytest.fixture(params=[False, True], ids=["rows", "silence"])
def practice(request: pytest.FixtureRequest, store: Store) -> Store:
    """A gateway that serves three jails, with the directory of places and without it."""
    partners = tuple(jail(code, partner_id=code.lower()) for code in JAILS)
    orders = [subscription(code, code.lower(), jails=[code]) for code in JAILS]
    places = NO_PLACES if request.param else ROWS
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=places)
    return store


async def say(store: Store, words: Sequence[Word]) -> None:
    for word in words:
        assert await speak(store, word) == "recorded", word


def bail(message_id: str, case: CaseReference, by: str = "HPKN02", **told: object) -> Word:
    return ordered("bail", by, message_id, case, **told), court(by)


def results(store: Store) -> dict[str, str]:
    """By decision: whether it is answered."""
    return {each.decision: each.state for each in obligations(reader_of(store.engine), state=None, jail=None, limit=10)}


@pytest.mark.parametrize("who", [SUNIL, BY_PARTY, BY_NAME], ids=["serial", "court party", "name"])
async def test_every_order_under_the_cnr_alone_reaches_the_jail_of_the_fir_s_accused(
    practice: Store, who: dict[str, str]
) -> None:
    await say(practice, ON_FILE)
    under = named(None, CNR)
    refused = bail("B-1", under, accused=who, decision="REFUSED")
    granted = bail("B-2", under, accused=who, ordered_on="2026-11-21")
    for word in (refused, granted):
        assert await speak(practice, word) == "recorded"
        assert told_of(practice, word[0]) == {"HPDJ04"}
    let_go = admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL", at="2026-11-22T06:00:00Z")
    assert await speak(practice, (let_go, a_jail("HPDJ04"))) == "recorded"
    assert results(practice) == {"GRANTED": "answered"}


@pytest.mark.parametrize("who", [BY_PARTY, BY_NAME], ids=["court party", "name"])
async def test_a_cancellation_by_serial_takes_back_the_grant_that_was_made_out_by_name(
    practice: Store, who: dict[str, str]
) -> None:
    await say(practice, ON_FILE)
    granted = bail("B-1", named(None, CNR), accused=who, **HOLDS)
    cancelled = bail("B-2", named(cnr=CNR), decision="CANCELLED", ordered_on="2026-11-21", **HOLDS)
    await say(practice, (granted, cancelled))
    assert states_of(practice, granted[0]) == {"superseded"}


async def test_anticipatory_bail_for_somebody_whom_the_fir_does_not_name_reaches_the_jail_that_admits_him(
    practice: Store,
) -> None:
    await say(practice, ((fir(), PALAMPUR),))
    him = {"serial": "A1", "name": "Mohan Lal"}
    granted = bail("B-1", named(), "HPKN01", accused={"name": "Mohan Lal"}, kind="ANTICIPATORY")
    await speak(practice, granted)
    await say(practice, ((arrest("A-1", "2011007", **him), PALAMPUR),))
    assert told_of(practice, granted[0]) == set()
    await say(practice, ((admission("M-1", "HPDJ04", accused=him), a_jail("HPDJ04")),))
    assert told_of(practice, granted[0]) == {"HPDJ04"}


async def test_an_order_under_the_cnr_to_which_a_complaint_was_committed_reaches_the_jail(practice: Store) -> None:
    him, complaint, sessions = {"serial": "A1", "name": "Sunil"}, named(None, CNR), named(None, SESSIONS_CNR)
    await say(
        practice,
        (
            (taken_on("HPKN02", complaint, "CR-0", accused=[him]), court("HPKN02")),
            (ordered("custody", "HPKN02", "C-0", complaint, accused=him, **HOLDS), court("HPKN02")),
            (admission("M-0", "HPDJ04", complaint, accused=him), a_jail("HPDJ04")),
            (proceeding("HPKN02", "COMMITTAL", SESSIONS_CNR, complaint), court("HPKN02")),
            (taken_on("HPKN01", sessions, accused=[him], from_cnr=CNR, role="TRIAL"), court("HPKN01")),
        ),
    )
    for word in (
        bail("B-1", sessions, "HPKN01", accused=him),
        (ordered("release", "HPKN01", "L-1", sessions, accused=him), court("HPKN01")),
    ):
        assert await speak(practice, word) == "recorded"
        assert told_of(practice, word[0]) == {"HPDJ04"}


async def test_a_prisoner_who_was_moved_answers_to_the_number_of_the_jail_before(practice: Store) -> None:
    out = admission("M-1", "HPDJ04", kind="TRANSFER_OUT", to_prison={"code": "HPMC01"}, new_pid="HPMC01-77")
    entered = admission("M-2", "HPMC01", at="2026-11-20T09:00:00Z")
    await say(practice, (*IN_JAIL, (out, a_jail("HPDJ04")), (entered, a_jail("HPMC01"))))
    granted = bail("B-1", named(), "HPHC01", accused={"name": "Sunil", "pid": "HPDJ04-77"}, ordered_on="2026-11-21")
    assert await speak(practice, granted) == "recorded"
    assert told_of(practice, granted[0]) == {"HPMC01"}


async def test_an_order_by_name_alone_reaches_both_jails_that_claim_the_person(practice: Store) -> None:
    await say(practice, (*IN_JAIL, (admission("M-9", "HPMC01"), a_jail("HPMC01"))))
    granted = bail("B-1", named(), "HPHC01", accused=BY_NAME)
    assert await speak(practice, granted) == "recorded"
    assert told_of(practice, granted[0]) == {"HPDJ04", "HPMC01"}


async def test_an_order_that_fits_two_accused_of_one_name_goes_unverified_to_the_jails_of_both(practice: Store) -> None:
    two = (fir(accused=("A1=Sunil", "A2=Sunil")), PALAMPUR)
    first = admission("M-1", "HPDJ04", accused={"serial": "A1", "name": "Sunil", "pid": "HPDJ04-1"})
    await say(practice, (two, (first, a_jail("HPDJ04")), (admission("M-2", "HPMC01"), a_jail("HPMC01"))))
    granted = bail("B-1", named(), "HPHC01", accused=BY_NAME)
    assert await speak(practice, granted) == "parked"
    assert told_of(practice, granted[0]) == {"HPDJ04", "HPMC01"}
    of_one = bail("B-2", named(), "HPHC01", accused={"serial": "A1", "name": "Sunil"})
    assert await speak(practice, of_one) == "recorded"
    assert told_of(practice, of_one[0]) == {"HPDJ04"}


async def test_an_order_by_the_number_of_nobody_goes_unverified_to_the_jail_of_whoever_has_the_name(
    practice: Store,
) -> None:
    await say(practice, BEFORE_KANGRA)
    mistyped = bail("B-1", named(cnr=CNR), accused={"serial": "A9", "name": "Sunil"})
    assert await speak(practice, mistyped) == "parked"
    assert told_of(practice, mistyped[0]) == {"HPDJ04"}


@pytest.mark.parametrize(
    ("went", "came_back"),
    [
        ({"kind": "HOSPITAL_OUT"}, "HOSPITAL_IN"),
        ({"kind": "TRANSFER_OUT", "to_prison": {"code": "HPMC01"}}, "PRODUCTION_IN"),
    ],
    ids=["hospital", "transfer"],
)
async def test_a_remand_from_before_gives_nobody_back_to_a_jail_that_another_one_took_the_person_over_from(
    practice: Store, went: dict[str, object], came_back: str
) -> None:
    """The court remanded to Dharamshala; Shimla has the person since. What Dharamshala enters later is a claim."""
    out = admission("M-1", "HPDJ04", at="2026-11-21T06:00:00Z", **went)
    entered = admission("M-2", "HPMC01", at="2026-11-22T06:00:00Z")
    back = admission("M-3", "HPDJ04", kind=came_back, at="2026-11-23T06:00:00Z")
    await say(practice, (*IN_JAIL, (out, a_jail("HPDJ04")), (entered, a_jail("HPMC01")), (back, a_jail("HPDJ04"))))
    granted = bail("B-1", named(), "HPHC01", ordered_on="2026-11-24")
    await say(practice, (granted,))
    assert told_of(practice, granted[0]) == {"HPDJ04", "HPMC01"}
    let_go = admission("M-4", "HPDJ04", kind="RELEASE", ground="BAIL", at="2026-11-25T06:00:00Z")
    await say(practice, ((let_go, a_jail("HPDJ04")),))
    assert results(practice) == {"GRANTED": "open"}, "Shimla has the person, and Shimla answers"
