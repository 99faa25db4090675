"""The case as a fold: tolerant of order, never joining persons by name."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.case import Case, clubbed, evolve, fold, rank_of
from icjs_gateway.model.content import Action, Content
from tests.support.messages import LONG_AFTER, MORNING, fir, outcome


def folded(contents: list[Content]) -> Case:
    case = Case()
    for content in contents:
        pillar = "police" if content.events[0].type.startswith("icjs.fir") else "courts"
        told = [
            (
                event,
                rank_of(
                    event,
                    pillar=pillar,
                    recorded_at=MORNING,
                    received_at=LONG_AFTER,
                    content_hash=content.digest().hex(),
                ),
            )
            for event in content.events
        ]
        case = fold(case, told, source=f"{pillar}:x", default_state="HP")
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
    current = folded([late, early]).current_hearing
    assert current is not None
    assert (current.hearing_id, current.cnr) == ("H-2", "HPKN020003412026")


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
    read = Case.model_validate_json(written)
    assert read == folded(taken_back)
    assert read.model_dump_json(exclude_none=True) == written


def test_what_is_true_of_events_one_by_one_is_true_of_them_at_once() -> None:
    content = outcome("H-1", bail_for="A1")
    ranks = [
        rank_of(event, pillar="courts", recorded_at=MORNING, received_at=LONG_AFTER, content_hash="c")
        for event in content.events
    ]
    one_by_one = Case()
    for event, rank in zip(content.events, ranks, strict=True):
        one_by_one = evolve(one_by_one, event, rank=rank, source="courts:x", default_state="HP")
    told = list(zip(content.events, ranks, strict=True))
    assert fold(Case(), told, source="courts:x", default_state="HP") == one_by_one


def test_the_case_of_a_clubbed_fir_learns_the_edge_alone() -> None:
    case = clubbed(folded([fir(113)]), outcome("H-1", firs=(112, 113)).case, source="courts:x", default_state="HP")
    assert {edge.fir for edge in case.edges} == {"HP/2011007/112/2026", "HP/2011007/113/2026"}
    assert case.hearings == {}
    assert case.persons == ()
    assert len(case.firs) == 1


def test_a_word_of_the_future_counts_as_of_its_receipt_and_does_not_win_for_ever() -> None:
    [event] = outcome("H-1").events
    slip, correction = (
        rank_of(event, pillar="courts", recorded_at=recorded_at, received_at=received_at, content_hash="h")
        for recorded_at, received_at in (
            (MORNING.replace(year=2099), MORNING),
            (MORNING + timedelta(hours=1), MORNING + timedelta(hours=1)),
        )
    )
    assert correction > slip


def test_a_correction_counts_from_when_it_was_recorded_although_it_bears_an_earlier_instant() -> None:
    first = outcome("H-1").events[0]
    correction = outcome("H-1", action=Action.AMEND, on=date(2026, 11, 19)).events[0]
    later = rank_of(
        correction, pillar="courts", recorded_at=MORNING + timedelta(days=1), received_at=LONG_AFTER, content_hash="b"
    )
    assert later > rank_of(first, pillar="courts", recorded_at=MORNING, received_at=LONG_AFTER, content_hash="a")


def test_of_two_words_of_one_instant_the_correction_counts() -> None:
    first, correction = outcome("H-1").events[0], outcome("H-1", action=Action.AMEND).events[0]
    ranks = [
        rank_of(event, pillar="courts", recorded_at=MORNING, received_at=LONG_AFTER, content_hash="x")
        for event in (correction, first)
    ]
    assert ranks[0] > ranks[1]
