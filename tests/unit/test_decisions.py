"""Small decisions: who is owed, when to try again, what may be seen; and tables that must agree."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.identifiers import Cnr, FirKey, parse_fir_number
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar
from icjs_gateway.routing.head_waits import HeadWait, HeadWaits
from icjs_gateway.routing.lanes import (
    DELIVERY_TRANSITIONS,
    LANE_TRANSITIONS,
    Delivered,
    DeliveryState,
    GiveUp,
    LaneState,
    Wait,
)
from icjs_gateway.routing.recipients import Addressed, RecipientList
from icjs_gateway.routing.retry import LIBERTY_POLICY, Answer, RetryPolicy, decide
from icjs_gateway.stores import schema
from tests.support.disclosing import case, disclosure
from tests.support.messages import MORNING, police, subscription

EVENT = Addressed(
    type="icjs.hearing.recorded.v1",
    firs=("HP/2011007/112/2026", "HP/2011007/113/2026"),
    cnrs=("HPKN020003412026",),
    stations=("2011007",),
    districts=("kangra",),
    states=("HP",),
)


@pytest.mark.parametrize(
    ("wanted", "is_owed"),
    [
        ({}, True),
        ({"events": ["icjs.hearing.*"]}, True),
        ({"events": ["icjs.*"]}, True),
        ({"events": ["icjs.bail.*"]}, False),
        ({"states": ["HP", "PB"]}, True),
        ({"states": ["PB"]}, False),
        ({"states": ["HP"], "districts": ["Shimla"]}, False),
        ({"states": ["HP"], "districts": ["Kangra"], "stations": ["2011007"]}, True),
        ({"firs": ["HP/2011007/113/2026"]}, True),
        ({"firs": ["HP/2011007/114/2026"]}, False),
        ({"cnrs": ["HPKN020003412026"], "events": ["icjs.bail.*", "icjs.hearing.recorded.v1"]}, True),
    ],
)
def test_a_filter_is_or_within_a_key_and_and_across_keys(wanted: dict[str, list[str]], is_owed: bool) -> None:
    recipients = RecipientList([subscription(**wanted)], {"hp-police": police()}.get)
    assert bool(recipients.owed(EVENT)) is is_owed


def test_what_a_partner_may_not_receive_it_is_not_owed() -> None:
    recipients = RecipientList([subscription()], {"hp-police": police(receive=("icjs.bail.*",))}.get)
    assert recipients.owed(EVENT) == []


def test_a_revoked_partner_is_owed_nothing() -> None:
    revoked = police().model_copy(update={"state": "revoked"})
    assert RecipientList([subscription()], {"hp-police": revoked}.get).owed(EVENT) == []


def test_a_subscription_that_matches_twice_is_owed_once() -> None:
    both = subscription(firs=["HP/2011007/112/2026", "HP/2011007/113/2026"])
    assert len(RecipientList([both], {"hp-police": police()}.get).owed(EVENT)) == 1


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 9))
def test_a_wait_is_jittered_within_the_schedule(jitter: float, attempts: int) -> None:
    verdict = decide(RetryPolicy(), attempts, Answer(acknowledged=False, outcome="http-500"), MORNING, jitter)
    assert isinstance(verdict, Wait)
    assert timedelta() <= verdict.until - MORNING <= timedelta(seconds=RetryPolicy().waits_s[attempts - 1])


def test_after_the_last_wait_a_delivery_is_given_up_but_a_liberty_delivery_never() -> None:
    refused = Answer(acknowledged=False, outcome="http-500")
    assert decide(RetryPolicy(waits_s=(1, 2)), 3, refused, MORNING, 0.5) == GiveUp()
    assert isinstance(decide(LIBERTY_POLICY, 1000, refused, MORNING, 0.5), Wait)


def test_what_is_refused_for_good_is_dead_at_once_but_an_order_is_offered_again() -> None:
    refused = Answer(acknowledged=False, outcome="rejected", final=True, remark="no such station")
    assert decide(RetryPolicy(), 1, refused, MORNING, 0.5) == GiveUp()
    assert isinstance(decide(LIBERTY_POLICY, 1, refused, MORNING, 0.5), Wait)


def test_a_dead_delivery_halts_its_lane_for_as_long_as_its_event_type_says() -> None:
    waits = HeadWaits(
        entries=(
            HeadWait(events=("icjs.fir.*", "icjs.process.*"), wait=timedelta(hours=1)),
            HeadWait(events=("icjs.*",), wait=timedelta(hours=2)),
        )
    )
    assert [waits.of(f"icjs.{name}.v1") for name in ("process.issued", "hearing.recorded")] == [
        timedelta(hours=1),
        timedelta(hours=2),
    ]
    assert HeadWaits().of("icjs.fir.registered.v1") is None
    policy = RetryPolicy(waits_s=(), head_wait=timedelta(hours=2))
    refused = Answer(acknowledged=False, outcome="http-400")
    assert decide(policy, 1, refused, MORNING, 0) == GiveUp(lane_goes_on_at=MORNING + timedelta(hours=2))


def test_retry_after_is_a_floor_within_bounds() -> None:
    policy = RetryPolicy(waits_s=(1,), retry_after_s_max=100)
    verdict = decide(policy, 1, Answer(acknowledged=False, outcome="http-503", retry_after_s=60), MORNING, 0.5)
    assert verdict == Wait(until=MORNING + timedelta(seconds=60))
    verdict = decide(policy, 1, Answer(acknowledged=False, outcome="http-503", retry_after_s=10**9), MORNING, 0.5)
    assert verdict == Wait(until=MORNING + timedelta(seconds=100))


def test_an_acknowledgement_is_delivered_whatever_the_schedule_says() -> None:
    assert (
        decide(RetryPolicy(waits_s=()), 1, Answer(acknowledged=True, outcome="acknowledged"), MORNING, 0) == Delivered()
    )


def partner(pillar: Pillar, **jurisdiction: object) -> Partner:
    return Partner(
        id="x", name="X", pillar=pillar, jurisdiction=Jurisdiction.model_validate(jurisdiction), may=Permissions()
    )


@pytest.mark.parametrize(
    ("recipient", "noun", "rule"),
    [
        (partner(Pillar.POLICE, state="HP"), "hearing", None),
        (partner(Pillar.POLICE, state="PB"), "hearing", "JURISDICTION"),
        (partner(Pillar.POLICE, state="HP", stations=["2011008"]), "hearing", "JURISDICTION"),
        (partner(Pillar.POLICE, state="HP", stations=["2011007"]), "hearing", None),
        (partner(Pillar.POLICE), "hearing", "JURISDICTION"),
        (partner(Pillar.COURTS, establishments=["HPKN02"]), "fir", None),
        (partner(Pillar.COURTS, establishments=["HPSH01"]), "hearing", "JURISDICTION"),
        (partner(Pillar.PRISONS, state="HP"), "bail, a notice", None),
        (partner(Pillar.PRISONS, state="HP"), "fir", "CLASS-NOT-SERVED"),
        (partner(Pillar.PUBLIC, state="HP"), "hearing", "CLASS-NOT-SERVED"),
        (partner(Pillar.FORENSICS, state="HP"), "hearing", "CLASS-NOT-SERVED"),
    ],
)
def test_disclosure_denies_by_default(recipient: Partner, noun: str, rule: str | None) -> None:
    assert disclosure().rule_against(case(frozenset())[noun], recipient) == rule


def test_what_leaves_says_as_whom_it_was_seen() -> None:
    seen = disclosure().view(case(frozenset())["hearing"], police())
    assert seen["disclosure"] == {"class": "police-investigation", "withheld": []}


@pytest.mark.parametrize(
    ("table", "column", "states", "transitions"),
    [
        (schema.lanes, "state", LaneState, LANE_TRANSITIONS),
        (schema.deliveries, "state", DeliveryState, DELIVERY_TRANSITIONS),
    ],
)
def test_enum_check_and_transition_table_agree(table, column, states, transitions) -> None:  # type: ignore[no-untyped-def]
    [check] = [each for each in table.constraints if isinstance(each, CheckConstraint)]
    assert set(re.findall(r"'(\w+)'", str(check.sqltext))) == {state.value for state in states}
    assert set(transitions) == set(states)
    reached = {state for following in transitions.values() for state in following}
    assert reached == set(states), "every state can be reached"


def test_only_what_frees_or_holds_a_person_is_liberty_traffic() -> None:
    nouns = {each.noun for each in EVENT_TYPES.values() if each.liberty}
    orders = {"bail", "remand", "custody", "production", "release", "warrant"}
    # `order`: an order that was told unlinked has its case. `alert`: what decides over somebody's liberty went wrong.
    assert nouns == orders | {"order", "alert", "inmate"}
    of_inmates = {each.verb for each in EVENT_TYPES.values() if each.noun == "inmate" and each.liberty}
    assert of_inmates == {"released", "amended", "withdrawn"}, "to be moved about a jail frees nobody"


@pytest.mark.parametrize(
    ("written", "number", "year"),
    [
        ("0112", 112, None),
        ("112", 112, None),
        ("112/2026", 112, 2026),
        ("112/26", 112, 2026),
        ("FIR No. 112", 112, None),
    ],
)
def test_fir_numbers_are_read_as_people_write_them(written: str, number: int, year: int | None) -> None:
    assert parse_fir_number(written) == (number, year)


@pytest.mark.parametrize("written", ["", "0", "x", "112/3", "-1", "11 2", "1234567890"])
def test_what_is_no_fir_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="FIR number"):
        parse_fir_number(written)


def test_a_cnr_is_normalised_and_may_have_digits_in_its_district() -> None:
    assert Cnr.parse("hpkn02-000341-2026") == "HPKN020003412026"
    assert Cnr.parse("AS22010001232026")
    with pytest.raises(ValueError, match="CNR"):
        Cnr.parse("HPKN0200034120")


def test_a_fir_key_reads_back() -> None:
    assert str(FirKey.parse("HP/2011007/112/2026")) == "HP/2011007/112/2026"
    with pytest.raises(ValueError, match="expected STATE"):
        FirKey.parse("HP/2011007/112")
