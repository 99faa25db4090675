"""What the simulators tell is what the contracts take: every document of some lives is admitted and translated."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.case import Case, fold, rank_of
from icjs_gateway.routing.border import judged
from icjs_gateway.simulators.hearings import tells
from icjs_gateway.simulators.lives import lives
from icjs_gateway.simulators.scenes import BY_ROWS, NO_SCENES, Scene
from icjs_gateway.simulators.steps import JSON
from icjs_gateway.simulators.whole_lives import whole_lives
from tests.contracts import FIR, HEARING, contracts
from tests.support.judging import received
from tests.support.messages import LONG_AFTER


def test_every_document_of_simulated_lives_is_taken() -> None:
    firs, hearings = contracts().get(FIR), contracts().get(HEARING)
    told: Counter[str] = Counter()
    for life in lives(7, cases=12, hearings=12):
        document = parse_json(life.fir_json)
        firs.admit(document)
        content = firs.decode(document)
        told.update(event.type for event in content.events)
        for outcome in life.outcomes:
            document = parse_xml(outcome.xml)
            hearings.admit(document)
            content = hearings.decode(document)
            told.update(event.type for event in content.events)
            assert {finding.code for finding in content.findings} <= {"PERSON-UNKNOWN"}
            assert Counter(event.type for event in content.events) == Counter(tells(outcome.document))
    assert told["icjs.fir.registered.v1"] == 12
    assert told["icjs.hearing.recorded.v1"] == 144
    for liberty in ("bail.ordered", "remand.ordered", "warrant.issued", "warrant.recalled"):
        assert told[f"icjs.{liberty}.v1"] > 0


def test_an_ordinary_life_raises_nothing_at_the_border() -> None:
    firs, hearings = contracts().get(FIR), contracts().get(HEARING)
    for life in lives(11, cases=6, hearings=4):
        case = Case()
        told = [firs.decode(parse_json(life.fir_json))]
        told += [hearings.decode(parse_xml(outcome.xml)) for outcome in life.outcomes]
        for content in told:
            message = received(content.events, at=datetime(2027, 1, 1, tzinfo=UTC))
            assert [finding.code for finding in judged(message, case).content.findings] == []
            pillar = message.envelope.pillar
            ranked = [
                (
                    event,
                    rank_of(
                        event,
                        pillar=pillar,
                        recorded_at=event.occurred_at,
                        received_at=LONG_AFTER,
                        content_hash=message.content_hash,
                    ),
                )
                for event in content.events
            ]
            case = fold(case, ranked, source=f"{pillar}:x", default_state="HP")
        assert len(case.model_dump_json(exclude_none=True)) < 8_000


@pytest.mark.parametrize(("cases", "scenes"), [(10, NO_SCENES), (40, BY_ROWS)], ids=["trunk", "with scenes"])
def test_every_document_of_whole_lives_is_taken_and_tells_what_its_sender_says(
    cases: int, scenes: frozenset[Scene]
) -> None:
    pillars = set()
    for life in whole_lives(7, cases=cases, scenes=scenes):
        for step in life.steps:
            contract = contracts().get(step.contract)
            document = parse_json(step.body) if step.media_type == JSON else parse_xml(step.body)
            contract.admit(document)
            told = contract.decode(document)
            assert Counter(event.type for event in told.events) == Counter(step.tells)
            assert told.findings == ()
            pillars.add(step.pillar)
    assert pillars == {"police", "courts", "prisons", "forensics", "prosecution"}
