"""What all papers of a case share: its numbers, its people, and how a pillar's system begins a document.

The papers themselves are by pillar: `police_papers`, `court_papers`, `jail_papers`, `laboratory_papers`,
`prosecution_papers`. JSON for police and laboratory; nested dictionaries in zeep's form for what travels as XML.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators.firs import Accused, Offence
from icjs_gateway.simulators.ledgers import About
from icjs_gateway.simulators.places import STATE, Court, Jail, Station

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

    def before(self, court: Court) -> CasePapers:
        """The same case, as another court writes of it."""
        return replace(self, station=replace(self.station, court=court))

    def numbered(self, court: Court, shift: int = 0) -> CasePapers:
        """The same case under a CNR of another court; `shift` keeps its numbers apart from those of other cases."""
        cnr = f"{court.establishment}{int(self.cnr[6:12]) + shift:06d}{self.cnr[12:]}"
        return replace(self.before(court), cnr=cnr)

    def court(self) -> dict[str, Any]:
        court = self.station.court
        return {"Establishment": court.establishment, "Name": court.name, "CourtNumber": court.number}

    def jail_of(self, who: Prisoner) -> Jail:
        """Where somebody is, or is to go: the station's jail unless it is said otherwise."""
        return who.jail or self.station.jail

    def sections(self) -> list[dict[str, str]]:
        return [{"act": act, "section": section} for act, section in self.offence.sections]


def place(jail: Jail) -> dict[str, Any]:
    """A jail as an order names it."""
    return {"_value_1": jail.name, "code": jail.code}


def prison(jail: Jail) -> dict[str, Any]:
    """A jail as it names itself."""
    return place(jail) | {"state": jail.state}


def about(case: CasePapers, *jails: Jail) -> About:
    """What a message about the case is about, for who filters by it; `jails` are those that it has to reach."""
    station = case.station
    return About(
        state=STATE,
        district=station.district,
        station=station.code,
        fir=str(case.key),
        cnr=case.cnr,
        jails=tuple(dict.fromkeys(jail.code for jail in jails)),
        laboratory=LABORATORY["code"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prisoner:
    """An accused with the numbers that the jail gives. `jail` is where, if not in that of the station."""

    accused: Accused
    pid: str
    jail: Jail | None = None

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


def at_hour(on: date, hour: int) -> datetime:
    """That hour of a day, in Indian Standard Time."""
    return datetime.fromisoformat(f"{on.isoformat()}T{hour:02d}:00:00+05:30")
