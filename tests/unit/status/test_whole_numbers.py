"""Numbers of records are shown whole: every Indian number holds slashes of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from icjs_gateway.model.case import Case, fold, rank_of
from icjs_gateway.model.case.registers import has_two_registers
from icjs_gateway.model.content import CaseReference, Event
from icjs_gateway.model.event_types import payload_of
from icjs_gateway.routing.case_index import index_of
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.status.cases import record_of
from tests.support.messages import fir_reference

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
BY_CODE = {"code": "HPSFSL", "name": "State Forensic Science Laboratory, Junga"}
WITH_SLASH = {"code": "HP/SFSL"}
BY_NAME = {"name": "RFSL Mandi / Dharamshala"}
DAY = "2026-11-20"
REPORT = {"kind": "FINAL", "issued_on": DAY, "lab_case_number": "LC/12/2026"}


def case_of(*told: tuple[str, dict[str, Any]], pillar: str = "police") -> Case:
    case = Case()
    for event_type, members in told:
        data = payload_of(event_type).model_validate({"case": CaseReference(firs=(fir_reference(112),))} | members)
        event = Event(type=event_type, occurred_at=AT, data=data)
        rank = rank_of(event, pillar=pillar, recorded_at=AT, received_at=AT, content_hash=str(members))
        case = fold(case, [(event, rank)], source=f"{pillar}:x", default_state="HP")
    return case


@pytest.mark.parametrize(
    ("event_type", "members", "kind", "number"),
    [
        (
            "icjs.final-report.filed.v1",
            {"final_report": {"number": "CS-44/2026", "kind": "CHARGE_SHEET", "filed_at": AT}},
            "final_report",
            "CS-44/2026",
        ),
        (
            "icjs.charge-sheet.scrutinised.v1",
            {"charge_sheet": {"scrutiny_id": "SCR/7/2026", "round": 2, "outcome": "OBJECTED", "on": DAY}},
            "charge_sheet",
            "SCR/7/2026",
        ),
        (
            "icjs.property.seized.v1",
            {"property": {"memo_number": "PS/112/2026/1", "seized_at": AT}},
            "property",
            "PS/112/2026/1",
        ),
        *(
            (
                "icjs.exhibit.forwarded.v1",
                {
                    "exhibit": {
                        "forwarding_number": "FWD/9/2026",
                        "laboratory": laboratory,
                        "forwarded_at": AT,
                        "exhibits": [{"exhibit_id": "E1"}],
                    }
                },
                "exhibit",
                "FWD/9/2026",
            )
            for laboratory in (BY_CODE, WITH_SLASH, BY_NAME)
        ),
        *(
            (
                "icjs.lab-case.registered.v1",
                {"lab_case": {"number": "HPSFSL/PHY/2026/1810", "laboratory": laboratory, "received_at": AT}},
                "lab_case",
                "HPSFSL/PHY/2026/1810",
            )
            for laboratory in (BY_CODE, WITH_SLASH, BY_NAME)
        ),
        *(
            (
                "icjs.lab-report.issued.v1",
                {"lab_report": REPORT | {"number": "HPSFSL/PHY/2026/1810", "laboratory": laboratory}},
                "lab_report",
                "HPSFSL/PHY/2026/1810",
            )
            for laboratory in (BY_CODE, WITH_SLASH, BY_NAME)
        ),
    ],
)
def test_a_number_is_shown_whole(event_type: str, members: dict[str, Any], kind: str, number: str) -> None:
    case = case_of((event_type, members))
    [shown] = record_of(CaseFile(case_id="c", version=1, case=case))["records"][kind]
    assert shown["number"] == number


@pytest.mark.parametrize("laboratory", [BY_CODE, WITH_SLASH, BY_NAME])
def test_a_laboratory_case_is_found_by_its_whole_number(laboratory: dict[str, str]) -> None:
    case = case_of(
        (
            "icjs.lab-case.registered.v1",
            {"lab_case": {"number": "PHY/2026/1810", "laboratory": laboratory, "received_at": AT}},
        )
    )
    assert ("lab-case", "PHY/2026/1810") in index_of(case)


def test_a_process_is_found_by_its_whole_number_and_by_nothing_else() -> None:
    accused = {"serial": "A1", "name": "Ramesh"}
    court = {"establishment": "HPKN02"}
    case = case_of(
        (
            "icjs.warrant.issued.v1",
            {"court": court, "warrant": {"accused": accused, "ordered_on": DAY, "process_id": "PR/id/5"}},
        ),
        (
            "icjs.remand.ordered.v1",
            {"court": court, "remand": {"accused": accused, "ordered_on": DAY, "hearing_id": "X/id/5"}},
        ),
        pillar="courts",
    )
    assert {value for kind, value in index_of(case) if kind == "process"} == {"PR/id/5"}


def test_two_jails_whose_codes_begin_alike_are_two() -> None:
    entries = [
        (
            "icjs.inmate.admitted.v1",
            {
                "inmate": {
                    "kind": "ADMISSION",
                    "at": AT,
                    "entry_number": "7/2026",
                    "prison": {"code": code},
                    "accused": {"serial": "A1", "name": "Ramesh"},
                }
            },
        )
        for code in ("HP/J01", "HP/J02")
    ]
    [person] = case_of(*entries, pillar="prisons").persons
    assert has_two_registers(person.orders)
