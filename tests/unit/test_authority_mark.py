"""The mark of an order without a case: what it says of every type of liberty traffic."""

from __future__ import annotations

import json
from typing import Any

import pytest

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.authority.mark import Effect, effect_of, mark_of
from icjs_gateway.routing.cloudevents import cloudevent
from icjs_gateway.routing.lanes import Head
from tests.support.disclosing import BAIL, CASE, COURT, NAMED, told
from tests.support.notices import told_as

FREES, HOLDS = Effect.FREES, Effect.HOLDS
VERIFY = "verify identity; ask the issuing court"
BY_REGISTER = "authorises no detention: go by your warrant register"
BY_TYPE = {
    "icjs.bail.ordered.v1": HOLDS,
    "icjs.bail.amended.v1": HOLDS,
    "icjs.bail.withdrawn.v1": HOLDS,
    "icjs.remand.ordered.v1": HOLDS,
    "icjs.remand.amended.v1": HOLDS,
    "icjs.remand.withdrawn.v1": FREES,
    "icjs.custody.ordered.v1": HOLDS,
    "icjs.custody.recalled.v1": FREES,
    "icjs.custody.amended.v1": HOLDS,
    "icjs.custody.withdrawn.v1": FREES,
    "icjs.production.ordered.v1": FREES,
    "icjs.production.recalled.v1": FREES,
    "icjs.production.amended.v1": FREES,
    "icjs.production.withdrawn.v1": FREES,
    "icjs.release.ordered.v1": FREES,
    "icjs.release.recalled.v1": HOLDS,
    "icjs.release.not-complied.v1": HOLDS,
    "icjs.release.amended.v1": FREES,
    "icjs.release.withdrawn.v1": HOLDS,
    "icjs.warrant.issued.v1": HOLDS,
    "icjs.warrant.recalled.v1": FREES,
    "icjs.warrant.amended.v1": HOLDS,
    "icjs.warrant.withdrawn.v1": FREES,
    "icjs.inmate.released.v1": HOLDS,
    "icjs.inmate.amended.v1": HOLDS,
    "icjs.inmate.withdrawn.v1": HOLDS,
    "icjs.order.linked.v1": HOLDS,
    "icjs.alert.raised.v1": HOLDS,
}
"""Where the data tells neither a decision nor a type."""


def test_every_type_of_liberty_traffic_is_decided() -> None:
    assert BY_TYPE.keys() == {name for name, kind in EVENT_TYPES.items() if kind.liberty}


@pytest.mark.parametrize("event_type", sorted(BY_TYPE))
def test_a_type_alone_says_whether_an_order_frees_or_holds(event_type: str) -> None:
    assert effect_of(event_type, {EVENT_TYPES[event_type].noun: {}}) is BY_TYPE[event_type]


@pytest.mark.parametrize(
    ("verb", "decision", "effect"),
    [
        ("ordered", "GRANTED", FREES),
        ("ordered", "MODIFIED", FREES),
        ("amended", "GRANTED", FREES),
        ("ordered", "CANCELLED", HOLDS),
        ("ordered", "REFUSED", HOLDS),
        ("withdrawn", "GRANTED", HOLDS),
        ("withdrawn", "REFUSED", HOLDS),
        ("withdrawn", "CANCELLED", FREES),
    ],
)
def test_bail_goes_by_its_decision(verb: str, decision: str, effect: Effect) -> None:
    assert effect_of(f"icjs.bail.{verb}.v1", {"bail": {"decision": decision}}) is effect


@pytest.mark.parametrize(
    ("noun", "verb", "effect"),
    [
        ("release", "amended", HOLDS),
        ("release", "withdrawn", FREES),
        ("custody", "amended", FREES),
        ("custody", "withdrawn", HOLDS),
        ("warrant", "amended", FREES),
        ("warrant", "withdrawn", HOLDS),
    ],
)
def test_a_corrected_recall_is_a_recall_still(noun: str, verb: str, effect: Effect) -> None:
    assert effect_of(f"icjs.{noun}.{verb}.v1", {noun: {"type": "RECALL"}}) is effect


@pytest.mark.parametrize("path", ["type", ""])
@pytest.mark.parametrize("event_type", ["release.amended", "custody.withdrawn", "warrant.withdrawn"])
def test_what_is_withheld_is_taken_to_hold(event_type: str, path: str) -> None:
    noun = event_type.split(".")[0]
    withheld = [{"path": f"{noun}.{path}".rstrip("."), "rule": "NEED-TO-KNOW"}]
    assert effect_of(f"icjs.{event_type}.v1", {"disclosure": {"withheld": withheld}}) is HOLDS


def test_a_mark_says_why_and_what_to_do() -> None:
    frees, holds = (mark_of(f"icjs.custody.{verb}.v1", {}) for verb in ("recalled", "ordered"))
    assert frees == {"state": "UNVERIFIED", "reason": "NO_CASE", "advice": VERIFY}
    assert holds == {"state": "UNVERIFIED", "reason": "NO_CASE", "advice": BY_REGISTER}


@pytest.mark.parametrize(
    ("labels", "decision", "advice"),
    [(None, "GRANTED", VERIFY), (None, "CANCELLED", BY_REGISTER), (frozenset[str](), "GRANTED", None)],
)
def test_a_notice_and_a_cloudevent_bear_the_same_mark(
    labels: frozenset[str] | None, decision: str, advice: str | None
) -> None:
    data = {"case": CASE, "court": COURT, "bail": {**BAIL, "decision": decision}}
    event = told("icjs.bail.ordered.v1", data, labels, NAMED)
    head = Head(
        delivery_id="D1",
        subscription_id="S1",
        lane="L1",
        liberty=True,
        attempts=0,
        replay=False,
        owed_at=event.recorded_at,
        told=event,
    )
    shown: dict[str, Any] = json.loads(cloudevent(head, 1, event.data, environment="sandbox"))["data"]
    mark = told_as(event, event.data).get("authority")
    assert shown.get("authority") == mark
    assert (mark or {}).get("advice") == advice
    assert shown["bail"]["authority"] == "ORDER"
