"""A case is the fold of its messages, whatever their order: whole lives through five pillars, told in any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.case import Case, fold, rank_of
from icjs_gateway.model.case.facts import Rank
from icjs_gateway.model.content import Event
from icjs_gateway.simulators.steps import JSON
from icjs_gateway.simulators.whole_lives import whole_life
from tests.contracts import contracts
from tests.support.messages import LONG_AFTER

Message = tuple[str, Sequence[tuple[Event, Rank]]]
LIVES = 6


@cache
def told(index: int) -> tuple[Message, ...]:
    """The messages of the case of that index, less those of a person's second case and of a Zero FIR elsewhere."""
    life = whole_life(31, index)
    messages = []
    for number, step in enumerate(life.steps):
        if step.about.fir != life.about.fir:
            continue
        document = parse_json(step.body) if step.media_type == JSON else parse_xml(step.body)
        content = contracts().get(step.contract).decode(document)
        at = content.recorded_at or datetime(2026, 11, 1, 0, number, tzinfo=UTC)
        ranked = [
            (
                event,
                rank_of(
                    event, pillar=step.pillar, recorded_at=at, received_at=LONG_AFTER, content_hash=f"{number:04d}"
                ),
            )
            for event in content.events
        ]
        messages.append((f"{step.pillar}:hp-{step.pillar}", ranked))
    return tuple(messages)


def folded(messages: Sequence[Message]) -> Case:
    case = Case()
    for source, ranked in messages:
        case = fold(case, ranked, source=source, default_state="HP")
    return case


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_whole_life_told_in_any_order_is_the_same_case(data: st.DataObject) -> None:
    messages = told(data.draw(st.integers(0, LIVES - 1)))
    assert folded(data.draw(st.permutations(messages))) == folded(messages)


def test_a_whole_life_leaves_a_bounded_case() -> None:
    assert max(len(folded(told(index)).model_dump_json(exclude_none=True)) for index in range(LIVES)) < 16_000
