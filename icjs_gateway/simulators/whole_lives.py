"""Whole lives: a case from its FIR to the judgment, told by all five pillars from a seed.

Several accused meet different fates: arrested or not, bailed by the court and released, held for want of sureties or in
another case, convicted or acquitted. Some seizures are told before their FIR, and some outcomes are corrected the next
morning. The same seed tells the same story byte for byte, on any machine.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators import papers
from icjs_gateway.simulators.firs import Accused, draw_offence, fir
from icjs_gateway.simulators.hearings import CONTRACT, ROOT, Course, Docket, Standing, days_between, outcome, tells
from icjs_gateway.simulators.ledgers import About
from icjs_gateway.simulators.lives import OPENED_AT
from icjs_gateway.simulators.names import person
from icjs_gateway.simulators.papers import CasePapers, Prisoner
from icjs_gateway.simulators.places import STATE, STATIONS
from icjs_gateway.simulators.steps import Step, step

HEARINGS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLife:
    """One case: its steps, in the order in which they are told."""

    index: int
    about: About
    steps: tuple[Step, ...]


def whole_lives(seed: int, *, cases: int | None = None, hearings: int = HEARINGS) -> Iterator[WholeLife]:
    """Cases one after another, without end when `cases` is None."""
    index = 0
    while cases is None or index < cases:
        yield whole_life(seed, index, hearings=hearings)
        index += 1


def whole_life(seed: int, index: int, *, hearings: int = HEARINGS) -> WholeLife:
    """The case of that index under that seed."""
    chance = Random(f"icjs:whole:{seed}:{index}")  # noqa: S311 - a story, not a secret
    station = STATIONS[index % len(STATIONS)]
    opened_at = OPENED_AT + timedelta(days=chance.randint(0, 30), minutes=chance.randint(0, 700))
    filed = seed % 97 * 10_000 + 1 + index
    case = CasePapers(
        station=station,
        key=FirKey(STATE, station.code, seed % 97 * 1000 + 1 + index // len(STATIONS), opened_at.year),
        cnr=f"{station.court.establishment}{filed:06d}{opened_at.year}",
        registration_number=f"{filed}/{opened_at.year}",
        offence=draw_offence(chance),
    )
    about = About(
        state=STATE,
        district=station.district,
        station=station.code,
        fir=str(case.key),
        cnr=case.cnr,
        jail=station.jail.code,
        laboratory=papers.LABORATORY["code"],
    )
    accused = tuple(
        Accused(serial=f"A{number}", who=person(chance, women=0.1, alias=0.2))
        for number in range(1, chance.choice((1, 2, 2, 3, 4)) + 1)
    )
    arrested = [
        Prisoner(accused=one, pid=f"HP{filed:06d}{one.serial[1:]}") for one in accused if chance.random() < 0.75
    ]
    story = _Story(chance, case, about, accused, arrested)
    story.investigation(opened_at)
    story.trial(opened_at.date() + timedelta(days=42), hearings, filed)
    return WholeLife(index=index, about=about, steps=tuple(story.steps))


class _Story:
    """A case while it is told."""

    def __init__(
        self, chance: Random, case: CasePapers, about: About, accused: tuple[Accused, ...], arrested: list[Prisoner]
    ) -> None:
        self.steps: list[Step] = []
        self._chance = chance
        self._case = case
        self._about = about
        self._accused = accused
        self._inside = {one.accused.serial: one for one in arrested}

    def _tell(self, contract: str, document: dict[str, Any], *what: str, **more: Any) -> None:
        self.steps.append(step(contract, document, self._about, *what, **more))

    def investigation(self, opened_at: datetime) -> None:
        """From the FIR to the charge sheet. Every sixth seizure is told before the FIR: it waits for it."""
        case, chance = self._case, self._chance
        seized_at = opened_at + timedelta(days=1)
        early = chance.random() < 1 / 6
        if early:
            self._tell("police.seizure.v1", papers.seizure(case, seized_at), "property.seized")
        document = fir(
            chance,
            station=case.station,
            key=case.key,
            registered_at=opened_at,
            offence=case.offence,
            accused=self._accused,
        )
        self._tell("police.fir.v1", document, "fir.registered")
        for number, who in enumerate(self._inside.values()):
            self._arrest(who, opened_at + timedelta(hours=6 + number))
        if not early:
            self._tell("police.seizure.v1", papers.seizure(case, seized_at), "property.seized")
        sent_at = opened_at + timedelta(days=4)
        self._tell("police.exhibit-forwarding.v1", papers.forwarding(case, sent_at), "exhibit.forwarded")
        received_at = sent_at + timedelta(days=1)
        self._tell("forensics.receipt.v1", papers.receipt(case, received_at), "lab-case.registered")
        self._tell(
            "forensics.report.v1", papers.report(case, received_at.date() + timedelta(days=25)), "lab-report.issued"
        )
        scrutinised = opened_at.date() + timedelta(days=35)
        for number, said in enumerate(("OBJECTED", "APPROVED"), start=1):
            document = papers.scrutiny(case, number, said, scrutinised + timedelta(days=number))
            self._tell("prosecution.scrutiny.v1", document, "charge-sheet.scrutinised", root="Scrutiny")
        document = papers.final_report(case, self._accused, opened_at + timedelta(days=40))
        self._tell("police.final-report.v1", document, "final-report.filed")

    def _arrest(self, who: Prisoner, at: datetime) -> None:
        case = self._case
        self._tell("police.arrest.v1", papers.arrest(case, who, at), "accused.arrested")
        on = at.date() + timedelta(days=1)
        until = on + timedelta(days=14)
        terms = {"Type": "CUSTODY_WARRANT", "Kind": "JUDICIAL", "Until": until.isoformat(), "with_cnr": False}
        document = papers.custody_order(case, who, "Custody", on, **terms)
        self._tell("courts.custody-order.v1", document, "custody.ordered", root="CustodyOrder")
        document = papers.admission(case, who, at + timedelta(days=1), until)
        self._tell("prisons.admission.v1", document, "inmate.admitted", root="Admission")

    def trial(self, on: date, hearings: int, filed: int) -> None:
        """From the consumed charge sheet to the judgment."""
        case, chance = self._case, self._chance
        docket = Docket(
            station=case.station,
            key=case.key,
            cnr=case.cnr,
            registration_number=case.registration_number,
            offence=case.offence,
            accused=self._accused,
            liberty=0.8,
        )
        standing = {
            one.serial: Standing.IN_CUSTODY if one.serial in self._inside else Standing.ON_BAIL for one in self._accused
        }
        course = Course(number=0, standing=standing)
        next_on = on + timedelta(days=3)
        document = papers.registered(case, on, next_on)
        self._tell("courts.case-registered.v1", document, "court-case.registered", root="CaseRegistered")
        for number in range(hearings):
            on, next_on = next_on, next_on + days_between(chance)
            serial = filed * 100 + number + 1
            self._hearing(outcome(chance, docket=docket, course=course, on=on, next_on=next_on, serial=serial), on)
        self._judgment(next_on)

    def _hearing(self, document: dict[str, Any], on: date) -> None:
        case, chance = self._case, self._chance
        heard = step(CONTRACT, document, self._about, root=ROOT)
        self.steps.append(replace(heard, tells=tells(document)))
        for said in document["Hearing"]["Accused"]:
            who = self._inside.get(said["Serial"])
            if who is None:
                continue
            if "Remand" in said:
                extended_at = datetime.fromisoformat(f"{on.isoformat()}T18:00:00+05:30")
                paper = papers.remand_extended(case, who, extended_at, said["Remand"]["Until"])
                self._tell("prisons.movement.v1", paper, "inmate.moved", root="Movement")
            if "Bail" in said:
                paper = papers.bail_order(case, who, on)
                self._tell("courts.bail-order.v1", paper, "bail.ordered", root="BailOrder")
                self._answer(who, on)
        if chance.random() < 0.1:
            self._correct(document)

    def _answer(self, who: Prisoner, on: date) -> None:
        """What the jail does about an order to let somebody go."""
        case = self._case
        at = datetime.fromisoformat(f"{on.isoformat()}T19:00:00+05:30")
        way = self._chance.random()
        if way < 0.3:
            reason = "SURETY_PENDING" if way < 0.2 else "OTHER_CASE"
            paper = papers.not_released(case, who, at, reason, on)
            self._tell("prisons.release.v1", paper, "release.not-complied", root="Release")
            if reason == "OTHER_CASE":
                return
        paper = papers.released(case, who, at + timedelta(days=1), "BAIL", on)
        self._tell("prisons.release.v1", paper, "inmate.released", root="Release")
        del self._inside[who.accused.serial]

    def _correct(self, document: dict[str, Any]) -> None:
        """Next morning the next date is corrected."""
        corrected = copy.deepcopy(document)
        hearing = corrected["Hearing"]
        first = hearing["Accused"][0]
        hearing["Accused"] = [{name: first[name] for name in ("Serial", "CourtParty", "Appearance")}]
        moved = date.fromisoformat(hearing["Next"]["On"])
        hearing["Next"]["On"] = (moved - timedelta(days=1)).isoformat()
        recorded_at = f"{hearing['ListedOn']}T23:30:00+05:30"
        head = {
            "MessageId": f"{document['MessageId']}-C",
            "Action": "AMEND",
            "RefersTo": document["MessageId"],
            "RecordedAt": recorded_at,
        }
        body = {name: value for name, value in corrected.items() if name not in head}
        self._tell(CONTRACT, head | body, "hearing.amended", root=ROOT, corrects=document["MessageId"])

    def _judgment(self, on: date) -> None:
        case = self._case
        results = [(one, self._chance.choice(("CONVICTED", "ACQUITTED"))) for one in self._accused]
        paper = papers.disposal(case, results, on)
        self._tell("courts.disposal.v1", paper, "court-case.disposed", root="Disposal")
        for one, result in results:
            who = self._inside.get(one.serial)
            if who is None:
                continue
            if result == "CONVICTED":
                terms = {"Type": "CONVICTION_WARRANT", "Sentence": [{"Kind": "RIGOROUS", "Years": "1", "Months": "6"}]}
                paper = papers.custody_order(case, who, "Custody", on, **terms)
                self._tell("courts.custody-order.v1", paper, "custody.ordered", root="CustodyOrder")
                continue
            paper = papers.custody_order(case, who, "Release", on, Ground="ACQUITTAL")
            self._tell("courts.custody-order.v1", paper, "release.ordered", root="CustodyOrder")
            at = datetime.fromisoformat(f"{on.isoformat()}T19:30:00+05:30")
            paper = papers.released(case, who, at, "ACQUITTAL", on)
            self._tell("prisons.release.v1", paper, "inmate.released", root="Release")
