"""Lives of cases: a FIR and the hearings that follow it, told from a seed.

The same seed tells the same story byte for byte, on any machine: every case draws from a generator of its
own, seeded by text, so that neither the number of cases nor the order of asking changes any of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.instants import IST
from icjs_gateway.simulators import firs
from icjs_gateway.simulators.firs import Accused, draw_offence, fir
from icjs_gateway.simulators.hearings import (
    CONTRACT,
    NAMESPACE,
    ROOT,
    Course,
    Docket,
    days_between,
    first_standing,
    outcome,
    tells,
)
from icjs_gateway.simulators.ledgers import About
from icjs_gateway.simulators.names import person
from icjs_gateway.simulators.places import STATE, STATIONS, Station
from icjs_gateway.simulators.steps import Step, step
from icjs_gateway.simulators.xml_text import xml_text

OPENED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=IST)
"""When the first case may be registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One hearing outcome, in the form that both ways to the gateway are made from."""

    message_id: str
    document: dict[str, Any]

    @property
    def xml(self) -> bytes:
        return xml_text(ROOT, NAMESPACE, self.document)

    def step(self, about: About) -> Step:
        """As a court's system pushes it."""
        return replace(step(CONTRACT, self.document, about, root=ROOT), tells=tells(self.document))


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One case: its FIR, then its hearings in order."""

    index: int
    about: About
    station: Station
    fir: dict[str, Any]
    outcomes: tuple[Outcome, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The FIR, then the outcomes, as the systems push them."""
        registered = replace(step(firs.CONTRACT, self.fir, self.about), tells=firs.TELLS)
        return (registered, *(each.step(self.about) for each in self.outcomes))

    @property
    def fir_json(self) -> bytes:
        return json.dumps(self.fir, ensure_ascii=False).encode()

    @property
    def fir_id(self) -> str:
        return str(self.fir["messageId"])


def lives(seed: int, *, cases: int | None = None, hearings: int = 10, liberty: float = 0.8) -> Iterator[Life]:
    """Cases one after another, without end when `cases` is None. `hearings` is the number in each.

    `liberty` is how often the court bails, remands or issues a warrant where it could.
    """
    index = 0
    while cases is None or index < cases:
        yield life(seed, index, hearings=hearings, liberty=liberty)
        index += 1


def life(seed: int, index: int, *, hearings: int, liberty: float) -> Life:
    """The case of that index under that seed."""
    chance = Random(f"icjs:{seed}:{index}")  # noqa: S311 - a story, not a secret
    station = STATIONS[index % len(STATIONS)]
    opened_at = OPENED_AT + timedelta(days=chance.randint(0, 60), minutes=chance.randint(0, 700))
    key = FirKey(STATE, station.code, _shelf(seed) * 100 + 1 + index // len(STATIONS), opened_at.year)
    filed = _shelf(seed) * 10_000 + 1 + index
    cnr = f"{station.court.establishment}{filed:06d}{opened_at.year}"
    docket = Docket(
        station=station,
        key=key,
        cnr=cnr,
        registration_number=f"{filed}/{opened_at.year}",
        offence=draw_offence(chance),
        accused=_accused(chance),
        liberty=liberty,
    )
    document = fir(
        chance, station=station, key=key, registered_at=opened_at, offence=docket.offence, accused=docket.accused
    )
    return Life(
        index=index,
        about=About(state=STATE, district=station.district, station=station.code, fir=str(key), cnr=cnr),
        station=station,
        fir=document,
        outcomes=tuple(_outcomes(chance, docket, filed=filed, hearings=hearings, opened_at=opened_at)),
    )


def _shelf(seed: int) -> int:
    """Where a seed's registers begin, so that the first hundred cases a station of two seeds do not share numbers."""
    return seed % 97


def _accused(chance: Random) -> tuple[Accused, ...]:
    count = chance.choice((1, 1, 2, 2, 3))
    known = [Accused(serial=f"A{n}", who=person(chance, women=0.1, alias=0.2)) for n in range(1, count + 1)]
    if chance.random() < 0.25:
        known.append(Accused(serial=f"A{count + 1}", who=None))
    return tuple(known)


def _outcomes(chance: Random, docket: Docket, *, filed: int, hearings: int, opened_at: datetime) -> Iterator[Outcome]:
    course = Course(number=0, standing=first_standing(chance, docket.accused))
    on = opened_at.date() + timedelta(days=1)
    for number in range(hearings):
        next_on = on + days_between(chance)
        serial = filed * 100 + number + 1
        document = outcome(chance, docket=docket, course=course, on=on, next_on=next_on, serial=serial)
        yield Outcome(message_id=document["MessageId"], document=document)
        on = next_on
