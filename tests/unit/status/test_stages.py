"""How far a case has come, from what the record has of it."""

from __future__ import annotations

from typing import Any

import pytest

from icjs_gateway.model.case import Case
from icjs_gateway.routing.status.stages import Stage, stage_of
from tests.support.stories import Message, Teller, folded, hearing, order, registered


def record(key: str, /, **members: Any) -> dict[str, Any]:
    return {key: (((1, 1, 0, 1, "x"), {"withdrawn": False} | members),)}


def with_records(*records: dict[str, Any]) -> Case:
    kept = {name: fact for each in records for name, fact in each.items()}
    return folded([registered()]).model_copy(update={"records": kept})


def listed_for(code: str) -> Message:
    return Teller().tell(("hearing.recorded", hearing("H-1", next={"on": "2026-12-04", "purpose": {"code": code}})))


STAY = record("proceeding/X/STAY/2026-11-05", on="2026-11-05", kind="STAY")
VACATED = record("proceeding/X/STAY_VACATED/2026-11-09", on="2026-11-09", kind="STAY_VACATED")


@pytest.mark.parametrize(
    ("case", "stage"),
    [
        (Case(), Stage.KNOWN),
        (folded([registered()]), Stage.FIR_REGISTERED),
        (with_records(record("property/M-1", on="2026-11-01")), Stage.UNDER_INVESTIGATION),
        (folded([registered(), Teller().tell(("remand.ordered", order("A1")), serial=None)]), Stage.ARREST_REMAND),
        (with_records(record("final-report/1", kind="CHARGE_SHEET")), Stage.CHARGE_SHEETED),
        (with_records(record("final-report/1", kind="FR_FALSE")), Stage.CLOSURE_REPORT_FILED),
        (with_records(record("court-case/X", on="2026-11-01")), Stage.COURT_RECEIVED),
        (with_records(record("proceeding/X/COMMITTAL/1", on="2026-11-01", kind="COMMITTAL")), Stage.COMMITTED),
        (folded([registered(), listed_for("FRAMING_CHARGE")]), Stage.DISCHARGE),
        (folded([registered(), listed_for("PROSECUTION_EVIDENCE")]), Stage.PROSECUTION_EVIDENCE),
        (folded([registered(), listed_for("MISC")]), Stage.COURT_RECEIVED),
        (with_records(record("court-case/X", disposed_on="2026-11-01")), Stage.DISPOSED),
        (with_records(STAY), Stage.STAYED),
        (with_records(STAY, VACATED), Stage.FIR_REGISTERED),
        (with_records(STAY, record("proceeding/X/QUASH/2", on="2026-11-07", kind="QUASH")), Stage.QUASHED),
    ],
)
def test_the_furthest_thing_that_stands_is_the_status(case: Case, stage: Stage) -> None:
    assert stage_of(case) is stage


def test_a_record_that_was_taken_back_says_nothing() -> None:
    gone = record("final-report/1", kind="CHARGE_SHEET") | record("property/M-1", withdrawn=True)
    gone["final-report/1"] = (((1, 1, 0, 1, "x"), {"withdrawn": True, "kind": "CHARGE_SHEET"}),)
    assert stage_of(with_records(gone)) is Stage.FIR_REGISTERED
