"""The seat moves with the case: the court from which it went on takes nothing of the taking court's back."""

from __future__ import annotations

import pytest

from tests.conformance.conftest import Store
from tests.conformance.test_doors import BEFORE_KANGRA, CNR, HOLDS, PALAMPUR, speak, states_of
from tests.support.doors import ROWS, court, filed, named, ordered, proceeding, taken_on
from tests.support.messages import bench, jail, police, subscription

AT_SHIMLA = "HPSH030000012026"


@pytest.mark.parametrize("is_registered", [False, True], ids=["both are seats", "registered"])
async def test_the_court_from_which_a_case_was_transferred_cancels_no_bail_of_the_court_that_took_it_over(
    store: Store, is_registered: bool
) -> None:
    prison = jail("HPDJ04", partner_id="hpdj04")
    orders = subscription("HPDJ04", "hpdj04", jails=["HPDJ04"])
    store.deciding = bench(orders, partners=(prison, police()), places=ROWS)
    for word in (*BEFORE_KANGRA, (filed("HPKN02"), PALAMPUR)):
        await speak(store, word)
    at_kangra, at_shimla = named(cnr=CNR), named(cnr=AT_SHIMLA)
    before = ordered("bail", "HPKN02", "B-0", at_kangra, **HOLDS)
    await speak(store, (before, court("HPKN02")))
    await speak(store, (proceeding("HPKN02", "TRANSFER", AT_SHIMLA, at_kangra), court("HPKN02")))
    if is_registered:
        await speak(store, (taken_on("HPSH03", at_shimla, from_cnr=CNR), court("HPSH03")))
    granted = ordered("bail", "HPSH03", "B-1", at_shimla, ordered_on="2026-11-21", **HOLDS)
    assert await speak(store, (granted, court("HPSH03"))) == "recorded"
    cancelled = ordered("bail", "HPKN02", "B-2", at_kangra, decision="CANCELLED", ordered_on="2026-11-22", **HOLDS)
    assert await speak(store, (cancelled, court("HPKN02"))) == "recorded"
    assert states_of(store, granted) == ({"owed"} if is_registered else {"superseded"})
    assert states_of(store, before) == {"superseded"}, "a court takes back what it ordered itself"
