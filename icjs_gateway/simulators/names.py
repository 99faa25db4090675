"""Names of invented people, in Latin and Devanagari, as police and courts of Himachal Pradesh write them.

The lists hold common given names and surnames and nobody in particular.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Sex = Literal["M", "F"]

_MEN = (
    ("Ramesh", "रमेश"), ("Sunil", "सुनील"), ("Anil", "अनिल"), ("Vijay", "विजय"), ("Sanjay", "संजय"),
    ("Rajesh", "राजेश"), ("Mohan", "मोहन"), ("Prakash", "प्रकाश"), ("Hari", "हरि"), ("Deepak", "दीपक"),
    ("Ashok", "अशोक"), ("Vinod", "विनोद"), ("Manoj", "मनोज"), ("Pawan", "पवन"), ("Naresh", "नरेश"),
    ("Surender", "सुरेंद्र"), ("Balbir", "बलबीर"), ("Om Prakash", "ओम प्रकाश"), ("Karam", "करम"), ("Tilak", "तिलक"),
)  # fmt: skip
_WOMEN = (
    ("Meena", "मीना"), ("Sunita", "सुनीता"), ("Kavita", "कविता"), ("Anita", "अनीता"), ("Reena", "रीना"),
    ("Pooja", "पूजा"), ("Kamla", "कमला"), ("Nirmala", "निर्मला"), ("Sarita", "सरिता"), ("Bimla", "बिमला"),
)  # fmt: skip
_FAMILY = (
    ("Kumar", "कुमार"), ("Thakur", "ठाकुर"), ("Sharma", "शर्मा"), ("Chauhan", "चौहान"), ("Verma", "वर्मा"),
    ("Negi", "नेगी"), ("Rana", "राणा"), ("Kashyap", "कश्यप"), ("Katoch", "कटोच"), ("Guleria", "गुलेरिया"),
    ("Chand", "चंद"), ("Ram", "राम"), ("Singh", "सिंह"), ("Pathania", "पठानिया"), ("Dogra", "डोगरा"),
)  # fmt: skip
_ALIASES = ("Sonu", "Rinku", "Pappu", "Bunty", "Kaku", "Lucky", "Vicky", "Tinku")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person. `local_name` is the name in Devanagari."""

    name: str
    local_name: str
    father: str
    sex: Sex
    age_years: int
    alias: str | None = None

    @property
    def relation(self) -> str:
        return "S/o" if self.sex == "M" else "D/o"


def person(chance: Random, *, women: float = 0.2, alias: float = 0.0) -> Person:
    """Somebody; `women` and `alias` are shares."""
    sex: Sex = "F" if chance.random() < women else "M"
    given, given_local = chance.choice(_WOMEN if sex == "F" else _MEN)
    family, family_local = ("Devi", "देवी") if sex == "F" and chance.random() < 0.5 else chance.choice(_FAMILY)
    father = f"{chance.choice(_MEN)[0]} {chance.choice(('Ram', 'Chand', 'Singh', 'Lal'))}"
    return Person(
        name=f"{given} {family}",
        local_name=f"{given_local} {family_local}",
        father=father,
        sex=sex,
        age_years=chance.randint(19, 58),
        alias=chance.choice(_ALIASES) if chance.random() < alias else None,
    )


def phone(chance: Random) -> str:
    """A number in a mobile series of the State; ends so that it is easily told to be invented."""
    return f"94180{chance.randint(0, 99):02d}000"
