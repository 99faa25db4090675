"""Papers: the documents of a case beside its FIR and its hearings, as each pillar's system writes them.

Each takes the case and what the paper is about, and gives the document in the order of its schema. JSON for police and
laboratory; nested dictionaries in zeep's form for what travels as XML.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators.firs import Accused, Offence
from icjs_gateway.simulators.ledgers import About
from icjs_gateway.simulators.places import STATE, Station

LABORATORY = {"code": "HPSFSL", "name": "State Forensic Science Laboratory, Junga", "state": STATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePapers:
    """The numbers that all papers of a case share."""

    station: Station
    key: FirKey
    cnr: str
    registration_number: str
    offence: Offence

    @property
    def name(self) -> str:
        """Of the FIR, in message ids."""
        return f"{self.station.code}-{self.key.year}-{self.key.number:04d}"

    def json_case(self, *, with_cnr: bool = False) -> dict[str, Any]:
        fir = {
            "state": STATE,
            "district": self.station.district,
            "policeStationCode": self.station.code,
            "number": f"{self.key.number:04d}",
            "year": self.key.year,
        }
        return ({"cnr": self.cnr} if with_cnr else {}) | {"firs": [fir]}

    def xml_case(self, *, with_cnr: bool = True) -> dict[str, Any]:
        named = {"CNR": self.cnr, "RegistrationNumber": self.registration_number} if with_cnr else {}
        fir = {
            "State": STATE,
            "District": self.station.district,
            "PoliceStationCode": self.station.code,
            "Number": f"{self.key.number:04d}",
            "Year": str(self.key.year),
        }
        return named | {"FIR": [fir]}

    def court(self) -> dict[str, Any]:
        court = self.station.court
        return {"Establishment": court.establishment, "Name": court.name, "CourtNumber": court.number}

    def jail(self) -> dict[str, Any]:
        return {"_value_1": self.station.jail.name, "code": self.station.jail.code}

    def prison(self) -> dict[str, Any]:
        return self.jail() | {"state": STATE}

    def sections(self) -> list[dict[str, str]]:
        return [{"act": act, "section": section} for act, section in self.offence.sections]


def about(case: CasePapers, *, names_jail: bool = False) -> About:
    """What a message about the case is about, for who filters by it."""
    station = case.station
    return About(
        state=STATE,
        district=station.district,
        station=station.code,
        fir=str(case.key),
        cnr=case.cnr,
        jail=station.jail.code if names_jail else "",
        custody=station.jail.code,
        laboratory=LABORATORY["code"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prisoner:
    """An accused with the numbers that the jail gives."""

    accused: Accused
    pid: str

    def json_person(self) -> dict[str, Any]:
        who = self.accused.who
        assert who is not None, "nobody is arrested whom nobody knows"  # noqa: S101
        return {
            "serial": self.accused.serial,
            "name": who.name,
            "localName": {"lang": "hi", "text": who.local_name},
            "relative": {"relation": who.relation, "name": who.father},
            "ageYears": who.age_years,
            "sex": who.sex,
        }

    def xml_person(self) -> dict[str, Any]:
        who = self.accused.who
        assert who is not None, "nobody is arrested whom nobody knows"  # noqa: S101
        return {
            "Serial": self.accused.serial,
            "Name": who.name,
            "LocalName": [{"_value_1": who.local_name, "lang": "hi"}],
            "RelativeName": {"_value_1": who.father, "relation": who.relation},
            "PID": self.pid,
        }


def head(message_id: str, at: datetime) -> dict[str, Any]:
    return {"messageId": message_id, "action": "NEW", "recordedAt": at.isoformat()}


def xml_head(message_id: str, at: datetime) -> dict[str, Any]:
    return {"MessageId": message_id, "Action": "NEW", "RecordedAt": at.isoformat()}


def order(name: str, case: CasePapers, at: datetime) -> dict[str, Any]:
    """The signed order behind a paper of the court."""
    return {
        "File": f"{name}.pdf",
        "Digest": {"_value_1": sha256(name.encode()).hexdigest(), "algorithm": "sha-256"},
        "SignedBy": case.station.court.officer,
        "SignedAt": at.isoformat(),
        "SignatureStatus": "VALID",
    }


def arrest(case: CasePapers, who: Prisoner, at: datetime) -> dict[str, Any]:
    return head(f"HP-{case.name}-AR-{who.accused.serial}", at + timedelta(minutes=30)) | {
        "case": case.json_case(),
        "arrest": {
            "person": who.json_person(),
            "actsSections": case.sections(),
            "kind": "ARRESTED",
            "at": at.isoformat(),
            "place": f"Village {case.station.village}",
            "groundsCommunicated": True,
            "forwardedAt": (at + timedelta(hours=16)).isoformat(),
            "journeyMinutes": 60,
        },
    }


def seizure(case: CasePapers, at: datetime) -> dict[str, Any]:
    things = [
        {
            "serial": "1",
            "category": case.offence.category or "OTHERS",
            "description": case.offence.description or "Stick",
        }
    ]
    return head(f"HP-{case.name}-SZ", at + timedelta(minutes=40)) | {
        "case": case.json_case(),
        "seizure": {
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


def receipt(case: CasePapers, at: datetime) -> dict[str, Any]:
    return head(f"HPSFSL-{case.name}-R", at) | {
        "case": case.json_case(),
        "labCase": {
            "number": f"FSL-{case.name}",
            "laboratory": LABORATORY,
            "forwardingNumber": f"RC-{case.name}",
            "receivedAt": at.isoformat(),
            "mode": "BY_HAND",
            "divisions": ["PHYSICS"],
            "parcels": [{"number": "P-1", "sealIntact": True, "sealMatches": True}],
        },
    }


def report(case: CasePapers, on: date) -> dict[str, Any]:
    at = _at(on, 15)
    return head(f"HPSFSL-{case.name}-P", at) | {
        "case": case.json_case(),
        "report": {
            "number": f"HPSFSL/{case.name}",
            "labCaseNumber": f"FSL-{case.name}",
            "laboratory": LABORATORY,
            "kind": "FINAL",
            "issuedOn": on.isoformat(),
            "opinions": [{"exhibitId": f"E-{case.name}-1", "division": "PHYSICS", "result": "MATCHED"}],
            "document": {
                "file": f"{case.name}.pdf",
                "sha256": sha256(case.name.encode()).hexdigest(),
                "signedBy": "Dr. Arvind Rana",
                "signedAt": at.isoformat(),
                "signatureStatus": "VALID",
            },
        },
    }


def scrutiny(case: CasePapers, number: int, outcome: str, on: date) -> dict[str, Any]:
    document = xml_head(f"HPPROS-{case.name}-{number}", _at(on, 12)) | {
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
    return head(f"HP-{case.name}-CC", _at(on, 12)) | {
        "case": case.json_case(),
        "charges": {
            "on": on.isoformat(),
            "added": [{"act": "BNS", "section": "3(5)"}],
            "reason": "Acted in furtherance of a common intention",
        },
    }


def cognizance(case: CasePapers, on: date) -> dict[str, Any]:
    return xml_head(f"{case.cnr}-COG", _at(on, 12)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Kind": "COGNIZANCE",
        "On": on.isoformat(),
    }


def registered(case: CasePapers, on: date, next_on: date) -> dict[str, Any]:
    return xml_head(f"{case.cnr}-REG", _at(on, 11)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "FilingNumber": f"F-{case.registration_number}",
        "RegisteredOn": on.isoformat(),
        "ReportNumber": f"CS-{case.name}",
        "TakenOn": on.isoformat(),
        "NextOn": next_on.isoformat(),
    }


def custody_order(case: CasePapers, who: Prisoner, what: str, on: date, **terms: Any) -> dict[str, Any]:
    """`what` is the element: Custody, Production or Release. Nothing has a CNR before the charge sheet is consumed."""
    name = f"{case.cnr}-{what[:3].upper()}-{who.accused.serial}-{on:%Y%m%d}"
    kind = {"Type": terms.pop("Type")} if "Type" in terms else {}
    return xml_head(name, _at(on, 17)) | {
        "Court": case.court(),
        "Case": case.xml_case(with_cnr=terms.pop("with_cnr", True)),
        what: {
            "Person": who.xml_person(),
            **kind,
            "CustodyStatusInThisCase": "IN_CUSTODY",
            "ProcessId": name,
            "OrderedOn": on.isoformat(),
            "Jail": case.jail(),
            **terms,
            "Order": order(name, case, _at(on, 16)),
        },
    }


def bail_order(case: CasePapers, who: Prisoner, on: date) -> dict[str, Any]:
    name = f"{case.cnr}-B-{who.accused.serial}-{on:%Y%m%d}"
    act, section = case.offence.sections[0]
    return xml_head(name, _at(on, 17)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Person": who.xml_person() | {"CustodyStatusInThisCase": "IN_CUSTODY"},
        "Jail": case.jail(),
        "Decision": "GRANTED",
        "Kind": "REGULAR",
        "OrderedOn": on.isoformat(),
        "Section": [{"_value_1": section, "act": act}],
        "Sureties": "1",
        "Order": order(name, case, _at(on, 16)),
    }


def admission(case: CasePapers, who: Prisoner, at: datetime, until: date) -> dict[str, Any]:
    name = f"{case.station.jail.code}-A-{who.pid}-{case.key.number}"
    return xml_head(name, at) | {
        "Case": case.xml_case(with_cnr=False),
        "Prison": case.prison(),
        "Person": who.xml_person(),
        "AdmittedAt": at.isoformat(),
        "EntryNumber": name,
        "Category": "UNDERTRIAL",
        "WarrantKind": "REMAND",
        "RemandUntil": until.isoformat(),
    }


def remand_extended(case: CasePapers, who: Prisoner, at: datetime, until: str) -> dict[str, Any]:
    name = f"{case.station.jail.code}-M-{who.pid}-{at:%Y%m%d}"
    return xml_head(name, at) | {
        "Case": case.xml_case(),
        "Prison": case.prison(),
        "Person": who.xml_person(),
        "Kind": "REMAND_EXTENSION",
        "At": at.isoformat(),
        "EntryNumber": name,
        "RemandUntil": until,
    }


def released(case: CasePapers, who: Prisoner, at: datetime, ground: str, ordered_on: date) -> dict[str, Any]:
    name = f"{case.station.jail.code}-R-{who.pid}-{at:%Y%m%d}"
    return xml_head(name, at) | {
        "Case": case.xml_case(),
        "Released": {
            "Prison": case.prison(),
            "Person": who.xml_person(),
            "At": at.isoformat(),
            "EntryNumber": name,
            "Ground": ground,
            "OrderedOn": ordered_on.isoformat(),
        },
    }


def not_released(case: CasePapers, who: Prisoner, at: datetime, reason: str, ordered_on: date) -> dict[str, Any]:
    return xml_head(f"{case.station.jail.code}-N-{who.pid}-{at:%Y%m%d}", at) | {
        "Case": case.xml_case(),
        "NotReleased": {
            "Prison": case.prison(),
            "Person": who.xml_person(),
            "At": at.isoformat(),
            "Reason": reason,
            "OrderedOn": ordered_on.isoformat(),
        },
    }


def disposal(case: CasePapers, results: list[tuple[Accused, str]], on: date) -> dict[str, Any]:
    accused = []
    for one, result in results:
        said: dict[str, Any] = {"Serial": one.serial} | ({"Name": one.who.name} if one.who is not None else {})
        said["Result"] = result
        if result == "CONVICTED":
            said["Sentence"] = [{"Kind": "RIGOROUS", "Years": "1", "Months": "6"}]
        accused.append(said)
    return xml_head(f"{case.cnr}-J", _at(on, 17)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Judgment": {
            "DecidedOn": on.isoformat(),
            "Accused": accused,
            "Order": order(f"{case.cnr}-J", case, _at(on, 16)),
        },
    }


def _at(on: date, hour: int) -> datetime:
    return datetime.fromisoformat(f"{on.isoformat()}T{hour:02d}:00:00+05:30")
