"""The trunk of a life: from the FIR to the charge sheet, then from the court's registration to the judgment.

Scenes that a life was dealt come in at their places: `first_weeks`, `trial_scenes`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators import (
    court_papers,
    first_weeks,
    jail_papers,
    laboratory_papers,
    police_papers,
    prosecution_papers,
    trial_scenes,
)
from icjs_gateway.simulators.firs import Accused, fir
from icjs_gateway.simulators.hearings import CONTRACT, ROOT, Course, Docket, Standing, days_between, outcome, tells
from icjs_gateway.simulators.papers import CasePapers, Prisoner
from icjs_gateway.simulators.places import STATE, STATIONS
from icjs_gateway.simulators.scenes import NEEDS_A_PRISONER, Scene
from icjs_gateway.simulators.steps import Step
from icjs_gateway.simulators.telling import Telling

_SECOND_CASE = 5_000
"""Where the running numbers of second cases begin, beside those of the first."""


@dataclass(slots=True)
class Story:
    """A life while it is told."""

    telling: Telling
    child: Prisoner | None = None
    seized_early: bool = False
    remanded_elsewhere: tuple[Prisoner, datetime] | None = None
    """Who was remanded in another State, and when arrested, before anybody told of the arrest."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Everything that was told."""
        return tuple(self.telling.steps)

    def registration(self, opened_at: datetime) -> None:
        """The FIR. Every eighth is registered first as a Zero FIR, at another station of the district."""
        telling, case, chance = self.telling, self.telling.case, self.telling.chance
        anticipates = Scene.ANTICIPATORY_BAIL in telling.scenes
        comes_before = anticipates and chance.random() < 1 / 2
        if comes_before:
            self._anticipatory_bail(opened_at - timedelta(hours=3))
        zero = None
        if Scene.ZERO_FIR in telling.scenes or chance.random() < 1 / 8:
            neighbours = [each for each in STATIONS if each.district == case.station.district and each != case.station]
            elsewhere = chance.choice(neighbours)
            number = 2 * _SECOND_CASE + int(case.cnr[6:12])
            zero = replace(case, station=elsewhere, key=FirKey(STATE, elsewhere.code, number, case.key.year))
            document = self._fir(zero, opened_at - timedelta(days=1))
            document["fir"]["kind"] = "ZERO"
            telling.tell("police.fir.v1", document, "fir.registered", case=zero)
        elif chance.random() < 1 / 6:
            self.seized_early = True
            self._seizure(opened_at)
        document = self._fir(case, opened_at, zero_at=(zero.station, zero.key) if zero is not None else None)
        telling.tell("police.fir.v1", document, "fir.registered")
        if zero is not None and Scene.ZERO_FIR in telling.scenes:
            first_weeks.given_zero_fir(telling, zero, case, opened_at + timedelta(hours=2))
        if anticipates and not comes_before:
            self._anticipatory_bail(opened_at + timedelta(hours=3))

    def _fir(self, case: CasePapers, at: datetime, **more: Any) -> dict[str, Any]:
        accused = (*self.telling.accused, *((self.child.accused,) if self.child is not None else ()))
        return fir(
            self.telling.chance,
            station=case.station,
            key=case.key,
            registered_at=at,
            offence=case.offence,
            accused=accused,
            **more,
        )

    def _at_large(self) -> Accused | None:
        return next((one for one in self.telling.accused if one.serial not in self.telling.inside), None)

    def _anticipatory_bail(self, at: datetime) -> None:
        who = self._at_large()
        if who is not None:
            first_weeks.anticipatory_bail(self.telling, self.telling.case, who, at)

    def _seizure(self, opened_at: datetime) -> None:
        document = police_papers.seizure(self.telling.case, opened_at + timedelta(days=1))
        self.telling.tell("police.seizure.v1", document, "property.seized")

    def investigation(self, opened_at: datetime) -> None:
        """To the charge sheet. Every sixth seizure was told before the FIR, and waited for it."""
        telling, case, chance = self.telling, self.telling.case, self.telling.chance
        may_hold = len(telling.inside) > 1 or NEEDS_A_PRISONER.isdisjoint(telling.scenes)
        for number, who in enumerate(telling.inside.values()):
            self._taken_in(who, opened_at + timedelta(hours=6 + number), is_first=number == 0)
            if may_hold and not telling.held_elsewhere and chance.random() < 1 / 8:
                self._second_case(who, opened_at + timedelta(days=2))
        if self.child is not None:
            first_weeks.child(telling, case, self.child, opened_at + timedelta(hours=5))
        at_large = self._at_large()
        if Scene.TRANSIT_BAIL in telling.scenes and at_large is not None:
            first_weeks.transit_bail(telling, case, at_large, opened_at)
        if not self.seized_early:
            self._seizure(opened_at)
        if len(telling.accused) > 1:
            paper = police_papers.section_added(case, opened_at.date() + timedelta(days=3))
            telling.tell("police.case-change.v1", paper, "charges.altered")
        if self.remanded_elsewhere is not None:
            first_weeks.nearest_magistrate(telling, case, *self.remanded_elsewhere, is_remanded=True)
        sent_at = opened_at + timedelta(days=4)
        telling.tell("police.exhibit-forwarding.v1", police_papers.forwarding(case, sent_at), "exhibit.forwarded")
        received_at = sent_at + timedelta(days=1)
        telling.tell("forensics.receipt.v1", laboratory_papers.receipt(case, received_at), "lab-case.registered")
        reported_on = received_at.date() + timedelta(days=25)
        telling.tell("forensics.report.v1", laboratory_papers.report(case, reported_on), "lab-report.issued")
        scrutinised = opened_at.date() + timedelta(days=35)
        for number, said in enumerate(("OBJECTED", "APPROVED"), start=1):
            document = prosecution_papers.scrutiny(case, number, said, scrutinised + timedelta(days=number))
            telling.tell("prosecution.scrutiny.v1", document, "charge-sheet.scrutinised", root="Scrutiny")
        document = police_papers.final_report(case, telling.accused, opened_at + timedelta(days=40))
        telling.tell("police.final-report.v1", document, "final-report.filed")

    def _taken_in(self, who: Prisoner, at: datetime, *, is_first: bool) -> None:
        """Arrested and remanded. What the life was dealt happens to the first of them."""
        telling, case = self.telling, self.telling.case
        if is_first and Scene.DUTY_REMAND in telling.scenes:
            first_weeks.duty_remand(telling, case, who, at)
        elif is_first and Scene.NEAREST_MAGISTRATE in telling.scenes:
            if telling.chance.random() < 1 / 2:
                first_weeks.remanded_elsewhere(telling, case, who, at)
                self.remanded_elsewhere = (who, at)
            else:
                first_weeks.nearest_magistrate(telling, case, who, at)
        else:
            self._arrest(case, who, at)

    def _second_case(self, who: Prisoner, at: datetime) -> None:
        """The same person in another case of the station: the jail holds them in both."""
        first = self.telling.case
        key = replace(first.key, number=first.key.number + _SECOND_CASE)
        second = replace(first.numbered(first.station.court, _SECOND_CASE), key=key)
        alone = replace(who.accused, serial="A1")
        document = fir(
            self.telling.chance,
            station=first.station,
            key=key,
            registered_at=at,
            offence=first.offence,
            accused=(alone,),
        )
        self.telling.tell("police.fir.v1", document, "fir.registered", case=second)
        self._arrest(second, replace(who, accused=alone), at + timedelta(hours=1))
        self.telling.held_elsewhere.add(who.accused.serial)

    def _arrest(self, case: CasePapers, who: Prisoner, at: datetime) -> None:
        document = police_papers.arrest(case, who, at)
        self.telling.tell("police.arrest.v1", document, "accused.arrested", case=case)
        self.telling.custody_warrant(case, who, at.date() + timedelta(days=1))
        self.telling.admission(case, who, at + timedelta(days=1), days=14)

    def trial(self, on: date, hearings: int, filed: int) -> None:
        """From the consumed charge sheet to the judgment."""
        telling = self.telling
        next_on = on + timedelta(days=3)
        document = court_papers.registered(telling.case, on, next_on)
        telling.tell("courts.case-registered.v1", document, "court-case.registered", root="CaseRegistered")
        document = court_papers.cognizance(telling.case, on)
        telling.tell("courts.proceeding-change.v1", document, "proceeding.changed", root="ProceedingChange")
        trial_scenes.play(telling, on)
        docket = Docket(
            station=telling.case.station,
            key=telling.case.key,
            cnr=telling.case.cnr,
            registration_number=telling.case.registration_number,
            offence=telling.case.offence,
            accused=telling.accused,
            liberty=0.8,
            jails=telling.jails,
            never_bailed=self._kept_in(),
        )
        standing = {
            one.serial: Standing.IN_CUSTODY if one.serial in telling.inside else Standing.ON_BAIL
            for one in telling.accused
        }
        course = Course(number=0, standing=standing)
        for number in range(hearings):
            on, next_on = next_on, next_on + days_between(telling.chance)
            serial = filed * 100 + number + 1
            heard = outcome(telling.chance, docket=docket, course=course, on=on, next_on=next_on, serial=serial)
            self._hearing(heard, on)
        self._judgment(next_on)

    def _kept_in(self) -> frozenset[str]:
        """Who is to be on parole later."""
        who = self.telling.free() if Scene.PAROLE in self.telling.scenes else None
        return frozenset((who.accused.serial,)) if who is not None else frozenset()

    def _hearing(self, document: dict[str, Any], on: date) -> None:
        telling = self.telling
        telling.tell(CONTRACT, document, root=ROOT)
        telling.steps[-1] = replace(telling.steps[-1], tells=tells(document))
        for said in document["Hearing"]["Accused"]:
            who = telling.inside.get(said["Serial"])
            if who is None:
                continue
            if "Remand" in said:
                extended_at = datetime.fromisoformat(f"{on.isoformat()}T18:00:00+05:30")
                paper = jail_papers.remand_extended(telling.case, who, extended_at, said["Remand"]["Until"])
                telling.tell("prisons.movement.v1", paper, "inmate.moved", root="Movement",
                             jails=(telling.case.jail_of(who),))  # fmt: skip
            if "Bail" in said:
                self._bail(who, on)
                is_held = who.accused.serial in telling.held_elsewhere
                telling.answer(who, on, pending=is_held or telling.chance.random() < 0.2)
        if telling.chance.random() < 0.1:
            self._correct(document)

    def _bail(self, who: Prisoner, on: date) -> None:
        """The signed order. Where others are inside too, some are keyed to one of them, and corrected at once."""
        telling, case = self.telling, self.telling.case
        others = [
            each
            for each in telling.inside.values()
            if each is not who and each.accused.serial not in telling.held_elsewhere
        ]
        if not others or telling.chance.random() >= 1 / 5:
            telling.bail(case, who, on)
            return
        paper = court_papers.bail_order(case, who, on)
        named = telling.chance.choice(others)
        wrong = court_papers.bail_order(case, named, on) | {"MessageId": f"{paper['MessageId']}-X"}
        telling.tell("courts.bail-order.v1", wrong, "bail.ordered", root="BailOrder", jails=(case.jail_of(named),))
        head = {"Action": "AMEND", "RefersTo": wrong["MessageId"], "RecordedAt": f"{on.isoformat()}T18:30:00+05:30"}
        right = {"MessageId": paper["MessageId"]} | head | {name: paper[name] for name in paper if name not in head}
        telling.tell("courts.bail-order.v1", right, "bail.amended", root="BailOrder", corrects=wrong["MessageId"],
                     jails=(case.jail_of(who),))  # fmt: skip
        # Who was named first has it taken back, by the gateway.
        telling.steps[-1] = replace(telling.steps[-1], derives=("icjs.bail.withdrawn.v1",))

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
        self.telling.tell(CONTRACT, head | body, "hearing.amended", root=ROOT, corrects=document["MessageId"])

    def _judgment(self, on: date) -> None:
        telling, case = self.telling, self.telling.case
        on_parole = telling.free() if Scene.PAROLE in telling.scenes else None
        results = [
            (one, self._result(one, is_convicted=on_parole is not None and one is on_parole.accused))
            for one in telling.accused
        ]
        paper = court_papers.disposal(case, results, on)
        telling.tell("courts.disposal.v1", paper, "court-case.disposed", root="Disposal")
        for one, result in results:
            who = telling.inside.get(one.serial)
            if who is None:
                continue
            jails = (case.jail_of(who),)
            if result == "CONVICTED":
                terms = {"Type": "CONVICTION_WARRANT", "Sentence": [{"Kind": "RIGOROUS", "Years": "1", "Months": "6"}]}
                paper = court_papers.custody_order(case, who, "Custody", on, **terms)
                telling.tell("courts.custody-order.v1", paper, "custody.ordered", root="CustodyOrder", jails=jails)
                continue
            paper = court_papers.custody_order(case, who, "Release", on, Ground="ACQUITTAL")
            telling.tell("courts.custody-order.v1", paper, "release.ordered", root="CustodyOrder", jails=jails)
            telling.released(who, datetime.fromisoformat(f"{on.isoformat()}T19:30:00+05:30"), "ACQUITTAL", on)
        if on_parole is not None:
            trial_scenes.parole(telling, on_parole, on)

    def _result(self, one: Accused, *, is_convicted: bool) -> str:
        drawn = self.telling.chance.choice(("CONVICTED", "ACQUITTED"))
        return "CONVICTED" if is_convicted else drawn
