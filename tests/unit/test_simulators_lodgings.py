"""Who is lodged where by the record, and what each jail is owed: by the senders' ledgers alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.jail_dues import Due, jail_dues
from icjs_gateway.simulators.kinds import Kind, Witness
from icjs_gateway.simulators.ledgers import Arrival, Sent
from icjs_gateway.simulators.lodgings import Lodging, lodging
from icjs_gateway.simulators.proof import Proof, prove
from icjs_gateway.simulators.said import Said, Subject, Whereabout, said_in
from icjs_gateway.simulators.scenes import BY_ROWS
from icjs_gateway.simulators.whole_lives import whole_lives
from tests.unit.test_simulators_proof import BAIL, HEARING, came, kinds, sent, void

HERE, THERE = "HPDJ04", "HPDJ02"
ADMITTED = "icjs.inmate.admitted.v1"
JAIL = Interest(events=("icjs.hearing.*", "icjs.bail.*"), jails=(HERE,))


def word(kind: str, day: int, jail: str = HERE, **more: str) -> Whereabout:
    on = f"2026-03-{day:02d}"
    return Whereabout(serial="A1", jail=jail, kind=kind, on=on, recorded_at=f"{on}T18:00:00+05:30", **more)


ADMISSION = word("ADMISSION", 1)


@pytest.mark.parametrize(
    ("words", "jail", "claimed_by"),
    [
        ([], None, ()),
        ([word("BAIL", 1)], HERE, ()),
        ([word("REMAND", 1)], HERE, ()),
        ([ADMISSION], HERE, ()),
        ([ADMISSION, word("BAIL", 3, THERE)], HERE, ()),
        ([ADMISSION, word("REMAND", 3, THERE)], THERE, ()),
        ([ADMISSION, word("PAROLE_OUT", 2)], HERE, ()),
        ([ADMISSION, word("RELEASE", 2)], None, ()),
        ([ADMISSION, word("RELEASE", 2), word("ADMISSION", 5)], HERE, ()),
        ([ADMISSION, word("TRANSFER", 2, to_jail=THERE)], THERE, ()),
        ([ADMISSION, word("ADMISSION", 2, THERE)], HERE, (THERE,)),
        ([ADMISSION, word("ADMISSION", 2, THERE), word("TRANSFER", 3, to_jail=THERE)], THERE, ()),
        ([ADMISSION, word("ADMISSION", 2, THERE), word("RELEASE", 3, THERE)], HERE, ()),
        ([ADMISSION, word("PAROLE_OUT", 2), word("ADMISSION", 3, THERE)], THERE, ()),
        ([ADMISSION, word("REMAND", 2, THERE), word("ADMISSION", 3, THERE)], THERE, ()),
        ([ADMISSION, word("ADMISSION", 2, THERE), word("RELEASE", 3)], THERE, ()),
        (
            [ADMISSION, word("ADMISSION", 2, THERE), word("RELEASE", 3, THERE), word("TRANSFER", 3, to_jail=THERE)],
            None,
            (),
        ),
    ],
)  # fmt: skip
def test_somebody_is_where_the_registers_and_the_courts_say(
    words: list[Whereabout], jail: str | None, claimed_by: tuple[str, ...]
) -> None:
    assert lodging(words) == Lodging(jail=jail, claimed_by=frozenset(claimed_by))
    assert lodging(reversed(words)) == lodging(words), "the order of telling does not matter"


def told(message_id: str, event_type: str, *serials: str, words: Sequence[Whereabout] = (), **more: object) -> Sent:
    said = Said(subjects=(Subject(type=event_type, serials=serials),), whereabouts=tuple(words))
    return sent(message_id, event_type, said=said, **more)


IN = told("M1", ADMITTED, "A1", words=[ADMISSION])
HEARD = told("M2", HEARING, "A1", "A2")
OUT = told("M3", "icjs.inmate.released.v1", "A1", words=[word("RELEASE", 9)])
HEARD_AGAIN = told("M4", HEARING, "A1", "A2")
STORY = [IN, HEARD, OUT, HEARD_AGAIN]


def at_the_jail(*arrivals: Arrival, story: Sequence[Sent] = STORY) -> Proof:
    return prove(story, {"jail": Witness(interest=JAIL, arrivals=arrivals)})


def test_a_jail_is_owed_what_is_about_its_inmates_as_long_as_it_has_them() -> None:
    dues = jail_dues(STORY, {})
    assert dues == {each: Due(must=frozenset({HERE})) for each in ("M1.1", "M2.1", "M3.1")}
    proof = at_the_jail(came("M2.1", 1))
    assert proof.violations == ()
    account = proof.accounts["jail"]
    assert (account.owed, account.delivered, account.outstanding, account.may) == (1, 1, 0, 0)


def test_a_lost_delivery_that_names_no_jail_is_found() -> None:
    proof = at_the_jail()
    assert kinds(proof) == {Kind.LOST}
    assert (proof.accounts["jail"].owed, proof.accounts["jail"].outstanding) == (1, 1)


def test_what_is_told_to_a_jail_of_somebody_who_has_left_it_is_found() -> None:
    assert kinds(at_the_jail(came("M2.1", 1), came("M4.1", 2))) == {Kind.NOT_ASKED_FOR}


def test_an_account_adds_up_for_what_came_was_voided_and_is_outstanding() -> None:
    third = told("M5", HEARING, "A1")
    story = [IN, HEARD, third, told("M6", HEARING, "A1")]
    proof = at_the_jail(came("M2.1", 1), void("M5.1", 2), story=story)
    account = proof.accounts["jail"]
    assert (account.owed, account.delivered, account.voided, account.superseded, account.outstanding) == (3, 1, 1, 0, 1)


def test_an_order_goes_to_a_jail_that_only_claims_somebody_and_a_hearing_does_not() -> None:
    second = told("M3", ADMITTED, "A1", words=[word("ADMISSION", 2, THERE)])
    dues = jail_dues([IN, second, told("M4", BAIL, "A1"), told("M5", HEARING, "A1")], {})
    assert dues["M4.1"].must == {HERE, THERE}
    assert dues["M5.1"].must == {HERE}


def test_who_left_by_an_order_that_is_taken_back_had_it_in_the_jail_that_had_them() -> None:
    wrong = told("M2", BAIL, "A1")
    right = sent("M3", "icjs.bail.amended.v1", "icjs.bail.withdrawn.v1", corrects="M2")
    right.said = Said(
        subjects=(
            Subject(type="icjs.bail.amended.v1", serials=("A2",)),
            Subject(type="icjs.bail.withdrawn.v1", serials=("A2",)),
        )
    )
    dues = jail_dues([IN, wrong, right], {})
    assert "M3.1" not in dues
    assert dues["M3.2"].must == {HERE}


@pytest.mark.parametrize("is_released", [False, True])
def test_an_order_that_nobody_carried_out_goes_to_the_jail_that_admits_the_person_later(is_released: bool) -> None:
    ordered = told("M1", BAIL, "A1", contract="courts.bail-order.v1")
    admitted = told("M3", ADMITTED, "A1", words=[ADMISSION])
    between = [told("M2", "icjs.inmate.released.v1", "A1", words=[word("RELEASE", 1, THERE)])] if is_released else []
    due = jail_dues([ordered, *between, admitted], {}).get("M1.1", Due())
    assert due.must == (frozenset() if is_released else {HERE})


def test_what_was_under_way_together_is_undecided_and_what_followed_an_answer_is_not() -> None:
    first = told("M1", ADMITTED, "A1", words=[ADMISSION], opened_at=1.0, answered_at=3.0)
    beside = told("M2", HEARING, "A1", opened_at=2.0, answered_at=4.0)
    after = told("M3", HEARING, "A1", opened_at=4.0, answered_at=5.0)
    dues = jail_dues([first, beside, after], {})
    assert dues["M2.1"] == Due(may=frozenset({HERE}))
    assert dues["M3.1"] == Due(must=frozenset({HERE}))
    for arrivals in ((), (came("M2.1", 1),)):
        proof = at_the_jail(*arrivals, came("M3.1", 1 + len(arrivals)), story=[first, beside, after])
        assert proof.violations == ()
        assert (proof.accounts["jail"].may, proof.accounts["jail"].may_taken) == (1, len(arrivals))


def test_a_parked_entry_counts_from_when_anybody_was_told_of_it() -> None:
    parked = told(
        "M1", ADMITTED, "A1", words=[ADMISSION], outcome="parked", linked=True, opened_at=1.0, answered_at=2.0
    )
    heard = told("M2", HEARING, "A1", opened_at=5.0, answered_at=6.0)
    assert jail_dues([parked, heard], {})["M2.1"] == Due(may=frozenset({HERE}))
    assert jail_dues([parked, heard], {"M1.1": 5.5})["M2.1"] == Due(may=frozenset({HERE}))
    assert jail_dues([parked, heard], {"M1.1": 4.0})["M2.1"] == Due(must=frozenset({HERE}))


def test_the_orders_of_a_whole_story_are_about_whom_its_senders_know() -> None:
    """Every event that frees or holds somebody, or is about an inmate, has its person; every hearing its accused."""
    nouns = ("bail", "remand", "custody", "production", "release", "warrant", "inmate", "hearing", "accused")
    for life in whole_lives(2026, cases=40, scenes=BY_ROWS):
        for step in life.steps:
            said = said_in(step.document, (*step.tells, *step.derives))
            assert [each.type for each in said.subjects] == [*step.tells, *step.derives]
            for subject in said.subjects:
                assert subject.serials or subject.type.split(".")[1] not in nouns, (step.message_id, subject.type)
            moves = any(each.split(".")[1] == "inmate" for each in step.tells)
            assert bool([each for each in said.whereabouts if each.is_entry]) == moves
