"""What a police station's system writes of a case beside its FIR. Each takes the case and what the paper is about, and
gives the document in the order of its schema."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from icjs_gateway.simulators.firs import Accused
from icjs_gateway.simulators.papers import (
    LABORATORY,
    CasePapers,
    Prisoner,
    at_hour,
    head,
)
from icjs_gateway.simulators.places import Court, Station


def arrest(
    case: CasePapers,
    who: Prisoner,
    at: datetime,
    *,
    by: Station | None = None,
    before: Court | None = None,
    warrant: str | None = None,
) -> dict[str, Any]:
    """`by` is the station that arrests where it is another one than the FIR's; `before` the court that the arrested are
    brought to where it is another one than the case's; `warrant` the number of the warrant of the case's court."""
    station = by or case.station
    kind = "CHILD_APPREHENDED" if who.accused.is_child else "ARRESTED" if warrant is None else "ON_WARRANT"
    on_warrant = {"warrantCourt": case.station.court.establishment, "warrantProcessId": warrant} if warrant else {}
    return head(f"{station.state}-{case.name}-AR-{who.accused.serial}-{at:%m%d}", at + timedelta(minutes=30)) | {
        "case": case.json_case(),
        "arrest": {
            "station": {
                "code": station.code,
                "name": station.name,
                "district": station.district,
                "state": station.state,
            },
            "person": who.json_person() | ({"labels": ["CHILD_IN_CONFLICT"]} if who.accused.is_child else {}),
            "actsSections": case.sections(),
            "kind": kind,
            "at": at.isoformat(),
            "place": f"Village {station.village}",
            "producedBefore": (before or case.station.court).establishment,
            **on_warrant,
            "groundsCommunicated": True,
            "forwardedAt": (at + timedelta(hours=16)).isoformat(),
            "journeyMinutes": 60,
        },
    }


def seizure(case: CasePapers, at: datetime, *, by: Station | None = None) -> dict[str, Any]:
    """`by` is the station that seizes where it is another one than the FIR's."""
    things = [
        {
            "serial": "1",
            "category": case.offence.category or "OTHERS",
            "description": case.offence.description or "Stick",
        }
    ]
    station = {} if by is None else {"station": {"code": by.code, "name": by.name, "state": by.state}}
    return head(f"HP-{case.name}-SZ", at + timedelta(minutes=40)) | {
        "case": case.json_case(),
        "seizure": station
        | {
            "memoNumber": f"SZ-{case.name}",
            "seizedAt": at.isoformat(),
            "nature": "RECOVERED",
            "actsSections": case.sections(),
            "properties": things,
            "sakshyaId": f"SID-{case.name}",
        },
    }


def forwarding(case: CasePapers, at: datetime) -> dict[str, Any]:
    return head(f"HP-{case.name}-EX", at) | {
        "case": case.json_case(),
        "forwarding": {
            "number": f"RC-{case.name}",
            "laboratory": LABORATORY,
            "forwardedAt": at.isoformat(),
            "actsSections": case.sections(),
            "exhibits": [
                {
                    "exhibitId": f"E-{case.name}-1",
                    "parcel": "P-1",
                    "description": "Sealed parcel",
                    "division": "PHYSICS",
                }
            ],
            "questions": [{"text": "Any relevant opinion"}],
        },
    }


def final_report(case: CasePapers, accused: tuple[Accused, ...], at: datetime) -> dict[str, Any]:
    named = [
        {"serial": one.serial, "chargeSheeted": one.who is not None}
        | ({"name": one.who.name} if one.who else {"reasonNotCharged": "Not traced"})
        for one in accused
    ]
    return head(f"HP-{case.name}-CS", at) | {
        "case": case.json_case(),
        "report": {
            "number": f"CS-{case.name}",
            "kind": "CHARGE_SHEET",
            "filedAt": at.isoformat(),
            "court": case.station.court.establishment,
            "actsSections": case.sections(),
            "accused": named,
        },
    }


def section_added(case: CasePapers, on: date) -> dict[str, Any]:
    return head(f"HP-{case.name}-CC", at_hour(on, 12)) | {
        "case": case.json_case(),
        "charges": {
            "on": on.isoformat(),
            "added": [{"act": "BNS", "section": "3(5)"}],
            "reason": "Acted in furtherance of a common intention",
        },
    }


def investigation_given(case: CasePapers, to: Station, on: date) -> dict[str, Any]:
    """The station of the FIR names the station that goes on with it."""
    return head(f"HP-{case.name}-IT", at_hour(on, 13)) | {
        "case": case.json_case(),
        "investigation": {
            "kind": "STATION",
            "on": on.isoformat(),
            "from": {"state": case.station.state, "stationCode": case.station.code},
            "to": {"state": to.state, "stationCode": to.code, "station": to.name},
            "orderReference": f"SP/{case.name}",
        },
    }
