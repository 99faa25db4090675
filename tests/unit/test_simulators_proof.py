"""The proof checker: a clean story passes, and each planted violation is found and named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from icjs_gateway.client import Problem, Receipt
from icjs_gateway.client.problems import ProblemDocument
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.ledgers import About, Arrival, Sent
from icjs_gateway.simulators.proof import Proof, prove
from icjs_gateway.simulators.violations import Kind, Witness

ABOUT = About(state="HP", district="Kangra", station="2011007", fir="HP/2011007/1/2026", cnr="HPKN020000012026")
HEARING = "icjs.hearing.recorded.v1"
BAIL = "icjs.bail.ordered.v1"


def sent(message_id: str, *types: str, outcome: str = "accepted") -> Sent:
    """A message with its receipt; its events are named after it: M1.1, M1.2, ..."""
    events = [{"event_id": f"{message_id}.{n}", "type": kind, "case_id": "case-1"} for n, kind in enumerate(types, 1)]
    receipt = {
        "message_id": message_id,
        "contract": "courts.hearing-outcome.v1",
        "partner": "hp-courts",
        "environment": "demo",
        "digest": "sha-256=:AA==:",
        "received_at": "2026-11-20T11:12:11.482Z",
        "outcome": outcome,
        "events": events,
        "findings": [],
        "signature": "a..b",
    }
    read = Receipt.read(json.dumps(receipt).encode())
    return Sent(contract="courts.hearing-outcome.v1", message_id=message_id, about=ABOUT, receipt=read)


def came(event_id: str, position: int, *, type_: str = HEARING, lane: str = "case-1", status: int = 204) -> Arrival:
    return Arrival(
        at=datetime(2026, 11, 20, tzinfo=UTC),
        webhook_id=f"D-{event_id}",
        delivery_id=f"D-{event_id}",
        event_id=event_id,
        type=type_,
        subject="case-1",
        lane=lane,
        position=position,
        replay=False,
        digest="00",
        status=status,
        taken=status < 300,
        first=status < 300,
    )


STORY = [sent("M1", HEARING), sent("M2", HEARING), sent("M3", HEARING)]
CLEAN = [came("M1.1", 1), came("M2.1", 2, status=500), came("M2.1", 2), came("M3.1", 3)]


EVERYTHING = Interest(events=("icjs.*",))


def judge(arrivals: list[Arrival], story: list[Sent] | None = None, interest: Interest = EVERYTHING) -> Proof:
    return prove(story or STORY, {"palampur": Witness(interest=interest, arrivals=arrivals)})


def kinds(proof: Proof) -> set[Kind]:
    return {violation.kind for violation in proof.violations}


def test_a_clean_story_is_conserved_and_in_order() -> None:
    proof = judge(CLEAN)
    assert proof.violations == ()
    assert proof.conserved
    assert proof.in_order
    account = proof.accounts["palampur"]
    assert (account.owed, account.delivered, account.calls, account.retries) == (3, 3, 4, 1)
    assert account.repeats == 0
    assert (proof.messages, proof.accepted, proof.events) == (3, 3, 3)


def test_a_repeat_of_what_was_taken_is_counted_and_allowed() -> None:
    proof = judge([*CLEAN, came("M3.1", 3)])
    assert proof.violations == ()
    assert proof.accounts["palampur"].repeats == 1


def test_what_was_taken_counts_although_the_answer_never_came() -> None:
    proof = judge([came("M1.1", 1, status=0), *CLEAN[1:]])
    assert proof.accounts["palampur"].delivered == 3


@pytest.mark.parametrize(
    ("arrivals", "kind"),
    [
        (CLEAN[:3], Kind.LOST),
        ([*CLEAN, came("M9.1", 4)], Kind.NOT_ACCEPTED),
        ([*CLEAN, replace(CLEAN[3], why_not="WebhookRejected", taken=False)], Kind.UNVERIFIED),
        ([CLEAN[0], CLEAN[3], CLEAN[2]], Kind.OUT_OF_ORDER),
        ([*CLEAN[:3], came("M3.1", 4)], Kind.GAP),
        ([came("M1.1", 2), came("M2.1", 3), came("M3.1", 4)], Kind.GAP),
        ([*CLEAN[:3], came("M3.1", 2)], Kind.SHARED),
        ([*CLEAN, replace(CLEAN[3], webhook_id="D-other")], Kind.RENAMED),
        ([*CLEAN, replace(CLEAN[3], position=4)], Kind.RENAMED),
        ([*CLEAN, replace(CLEAN[3], lane="case-2")], Kind.RENAMED),
        ([*CLEAN, replace(CLEAN[2], event_id="M3.1")], Kind.RENAMED),
        ([*CLEAN, replace(CLEAN[3], delivery_id="D-x", webhook_id="D-x", position=4)], Kind.TOLD_TWICE),
    ],
)
def test_each_violation_is_found(arrivals: list[Arrival], kind: Kind) -> None:
    proof = judge(arrivals)
    assert kind in kinds(proof)
    assert not (proof.conserved and proof.in_order)


def test_an_event_outside_the_filter_is_found() -> None:
    proof = judge(CLEAN, interest=Interest(stations=("2014001",)))
    assert kinds(proof) == {Kind.NOT_ASKED_FOR}
    assert proof.accounts["palampur"].owed == 0


def test_a_message_without_an_answer_is_found() -> None:
    proof = judge(CLEAN, [*STORY, Sent(contract="c", message_id="M4", about=ABOUT)])
    assert kinds(proof) == {Kind.UNANSWERED}
    assert not proof.conserved


def test_a_refused_message_owes_nothing() -> None:
    refused = Sent(contract="c", message_id="M4", about=ABOUT, problem=Problem(ProblemDocument(status=422)))
    proof = judge(CLEAN, [*STORY, refused])
    assert proof.violations == ()
    assert proof.refused == 1


def test_a_parked_event_is_owed_only_once_it_is_linked() -> None:
    parked = sent("M4", HEARING, outcome="parked")
    story = [*STORY, parked]
    late = [*CLEAN, came("M4.1", 4)]
    assert judge(CLEAN, story).violations == ()
    assert judge(late, story).violations == ()
    parked.linked = True
    assert kinds(judge(CLEAN, story)) == {Kind.LOST}
    assert judge(late, story).violations == ()


def test_a_replay_that_is_marked_may_tell_an_event_again() -> None:
    replayed = replace(CLEAN[3], delivery_id="D-x", webhook_id="D-x", position=4, replay=True)
    assert judge([*CLEAN, replayed]).violations == ()


def test_the_gateways_own_events_stand_in_no_receipt() -> None:
    assert judge([*CLEAN, came("V-1", 4, type_="icjs.delivery.voided.v1")]).violations == ()


def test_in_a_liberty_lane_an_overtaking_is_counted_only() -> None:
    story = [sent("M1", BAIL), sent("M2", BAIL)]
    proof = judge([came("M2.1", 2, type_=BAIL, lane="case-1/A1"), came("M1.1", 1, type_=BAIL, lane="case-1/A1")], story)
    assert proof.violations == ()
    assert proof.accounts["palampur"].overtakings == 1


def test_a_lane_for_every_event_is_no_order() -> None:
    arrivals = [came("M1.1", 1), came("M2.1", 1, lane="case-1/2"), came("M3.1", 1, lane="case-1/3")]
    proof = judge(arrivals)
    assert kinds(proof) == {Kind.SCATTERED}
    assert not proof.in_order


def test_a_liberty_lane_does_not_disturb_that_of_the_case() -> None:
    story = [sent("M1", HEARING, BAIL), sent("M2", HEARING)]
    arrivals = [came("M1.1", 1), came("M2.1", 2), came("M1.2", 1, type_=BAIL, lane="case-1/A1")]
    assert judge(arrivals, story).violations == ()


def test_globs_span_dots_and_keys_are_joined() -> None:
    assert Interest(events=("icjs.*",)).wants(BAIL, ABOUT)
    assert not Interest(events=("icjs.hearing.*",)).wants(BAIL, ABOUT)
    assert Interest(stations=("2011007",), states=("HP",)).wants(BAIL, ABOUT)
    assert not Interest(stations=("2011007",), states=("PB",)).wants(BAIL, ABOUT)
    assert Interest(stations=("x",)).as_filter() == {"events": ["*"], "stations": ["x"]}
