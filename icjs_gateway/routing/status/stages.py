"""How far a case has come, from FIR to judgment: one word, derived from the record alone. Pure.

Police and courts have vocabularies of their own for this, local and lossy; the record has what happened. The furthest
stage that something stands for is the stage. What stops a case (stayed, quashed, withdrawn, transferred) counts by its
day: the latest of them is the status until something later happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import known, stands


class Stage(StrEnum):
    """In the order of a case's life."""

    KNOWN = "KNOWN"
    FIR_REGISTERED = "FIR_REGISTERED"
    UNDER_INVESTIGATION = "UNDER_INVESTIGATION"
    ARREST_REMAND = "ARREST_REMAND"
    CLOSURE_REPORT_FILED = "CLOSURE_REPORT_FILED"
    CHARGE_SHEETED = "CHARGE_SHEETED"
    COURT_RECEIVED = "COURT_RECEIVED"
    COGNIZANCE = "COGNIZANCE"
    COPIES_SUPPLIED = "COPIES_SUPPLIED"
    COMMITTED = "COMMITTED"
    DISCHARGE = "DISCHARGE"
    CHARGE_FRAMED = "CHARGE_FRAMED"
    PROSECUTION_EVIDENCE = "PROSECUTION_EVIDENCE"
    ACCUSED_STATEMENT = "ACCUSED_STATEMENT"
    DEFENCE_EVIDENCE = "DEFENCE_EVIDENCE"
    ARGUMENTS = "ARGUMENTS"
    JUDGMENT = "JUDGMENT"
    SENTENCE = "SENTENCE"
    DISPOSED = "DISPOSED"
    TRANSFERRED = "TRANSFERRED"
    STAYED = "STAYED"
    QUASHED = "QUASHED"


_ORDER = {stage: place for place, stage in enumerate(Stage)}
_OF_PURPOSE = {
    "COGNIZANCE": Stage.COURT_RECEIVED,
    "SUPPLY_OF_COPIES": Stage.COGNIZANCE,
    "COMMITTAL": Stage.COPIES_SUPPLIED,
    "ARGUMENTS_ON_CHARGE": Stage.DISCHARGE,
    "FRAMING_CHARGE": Stage.DISCHARGE,
    "PROSECUTION_EVIDENCE": Stage.PROSECUTION_EVIDENCE,
    "STATEMENT_OF_ACCUSED": Stage.ACCUSED_STATEMENT,
    "DEFENCE_EVIDENCE": Stage.DEFENCE_EVIDENCE,
    "FINAL_ARGUMENTS": Stage.ARGUMENTS,
    "JUDGMENT": Stage.JUDGMENT,
    "SENTENCE": Stage.SENTENCE,
}
"""Where a case stands that is listed for this; what a case is listed for without saying where it stands is not here."""
_OF_PROCEEDING = {
    "COGNIZANCE": Stage.COGNIZANCE,
    "COMMITTAL": Stage.COMMITTED,
}
_STOPS = {"STAY": Stage.STAYED, "QUASH": Stage.QUASHED, "STAY_VACATED": None, "RESTORED": None}
"""What stops a case, and what lets it go on."""
_OF_RECORD = {
    "property": Stage.UNDER_INVESTIGATION,
    "exhibit": Stage.UNDER_INVESTIGATION,
    "lab-case": Stage.UNDER_INVESTIGATION,
    "lab-report": Stage.UNDER_INVESTIGATION,
    "investigation": Stage.UNDER_INVESTIGATION,
    "charges": Stage.UNDER_INVESTIGATION,
    "charge-sheet": Stage.UNDER_INVESTIGATION,
}
_NO_CHARGES = "FR_"


def stage_of(case: Case) -> Stage:
    """The status of a case."""
    stops = [
        (members["on"], _STOPS[members["kind"]])
        for kind, members in _records(case)
        if kind == "proceeding" and members["kind"] in _STOPS
    ]
    reached = max(_reached(case), key=_ORDER.__getitem__, default=Stage.KNOWN)
    if stops:
        on, stop = max(stops, key=lambda each: each[0])
        moved_on = any(hearing.listed_on.isoformat() > on for hearing in case.current_hearings)
        if stop is not None and (stop is Stage.QUASHED or not moved_on):
            return stop
    return reached


def _reached(case: Case) -> Iterator[Stage]:
    if any(stands(fact) for fact in case.registrations.values()):
        yield Stage.FIR_REGISTERED
    if case.cnrs:
        yield Stage.COURT_RECEIVED
    for person in case.persons:
        if any(key.startswith(("arrest/", "remand/", "inmate/")) for key in person.orders):
            yield Stage.ARREST_REMAND
    for kind, members in _records(case):
        if kind in _OF_RECORD:
            yield _OF_RECORD[kind]
        elif kind == "final-report":
            closed = str(members.get("kind", "")).startswith(_NO_CHARGES)
            yield Stage.CLOSURE_REPORT_FILED if closed else Stage.CHARGE_SHEETED
        elif kind == "court-case":
            yield Stage.DISPOSED if "disposed_on" in members else Stage.COURT_RECEIVED
        elif kind == "proceeding" and members["kind"] in _OF_PROCEEDING:
            yield _OF_PROCEEDING[members["kind"]]
    for hearing in case.current_hearings:
        yield Stage.COURT_RECEIVED if hearing.cnr is not None else Stage.ARREST_REMAND
        code = (hearing.next_purpose or {}).get("code")
        if code in _OF_PURPOSE:
            yield _OF_PURPOSE[code]


def _records(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, fact in case.records.items():
        if stands(fact):
            yield key.partition("/")[0], known(fact)
