"""The case as a fold: tolerant of order, never joining persons by name."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.case import Case, evolve, rank_of
from icjs_gateway.model.content import Action, Content
from tests.support.messages import fir, outcome


def folded(contents: list[Content]) -> Case:
    case = Case()
    for content in contents:
        for event in content.events:
            pillar = "police" if event.type.startswith("icjs.fir") else "courts"
            rank = rank_of(event, pillar=pillar, recorded_at="2026-11-20", content_hash=content.digest().hex())
            case = evolve(case, event, rank=rank, source=f"{pillar}:x", default_state="HP")
    return case


STORY = [
    fir(112),
    fir(113),
    outcome("H-1", bail_for="A1", on=date(2026, 11, 20)),
    outcome("H-2", firs=(), on=date(2026, 12, 4), next_on=date(2027, 1, 8)),
    outcome("H-2", firs=(), on=date(2026, 12, 4), action=Action.WITHDRAW),
    outcome("H-3", firs=(112, 113), serial=342, bail_for="A2", on=date(2026, 12, 5)),
    outcome("H-4", serial=None, on=date(2026, 12, 6)),
]


@given(st.permutations(STORY))
def test_the_same_events_in_any_order_give_the_same_case(story: list[Content]) -> None:
    assert folded(story) == folded(STORY)


@given(st.lists(st.sampled_from(STORY), max_size=8))
def test_an_event_folded_twice_changes_nothing(story: list[Content]) -> None:
    assert folded([*story, *story]) == folded(story)


def test_the_later_hearing_is_what_is_current_even_when_it_came_first() -> None:
    early, late = outcome("H-1", on=date(2026, 11, 20)), outcome("H-2", on=date(2026, 12, 4))
    case = folded([late, early])
    assert case.proceedings["HPKN020003412026"]["hearing"].value["hearing_id"] == "H-2"


def test_persons_are_joined_by_a_shared_number_only() -> None:
    case = folded([outcome("H-1")])
    assert len(case.persons) == 2
    by_fir = folded([outcome("H-1"), outcome("H-4", serial=None)])
    assert len(by_fir.persons) == 2, "the serial counts in the one FIR that both name"
    elsewhere = folded([outcome("H-1"), outcome("H-5", firs=(), serial=777)])
    assert len(elsewhere.persons) == 4, "A1 of another proceeding is nobody we know"


def test_a_case_of_which_something_was_taken_back_is_read_as_it_was_written() -> None:
    taken_back = [*STORY, outcome("H-1", bail_for="A1", on=date(2026, 11, 20), action=Action.WITHDRAW)]
    written = folded(taken_back).model_dump_json(exclude_none=True)
    assert Case.model_validate_json(written).model_dump_json(exclude_none=True) == written
