"""The decision of intake, without any store: facts in, decision out."""

import json
from dataclasses import replace
from datetime import date

from icjs_gateway.model.content import Action
from icjs_gateway.model.event_types import revived
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.decisions import Clash, Facts, Kept, Known, Replayed
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import MessageState, Record
from icjs_gateway.routing.recording import Bench
from tests.support.judging import received, told
from tests.support.messages import bench, fir, jail, outcome, record, subscription
from tests.support.stories import hearing, order


def known(command: Record, receipt: bytes = b"{}") -> Known:
    return Known(
        message_id=command.content.message_id,
        digest=command.envelope.digest,
        content_digest=command.content_digest,
        receipt=receipt,
    )


def kept(deciding: Bench, command: Record, facts: Facts | None = None) -> Kept:
    decision = deciding.decide(command, facts or Facts())
    assert isinstance(decision, Kept)
    return decision


def linked(deciding: Bench, command: Record, facts: Facts | None = None) -> Linked:
    decision = kept(deciding, command, facts)
    assert decision.linked is not None
    return decision.linked


def case_file(deciding: Bench, number: int = 112) -> CaseFile:
    [file] = linked(deciding, record(fir(number))).cases
    return file


def test_a_repeated_message_returns_the_first_receipt() -> None:
    command = record(outcome())
    assert bench().decide(command, Facts(same_id=known(command, b"first"))) == Replayed(receipt=b"first")


def test_other_bytes_that_say_the_same_are_a_repeat() -> None:
    first, again = record(outcome(), digest=b"1" * 32), record(outcome(), digest=b"2" * 32)
    assert isinstance(bench().decide(again, Facts(same_id=known(first))), Replayed)


def test_the_same_id_with_other_content_clashes() -> None:
    first, other = record(outcome()), record(outcome(next_on=date(2026, 12, 4)))
    assert bench().decide(other, Facts(same_id=known(first))) == Clash(first_digest=first.envelope.digest)


def test_known_content_under_a_new_id_is_suppressed_and_names_the_first() -> None:
    first, again = record(outcome(message_id="M-1")), record(outcome(message_id="M-2"))
    decision = kept(bench(), again, Facts(latest=known(first)))
    receipt = json.loads(decision.receipt)
    assert (decision.state, receipt["outcome"], receipt["same_as"], receipt["events"]) == (
        MessageState.SUPPRESSED,
        "suppressed",
        "M-1",
        [],
    )
    assert decision.linked is None
    assert decision.waits_for == ()


def test_a_fir_starts_a_case_and_claims_its_identifiers() -> None:
    decision = linked(bench(), record(fir()))
    [file] = decision.cases
    assert decision.claims == ((("fir", "HP/2011007/112/2026"), file.case_id),)


def test_a_fir_that_is_named_without_its_state_is_one_of_the_senders_state() -> None:
    deciding = bench()
    file = case_file(deciding)
    decision = linked(deciding, record(outcome(state=None)), Facts(cases={("fir", "HP/2011007/112/2026"): file}))
    assert [fir["state"] for fir in json.loads(decision.events[0].data)["case"]["firs"]] == ["HP"]


def test_an_outcome_for_an_unknown_case_is_parked_and_receipted() -> None:
    decision = kept(bench(subscription()), record(outcome(bail_for="A1")))
    assert decision.state is MessageState.PARKED
    receipt = json.loads(decision.receipt)
    assert receipt["outcome"] == "parked"
    assert [set(event) for event in receipt["events"]] == [{"event_id", "type"}] * 2
    assert decision.linked is None
    assert decision.waits_for == (("cnr", "HPKN020003412026"), ("fir", "HP/2011007/112/2026"))


def test_an_outcome_links_by_fir_and_brings_its_cnr_along() -> None:
    deciding = bench()
    file = case_file(deciding)
    decision = linked(deciding, record(outcome()), Facts(cases={("fir", "HP/2011007/112/2026"): file}))
    assert decision.claims == ((("cnr", "HPKN020003412026"), file.case_id),)
    assert decision.cases[0].case.cnrs == ("HPKN020003412026",)
    assert decision.cases[0].version == file.version + 1


def test_each_part_that_frees_or_holds_gets_a_lane_of_its_own() -> None:
    deciding = bench(subscription())
    file = case_file(deciding)
    decision = linked(deciding, record(outcome(bail_for="A1")), Facts(cases={("fir", "HP/2011007/112/2026"): file}))
    assert [(owed.lane, owed.liberty) for owed in decision.owed] == [
        (file.case_id, False),
        (f"{file.case_id}/A1", True),
    ]


