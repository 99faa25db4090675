"""The word that opens a door comes second: what waited for it is judged again, and stands."""

from __future__ import annotations

import pytest

from icjs_gateway.routing.authority.places import NO_PLACES
from icjs_gateway.routing.obligations import ObligationState
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.obligation_rows import obligations
from tests.conformance.conftest import Store
from tests.conformance.test_doors import (
    BEFORE_KANGRA,
    CNR,
    JAILS,
    OF_PALAMPUR,
    PALAMPUR,
    Word,
    speak,
    state_of,
)
from tests.support.doors import DAY, ROWS, SUNIL, a_jail, admission, arrest, court, heard, named, ordered, station
from tests.support.messages import bench, jail, police, said, subscription

ABROAD = {"jail": {"code": "PBCJ01"}}
OUT = admission("M-9", "PBCJ01", kind="PRODUCTION_OUT")
BROUGHT = {
    "station": {"code": "2011007", "state": "HP"},
    "accused": SUNIL,
    "arrest": {"kind": "ARREST", "at": f"{DAY}T02:00:00Z", "produced_before": "HPSH03"},
}
OPENED: dict[str, tuple[tuple[Word, ...], Word, Word]] = {
    "the bond court releases before the grant is known": (
        BEFORE_KANGRA,
        (ordered("release", "HPSH03", "L-1", ordered_on="2026-11-21"), court("HPSH03")),
        (ordered("bail", "HPKN02", "B-1", named(cnr=CNR)), court("HPKN02")),
    ),
    "somebody is arrested in another State before the warrant is known": (
        BEFORE_KANGRA,
        (arrest(), station("3011001")),
        (ordered("warrant", "HPKN02", "W-1", process_id="P-1"), court("HPKN02")),
    ),
    "a jail of another State admits before the court's warrant is known": (
        BEFORE_KANGRA,
        (admission("M-9", "PBCJ01", at="2026-11-21T06:00:00Z"), a_jail("PBCJ01")),
        (ordered("custody", "HPKN02", "C-1", named(cnr=CNR), **ABROAD), court("HPKN02")),
    ),
    "a jail of another State produces before the court's order is known": (
        BEFORE_KANGRA,
        (OUT, a_jail("PBCJ01")),
        (ordered("production", "HPKN02", "PW-1", named(cnr=CNR), **ABROAD), court("HPKN02")),
    ),
    "a court hears before the police tell that they brought the arrested there": (
        OF_PALAMPUR,
        (heard("HPSH03"), court("HPSH03")),
        (said("A-1", "icjs.accused.arrested.v1", named(), accused=BROUGHT), PALAMPUR),
    ),
}


@pytest.mark.parametrize("silent", [False, True], ids=["rows", "silence"])
@pytest.mark.parametrize("what", OPENED)
async def test_what_waited_stands_when_the_word_comes_that_opens_its_door(
    store: Store, what: str, silent: bool
) -> None:
    partners = tuple(jail(code, partner_id=code.lower()) for code in JAILS)
    orders = [subscription(code, code.lower(), jails=[code]) for code in JAILS]
    places = NO_PLACES if silent else ROWS
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=places)
    before, early, opening = OPENED[what]
    for word in before:
        await speak(store, word)
    is_believed = silent and early[1].state == "HP"
    assert await speak(store, early) == ("recorded" if is_believed else "parked")
    assert await speak(store, opening) == "recorded"
    assert state_of(store, early[0]) == "recorded"
    asked = obligations(reader_of(store.engine), state=ObligationState.OPEN, jail=None, limit=10)
    assert "VERIFY" not in {each.decision for each in asked}
