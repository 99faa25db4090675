"""A State that has had two codes is one State in every store: in what comes, and in what was stored before."""

from __future__ import annotations

from typing import Any

from alembic import command
from sqlalchemy import Engine, text

from icjs_gateway.model.content import CaseReference, Content
from icjs_gateway.stores import migrate
from icjs_gateway.stores.ledger_facts import cases_of, files
from tests.conformance.conftest import Store
from tests.conformance.test_wrong_cnr import answer
from tests.support.messages import bench, fir_reference, said

FORMER, CODE, STATION = "TS", "TG", "3622009"


def registered(state: str) -> Content:
    reference = CaseReference(firs=(fir_reference(77, STATION, state),))
    told: dict[str, Any] = {
        "number": "77",
        "year": 2026,
        "kind": "REGULAR",
        "police_station": {"code": STATION, "state": state},
        "registered_at": "2026-08-31T05:40:00Z",
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
        "accused": [{"serial": "A1", "name": "Sunil"}],
    }
    return said("F-77", "icjs.fir.registered.v1", reference, fir=told)


def heard(state: str, message_id: str = "H-1") -> Content:
    return said(
        message_id,
        "icjs.hearing.recorded.v1",
        CaseReference(firs=(fir_reference(77, STATION, state),)),
        court={"establishment": f"{state}HY02"},
        hearing={"hearing_id": message_id, "listed_on": "2026-11-20", "held": True, "accused": [{"serial": "A1"}]},
    )


async def test_a_fir_and_an_outcome_that_write_their_state_differently_are_one_case(store: Store) -> None:
    store.deciding = bench()
    outcome, case_id = answer(await store.take(registered(FORMER)))
    assert outcome == "accepted"
    assert answer(await store.take(heard(CODE))) == ("accepted", case_id)
    assert answer(await store.take(heard(FORMER, "H-2"))) == ("accepted", case_id)


async def test_a_case_that_was_stored_under_a_former_code_is_found_and_its_accused_are_one(store: Store) -> None:
    store.deciding = bench()
    _, case_id = answer(await store.take(registered(CODE)))
    await store.take(heard(CODE))
    _as_before(store.engine)
    _upgraded(store.engine)
    with store.engine.begin() as connection:
        assert cases_of(connection, {("fir", f"{CODE}/{STATION}/77/2026")}) != {}
        stored = connection.execute(text("SELECT snapshot FROM cases")).scalar_one()
        speakers = set(connection.execute(text("SELECT speaker FROM messages")).scalars())
    assert f"{FORMER}/".encode() not in bytes(stored)
    assert speakers == {f"station/{CODE}/{STATION}", f"court/{CODE}/{CODE}HY02"}
    assert answer(await store.take(heard(FORMER, "H-2"))) == ("accepted", case_id)
    with store.engine.begin() as connection:
        [file] = files(connection, {str(case_id)}).values()
    assert [person.numbers for person in file.case.persons] == [((f"fir:{CODE}/{STATION}/77/2026", "A1"),)]
    assert [str(fir.key()) for fir in file.case.own_firs] == [f"{CODE}/{STATION}/77/2026"]


def _upgraded(engine: Engine) -> None:
    """That one migration made; the tables are those of today already."""
    config = migrate._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0021")
        command.stamp(config, "head")


def _as_before(engine: Engine) -> None:
    """The store as a gateway left it that took the former code for a State of its own."""
    config = migrate._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "0020")
        for table, column in (
            ("case_identifiers", "identifier"),
            ("claims", "subject"),
            ("claims", "speaker"),
            ("messages", "speaker"),
            ("messages", "place_identity"),
        ):
            rewritten = f"UPDATE {table} SET {column} = replace({column}, '{CODE}/', '{FORMER}/')"  # noqa: S608
            connection.execute(text(rewritten))
        [(case_id, stored)] = connection.execute(text("SELECT case_id, snapshot FROM cases")).all()
        now = bytes(stored).replace(f"{CODE}/".encode(), f"{FORMER}/".encode())
        now = now.replace(f'"state":"{CODE}"'.encode(), f'"state":"{FORMER}"'.encode())
        connection.execute(
            text("UPDATE cases SET snapshot = :now WHERE case_id = :case_id"), {"now": now, "case_id": case_id}
        )
