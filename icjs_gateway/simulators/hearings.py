"""Hearing outcomes as a court's system sends them (`courts.hearing-outcome.v1`), hearing after hearing.

What happens to each accused follows from where they stand: who is in custody is remanded or bailed, who is on
bail comes or is sought by a warrant, which falls when they come. A document is a nested dictionary in zeep's
form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from random import Random
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators.firs import Accused, Offence
from icjs_gateway.simulators.places import STATE, Jail, Station

CONTRACT = "courts.hearing-outcome.v1"
ROOT = "HearingOutcome"
NAMESPACE = "urn:icjs:courts:hearing-outcome:1"
OPERATION = "PushHearingOutcome"

PURPOSES = (
    ("1", "Appearance"),
    ("16", "Framing of charge"),
    ("21", "Prosecution evidence"),
    ("21", "Prosecution evidence"),
    ("24", "Statement of accused"),
    ("26", "Defence evidence"),
    ("28", "Arguments"),
    ("30", "Judgment"),
)
"""Local codes of the simulated establishments with their texts, in the order in which a case meets them."""

_REASONS = (("07", "Counsel sought time"), ("03", "Witness not present"), ("11", "Paucity of time"))


class Standing(StrEnum):
    """Where an accused stands between two hearings."""

    IN_CUSTODY = "IN_CUSTODY"
    ON_BAIL = "ON_BAIL"
    SOUGHT = "SOUGHT"
    """A warrant is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """What stays the same over all hearings of a case."""

    station: Station
    key: FirKey
    cnr: str
    registration_number: str
    offence: Offence
    accused: tuple[Accused, ...]
    liberty: float
    """Share of chances to bail, remand or issue a warrant that the court takes; 0 leaves them out altogether."""
    never_bailed: frozenset[str] = frozenset()
    """Serials of those whom the court keeps in custody to the end."""
    jails: Mapping[str, Jail] = field(default_factory=dict)
    """Where the accused are by serial, if not in the jail of the station."""


@dataclass(slots=True)
class Course:
    """How far the case has come: the only thing here that changes."""

    number: int
    standing: dict[str, Standing]


def first_standing(chance: Random, accused: tuple[Accused, ...]) -> dict[str, Standing]:
    """Most of the known are in custody at first; nobody knows where the unknown are."""
    return {
        one.serial: Standing.ON_BAIL if one.who is None or chance.random() < 0.3 else Standing.IN_CUSTODY
        for one in accused
    }


def outcome(chance: Random, *, docket: Docket, course: Course, on: date, next_on: date, serial: int) -> dict[str, Any]:
    """The outcome of one hearing. Moves `course` on."""
    court, station, key = docket.station.court, docket.station, docket.key
    code, purpose = _purpose(course.number)
    next_code, next_purpose = _purpose(course.number + 1)
    accused = [_appear(chance, one, docket=docket, course=course, on=on, next_on=next_on) for one in docket.accused]
    hearing: dict[str, Any] = {
        "HearingId": f"{court.establishment}-{court.number}-{on:%Y%m%d}-{serial:06d}",
        "ListedOn": on.isoformat(),
        "Held": "true",
        "Purpose": {"_value_1": purpose, "code": code},
        "Business": {"_value_1": _business(purpose, next_on), "lang": "hi"},
        "Accused": accused,
    }
    if purpose == "Prosecution evidence":
        hearing["Witness"] = [
            {"Serial": f"PW{course.number}", "Status": chance.choice(("EXAMINED", "PRESENT_NOT_EXAMINED"))}
        ]
    if chance.random() < 0.3:
        reason_code, reason = chance.choice(_REASONS)
        hearing["Adjournment"] = {
            "Reason": {"_value_1": reason, "code": reason_code},
            "SoughtBy": chance.choice(("DEFENCE", "PROSECUTION", "COURT")),
        }
    hearing["Next"] = {"On": next_on.isoformat(), "Purpose": {"_value_1": next_purpose, "code": next_code}}
    hearing["Order"] = {
        "File": f"{docket.cnr}-{on:%Y%m%d}.pdf",
        "Digest": {"_value_1": sha256(chance.randbytes(32)).hexdigest(), "algorithm": "sha-256"},
        "SignedBy": court.officer,
        "SignedAt": f"{on.isoformat()}T16:40:00+05:30",
        "SignatureStatus": "VALID",
    }
    course.number += 1
    return {
        "MessageId": f"{court.establishment}-{on:%Y%m%d}-{serial:06d}",
        "Action": "NEW",
        "RecordedAt": f"{on.isoformat()}T16:42:10+05:30",
        "Court": {
            "Establishment": court.establishment,
            "Name": court.name,
            "CourtNumber": court.number,
            "PresidingOfficer": {"Name": court.officer, "Designation": court.designation, "Acting": "false"},
        },
        "Case": {
            "CNR": docket.cnr,
            "CaseType": "Police Challan",
            "RegistrationNumber": docket.registration_number,
            "FIR": [
                {
                    "State": STATE,
                    "District": station.district,
                    "PoliceStationCode": station.code,
                    "PoliceStation": station.name,
                    "Number": f"{key.number:04d}",
                    "Year": str(key.year),
                }
            ],
        },
        "Hearing": hearing,
    }


def tells(document: dict[str, Any]) -> tuple[str, ...]:
    """The types of the events that an outcome becomes, as its court would count them."""
    accused = document["Hearing"]["Accused"]
    orders = [
        *("icjs.bail.ordered.v1" for one in accused if "Bail" in one),
        *("icjs.remand.ordered.v1" for one in accused if "Remand" in one),
        *(_PROCESS_TELLS[process["Type"]] for one in accused for process in one.get("Process", ())),
    ]
    return ("icjs.hearing.recorded.v1", *orders)


