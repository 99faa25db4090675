"""A day in court, driven from outside: what one outcome does to six accused in two jails, and what a correction undoes.

The systems of all pillars push; two jails, the court and the superintendent's office are told by the directed matrix.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.instants import IST
from icjs_gateway.simulators import court_papers, hearings, jail_papers, papers
from icjs_gateway.simulators.firs import Accused, draw_offence, fir
from icjs_gateway.simulators.names import person
from icjs_gateway.simulators.papers import CasePapers, Prisoner
from icjs_gateway.simulators.places import MANDI, STATE, STATIONS, Jail
from icjs_gateway.simulators.receiver import Receiver
from icjs_gateway.simulators.recipients import Recipient, interest_of
from icjs_gateway.simulators.stage import Stage
from icjs_gateway.simulators.steps import Step, step
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEAR, FAR = STATIONS[0].jail, MANDI
ON = date(2026, 3, 2)
OPENED_AT = datetime(2026, 2, 2, 9, 0, tzinfo=IST)
Event = dict[str, Any]


@dataclass
class Told:
    """A recipient, and what it was told."""

    receiver: Receiver

    @property
    def events(self) -> list[Event]:
        return [json.loads(body) for body in self.receiver.bodies or ()]

    def of(self, noun: str, fir: FirKey) -> list[Event]:
        return [
            event
            for event in self.events
            if event["type"].startswith(f"icjs.{noun}.")
            and str(fir.number) in {each["number"] for each in event["data"].get("case", {}).get("firs", ())}
        ]


@dataclass
class Day:
    stage: Stage
    near: Told
    far: Told
    court: Told
    superintendent: Told

    async def push(self, *steps: Step) -> None:
        for each in steps:
            await self.stage.systems[each.pillar].send(each)
            [entry] = [e for e in self.stage.sent() if e.message_id == each.message_id and e.contract == each.contract]
            assert entry.receipt is not None, entry.problem
            assert [event.type for event in entry.receipt.events] == [*each.tells, *each.derives]


def recipient(name: str, recipient_class: str, **within: tuple[str, ...]) -> Recipient:
    receiver = Receiver(
        name=name,
        secret=f"the secret of {name}",
        interest=interest_of(recipient_class, state=STATE, **within),
        bodies=[],
    )
    jurisdiction = {key: list(values) for key, values in within.items()}
    return Recipient(receiver=receiver, recipient_class=recipient_class, title=name, jurisdiction=jurisdiction)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(tmp_path_factory: Any) -> AsyncIterator[Day]:
    folder: Path = tmp_path_factory.mktemp("court")
    told = [
        recipient("hp-jail-near", "prison-custody", jails=(NEAR.code,)),
        recipient("hp-jail-far", "prison-custody", jails=(FAR.code,)),
        recipient("hp-court", "court-trial"),
        recipient("hp-sp", "police-supervision"),
    ]
    async with Stage(folder=folder, recipients=told) as stage:
        yield Day(stage, *(Told(each.receiver) for each in told))


def a_case(number: int, accused: int) -> tuple[CasePapers, list[Prisoner]]:
    chance = Random(number)
    station = STATIONS[0]
    case = CasePapers(
        station=station,
        key=FirKey(STATE, station.code, number, 2026),
        cnr=f"{station.court.establishment}{number:06d}2026",
        registration_number=f"{number}/2026",
        offence=draw_offence(chance),
    )
    people = [Accused(serial=f"A{n}", who=person(chance, women=0.1, alias=0.0)) for n in range(1, accused + 1)]
    return case, [Prisoner(accused=one, pid=f"HP{number:06d}{one.serial[1:]}") for one in people]


def registered(case: CasePapers, people: Sequence[Prisoner]) -> list[Step]:
    document = fir(
        Random(1),
        station=case.station,
        key=case.key,
        registered_at=OPENED_AT,
        offence=case.offence,
        accused=tuple(each.accused for each in people),
    )
    about = papers.about(case)
    court = court_papers.registered(case, date(2026, 2, 20), ON)
    return [
        step("police.fir.v1", document, about, "fir.registered"),
        step("courts.case-registered.v1", court, about, "court-case.registered", root="CaseRegistered"),
    ]


def admitted(case: CasePapers, who: Prisoner, jail: Jail) -> Step:
    there = replace(case, station=replace(case.station, jail=jail))
    paper = jail_papers.admission(there, who, OPENED_AT + timedelta(days=1), ON)
    return step("prisons.admission.v1", paper, papers.about(there), "inmate.admitted", root="Admission")


def said(who: Prisoner, appearance: str, **parts: Any) -> dict[str, Any]:
    return {"Serial": who.accused.serial, "Name": who.accused.who.name, "Appearance": appearance, **parts}  # type: ignore[union-attr]


async def test_one_outcome_is_one_hearing_and_six_effects_and_each_jail_learns_of_its_own(day: Day) -> None:
    case, (a1, a2, a3, a4, a5, a6) = a_case(501, accused=6)
    await day.push(*registered(case, (a1, a2, a3, a4, a5, a6)))
    await day.push(*(admitted(case, who, NEAR) for who in (a1, a2, a3)), admitted(case, a6, FAR))
    jail = {"_value_1": FAR.name, "code": FAR.code}
    near = {"_value_1": NEAR.name, "code": NEAR.code}
    until = "2026-03-16"
    outcome = papers.xml_head("HPKN02-501-1", datetime(2026, 3, 2, 15, 0, tzinfo=IST)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Hearing": {
            "HearingId": "HPKN02-3-20260302-501",
            "ListedOn": ON.isoformat(),
            "Held": "true",
            "Accused": [
                said(a1, "VIDEO", Bail={"Decision": "GRANTED", "Kind": "REGULAR", "Sureties": "1"}),
                said(
                    a2,
                    "VIDEO",
                    Bail={"Decision": "REFUSED"},
                    Remand={"Custody": "JUDICIAL", "Until": until, "Jail": near},
                ),
                said(a3, "EXEMPTED"),
                said(a4, "ABSENT", Process=[{"Type": "NON_BAILABLE_WARRANT", "ProcessId": "HPKN02P000501001"}]),
                said(a5, "ABSENT", Process=[{"Type": "PROCLAMATION", "ProcessId": "HPKN02P000501002"}]),
                said(a6, "VIDEO", Remand={"Custody": "JUDICIAL", "Until": until, "Jail": jail}),
            ],
            "Next": {"On": until},
        },
    }
    heard = step(hearings.CONTRACT, outcome, papers.about(case), root=hearings.ROOT)
    effects = ("bail.ordered", "bail.ordered", "remand.ordered", "warrant.issued", "process.issued", "remand.ordered")
    await day.push(replace(heard, tells=tuple(f"icjs.{each}.v1" for each in ("hearing.recorded", *effects))))
    split = papers.xml_head("HPKN02-501-2", datetime(2026, 3, 2, 16, 0, tzinfo=IST)) | {
        "Court": case.court(),
        "Case": case.xml_case(),
        "Kind": "SPLIT",
        "On": ON.isoformat(),
        "To": [{"CNR": "HPKN020005992026"}],
        "Accused": [{"Serial": "A5", "Name": a5.accused.who.name}],  # type: ignore[union-attr]
        "Reason": "A5 is absconding",
    }
    await day.push(
        step("courts.proceeding-change.v1", split, papers.about(case), "proceeding.changed", root="ProceedingChange")
    )
    for told, noun, times in ((day.near, "bail", 2), (day.near, "remand", 1), (day.far, "remand", 1)):
        await eventually(lambda to=told, noun=noun, times=times: len(to.of(noun, case.key)) == times)
    for told in (day.near, day.far):
        await eventually(lambda to=told: bool(to.of("hearing", case.key)))

    # Each jail: one hearing with its own inmates in it, and what decides about them.
    for jail_told, own in ((day.near, ["A1", "A2", "A3"]), (day.far, ["A6"])):
        [hearing] = jail_told.of("hearing", case.key)
        assert [each["serial"] for each in hearing["data"]["hearing"]["accused"]] == own
        about = {
            event["data"][noun]["accused"]["serial"]
            for noun in ("bail", "remand", "warrant", "process")
            for event in jail_told.of(noun, case.key)
        }
        assert about <= set(own)
    decided = {
        each["accused"]["serial"]: each["decision"]
        for each in (event["data"]["bail"] for event in day.near.of("bail", case.key))
    }
    assert decided == {"A1": "GRANTED", "A2": "REFUSED"}
    assert [e["data"]["remand"]["accused"]["serial"] for e in day.near.of("remand", case.key)] == ["A2"]
    assert [e["data"]["remand"]["accused"]["serial"] for e in day.far.of("remand", case.key)] == ["A6"]

    # The case: six persons, each as the outcome left them.
    [found] = (await day.stage.police.gateway.cases(purpose="INVESTIGATION", fir=str(case.key)))["cases"]
    persons = {each["serial"]: each for each in found["persons"]}
    assert sorted(persons) == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert (persons["A1"]["bail"]["decision"], persons["A2"]["bail"]["decision"]) == ("GRANTED", "REFUSED")
    assert (persons["A2"]["remand"]["until"], persons["A6"]["remand"]["until"]) == (until, until)
    assert [each["type"] for each in persons["A4"]["warrants"]] == ["NON_BAILABLE_WARRANT"]
    assert "bail" not in persons["A3"]
    assert found["next_hearing"]["on"] == until
    assert set(found["cnrs"]) == {case.cnr, "HPKN020005992026"}


async def test_a_correction_after_the_release_alerts_court_and_superintendent_and_what_was_known_can_be_read(
    day: Day,
) -> None:
    case, (a1, a2) = a_case(502, accused=2)
    await day.push(*registered(case, (a1, a2)), admitted(case, a1, NEAR), admitted(case, a2, NEAR))
    about = papers.about(case, NEAR)
    wrong = court_papers.bail_order(case, a2, ON) | {"MessageId": "B-502-1"}
    await day.push(step("courts.bail-order.v1", wrong, about, "bail.ordered", root="BailOrder"))
    paper = jail_papers.released(case, a2, datetime(2026, 3, 2, 19, 0, tzinfo=IST), "BAIL", ON)
    await day.push(step("prisons.release.v1", paper, about, "inmate.released", root="Release"))
    before = day.stage.systems["prisons"].ledger.answered[-1].receipt.received_at  # type: ignore[union-attr]
    head = {"Action": "AMEND", "RefersTo": "B-502-1", "RecordedAt": "2026-03-03T09:00:00+05:30"}
    right = court_papers.bail_order(case, a1, ON)
    right = {"MessageId": "B-502-2"} | head | {name: right[name] for name in right if name not in (*head, "MessageId")}
    amended = step("courts.bail-order.v1", right, about, "bail.amended", root="BailOrder", corrects="B-502-1")
    await day.push(replace(amended, derives=("icjs.bail.withdrawn.v1",)))

    def alerted(told: Told) -> list[str]:
        return [event["data"]["alert"]["code"] for event in told.of("alert", case.key)]

    for told in (day.court, day.superintendent, day.near):
        await eventually(lambda told=told: "ORDER_CORRECTED_AFTER_ACTION" in alerted(told), within_s=30)
    police = day.stage.police.gateway
    [found] = (await police.cases(purpose="INVESTIGATION", fir=str(case.key)))["cases"]
    then = await police.case(found["id"], purpose="INVESTIGATION", as_of=before)
    now = {each["serial"]: each for each in found["persons"]}
    known = {each["serial"]: each for each in then["persons"]}
    assert (known["A2"]["bail"]["decision"], known["A2"]["in_custody"]) == ("GRANTED", False)
    assert "bail" not in known["A1"]
    assert now["A1"]["bail"]["decision"] == "GRANTED"
    assert "bail" not in now["A2"]
