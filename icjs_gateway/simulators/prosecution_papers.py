"""What the prosecutors' system writes of a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from icjs_gateway.simulators.papers import (
    CasePapers,
    at_hour,
    xml_head,
)


def scrutiny(case: CasePapers, number: int, outcome: str, on: date) -> dict[str, Any]:
    document = xml_head(f"HPPROS-{case.name}-{number}", at_hour(on, 12)) | {
        "Case": case.xml_case(with_cnr=False),
        "ScrutinyId": f"S-{case.name}-{number}",
        "Round": str(number),
        "DraftNumber": f"CS-{case.name}-D{number}",
        "Outcome": outcome,
        "On": on.isoformat(),
    }
    if outcome == "OBJECTED":
        document["Objection"] = [{"Code": "WITNESS_LIST", "Words": {"_value_1": "साक्षी सूची अपूर्ण है।", "lang": "hi"}}]
    return document | {"Prosecutor": {"Designation": "Assistant Public Prosecutor", "Office": "HP-DDP"}}
