"""A short life: one case in ten messages, from the FIR to a release on bail, with a mistake of the court in it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators import court_papers, police_papers
from icjs_gateway.simulators.firs import Accused, draw_offence, fir
from icjs_gateway.simulators.hearings import CONTRACT, ROOT, Course, Docket, Standing, outcome, tells
from icjs_gateway.simulators.lives import OPENED_AT
from icjs_gateway.simulators.names import person
from icjs_gateway.simulators.papers import CasePapers, Prisoner, at_hour
from icjs_gateway.simulators.places import STATE, STATIONS
from icjs_gateway.simulators.steps import Step, step
from icjs_gateway.simulators.telling import Telling

_NUMBERS = 9_000
"""Where the running numbers of these cases begin, beside those of the whole lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLife:
    """`before` are the messages up to the court's registration; `after` what follows the order for bail."""

    case: CasePapers
    jail: str
    before: tuple[Step, ...]
    mistaken: Step
    """The outcome of the first hearing as a clerk mistyped it: the gateway refuses it."""
    hearing: Step
    bail: Step
    after: tuple[Step, ...]

    @property
    def fir(self) -> str:
        return str(self.case.key)


def short_life(seed: int) -> ShortLife:
    """The same for the same seed, at the first station of `STATIONS`."""
    chance = Random(f"icjs:short:{seed}")  # noqa: S311 - a story, not a secret
    station, filed = STATIONS[0], seed % 97 * 10_000 + _NUMBERS
    case = CasePapers(
        station=station,
        key=FirKey(STATE, station.code, seed % 97 * 1000 + 900, OPENED_AT.year),
        cnr=f"{station.court.establishment}{filed:06d}{OPENED_AT.year}",
        registration_number=f"{filed}/{OPENED_AT.year}",
        offence=draw_offence(chance),
    )
    inside, at_large = (Accused(serial=f"A{number}", who=person(chance)) for number in (1, 2))
    who = Prisoner(accused=inside, pid=f"HP{filed:06d}1")
    telling = Telling(chance=chance, case=case, accused=(inside, at_large), inside={"A1": who})
    document = fir(chance, station=station, key=case.key, registered_at=OPENED_AT, offence=case.offence,
                   accused=telling.accused)  # fmt: skip
    telling.tell("police.fir.v1", document, "fir.registered")
    telling.tell("police.arrest.v1", police_papers.arrest(case, who, OPENED_AT + timedelta(hours=6)),
                 "accused.arrested")  # fmt: skip
    telling.custody_warrant(case, who, OPENED_AT.date() + timedelta(days=1))
    telling.admission(case, who, OPENED_AT + timedelta(days=1))
    report = police_papers.final_report(case, telling.accused, OPENED_AT + timedelta(days=10))
    telling.tell("police.final-report.v1", report, "final-report.filed")
    on = OPENED_AT.date() + timedelta(days=12)
    heard_on = on + timedelta(days=3)
    telling.tell("courts.case-registered.v1", court_papers.registered(case, on, heard_on), "court-case.registered",
                 root="CaseRegistered")  # fmt: skip
    before = tuple(telling.steps)
    heard = _heard(telling, filed)
    telling.tell(CONTRACT, heard, root=ROOT)
    hearing = replace(telling.steps[-1], tells=tells(heard))
    telling.bail(case, who, heard_on)
    bail = telling.steps[-1]
    told = len(telling.steps)
    telling.released(who, at_hour(heard_on, 20), "BAIL", heard_on)
    return ShortLife(case=case, jail=station.jail.code, before=before, mistaken=_mistaken(hearing), hearing=hearing,
                     bail=bail, after=tuple(telling.steps[told:]))  # fmt: skip


def _heard(telling: Telling, filed: int) -> dict[str, object]:
    case = telling.case
    docket = Docket(station=case.station, key=case.key, cnr=case.cnr, registration_number=case.registration_number,
                    offence=case.offence, accused=telling.accused, liberty=0)  # fmt: skip
    course = Course(number=0, standing={"A1": Standing.IN_CUSTODY, "A2": Standing.ON_BAIL})
    on = OPENED_AT.date() + timedelta(days=15)
    return outcome(telling.chance, docket=docket, course=course, on=on, next_on=on + timedelta(days=14),
                   serial=filed * 100 + 1)  # fmt: skip


def _mistaken(hearing: Step) -> Step:
    """The next date as people write it, and an appearance that no list knows. By HTTP: a SOAP library would notice."""
    document = copy.deepcopy(hearing.document)
    document["MessageId"] = f"{hearing.message_id}-0"
    document["Hearing"]["Next"]["On"] = "03.02.2026"
    document["Hearing"]["Accused"][0]["Appearance"] = "PRESENT"
    told = step(CONTRACT, document, hearing.about, root=ROOT)
    return replace(told, tells=hearing.tells, operation=None, is_mistaken=True)
