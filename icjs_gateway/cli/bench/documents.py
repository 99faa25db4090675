"""The documents of the suite: the same bytes in every run, but for the numbers that make each message another.

A hearing outcome has eight accused and about 4 kB. A mixed one holds a bail, a remand and a warrant beside the
hearing, and becomes four events; any other becomes exactly one, so that a message is a delivery to each
recipient. Cases and FIRs are those of the simulators.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from icjs_gateway.simulators.hearings import NAMESPACE, ROOT
from icjs_gateway.simulators.lives import Life, lives
from icjs_gateway.simulators.places import STATE
from icjs_gateway.simulators.xml_text import xml_text

CONTRACT = "courts.hearing-outcome.v1"
FIR_CONTRACT = "police.fir.v1"
CASES = 200
SEED = 11

_NUMBER = "########"
"""Stands in a template where the message's own number goes."""

_NAMES = (
    ("Ramesh Kumar", "रमेश कुमार", "Hari Ram"),
    ("Sunil Negi", "सुनील नेगी", "Mohan Lal"),
    ("Anita Devi", "अनीता देवी", "Karam Chand"),
    ("Vijay Thakur", "विजय ठाकुर", "Tilak Raj"),
    ("Deepak Rana", "दीपक राणा", "Balbir Singh"),
    ("Manoj Guleria", "मनोज गुलेरिया", "Ashok Kumar"),
    ("Pawan Katoch", "पवन कटोच", "Surender Singh"),
    ("Naresh Dogra", "नरेश डोगरा", "Om Prakash"),
)

_BAIL = {
    "Bail": {
        "Decision": "GRANTED",
        "Kind": "REGULAR",
        "BondAmount": {"_value_1": "50000", "currency": "INR"},
        "Sureties": "1",
    }
}
_REMAND = {
    "Remand": {
        "Custody": "JUDICIAL",
        "Until": "2026-12-04",
    }
}
_WARRANT = {
    "Process": [
        {"Type": "NON_BAILABLE_WARRANT", "ProcessId": f"HPKN02P{_NUMBER}2026", "ReturnableOn": "2026-12-04"},
    ]
}
_FATES: tuple[dict[str, Any], ...] = (_BAIL, _REMAND, _WARRANT, {}, {}, {}, {}, {})
_APPEARANCES = ("IN_PERSON", "VIDEO", "ABSENT", "IN_PERSON", "IN_PERSON", "VIDEO", "THROUGH_COUNSEL", "EXEMPTED")

MIXED_EVENTS = 1 + sum(1 for fate in _FATES if fate)


def cases() -> list[Life]:
    """The cases that all outcomes are about. Their FIRs are pushed before."""
    return list(lives(SEED, cases=CASES, hearings=0))


class Outcomes:
    """Hearing outcomes over these cases in turn, without end. Numbers never repeat within one of these."""

    def __init__(self, about: Sequence[Life], *, mixed: bool) -> None:
        self._templates = [_template(life, mixed=mixed) for life in about]
        self._numbers = count(1)

    def __iter__(self) -> Iterator[bytes]:
        """Each as an XML document."""
        for number in self._numbers:
            yield (b"%08d" % number).join(self._templates[number % len(self._templates)])

    def enveloped(self, username: str, password: str) -> Iterator[bytes]:
        """Each as the Body's child of a SOAP envelope with WS-Security."""
        before, after = _envelope(username, password)
        for document in self:
            yield b"%b%b%b" % (before, document[document.index(b"?>") + 2 :], after)


def fixed() -> bytes:
    """The one document that is translated."""
    return next(iter(Outcomes(list(lives(SEED, cases=1, hearings=0)), mixed=True)))


def _template(life: Life, *, mixed: bool) -> list[bytes]:
    """The document around its numbers."""
    return xml_text(ROOT, NAMESPACE, _document(life, mixed=mixed)).split(_NUMBER.encode())


def _document(life: Life, *, mixed: bool) -> dict[str, Any]:
    court, station = life.station.court, life.station
    return {
        "MessageId": f"{court.establishment}-20261120-{_NUMBER}",
        "Action": "NEW",
        "RecordedAt": "2026-11-20T16:42:10+05:30",
        "Court": {
            "Establishment": court.establishment,
            "Name": court.name,
            "CourtNumber": court.number,
            "PresidingOfficer": {"Name": court.officer, "Designation": court.designation, "Acting": "false"},
        },
        "Case": {
            "CNR": life.about.cnr,
            "CaseType": "Police Challan",
            "FIR": [
                {
                    "State": STATE,
                    "District": station.district,
                    "PoliceStationCode": station.code,
                    "PoliceStation": station.name,
                    "Number": life.fir["fir"]["number"],
                    "Year": str(life.fir["fir"]["year"]),
                }
            ],
        },
        "Hearing": {
            "HearingId": f"{court.establishment}-{court.number}-20261120-{_NUMBER}",
            "ListedOn": "2026-11-20",
            "Held": "true",
            "Purpose": {"_value_1": "Framing of charge", "code": "16"},
            "Business": {"_value_1": "अभियुक्तगण उपस्थित। आरोप पर बहस सुनी गई।", "lang": "hi"},
            "Accused": [_accused(number, mixed=mixed) for number in range(len(_NAMES))],
            "Next": {"On": "2026-12-04", "Purpose": {"_value_1": "Prosecution evidence", "code": "21"}},
            "Order": {
                "File": f"{life.about.cnr}-20261120.pdf",
                "Digest": {"_value_1": "9f86d081884c7d659a2feaa0c55ad015" * 2, "algorithm": "sha-256"},
                "SignedBy": court.officer,
                "SignedAt": "2026-11-20T16:40:00+05:30",
                "SignatureStatus": "VALID",
            },
        },
    }


def _accused(index: int, *, mixed: bool) -> dict[str, Any]:
    name, local_name, father = _NAMES[index]
    members: dict[str, Any] = {
        "Serial": f"A{index + 1}",
        "CourtParty": f"R{index + 1}",
        "Name": name,
        "LocalName": [{"_value_1": local_name, "lang": "hi"}],
        "RelativeName": {"_value_1": father, "relation": "S/o"},
        "Appearance": _APPEARANCES[index],
    }
    return members | _FATES[index] if mixed else members


def _envelope(username: str, password: str) -> tuple[bytes, bytes]:
    security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
    before = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>'
        f'<wsse:Security xmlns:wsse="{security}wssecurity-secext-1.0.xsd" soap:mustUnderstand="1"><wsse:UsernameToken>'
        f"<wsse:Username>{username}</wsse:Username>"
        f'<wsse:Password Type="{security}username-token-profile-1.0#PasswordText">{password}</wsse:Password>'
        "</wsse:UsernameToken></wsse:Security></soap:Header><soap:Body>"
    )
    return before.encode(), b"</soap:Body></soap:Envelope>"