_PROCESS_TELLS = {
    "SUMMONS": "icjs.process.issued.v1",
    "NON_BAILABLE_WARRANT": "icjs.warrant.issued.v1",
    "RECALL": "icjs.warrant.recalled.v1",
}


def _purpose(number: int) -> tuple[str, str]:
    """Evidence goes on until the last four purposes end the case, which a simulated case may never reach."""
    return PURPOSES[number] if number < 3 else PURPOSES[2] if number < 12 else PURPOSES[min(number - 8, 7)]


def _appear(
    chance: Random, accused: Accused, *, docket: Docket, course: Course, on: date, next_on: date
) -> dict[str, Any]:
    """What the order says of one accused, element by element in the order of the schema."""
    members: dict[str, Any] = {"Serial": accused.serial, "CourtParty": f"R{accused.serial[1:]}"}
    who = accused.who
    members["Name"] = "Unknown" if who is None else who.name
    if who is not None:
        members["LocalName"] = [{"_value_1": who.local_name, "lang": "hi"}]
        members["RelativeName"] = {"_value_1": who.father, "relation": who.relation}
    standing = course.standing[accused.serial]
    acts = chance.random() < docket.liberty
    if standing is Standing.IN_CUSTODY:
        members["Appearance"] = chance.choice(("IN_PERSON", "VIDEO"))
    elif who is None or (standing is Standing.ON_BAIL and chance.random() < 0.15):
        members["Appearance"] = "ABSENT"
    else:
        members["Appearance"] = chance.choice(("IN_PERSON", "THROUGH_COUNSEL", "EXEMPTED"))
    if course.number == 1 and who is not None:
        act, section = docket.offence.sections[0]
        members["Charge"] = [{"_value_1": "FRAMED", "act": act, "section": section}]
        members["Plea"] = "NOT_GUILTY"
    if acts and who is not None:
        members |= _liberty(chance, accused, docket=docket, course=course, absent=members["Appearance"] == "ABSENT",
                            on=on, next_on=next_on)  # fmt: skip
    elif members["Appearance"] == "ABSENT" and who is not None:
        members["Process"] = [_process("SUMMONS", accused, docket=docket, on=on, next_on=next_on)]
    return members


def _liberty(
    chance: Random, accused: Accused, *, docket: Docket, course: Course, absent: bool, on: date, next_on: date
) -> dict[str, Any]:
    """Bail, remand, warrant or recall: what decides whether a person sits in jail tonight."""
    standing = course.standing[accused.serial]
    if standing is Standing.SOUGHT:
        course.standing[accused.serial] = Standing.ON_BAIL
        return {"Process": [_process("RECALL", accused, docket=docket, on=on, next_on=next_on)]}
    if standing is Standing.ON_BAIL:
        if not absent:
            return {}
        course.standing[accused.serial] = Standing.SOUGHT
        return {"Process": [_process("NON_BAILABLE_WARRANT", accused, docket=docket, on=on, next_on=next_on)]}
    if chance.random() < 0.35 and accused.serial not in docket.never_bailed:
        course.standing[accused.serial] = Standing.ON_BAIL
        return {"Bail": _bail(chance, docket.station)}
    jail = docket.jails.get(accused.serial, docket.station.jail)
    return {
        "Remand": {
            "Custody": "JUDICIAL",
            "Until": next_on.isoformat(),
            "Jail": {"_value_1": jail.name, "code": jail.code},
        }
    }


def _bail(chance: Random, station: Station) -> dict[str, Any]:
    return {
        "Decision": "GRANTED",
        "Kind": "REGULAR",
        "BondAmount": {"_value_1": str(chance.choice((25000, 50000, 100000))), "currency": "INR"},
        "Sureties": str(chance.choice((1, 2))),
        "Condition": [{"_value_1": f"Report to {station.name} every Monday", "code": "REPORT_TO_STATION"}],
    }


def _process(kind: str, accused: Accused, *, docket: Docket, on: date, next_on: date) -> dict[str, Any]:
    establishment = docket.station.court.establishment
    number = int(docket.cnr[6:12]) * 1000 + int(accused.serial[1:]) * 100 + on.timetuple().tm_yday % 100
    return {
        "Type": kind,
        "ProcessId": f"{establishment}P{number:09d}{on.year}",
        "ReturnableOn": next_on.isoformat(),
    }


def _business(purpose: str, next_on: date) -> str:
    did = {
        "Appearance": "अभियुक्त की उपस्थिति दर्ज की गई।",
        "Framing of charge": "आरोप विरचित किए गए। अभियुक्त ने आरोप से इनकार किया।",
        "Prosecution evidence": "अभियोजन साक्ष्य हेतु पत्रावली पेश हुई।",
        "Statement of accused": "अभियुक्त का बयान दर्ज किया गया।",
        "Defence evidence": "बचाव साक्ष्य हेतु पत्रावली पेश हुई।",
        "Arguments": "बहस सुनी गई।",
        "Judgment": "निर्णय खुले न्यायालय में सुनाया गया।",
    }[purpose]
    return f"{did} अगली तारीख {next_on:%d.%m.%Y}।"


def days_between(chance: Random) -> timedelta:
    """From one hearing to the next: never more than the fifteen days of a judicial remand."""
    return timedelta(days=chance.randint(7, 15))
