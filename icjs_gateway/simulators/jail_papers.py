"""What jails' systems write of those whom they have: nested dictionaries in zeep's form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from icjs_gateway.simulators.papers import (
    CasePapers,
    Prisoner,
    prison,
    xml_head,
)


def admission(case: CasePapers, who: Prisoner, at: datetime, until: date) -> dict[str, Any]:
    """On a warrant of the court that writes of the case."""
    jail = case.jail_of(who)
    name = f"{jail.code}-A-{who.pid}-{case.key.number}"
    return xml_head(name, at) | {
        "Case": case.xml_case(with_cnr=False),
        "Prison": prison(jail),
        "Person": who.xml_person() | ({"Label": ["CHILD_IN_CONFLICT"]} if who.accused.is_child else {}),
        "AdmittedAt": at.isoformat(),
        "EntryNumber": name,
        "Category": "UNDERTRIAL",
        "WarrantKind": "REMAND",
        "WarrantCourt": case.station.court.establishment,
        "RemandUntil": until.isoformat(),
    }


def remand_extended(case: CasePapers, who: Prisoner, at: datetime, until: str) -> dict[str, Any]:
    name = f"{case.jail_of(who).code}-M-{who.pid}-{at:%Y%m%d}"
    return xml_head(name, at) | {
        "Case": case.xml_case(),
        "Prison": prison(case.jail_of(who)),
        "Person": who.xml_person(),
        "Kind": "REMAND_EXTENSION",
        "At": at.isoformat(),
        "EntryNumber": name,
        "RemandUntil": until,
    }


def released(
    case: CasePapers, who: Prisoner, at: datetime, ground: str, ordered_on: date, *, with_cnr: bool = True
) -> dict[str, Any]:
    name = f"{case.jail_of(who).code}-R-{who.pid}-{at:%Y%m%d}"
    return xml_head(name, at) | {
        "Case": case.xml_case(with_cnr=with_cnr),
        "Released": {
            "Prison": prison(case.jail_of(who)),
            "Person": who.xml_person(),
            "At": at.isoformat(),
            "EntryNumber": name,
            "Ground": ground,
            "OrderedOn": ordered_on.isoformat(),
        },
    }


def not_released(case: CasePapers, who: Prisoner, at: datetime, reason: str, ordered_on: date) -> dict[str, Any]:
    return xml_head(f"{case.jail_of(who).code}-N-{who.pid}-{at:%Y%m%d}", at) | {
        "Case": case.xml_case(),
        "NotReleased": {
            "Prison": prison(case.jail_of(who)),
            "Person": who.xml_person(),
            "At": at.isoformat(),
            "Reason": reason,
            "OrderedOn": ordered_on.isoformat(),
        },
    }


def moved(
    case: CasePapers, who: Prisoner, kind: str, at: datetime, *, with_cnr: bool = True, **terms: Any
) -> dict[str, Any]:
    """An entry of the register between admission and release: `kind` as the contract lists them."""
    name = f"{case.jail_of(who).code}-{kind[:4]}{kind[-3:]}-{who.pid}-{at:%Y%m%d}"
    return xml_head(name, at) | {
        "Case": case.xml_case(with_cnr=with_cnr),
        "Prison": prison(case.jail_of(who)),
        "Person": who.xml_person(),
        "Kind": kind,
        "At": at.isoformat(),
        "EntryNumber": name,
        **terms,
    }
