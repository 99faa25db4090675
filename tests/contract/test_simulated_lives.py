"""What the simulators tell is what the contracts take: every document of some lives is admitted and translated."""

from __future__ import annotations

from collections import Counter

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.simulators.lives import lives
from tests.contracts import FIR, HEARING, contracts


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
    assert told["icjs.fir.registered.v1"] == 12
    assert told["icjs.hearing.recorded.v1"] == 144
    for liberty in ("bail.ordered", "remand.ordered", "warrant.issued", "warrant.recalled"):
        assert told[f"icjs.{liberty}.v1"] > 0
