"""The snapshot stays small, and what it forgets depends on nothing but the days of what was told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.case.snapshot import HEARINGS_KEPT, ORDERS_KEPT, PROCESSES_KEPT, Case
from tests.support.stories import Message, Teller, bail, folded, hearing, order

PURPOSE = {"code": "EVIDENCE", "raw": "21", "text": "Prosecution evidence", "code_list": "purposes/HPKN02@1"}


def heard(court: Teller, turn: int, accused: int = 1, warrant: bool = True) -> Message:
    """A hearing a fortnight with everything in it."""
    day, hearing_id = 14 * turn, f"HPKN02-3-{turn:06d}"
    parties = [
        {"serial": f"A{each}", "court_party": f"R{each}", "name": f"Ramesh Kumar {each}", "relative": {"name": "Hari"}}
        for each in range(1, accused + 1)
    ]
    following = {"on": "2027-02-01", "purpose": PURPOSE}
    parts = [
        ("hearing.recorded", hearing(hearing_id, day=day, accused=parties, purpose=PURPOSE, next=following)),
        ("bail.ordered", bail(parties[0], "REFUSED", day=day, hearing_id=hearing_id, kind="REGULAR")),
        ("remand.ordered", order(parties[0], day=day, hearing_id=hearing_id, custody="JUDICIAL", until="2027-02-01")),
    ]
    if warrant:
        process = {"type": "NON_BAILABLE_WARRANT", "process_id": f"P-{turn}", "returnable_on": "2027-02-01"}
        parts.append(("warrant.issued", order(parties[-1], day=day, hearing_id=hearing_id, **process)))
    return court.tell(*parts)


def size(case: Case) -> int:
    return len(case.model_dump_json(exclude_none=True).encode())


def test_a_usual_case_is_far_below_sixteen_kilobytes() -> None:
    court = Teller()
    case = folded(heard(court, turn, accused=3, warrant=turn == 1) for turn in range(4))
    assert size(case) < 6_000


def test_a_long_trial_of_eight_accused_is_below_sixteen_kilobytes_and_grows_no_more() -> None:
    court = Teller()
    trial = folded(heard(court, turn, accused=8) for turn in range(40))
    longer = folded((heard(court, turn, accused=8) for turn in range(40, 60)), trial)
    assert size(trial) < 16_000
    assert abs(size(longer) - size(trial)) < 100


def test_the_newest_of_each_are_kept() -> None:
    court = Teller()
    case = folded(heard(court, turn) for turn in range(20))
    assert len(case.hearings) == HEARINGS_KEPT
    (one,) = case.persons
    kinds = [key.partition("/")[0] for key in one.orders]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "bail": ORDERS_KEPT,
        "remand": ORDERS_KEPT,
        "process": PROCESSES_KEPT,
    }
    assert "HPKN02/HPKN02-3-000019" in case.hearings
    assert "process/id/P-19" in one.orders
    assert "process/id/P-9" not in one.orders


def test_each_proceeding_keeps_its_own_hearings() -> None:
    court = Teller()
    other = court.tell(("hearing.recorded", hearing("H-old", day=-60)), serial=342)
    case = folded([other, *(heard(court, turn) for turn in range(10))])
    assert "HPKN02/H-old" in case.hearings


_COURT = Teller()
LONG = [heard(_COURT, turn) for turn in range(9)]
LONG.append(_COURT.tell(("hearing.withdrawn", hearing("HPKN02-3-000008", day=14 * 8))))


@given(st.permutations(LONG))
def test_what_is_forgotten_does_not_depend_on_the_order_of_arrival(messages: list[Message]) -> None:
    assert folded(messages) == folded(LONG)


def test_withdrawing_the_last_of_many_shows_the_one_before() -> None:
    current = folded(LONG).current_hearing
    assert current is not None
    assert current.hearing_id == "HPKN02-3-000007"
