"""FIR documents as a police station's system sends them (`police.fir.v1`, JSON, camelCase)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators.names import Person, person, phone
from icjs_gateway.simulators.places import STATE, Station

CONTRACT = "police.fir.v1"
TELLS = ("icjs.fir.registered.v1",)
"""The events that a FIR becomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """What happened, in the words of a station: sections, property, narrative with a place for the date."""

    sections: tuple[tuple[str, str], ...]
    category: str | None
    description: str
    narrative: str


_OFFENCES = (
    Offence(
        sections=(("BNS", "303(2)"), ("BNS", "3(5)")),
        category="AUTOMOBILES",
        description="Motor cycle HP-37-0000",
        narrative="प्रार्थी ने बताया कि दिनांक {on} की रात्रि मोटर साइकिल चोरी हो गई।",
    ),
    Offence(
        sections=(("BNS", "331(4)"), ("BNS", "305(a)")),
        category="ORNAMENTS",
        description="Gold chain and two bangles",
        narrative="दिनांक {on} की रात्रि घर का ताला तोड़कर आभूषण चोरी किए गए।",
    ),
    Offence(
        sections=(("BNS", "115(2)"), ("BNS", "126(2)"), ("BNS", "351(2)")),
        category=None,
        description="",
        narrative="दिनांक {on} को रास्ता रोककर मारपीट की गई और जान से मारने की धमकी दी गई।",
    ),
    Offence(
        sections=(("BNS", "318(4)"),),
        category="CURRENCY",
        description="Rs 48,000 transferred by UPI",
        narrative="दिनांक {on} को बैंक अधिकारी बनकर मोबाइल पर ठगी की गई।",
    ),
    Offence(
        sections=(("BNS", "281"), ("BNS", "125(a)")),
        category=None,
        description="",
        narrative="दिनांक {on} को तेज रफ्तार वाहन ने पैदल यात्री को टक्कर मार दी।",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accused:
    """An accused of a case. `who` is None while nobody knows."""

    serial: str
    who: Person | None

    @property
    def is_child(self) -> bool:
        """A child in conflict with law (JJ Act 2(13)), as the police number them."""
        return self.serial.startswith("CCL")


def draw_offence(chance: Random) -> Offence:
    return chance.choice(_OFFENCES)


def fir(
    chance: Random,
    *,
    station: Station,
    key: FirKey,
    registered_at: datetime,
    offence: Offence,
    accused: tuple[Accused, ...],
    zero_at: tuple[Station, FirKey] | None = None,
) -> dict[str, Any]:
    """One FIR. `registered_at` carries the offset of Indian Standard Time; `zero_at` is the Zero FIR, and its station,
    that it is registered anew from."""
    heard_at = registered_at - timedelta(minutes=chance.randint(10, 40))
    occurred_at = registered_at - timedelta(hours=chance.randint(3, 20))
    complainant = person(chance, women=0.4)
    members: dict[str, Any] = {
        "registrationNumber": f"{station.code}{key.year % 100:02d}{key.number:04d}",
        "number": f"{key.number:04d}",
        "year": key.year,
        "kind": "REGULAR",
        "policeStation": {
            "code": station.code,
            "name": station.name,
            "district": station.district,
            "state": STATE,
        },
        "registeredAt": registered_at.isoformat(),
        "gdEntry": {"number": str(chance.randint(2, 60)), "at": heard_at.isoformat()},
        "informationReceivedAt": heard_at.isoformat(),
        "informationType": chance.choice(("ORAL", "WRITTEN")),
        "occurrence": {
            "from": occurred_at.isoformat(),
            "to": (occurred_at + timedelta(minutes=chance.randint(5, 90))).isoformat(),
            "place": {"address": f"Village {station.village}", "beat": str(chance.randint(1, 6))},
        },
        "actsSections": [{"act": act, "section": section} for act, section in offence.sections],
        "complainant": {
            "name": complainant.name,
            "localName": {"lang": "hi", "text": complainant.local_name},
            "relative": {"relation": complainant.relation, "name": complainant.father},
            "address": f"Village {station.village}, District {station.district}",
            "phone": phone(chance),
        },
        "accused": [_accused(one) for one in accused],
        "narrative": {"lang": "hi", "text": offence.narrative.format(on=f"{occurred_at:%d.%m.%Y}")},
        "labels": [],
        "investigatingOfficer": {
            "name": f"SI {person(chance).name}",
            "rank": "SI",
            "number": f"HP-{chance.randint(1000, 1999)}",
        },
    }
    if zero_at is not None:
        elsewhere, zero = zero_at
        members["kind"] = "RE_REGISTERED"
        members["parentFir"] = {
            "state": STATE,
            "policeStationCode": elsewhere.code,
            "number": str(zero.number),
            "year": zero.year,
        }
    if offence.category is not None:
        members["properties"] = [
            {
                "serial": "1",
                "category": offence.category,
                "description": offence.description,
                "estimatedValue": str(chance.randint(8, 90) * 1000),
            }
        ]
    return {
        "messageId": f"{STATE}-{station.code}-{key.year}-{key.number:04d}-1",
        "action": "NEW",
        "recordedAt": (registered_at + timedelta(minutes=15)).isoformat(),
        "fir": members,
    }


def _accused(accused: Accused) -> dict[str, Any]:
    who = accused.who
    if who is None:
        return {"serial": accused.serial, "status": "UNKNOWN"}
    members: dict[str, Any] = {"serial": accused.serial, "status": "KNOWN", "name": who.name}
    if who.alias is not None:
        members["aliases"] = [who.alias]
    return members | {
        "relative": {"relation": who.relation, "name": who.father},
        "ageYears": who.age_years,
        "sex": who.sex,
    }
