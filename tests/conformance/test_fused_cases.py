"""Cases that a store of before holds, and in which two FIRs are one by a third number: found, and nothing else is."""

from __future__ import annotations

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.stores import fused_cases as kept
from icjs_gateway.stores import schema
from icjs_gateway.stores.fused_cases import fused_cases
from tests.conformance.conftest import Store
from tests.conformance.test_wrong_cnr import case_of, registration
from tests.support.messages import changed, fir, outcome

ONE, OTHER = "HP/2011007/112/2026", "HP/2011007/113/2026"


async def _fuse(store: Store) -> str:
    """The store as a gateway left it for which a registration number was a key: two FIRs in one case."""
    for number in (112, 113):
        await store.take(fir(number))
    home, case = case_of(store, 112)
    gone, other = case_of(store, 113)
    firs = [each.model_copy(update={"registration_number": "004/2026"}) for each in (*case.firs, *other.firs)]
    fused: Case = case.model_copy(
        update={"firs": tuple(firs), "registrations": {**case.registrations, **other.registrations}}
    )
    with store.engine.begin() as connection:
        for table in (schema.case_identifiers, schema.claims, schema.events):
            connection.execute(table.update().where(table.c.case_id == gone).values(case_id=home))
        connection.execute(schema.cases.delete().where(schema.cases.c.case_id == gone))
        written = schema.cases.update().where(schema.cases.c.case_id == home)
        connection.execute(written.values(snapshot=fused.model_dump_json(exclude_defaults=True).encode()))
    return home


async def test_a_fused_case_is_found_with_its_firs_the_number_and_the_messages(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_PAGE", 2)
    home = await _fuse(store)
    for number in (201, 202, 203, 204):
        await store.take(fir(number))
    [found] = fused_cases(store.engine)
    assert (found.case_id, found.firs, found.numbers) == (home, (ONE, OTHER), ("fir-reg:HP/004/2026",))
    assert found.messages == ("hp-police/police.fir.v1/FIR-112", "hp-police/police.fir.v1/FIR-113")


async def test_what_a_document_states_is_no_fused_case(store: Store) -> None:
    for number in (112, 113):
        await store.take(fir(number))
        await store.take(registration(f"C-{number}", number, number))
    await store.take(changed("CLUBBING", serial=112, to=(113,), firs=()))
    await store.take(outcome("H-1", firs=(112, 113), serial=112))
    assert list(fused_cases(store.engine)) == []


async def test_a_fir_that_was_registered_anew_and_its_parent_are_no_fused_case(store: Store) -> None:
    home = await _fuse(store)
    case = case_of(store, 112)[1]
    rank, members = case.registrations[OTHER][0]
    anew = case.model_copy(
        update={"registrations": {**case.registrations, OTHER: ((rank, {**members, "parent": ONE}),)}}
    )
    with store.engine.begin() as connection:
        written = schema.cases.update().where(schema.cases.c.case_id == home)
        connection.execute(written.values(snapshot=anew.model_dump_json(exclude_defaults=True).encode()))
    assert list(fused_cases(store.engine)) == []
