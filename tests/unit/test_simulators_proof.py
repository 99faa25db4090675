"""The proof checker: a clean story passes, and each planted violation is found and named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from icjs_gateway.client import Problem, Receipt
from icjs_gateway.client.problems import ProblemDocument
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.kinds import Kind, Witness
from icjs_gateway.simulators.ledgers import About, Arrival, SenderLedger, Sent
from icjs_gateway.simulators.proof import Proof, prove
from icjs_gateway.simulators.scenes import Scene

ABOUT = About(state="HP", district="Kangra", station="2011007", fir="HP/2011007/1/2026", cnr="HPKN020000012026")
HEARING = "icjs.hearing.recorded.v1"
BAIL = "icjs.bail.ordered.v1"
VOID = "icjs.delivery.voided.v1"
COURTS = "urn:icjs:courts:hp-courts"


def sent(message_id: str, *types: str, outcome: str = "accepted", case: str = "case-1", **more: object) -> Sent:
    """A message with its receipt; its events are named after it: M1.1, M1.2, ..."""
    events: list[dict[str, str]] = [{"event_id": f"{message_id}.{n}", "type": kind} for n, kind in enumerate(types, 1)]
    if outcome == "accepted":
        events = [event | {"case_id": case} for event in events]
    contract = str(more.pop("contract", "courts.hearing-outcome.v1"))
    return Sent(
        contract=contract,
        message_id=message_id,
        about=ABOUT,
        receipt=receipt(message_id, outcome=outcome, events=events),
        **more,  # type: ignore[arg-type]
    )


def receipt(message_id: str, **changes: object) -> Receipt:
    members = {
        "message_id": message_id,
        "contract": "courts.hearing-outcome.v1",
        "partner": "hp-courts",
        "environment": "demo",
        "digest": "sha-256=:AA==:",
        "received_at": "2026-11-20T11:12:11.482Z",
        "outcome": "accepted",
        "events": [],
        "findings": [],
        "signature": "a..b",
    }
    return Receipt.read(json.dumps(members | changes).encode())


def came(event_id: str, position: int, *, type_: str = HEARING, lane: str = "case-1", status: int = 204) -> Arrival:
    return Arrival(
        at=datetime(2026, 11, 20, tzinfo=UTC),
        webhook_id=f"D-{event_id}",
        delivery_id=f"D-{event_id}",
        event_id=event_id,
        type=type_,
        source=COURTS,
        subject=lane.partition("/")[0],
        lane=lane,
        position=position,
        replay=False,
        digest=f"of {event_id}",
        status=status,
        taken=status < 300,
        first=status < 300,
    )


def void(event_id: str, position: int, **changes: object) -> Arrival:
    """A void that names this event."""
    members = {"source": "urn:icjs:gateway", "voids": event_id, "members": ("voids", "reason", "disclosure")}
    return replace(came(f"{event_id}.void", position, type_=VOID), **(members | changes))  # type: ignore[arg-type]


STORY = [sent("M1", HEARING), sent("M2", HEARING), sent("M3", HEARING)]
CLEAN = [came("M1.1", 1), came("M2.1", 2, status=500), came("M2.1", 2), came("M3.1", 3)]


EVERYTHING = Interest(events=("icjs.*",))


def judge(arrivals: list[Arrival], story: list[Sent] | None = None, interest: Interest = EVERYTHING) -> Proof:
    return prove(STORY if story is None else story, {"palampur": Witness(interest=interest, arrivals=arrivals)})


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
        ([*CLEAN, replace(CLEAN[3], digest="of something else")], Kind.CHANGED),
        ([*CLEAN[:3], replace(CLEAN[3], type="icjs.hearing.amended.v1")], Kind.MISTOLD),
        ([*CLEAN[:3], replace(CLEAN[3], source="urn:icjs:courts:pb-courts")], Kind.MISTOLD),
        ([*CLEAN[:3], replace(CLEAN[3], subject="case-2")], Kind.MISTOLD),
        ([*CLEAN, came("S-1", 4, type_="icjs.message.settled.v1")], Kind.MISTOLD),
        ([*CLEAN[:3], came("M3.1", 4, status=500), came("M3.1", 3)], Kind.AHEAD),
        ([CLEAN[0], came("M3.1", 3, status=500), *CLEAN[1:]], Kind.AHEAD),
        ([*CLEAN, CLEAN[2]], Kind.WENT_BACK),
        ([replace(CLEAN[0], position=0), *CLEAN], Kind.GAP),
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
    early = [*CLEAN, came("M4.1", 1, lane="message:M4")]
    assert kinds(judge(early, story)) == {Kind.UNLINKED}
    assert judge(CLEAN, story).violations == ()
    assert judge(late, story).violations == ()
    parked.linked = True
    assert kinds(judge(CLEAN, story)) == {Kind.LOST}
    assert judge(late, story).violations == ()


def test_a_replay_that_is_marked_may_tell_an_event_again() -> None:
    replayed = replace(CLEAN[3], delivery_id="D-x", webhook_id="D-x", position=4, replay=True)
    assert judge([*CLEAN, replayed]).violations == ()


def test_the_gateways_own_events_stand_in_no_receipt() -> None:
    settled = replace(came("S-1", 4, type_="icjs.message.settled.v1"), source="urn:icjs:gateway")
    assert judge([*CLEAN, settled]).violations == ()


def test_in_a_liberty_lane_an_overtaking_is_counted_only() -> None:
    story = [sent("M1", BAIL), sent("M2", BAIL)]
    proof = judge([came("M2.1", 2, type_=BAIL, lane="case-1/A1"), came("M1.1", 1, type_=BAIL, lane="case-1/A1")], story)
    assert proof.violations == ()
    assert proof.accounts["palampur"].overtakings == 1


def test_a_lane_of_alerts_alone_puts_speed_before_strictness_too() -> None:
    alerts = [
        replace(came(f"A{n}", n, type_="icjs.alert.raised.v1", lane="case-1/A1"), source="urn:icjs:gateway")
        for n in (2, 1)
    ]
    assert judge([*CLEAN, *alerts]).violations == ()


def test_a_jail_asks_for_what_names_it_and_what_concerns_it_by_the_record() -> None:
    jail = Interest(events=("icjs.hearing.*",), jails=("HPDJ04",))
    assert not jail.wants(HEARING, ABOUT)
    assert jail.wants(HEARING, ABOUT, {"HPDJ04"})
    assert jail.wants(HEARING, replace(ABOUT, jails=("HPDJ04",)))
    assert not jail.wants(HEARING, ABOUT, {"HPDJ02"})
    assert not jail.wants(BAIL, ABOUT, {"HPDJ04"})


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


def test_two_cases_in_one_lane_hold_each_other_up() -> None:
    story = [sent("M1", HEARING), sent("M2", HEARING, case="case-2")]
    arrivals = [came("M1.1", 1), replace(came("M2.1", 2), subject="case-2")]
    assert kinds(judge(arrivals, story)) == {Kind.MIXED}


def test_a_bail_order_in_the_lane_of_its_case_is_held_back() -> None:
    story = [sent("M1", HEARING, BAIL)]
    proof = judge([came("M1.1", 1), came("M1.2", 2, type_=BAIL)], story)
    assert kinds(proof) == {Kind.HELD_BACK}
    assert not proof.in_order


def test_a_replay_keeps_no_order() -> None:
    dead = came("M1.1", 1, status=500)
    again = replace(came("M1.1", 1), replay=True, digest="of M1.1, marked")
    assert judge([dead, void("M1.1", 1), *CLEAN[1:], again]).violations == ()


def test_what_a_void_names_in_its_place_is_not_lost() -> None:
    proof = judge([CLEAN[0], CLEAN[1], void("M2.1", 2), CLEAN[3]])
    assert proof.violations == ()
    account = proof.accounts["palampur"]
    assert (account.owed, account.delivered, account.voided, account.superseded) == (3, 2, 1, 0)


def test_a_void_may_follow_what_was_taken_without_the_gateway_knowing() -> None:
    proof = judge([CLEAN[0], came("M2.1", 2, status=0), void("M2.1", 2), CLEAN[3]])
    assert proof.violations == ()
    assert proof.accounts["palampur"].delivered == 3


@pytest.mark.parametrize(
    ("arrivals", "found"),
    [
        ([*CLEAN, void("M9.1", 4)], {Kind.FALSE_VOID}),
        ([CLEAN[0], CLEAN[1], void("M2.1", 3), CLEAN[3]], {Kind.FALSE_VOID, Kind.GAP, Kind.SHARED, Kind.AHEAD}),
        ([CLEAN[0], void("M2.1", 2, members=("voids", "case")), CLEAN[3]], {Kind.FALSE_VOID}),
        ([CLEAN[0], void("M2.1", 2, voids=None), CLEAN[3]], {Kind.FALSE_VOID, Kind.LOST}),
        ([CLEAN[0], void("M2.1", 2, source=COURTS), CLEAN[3]], {Kind.MISTOLD}),
        ([CLEAN[0], void("M2.1", 2), CLEAN[2], CLEAN[3]], {Kind.REVIVED}),
    ],
    ids=["of nothing", "elsewhere", "with content", "without a name", "by a court", "before what it names"],
)
def test_a_void_that_is_not_one_is_found(arrivals: list[Arrival], found: set[Kind]) -> None:
    assert kinds(judge(arrivals)) == found


def test_a_void_of_what_is_not_asked_for_is_false() -> None:
    proof = judge([void("M1.1", 1)], interest=Interest(stations=("2014001",)))
    assert kinds(proof) == {Kind.FALSE_VOID}


ORDERED = [sent("M1", BAIL), sent("M2", "icjs.bail.amended.v1", corrects="M1")]


def order(event_id: str, position: int, lane: str = "case-1/A1", **changes: object) -> Arrival:
    kind = BAIL if event_id.startswith("M1") else "icjs.bail.amended.v1"
    return replace(came(event_id, position, type_=kind, lane=lane), **changes)  # type: ignore[arg-type]


def test_an_order_whose_correction_came_instead_is_superseded_and_not_lost() -> None:
    proof = judge([order("M2.1", 1)], ORDERED)
    assert proof.violations == ()
    account = proof.accounts["palampur"]
    assert (account.owed, account.delivered, account.superseded) == (2, 1, 1)


def test_a_chain_of_corrections_leaves_the_last() -> None:
    chain = [*ORDERED, sent("M3", "icjs.bail.withdrawn.v1", corrects="M1")]
    last = replace(order("M3.1", 1), type="icjs.bail.withdrawn.v1")
    assert judge([last], chain).violations == ()
    assert kinds(judge([], chain)) == {Kind.LOST}


def test_one_correction_stands_for_one_order_only() -> None:
    two = [sent("M1", BAIL, BAIL), ORDERED[1]]
    proof = judge([order("M2.1", 1)], two)
    assert [violation.detail for violation in proof.violations] == [f"{BAIL} M1.2 of M1"]


def test_a_correction_of_another_kind_or_message_supersedes_nothing() -> None:
    remand = [ORDERED[0], sent("M2", "icjs.remand.amended.v1", corrects="M1")]
    assert kinds(judge([replace(order("M2.1", 1), type="icjs.remand.amended.v1")], remand)) == {Kind.LOST}
    other = [ORDERED[0], sent("M2", "icjs.bail.amended.v1", corrects="M0")]
    assert kinds(judge([order("M2.1", 1)], other)) == {Kind.LOST}


def test_a_hearing_is_never_superseded() -> None:
    story = [sent("M1", HEARING), sent("M2", "icjs.hearing.amended.v1", corrects="M1")]
    assert kinds(judge([replace(came("M2.1", 1), type="icjs.hearing.amended.v1")], story)) == {Kind.LOST}


def test_an_order_after_its_correction_holds_who_was_freed() -> None:
    proof = judge([order("M2.1", 1), order("M1.1", 2)], ORDERED)
    assert kinds(proof) == {Kind.REVIVED}
    assert judge([order("M2.1", 1), order("M1.1", 2, replay=True)], ORDERED).violations == ()
    assert judge([order("M1.1", 1), order("M2.1", 2)], ORDERED).violations == ()


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (sent("M4"), {Kind.MISREAD}),
        (sent("M4", HEARING, outcome="parked", tells=(HEARING, BAIL)), {Kind.MISREAD}),
        (sent("M4", outcome="suppressed"), {Kind.SWALLOWED}),
        (replace(sent("M4"), receipt=receipt("M4", outcome="suppressed", same_as="M9")), {Kind.SWALLOWED}),
        (replace(sent("M4"), receipt=receipt("M4", outcome="suppressed", same_as="M4")), {Kind.SWALLOWED}),
        (replace(sent("M4"), receipt=receipt("M4", outcome="suppressed", same_as="M1")), set()),
        (replace(sent("M4", HEARING, outcome="parked"), message_id="M5"), {Kind.MISANSWERED}),
        (sent("M4", HEARING, outcome="parked", contradictions=1), {Kind.CONTRADICTED}),
        (replace(sent("M1", HEARING, outcome="parked"), message_id="M4"), {Kind.MISANSWERED, Kind.REUSED}),
        (sent("M4", HEARING, outcome="parked", tells=(HEARING,)), set()),
    ],
)
def test_an_answer_that_promises_the_wrong_thing_is_found(entry: Sent, found: set[Kind]) -> None:
    wrong = {violation.kind for violation in judge(CLEAN, [entry, *STORY]).violations}
    assert wrong == found


def test_a_sender_keeps_its_receipt_whatever_is_said_later() -> None:
    ledger = SenderLedger()
    entry = ledger.open(contract="c", message_id="M1", about=ABOUT)
    refused = Problem(ProblemDocument(status=409))
    ledger.close(entry, problem=refused)
    ledger.close(entry, receipt=receipt("M1"))
    assert (entry.receipt, entry.problem, entry.contradictions) == (receipt("M1"), None, 0)
    ledger.close(entry, receipt=receipt("M1"))
    assert entry.contradictions == 0
    ledger.close(entry, receipt=receipt("M1", outcome="parked"))
    ledger.close(entry, problem=refused)
    assert (entry.receipt, entry.contradictions) == (receipt("M1"), 2)
    assert ledger.answered == [entry]


JAIL = Interest(events=("icjs.*",), jails=("HPDJ04",))
REMAND = "icjs.custody.ordered.v1"
HOLDING, FREEING = "authorises no detention: go by your warrant register", "verify identity; ask the issuing court"


def in_jail(outcome: str = "parked", kind: str = REMAND, **more: object) -> Sent:
    """An order that has to reach the jail, parked at first and linked since."""
    entry = sent("M1", kind, outcome=outcome, linked=outcome == "parked", **more)
    entry.about = replace(ABOUT, jails=("HPDJ04",))
    return entry


def early(kind: str = REMAND, advice: str | None = HOLDING) -> Arrival:
    """The order as it comes before its case is known."""
    return replace(came("M1.1", 1, type_=kind, lane="message:M1"), advice=advice)


LINK = replace(came("L-1", 2, type_="icjs.order.linked.v1", lane="message:M1"), source="urn:icjs:gateway", links="M1.1")


def at_the_jail(*arrivals: Arrival, story: Sent | None = None) -> Proof:
    return judge(list(arrivals), [story or in_jail()], JAIL)


def test_an_unverified_order_is_marked_and_its_link_follows() -> None:
    proof = at_the_jail(early(), LINK)
    assert proof.violations == ()
    account = proof.accounts["palampur"]
    assert (account.unverified, account.verified, account.warrants) == (1, 1, 1)


def test_an_unverified_order_is_no_authority_for_detention() -> None:
    waiting = in_jail()
    waiting.linked = False
    proof = at_the_jail(early(), story=waiting)
    assert proof.violations == ()
    assert (proof.total("unverified"), proof.total("warrants")) == (1, 0)


@pytest.mark.parametrize(
    ("arrivals", "kind"),
    [
        ([early()], Kind.NEVER_VERIFIED),
        ([early(), replace(LINK, links="M9.1")], Kind.NEVER_VERIFIED),
        ([early(advice=None), LINK], Kind.MISMARKED),
        ([early(advice=FREEING), LINK], Kind.MISMARKED),
        ([replace(early(), subject="case-1"), LINK], Kind.MISMARKED),
    ],
    ids=["without a link", "link of another", "unmarked", "advice to detain", "marked in its case"],
)
def test_an_order_that_is_marked_wrongly_or_never_verified_is_found(arrivals: list[Arrival], kind: Kind) -> None:
    assert kind in kinds(at_the_jail(*arrivals))


def test_advice_against_detention_fits_no_order_that_frees() -> None:
    kind = "icjs.release.ordered.v1"
    story = in_jail(kind=kind)
    assert at_the_jail(early(kind, FREEING), LINK, story=story).violations == ()
    assert kinds(at_the_jail(early(kind, HOLDING), LINK, story=story)) == {Kind.MISMARKED}


def test_scenes_are_counted_by_cases_orders_that_reached_their_jail_and_what_waits_for_standing() -> None:
    reached = in_jail("accepted", scene=Scene.DUTY_REMAND)
    lost = in_jail("accepted", scene=Scene.DUTY_REMAND)
    lost.receipt = receipt("M2", events=[{"event_id": "M2.1", "type": REMAND, "case_id": "case-1"}])
    waits = sent("M3", HEARING, outcome="parked", scene=Scene.TRANSIT_BAIL, waits_for=("fir:x", "standing:case-1"))
    other = sent("M4", HEARING, outcome="parked", scene=Scene.TRANSIT_BAIL, waits_for=("fir:x",))
    proof = judge([came("M1.1", 1, type_=REMAND, lane="case-1/A1")], [reached, lost, waits, other], JAIL)
    count = proof.scenes[Scene.DUTY_REMAND]
    assert (count.cases, count.messages, count.parked, count.waiting) == (1, 2, 0, 0)
    assert (count.orders, count.reached) == (2, 1)
    elsewhere = proof.scenes[Scene.TRANSIT_BAIL]
    assert (elsewhere.messages, elsewhere.parked, elsewhere.waiting, elsewhere.orders) == (2, 2, 1, 0)
    assert list(proof.scenes) == [Scene.DUTY_REMAND, Scene.TRANSIT_BAIL]
    assert proof.without_standing == ("courts.hearing-outcome.v1 M3",)
