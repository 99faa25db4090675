"""What every store promises of a jail's own word on orders to free somebody: released, or not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.routing.obligations import VERIFY, ObligationState
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.obligation_rows import Standing, obligations
from tests.conformance.conftest import Store
from tests.support.messages import bail_order, bench, fir, fir_reference, jail, police, said, subscription

JAIL = subscription("jail-orders", "hp-jail", jails=["HPDJ04"])
POLICE = subscription("hp-cases")
SUNIL = {"serial": "A2", "name": "Sunil", "pid": "P-1"}


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    store.deciding = bench(JAIL, POLICE, partners=(jail(), police()))


def case(number: int = 112) -> CaseReference:
    return CaseReference(firs=(fir_reference(number),))


def released(message_id: str = "R-1", *, number: int = 112, prison: str = "HPDJ04", **told: Any) -> Content:
    members = {
        "kind": "RELEASE",
        "at": "2026-11-21T12:00:00Z",
        "prison": {"code": prison},
        "accused": SUNIL,
        "ground": "BAIL",
    }
    return said(message_id, "icjs.inmate.released.v1", case(number), on=date(2026, 11, 21), inmate=members | told)


def refused(reason: str, message_id: str = "N-1", *, verb: str = "not-complied", **told: Any) -> Content:
    told_of = {
        "accused": SUNIL,
        "prison": {"code": "HPDJ04"},
        "not_complied": {"at": "2026-11-21T06:00:00Z", "reason": reason, "other_firs": ["HP/2011007/77/2026"]},
    }
    return said(message_id, f"icjs.release.{verb}.v1", case(), on=date(2026, 11, 21), release=told_of | told)


def taking_back(content: Content, refers_to: str) -> Content:
    return replace(content, action=Action.WITHDRAW, refers_to=refers_to, thread=refers_to)


def standing(store: Store) -> list[Standing]:
    """What orders ask of whoever holds a person."""
    found = obligations(reader_of(store.engine), state=None, jail=None, limit=100)
    return [each for each in found if each.decision != VERIFY]


def answered(store: Store) -> list[tuple[str, str, str | None, str | None]]:
    return [(each.decision, each.state, each.result, each.reason) for each in standing(store)]


def types(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.scalars(select(schema.events.c.type)))


async def test_a_release_answers_the_bail_order(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(released())
    assert answered(store) == [("GRANTED", ObligationState.ANSWERED, "DONE", None)]


async def test_one_who_is_held_in_another_case_is_answered_for_and_not_released(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(fir(77, accused=("A2",)))
    await store.take(bail_order("B-1"))
    await store.take(refused("OTHER_CASE"))
    assert answered(store) == [("GRANTED", ObligationState.ANSWERED, "NOT_DONE", "OTHER_CASE")]
    assert "icjs.inmate.released.v1" not in types(store)


async def test_an_answer_is_of_one_case_only(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(fir(77, accused=("A2",)))
    await store.take(bail_order("B-1"))
    await store.take(bail_order("B-2", firs=(77,)))
    await store.take(released(number=77))
    assert [each.state for each in sorted(standing(store), key=lambda each: each.opened_at)].count(
        ObligationState.OPEN
    ) == 1


async def test_sureties_pending_first_and_released_later(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(refused("SURETY_PENDING"))
    await store.take(released())
    assert answered(store) == [("GRANTED", ObligationState.ANSWERED, "DONE", None)]


async def test_a_jail_that_takes_its_word_back_leaves_the_order_open(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(refused("IDENTITY"))
    await store.take(taking_back(refused("IDENTITY", "N-2", verb="withdrawn"), "N-1"))
    assert answered(store) == [("GRANTED", ObligationState.OPEN, None, None)]


async def test_another_jails_word_answers_nothing(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1"))
    await store.take(released(prison="HPDJ09"))
    assert answered(store) == [("GRANTED", ObligationState.OPEN, None, None)]


async def test_a_later_order_is_not_answered_by_an_earlier_word(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(bail_order("B-1", on=date(2026, 11, 25)))
    await store.take(released())
    assert answered(store) == [("GRANTED", ObligationState.OPEN, None, None)]


async def test_an_order_to_release_asks_the_jail_until_it_is_recalled(store: Store) -> None:
    court = {"establishment": "HPKN02"}
    order = {
        "accused": SUNIL,
        "ordered_on": "2026-11-20",
        "process_id": "P-9",
        "jail": {"code": "HPDJ04"},
        "ground": "ACQUITTAL",
    }
    await store.take(fir(accused=("A1", "A2")))
    await store.take(said("C-1", "icjs.release.ordered.v1", case(), court=court, release=order))
    assert answered(store) == [("RELEASE", ObligationState.OPEN, None, None)]
    recall = {
        "accused": SUNIL,
        "ordered_on": "2026-11-21",
        "process_id": "P-9",
        "type": "RECALL",
        "jail": {"code": "HPDJ04"},
    }
    await store.take(
        said("C-2", "icjs.release.recalled.v1", case(), on=date(2026, 11, 21), court=court, release=recall)
    )
    assert answered(store) == [("RELEASE", ObligationState.WITHDRAWN, None, None)]


async def test_what_the_jail_said_while_it_waited_for_its_case_counts_once_it_is_linked(store: Store) -> None:
    await store.take(bail_order("B-1"))
    await store.take(released())
    assert standing(store) == []
    await store.take(fir(accused=("A1", "A2")))
    assert answered(store) == [("GRANTED", ObligationState.ANSWERED, "DONE", None)]


async def test_an_order_that_is_told_after_the_jail_acted_on_it_is_answered_already(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(refused("SURETY_PENDING"))
    await store.take(released())
    await store.take(bail_order("B-1"))
    assert answered(store) == [("GRANTED", ObligationState.ANSWERED, "DONE", None)]


@pytest.mark.parametrize(
    "word",
    [
        released(prison="HPDJ09"),
        released(ordered_on=date(2026, 11, 19)),
        released(at="2026-11-19T12:00:00Z"),
        released(accused={"serial": "A1", "name": "Ravi", "pid": "P-2"}),
    ],
    ids=["another jail's", "about another order", "of an earlier day", "about another person"],
)
async def test_what_is_not_meant_for_a_later_told_order_does_not_answer_it(store: Store, word: Content) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(word)
    await store.take(bail_order("B-1"))
    assert answered(store) == [("GRANTED", ObligationState.OPEN, None, None)]


async def test_a_word_that_was_taken_back_answers_no_later_told_order(store: Store) -> None:
    await store.take(fir(accused=("A1", "A2")))
    await store.take(refused("IDENTITY"))
    await store.take(taking_back(refused("IDENTITY", "N-2", verb="withdrawn"), "N-1"))
    await store.take(bail_order("B-1"))
    assert answered(store) == [("GRANTED", ObligationState.OPEN, None, None)]