def test_a_clubbed_proceeding_belongs_to_the_cnrs_case_and_both_cases_know_the_edge() -> None:
    deciding = bench(subscription(firs=["HP/2011007/113/2026"]))
    one, two = case_file(deciding, 112), case_file(deciding, 113)
    facts = Facts(
        cases={
            ("cnr", "HPKN020003412026"): one,
            ("fir", "HP/2011007/112/2026"): one,
            ("fir", "HP/2011007/113/2026"): two,
        }
    )
    decision = linked(deciding, record(outcome(firs=(112, 113))), facts)
    home, other = decision.cases
    assert {event.case_id for event in decision.events} == {one.case_id}
    assert [edge.fir for edge in home.case.edges] == ["HP/2011007/112/2026", "HP/2011007/113/2026"]
    assert other.case_id == two.case_id
    assert home.case.edges == other.case.edges
    assert [owed.subscription_id for owed in decision.owed] == ["hp-cases"]
    firs = json.loads(decision.events[0].data)["case"]["firs"]
    assert [each["number"] for each in firs] == ["112", "113"]


def test_a_correction_of_a_message_nobody_knows_is_parked() -> None:
    deciding = bench()
    cases = {("fir", "HP/2011007/112/2026"): case_file(deciding)}
    correction = record(outcome(action=Action.AMEND, refers_to="M-0"))
    assert kept(deciding, correction, Facts(cases=cases)).state is MessageState.PARKED
    assert kept(deciding, correction, Facts(cases=cases, referred=True)).state is MessageState.RECORDED


def test_what_the_border_finds_stands_in_the_receipt_of_an_accepted_message() -> None:
    deciding = bench()
    home = case_file(deciding)
    odd = record(outcome(on=date(2026, 11, 20), next_on=date(2026, 11, 19)))
    decision = kept(deciding, odd, Facts(cases={("fir", "HP/2011007/112/2026"): home}))
    findings = json.loads(decision.receipt)["findings"]
    assert (decision.state, decision.held_for) == (MessageState.RECORDED, None)
    assert [(each["code"], each["severity"]) for each in findings] == [("NEXT-DATE-NOT-AFTER-HEARING", "warn")]


def test_what_the_border_holds_waits_for_a_person_and_nothing_else() -> None:
    deciding = bench(subscription())
    home = case_file(deciding)
    command = record(outcome(on=date(2028, 11, 21), bail_for="A1"))
    for facts in (Facts(cases={("fir", "HP/2011007/112/2026"): home}), Facts()):
        decision = kept(deciding, command, facts)
        receipt = json.loads(decision.receipt)
        assert (decision.state, decision.held_for) == (MessageState.PARKED, "OUTCOME-OF-A-FUTURE-DAY")
        assert (decision.waits_for, decision.linked, len(decision.parked)) == ((), None, 2)
        assert (receipt["outcome"], [each["severity"] for each in receipt["findings"]]) == ("parked", ["hold"])


def test_known_content_is_not_judged_again() -> None:
    first = record(outcome(message_id="M-1", on=date(2028, 11, 21)))
    again = record(outcome(message_id="M-2", on=date(2028, 11, 21)))
    assert kept(bench(), again, Facts(latest=known(first))).held_for is None


def test_a_remand_in_an_outcome_that_is_held_reaches_its_jail_all_the_same() -> None:
    deciding = bench(subscription("jail-feed", "hp-jail"), partners=(jail(),))
    events = told(
        ("hearing.recorded", hearing("H-1", listed_on="2028-11-21")),
        ("remand.ordered", order("A1", day=19, hearing_id="H-1", until="2026-12-01", jail={"code": "HPDJ04"})),
    )
    message = received(events)
    decision = kept(deciding, message)
    assert decision.held_for == "OUTCOME-OF-A-FUTURE-DAY"
    waiting = deciding.waiting(message, Facts(), [event.event_id for event in decision.parked])
    assert [owed.subscription_id for owed in waiting.relay.owed] == ["jail-feed"]


def test_an_event_that_is_changed_is_written_anew() -> None:
    event = outcome().events[0]
    read = revived(event.type, event.occurred_at, event.json)
    changed = replace(read, data=outcome("H-2").events[0].data)
    assert (read, read.json) == (event, event.json)
    assert changed.json == outcome("H-2").events[0].json != event.json
