"""A case while it is told: from the FIR to the charge sheet, then from the court's registration to the judgment."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators import papers
from icjs_gateway.simulators.firs import Accused, fir
from icjs_gateway.simulators.hearings import CONTRACT, ROOT, Course, Docket, Standing, days_between, outcome, tells
from icjs_gateway.simulators.papers import CasePapers, Prisoner
from icjs_gateway.simulators.places import STATE, STATIONS
from icjs_gateway.simulators.steps import Step, step

_NAMES_A_JAIL = ("courts.custody-order.v1", "courts.bail-order.v1", "prisons.")
_SECOND_CASE = 5_000
"""Where the running numbers of second cases begin, beside those of the first."""


class Story:
    """A case while it is told."""

    def __init__(
        self, chance: Random, case: CasePapers, accused: tuple[Accused, ...], arrested: list[Prisoner]
    ) -> None:
        self.steps: list[Step] = []
        self._chance = chance
        self._case = case
        self._accused = accused
        self._inside = {one.accused.serial: one for one in arrested}
        self._held_elsewhere: set[str] = set()
        self._seized_early = False

    def _tell(
        self, contract: str, document: dict[str, Any], *what: str, case: CasePapers | None = None, **more: Any
    ) -> None:
        about = papers.about(case or self._case, names_jail=contract.startswith(_NAMES_A_JAIL))
        self.steps.append(step(contract, document, about, *what, **more))

    def registration(self, opened_at: datetime) -> None:
        """The FIR. Every eighth is registered first as a Zero FIR, at another station of the district."""
        case, chance = self._case, self._chance
        seized_at = opened_at + timedelta(days=1)
        zero_at = None
        if chance.random() < 1 / 8:
            neighbours = [each for each in STATIONS if each.district == case.station.district and each != case.station]
            elsewhere = chance.choice(neighbours)
            zero = FirKey(STATE, elsewhere.code, 2 * _SECOND_CASE + int(case.cnr[6:12]), case.key.year)
            zero_at = elsewhere, zero
            document = fir(
                chance,
                station=elsewhere,
                key=zero,
                registered_at=opened_at - timedelta(days=1),
                offence=case.offence,
                accused=self._accused,
            )
            document["fir"]["kind"] = "ZERO"
            self._tell("police.fir.v1", document, "fir.registered", case=replace(case, station=elsewhere, key=zero))
        elif chance.random() < 1 / 6:
            self._seized_early = True
            self._tell("police.seizure.v1", papers.seizure(case, seized_at), "property.seized")
        document = fir(
            chance,
            station=case.station,
            key=case.key,
            registered_at=opened_at,
            offence=case.offence,
            accused=self._accused,
            zero_at=zero_at,
        )
        self._tell("police.fir.v1", document, "fir.registered")

    def investigation(self, opened_at: datetime) -> None:
        """To the charge sheet. Every sixth seizure was told before the FIR, and waited for it."""
        case, chance = self._case, self._chance
        for number, who in enumerate(self._inside.values()):
            self._arrest(case, who, opened_at + timedelta(hours=6 + number))
            if not self._held_elsewhere and chance.random() < 1 / 8:
                self._second_case(who, opened_at + timedelta(days=2))
        if not self._seized_early:
            self._tell("police.seizure.v1", papers.seizure(case, opened_at + timedelta(days=1)), "property.seized")
        if len(self._accused) > 1:
            paper = papers.section_added(case, opened_at.date() + timedelta(days=3))
            self._tell("police.case-change.v1", paper, "charges.altered")
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

    def _second_case(self, who: Prisoner, at: datetime) -> None:
        """The same person in another case of the station: the jail holds them in both."""
        first = self._case
        key = replace(first.key, number=first.key.number + _SECOND_CASE)
        cnr = f"{first.cnr[:6]}{int(first.cnr[6:12]) + _SECOND_CASE:06d}{first.cnr[12:]}"
        second = replace(first, key=key, cnr=cnr)
        alone = replace(who.accused, serial="A1")
        document = fir(
            self._chance, station=first.station, key=key, registered_at=at, offence=first.offence, accused=(alone,)
        )
        self._tell("police.fir.v1", document, "fir.registered", case=second)
        self._arrest(second, replace(who, accused=alone), at + timedelta(hours=1))
        self._held_elsewhere.add(who.accused.serial)

    def _arrest(self, case: CasePapers, who: Prisoner, at: datetime) -> None:
        self._tell("police.arrest.v1", papers.arrest(case, who, at), "accused.arrested", case=case)
        on = at.date() + timedelta(days=1)
        until = on + timedelta(days=14)
        terms = {"Type": "CUSTODY_WARRANT", "Kind": "JUDICIAL", "Until": until.isoformat(), "with_cnr": False}
        document = papers.custody_order(case, who, "Custody", on, **terms)
        self._tell("courts.custody-order.v1", document, "custody.ordered", root="CustodyOrder", case=case)
        document = papers.admission(case, who, at + timedelta(days=1), until)
        self._tell("prisons.admission.v1", document, "inmate.admitted", root="Admission", case=case)

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
        self._tell("courts.proceeding-change.v1", papers.cognizance(case, on), "proceeding.changed",
                   root="ProceedingChange")  # fmt: skip
        for number in range(hearings):
            on, next_on = next_on, next_on + days_between(chance)
            serial = filed * 100 + number + 1
            self._hearing(outcome(chance, docket=docket, course=course, on=on, next_on=next_on, serial=serial), on)
        self._judgment(next_on)

    def _hearing(self, document: dict[str, Any], on: date) -> None:
        case, chance = self._case, self._chance
        heard = step(CONTRACT, document, papers.about(case), root=ROOT)
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
                self._bail(who, on)
                self._answer(who, on)
        if chance.random() < 0.1:
            self._correct(document)

    def _bail(self, who: Prisoner, on: date) -> None:
        """The signed order. Where others are inside too, some are keyed to one of them, and corrected at once."""
        case = self._case
        others = [
            each
            for each in self._inside.values()
            if each is not who and each.accused.serial not in self._held_elsewhere
        ]
        paper = papers.bail_order(case, who, on)
        if not others or self._chance.random() >= 1 / 5:
            self._tell("courts.bail-order.v1", paper, "bail.ordered", root="BailOrder")
            return
        wrong = papers.bail_order(case, self._chance.choice(others), on) | {"MessageId": f"{paper['MessageId']}-X"}
        self._tell("courts.bail-order.v1", wrong, "bail.ordered", root="BailOrder")
        head = {"Action": "AMEND", "RefersTo": wrong["MessageId"], "RecordedAt": f"{on.isoformat()}T18:30:00+05:30"}
        right = {"MessageId": paper["MessageId"]} | head | {name: paper[name] for name in paper if name not in head}
        self._tell("courts.bail-order.v1", right, "bail.amended", root="BailOrder", corrects=wrong["MessageId"])
        # Who was named first has it taken back, by the gateway.
        self.steps[-1] = replace(self.steps[-1], derives=("icjs.bail.withdrawn.v1",))

    def _answer(self, who: Prisoner, on: date) -> None:
        """What the jail does about an order to let somebody go."""
        case = self._case
        at = datetime.fromisoformat(f"{on.isoformat()}T19:00:00+05:30")
        held = who.accused.serial in self._held_elsewhere
        if held or self._chance.random() < 0.2:
            reason = "OTHER_CASE" if held else "SURETY_PENDING"
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
