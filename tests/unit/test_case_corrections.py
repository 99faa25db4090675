"""Amend and withdraw: a patch on what was said, and taken back only by saying so. In any order."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.case import Case, Person, fitting
from icjs_gateway.model.case.facts import known
from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.payloads.party import Party
from tests.support.messages import cnr
from tests.support.stories import MONDAY, Message, Teller, bail, folded, hearing, order, registered

NBW = "NON_BAILABLE_WARRANT"


def person(case: Case, serial: str = "A1") -> Person:
    (found,) = fitting(case, Party(serial=serial), CaseReference(cnr=cnr()), "HP")
    return found


def story() -> list[Message]:
    """A case with every kind of correction: two courts, police and court, amend of amend, withdraw of amend."""
    court, sessions = Teller(), Teller(establishment="HPKN01")
    return [
        registered(accused=[{"serial": "A1", "name": "Ramesh Kumar"}, {"serial": "A2", "status": "UNKNOWN"}]),
        registered(verb="amended", accused=[{"serial": "A2", "name": "Sunil"}]),
        court.tell(
            ("hearing.recorded", hearing("H-1", next_day=14, accused=[{"serial": "A1", "name": "Ramesh"}])),
            ("bail.ordered", bail("A1", hearing_id="H-1", kind="REGULAR")),
            ("remand.ordered", order("A2", hearing_id="H-1", until="2026-11-16", jail={"code": "HPDJ04"})),
            ("warrant.issued", order("A3", hearing_id="H-1", type=NBW, process_id="P-1")),
        ),
        court.tell(("hearing.amended", hearing("H-1", next_day=15))),
        court.tell(
            ("hearing.amended", hearing("H-1", next_day=16, accused=[{"serial": "A1", "name": "Ramesh Kumar"}])),
            ("bail.withdrawn", bail("A1", None, hearing_id="H-1")),
            ("bail.amended", bail("A2", hearing_id="H-1", kind="REGULAR")),
        ),
        court.tell(("hearing.recorded", hearing("H-2", day=14, next_day=28))),
        court.tell(("hearing.amended", hearing("H-2", day=14, next_day=30))),
        court.tell(("hearing.withdrawn", hearing("H-2", day=14))),
        court.tell(("bail.ordered", bail("A2", authority="ORDER", kind="REGULAR", jail={"code": "HPDJ04"}))),
        court.tell(("bail.withdrawn", bail("A2", authority="ORDER", kind="REGULAR"))),
        sessions.tell(
            ("hearing.recorded", hearing("H-1", day=3, next_day=20)),
            ("bail.ordered", bail({"serial": "A2", "pid": "HP0044501"}, day=3, hearing_id="H-1")),
            ("warrant.recalled", order("A3", day=3, hearing_id="H-1", type="RECALL", process_id="P-1")),
            serial=342,
        ),
    ]


STORY = story()


@given(st.permutations(STORY))
def test_corrections_in_any_order_give_the_same_case(messages: list[Message]) -> None:
    assert folded(messages) == folded(STORY)


@given(st.permutations(STORY), st.integers(0, len(STORY)))
def test_what_is_stored_between_two_messages_is_the_case(messages: list[Message], turn: int) -> None:
    stored = folded(messages[:turn]).model_dump_json(exclude_none=True)
    assert folded(messages[turn:], Case.model_validate_json(stored)) == folded(STORY)


@given(st.lists(st.sampled_from(STORY), max_size=10))
def test_a_message_folded_twice_changes_nothing(messages: list[Message]) -> None:
    assert folded([*messages, *messages]) == folded(messages)


@given(st.permutations(range(5)))
def test_a_cnr_under_which_a_case_was_registered_by_mistake_is_its_own_no_more_in_any_order(turns: list[int]) -> None:
    court = Teller()
    filed = {"filing_number": "F-170/2026"}
    told = [
        court.tell(("court-case.registered", filed), serial=341),
        court.tell(("court-case.withdrawn", filed), serial=341),
        court.tell(("court-case.amended", filed), serial=77),
        court.tell(("court-case.disposed", {"disposal": {"on": "2026-11-27"}}), serial=77),
        court.tell(("court-case.withdrawn", {"disposal": {"on": "2026-11-27"}}), serial=77),
    ]
    case = folded(told[turn] for turn in turns)
    assert case.cnrs == (cnr(77),)
    under_it = court.tell(("hearing.recorded", hearing("H-1")), serial=341)
    assert folded([under_it], case).cnrs == (cnr(77), cnr(341)), "a hearing that stands keeps it"


def test_what_an_amendment_leaves_out_is_unchanged() -> None:
    court = Teller()
    case = folded(
        [
            court.tell(("hearing.recorded", hearing("H-1", next_day=14, purpose={"code": "CHARGE"}))),
            court.tell(("hearing.amended", {"hearing_id": "H-1", "listed_on": "2026-11-02", "held": False})),
        ]
    )
    current = case.current_hearing
    assert current is not None
    assert current.held is False
    assert current.next_on == MONDAY + timedelta(days=14)


def test_a_new_day_keeps_the_purpose_of_the_next_hearing() -> None:
    court = Teller()
    first = hearing("H-1", next={"on": "2026-11-16", "purpose": {"code": "EVIDENCE"}})
    case = folded(
        [court.tell(("hearing.recorded", first)), court.tell(("hearing.amended", hearing("H-1", next_day=15)))]
    )
    following = case.next_hearing
    assert following is not None
    assert (following.next_on, following.next_purpose) == (MONDAY + timedelta(days=15), {"code": "EVIDENCE"})


def test_withdrawing_the_last_hearing_shows_the_one_before() -> None:
    court = Teller()
    told = [
        court.tell(("hearing.recorded", hearing("H-1", next_day=14))),
        court.tell(("hearing.recorded", hearing("H-2", day=14, next_day=28))),
        court.tell(("hearing.withdrawn", hearing("H-2", day=14))),
    ]
    before, after = folded(told[:2]).current_hearing, folded(told).current_hearing
    assert before is not None
    assert after is not None
    assert (before.hearing_id, after.hearing_id) == ("H-2", "H-1")


def test_what_was_withdrawn_may_be_told_again() -> None:
    court = Teller()
    told = [
        court.tell(("hearing.recorded", hearing("H-1"))),
        court.tell(("hearing.withdrawn", hearing("H-1"))),
        court.tell(("hearing.recorded", hearing("H-1", next_day=7))),
    ]
    assert folded(told[:2]).current_hearing is None
    assert folded(told).next_hearing is not None


def test_a_hearing_told_by_its_fir_is_taken_back_by_its_cnr() -> None:
    court = Teller()
    told = [
        court.tell(("hearing.recorded", hearing("H-1")), serial=None),
        court.tell(("hearing.withdrawn", hearing("H-1")), firs=()),
    ]
    assert folded(told).current_hearing is None


def test_each_proceeding_has_its_own_next_day() -> None:
    court = Teller()
    case = folded(
        [
            court.tell(("hearing.recorded", hearing("H-1", next_day=14))),
            court.tell(("hearing.recorded", hearing("H-9", day=3, next_day=10)), serial=342),
        ]
    )
    assert [(each.cnr, each.hearing_id) for each in case.current_hearings] == [(cnr(342), "H-9"), (cnr(341), "H-1")]


def test_taking_back_an_outcome_frees_and_holds_nobody() -> None:
    court = Teller()
    case = folded(
        [
            court.tell(("hearing.recorded", hearing("H-1")), ("bail.ordered", bail("A1", hearing_id="H-1"))),
            court.tell(("hearing.withdrawn", hearing("H-1"))),
        ]
    )
    assert case.current_hearing is None
    standing = person(case).bail
    assert standing is not None
    assert standing.decision == "GRANTED"


def test_bail_taken_back_shows_the_decision_before() -> None:
    court = Teller()
    told = [
        court.tell(("bail.ordered", bail("A1", "REFUSED", hearing_id="H-1"))),
        court.tell(("bail.ordered", bail("A1", "GRANTED", day=7, hearing_id="H-2"))),
        court.tell(("bail.withdrawn", bail("A1", None, day=7, hearing_id="H-2"))),
    ]
    granted, refused = person(folded(told[:2])).bail, person(folded(told)).bail
    assert granted is not None
    assert refused is not None
    assert (granted.decision, refused.decision) == ("GRANTED", "REFUSED")


def test_a_cancelled_order_is_a_later_decision_and_may_itself_be_taken_back() -> None:
    court = Teller()
    told = [
        court.tell(("bail.ordered", bail("A1", authority="ORDER"))),
        court.tell(("bail.ordered", bail("A1", "CANCELLED", authority="ORDER", day=9))),
        court.tell(("bail.withdrawn", bail("A1", "CANCELLED", authority="ORDER", day=9))),
    ]
    decisions = [person(folded(told[:turn])).bail for turn in (1, 2, 3)]
    assert [each.decision for each in decisions if each] == ["GRANTED", "CANCELLED", "GRANTED"]


def test_the_signed_order_outranks_the_notice_of_the_same_day_whichever_came_first() -> None:
    court = Teller()
    signed = court.tell(("bail.ordered", bail("A1", "REFUSED", authority="ORDER")))
    notice = court.tell(("bail.ordered", bail("A1", "GRANTED", hearing_id="H-1")))
    for told in ([signed, notice], [notice, signed]):
        standing = person(folded(told)).bail
        assert standing is not None
        assert (standing.decision, standing.authority) == ("REFUSED", "ORDER")


def test_the_notice_of_an_order_that_was_taken_back_says_nothing_any_more() -> None:
    court = Teller()
    told = [
        court.tell(("bail.ordered", bail("A1", authority="ORDER", kind="REGULAR"))),
        court.tell(("bail.withdrawn", bail("A1", authority="ORDER", kind="REGULAR"))),
        court.tell(("bail.ordered", bail("A1", hearing_id="H-1", kind="REGULAR"))),
    ]
    assert person(folded(told)).bail is None
    another = court.tell(("bail.ordered", bail("A1", hearing_id="H-1", kind="INTERIM")))
    assert person(folded([*told[:2], another])).bail is not None, "a decision of another kind is another decision"


def test_two_courts_of_one_day_are_two_decisions() -> None:
    magistrate, sessions = Teller(), Teller(establishment="HPKN01")
    told = [
        magistrate.tell(("bail.ordered", bail("A1", "REFUSED", hearing_id="H-1"))),
        sessions.tell(("bail.ordered", bail("A1", "GRANTED", hearing_id="H-1"))),
    ]
    taken_back = sessions.tell(("bail.withdrawn", bail("A1", None, hearing_id="H-1")))
    standing = person(folded([*told, taken_back])).bail
    assert standing is not None
    assert standing.decision == "REFUSED"


def test_a_remand_taken_back_shows_the_one_before() -> None:
    court = Teller()
    told = [
        court.tell(("remand.ordered", order("A1", hearing_id="H-1", until="2026-11-16"))),
        court.tell(("remand.ordered", order("A1", day=14, hearing_id="H-2", until="2026-11-30"))),
        court.tell(("remand.amended", order("A1", day=14, hearing_id="H-2", until="2026-11-29"))),
        court.tell(("remand.withdrawn", order("A1", day=14, hearing_id="H-2"))),
    ]
    until = [person(folded(told[:turn])).remand for turn in (1, 2, 3, 4)]
    assert [str(each.until) for each in until if each] == ["2026-11-16", "2026-11-30", "2026-11-29", "2026-11-16"]


def warrants(*told: Message) -> list[str | None]:
    return [each.process_id for each in person(folded(told)).open_warrants]


def issued(court: Teller, id_: str | None = "P-1", **more: object) -> Message:
    number = {"process_id": id_} if id_ else {}
    return court.tell(("warrant.issued", order("A1", hearing_id="H-1", type=NBW, **number, **more)))


def test_a_warrant_is_open_until_it_is_recalled_and_again_when_the_recall_is_taken_back() -> None:
    court = Teller()
    first = issued(court)
    recall = court.tell(
        ("warrant.recalled", order("A1", day=7, hearing_id="H-2", type="RECALL", process_id="P-1")),
    )
    mistaken = court.tell(
        ("warrant.withdrawn", order("A1", day=7, hearing_id="H-2", type="RECALL", process_id="P-1")),
    )
    assert warrants(first) == ["P-1"]
    assert warrants(first, recall) == warrants(recall, first) == []
    assert warrants(first, recall, mistaken) == warrants(mistaken, recall, first) == ["P-1"]


def test_a_recall_without_a_number_recalls_every_earlier_warrant_of_that_court() -> None:
    court, sessions = Teller(), Teller(establishment="HPKN01")
    first, other = issued(court), issued(sessions, "S-1")
    recall = court.tell(("warrant.recalled", order("A1", day=7, hearing_id="H-2", type="RECALL")))
    after = court.tell(("warrant.issued", order("A1", day=9, hearing_id="H-3", type=NBW, process_id="P-2")))
    assert warrants(first, other, recall, after) == ["S-1", "P-2"]
    amended = court.tell(("warrant.amended", order("A1", hearing_id="H-1", type=NBW, process_id="P-1")))
    assert warrants(first, recall, amended) == [], "correcting a recalled warrant does not issue it again"


def test_process_taken_back_without_a_number_or_a_type_is_whatever_was_issued_at_that_hearing() -> None:
    court = Teller()
    first = issued(court)
    elsewhere = court.tell(("warrant.issued", order("A1", day=3, hearing_id="H-2", type=NBW, process_id="P-2")))
    by_hearing = court.tell(("warrant.withdrawn", order("A1", hearing_id="H-1")))
    by_type = court.tell(("process.withdrawn", order("A1", hearing_id="H-1", type="SUMMONS")))
    assert warrants(first, elsewhere, by_hearing) == ["P-2"]
    assert warrants(first, by_type) == ["P-1"], "a summons taken back takes back no warrant"
    again = issued(court, "P-3")
    assert warrants(first, by_hearing, again) == ["P-3"], "what was issued after that stands"


def test_a_summons_is_no_warrant_and_a_withdrawn_warrant_is_none_either() -> None:
    court = Teller()
    summons = court.tell(("process.issued", order("A1", hearing_id="H-1", type="SUMMONS", process_id="P-9")))
    unnumbered = issued(court, None)
    gone = court.tell(("warrant.withdrawn", order("A1", hearing_id="H-1", type=NBW)))
    assert warrants(summons) == []
    assert warrants(unnumbered) == [None]
    assert warrants(unnumbered, gone, issued(court, "P-2")) == ["P-2"]


def test_a_fir_taken_back_is_remembered_as_taken_back() -> None:
    (fact,) = folded([registered(verb="withdrawn"), registered()]).registrations.values()
    assert [members for _, members in fact] == [
        {
            "kind": "REGULAR",
            "registered_at": "2026-08-31T05:40:00+00:00",
            "sections": [{"act": "BNS", "section": "303(2)"}],
            "withdrawn": True,
        }
    ]


def test_a_case_keeps_the_role_of_a_cnr_and_the_cnr_from_which_it_came() -> None:
    court = Teller()
    came = {"role": "TRIAL", "from_cnr": cnr(77)}
    case = folded(
        [court.tell(("court-case.registered", came)), court.tell(("court-case.amended", {"taken_on": "2026-11-04"}))]
    )
    kept = known(case.records[f"court-case/{cnr()}"])
    assert (kept["role"], kept["from_cnr"], kept["on"]) == ("TRIAL", cnr(77), "2026-11-04")
    assert case.cnrs == (cnr(),), "the CNR from which it came is not the case's own"
