"""Scenes of a trial: other courts than the first take over, bail, take bonds; prisoners go from jail to jail.

Each is one function over a `Telling`; the trunk (`story`) calls it once the court has the case on file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from icjs_gateway.simulators import court_papers, police_papers
from icjs_gateway.simulators.firs import Accused, fir
from icjs_gateway.simulators.papers import CasePapers, Prisoner, at_hour, place
from icjs_gateway.simulators.places import (
    HIGH_COURT,
    IN_CHARGE,
    JAILS,
    NEIGHBOUR,
    PATHANKOT,
    PATHANKOT_STATION,
    STATIONS,
    Court,
    Jail,
)
from icjs_gateway.simulators.scenes import Scene
from icjs_gateway.simulators.telling import Telling

_SPLIT_OFF, _CLUBBED = 7_000, 8_000
"""Where the running numbers of cases that were split off or are clubbed begin."""


def play(telling: Telling, on: date) -> None:
    """The scene of the trial that the life was dealt, on the day on which the court took the case on file."""
    for scene in sorted(telling.scenes & _PLAYED.keys()):
        with telling.telling(scene):
            _PLAYED[scene](telling, on)


def _warrant_elsewhere(telling: Telling, on: date) -> None:
    """D4 (BNSS 82). Arrested in another State on a warrant; the Magistrate there sends them to the jail of the case."""
    case = telling.case
    who = next((one for one in telling.accused if one.serial not in telling.inside), None)
    if who is None:
        return
    prisoner = Prisoner(accused=who, pid=f"{case.cnr[:2]}{case.cnr[6:12]}{who.serial[1:]}")
    document = court_papers.warrant(case, prisoner, on)
    telling.tell("courts.custody-order.v1", document, "warrant.issued", root="CustodyOrder")
    there = PATHANKOT.magistrates[0]
    arrested_at = at_hour(on + timedelta(days=1), 8)
    number = document["Warrant"]["ProcessId"]
    arrest = police_papers.arrest(case, prisoner, arrested_at, by=PATHANKOT_STATION, before=there, warrant=number)
    telling.tell("police.arrest.v1", arrest, "accused.arrested", by=NEIGHBOUR)
    telling.custody_warrant(case.before(there), prisoner, on + timedelta(days=1), by=NEIGHBOUR)
    telling.inside[who.serial] = prisoner
    telling.admission(case.before(there), prisoner, arrested_at + timedelta(hours=10))


def _committal(telling: Telling, on: date) -> None:
    """D8 (BNSS 232). The Magistrate commits; the Court of Session takes the case on file under a CNR of its own."""
    sessions = telling.case.station.division.sessions
    _go_on(telling, "COMMITTAL", telling.case, telling.case.numbered(sessions), on)


def _transfer(telling: Telling, on: date) -> None:
    """D8 (BNSS 448). The Court of Session transfers the case to another Magistrate of the division."""
    division = telling.case.station.division
    to = telling.case.numbered(division.beside(telling.case.station.court))
    _go_on(telling, "TRANSFER", telling.case.before(division.sessions), to, on)


def _go_on(telling: Telling, kind: str, giving: CasePapers, to: CasePapers, on: date) -> None:
    telling.tell("courts.proceeding-change.v1", court_papers.proceeding(giving, kind, on, to), "proceeding.changed",
                 root="ProceedingChange")  # fmt: skip
    _taken_on(telling, to, on, came_from=telling.case.cnr)
    telling.case = to


def _split(telling: Telling, on: date) -> None:
    """D8. Who absconds is tried apart, before the same court, under a CNR of its own."""
    case = telling.case
    absconding = tuple(one for one in telling.accused if one.serial not in telling.inside)[:1]
    apart = case.numbered(case.station.court, _SPLIT_OFF)
    document = court_papers.proceeding(case, "SPLIT", on, apart, accused=absconding)
    telling.tell("courts.proceeding-change.v1", document, "proceeding.changed", root="ProceedingChange")
    _taken_on(telling, apart, on, came_from=case.cnr)


def _clubbing(telling: Telling, on: date) -> None:
    """D8 (BNSS 243). Another FIR of the station is registered and charge-sheeted, and tried together with this one."""
    case = telling.case
    other = replace(
        case.numbered(case.station.court, _CLUBBED), key=replace(case.key, number=case.key.number + _CLUBBED)
    )
    one = Accused(serial="A1", who=telling.accused[0].who)
    opened_at = at_hour(on - timedelta(days=5), 10)
    document = fir(
        telling.chance,
        station=case.station,
        key=other.key,
        registered_at=opened_at,
        offence=case.offence,
        accused=(one,),
    )
    telling.tell("police.fir.v1", document, "fir.registered", case=other)
    report = police_papers.final_report(other, (one,), opened_at + timedelta(days=3))
    telling.tell("police.final-report.v1", report, "final-report.filed", case=other)
    _taken_on(telling, other, on)
    document = court_papers.proceeding(case, "CLUBBING", on, other)
    telling.tell("courts.proceeding-change.v1", document, "proceeding.changed", root="ProceedingChange")


def _taken_on(telling: Telling, case: CasePapers, on: date, came_from: str | None = None) -> None:
    document = court_papers.registered(case, on, on + timedelta(days=3), came_from=came_from)
    telling.tell("courts.case-registered.v1", document, "court-case.registered", root="CaseRegistered", case=case)


def _high_court(telling: Telling, on: date) -> None:
    """D6 (BNSS 483). The High Court bails by the FIR alone, and names no jail."""
    who = telling.free()
    if who is not None:
        telling.bail(telling.case.before(HIGH_COURT), who, on, with_cnr=False, names_jail=False)
        telling.answer(who, on)


def _bond(telling: Telling, on: date) -> None:
    """D7 (BNSS 485). The court of the case bails; a Magistrate of the jail's district takes the bond, and releases."""
    who, case = telling.free(), telling.case
    if who is None:
        return
    telling.bail(case, who, on)
    telling.not_released(who, at_hour(on, 19), "SURETY_PENDING", on)
    beside = case.before(case.station.division.beside(case.station.court))
    released_on = on + timedelta(days=1)
    document = court_papers.custody_order(beside, who, "Release", released_on, Ground="BAIL", with_cnr=False)
    telling.tell("courts.custody-order.v1", document, "release.ordered", root="CustodyOrder",
                 jails=(case.jail_of(who),))  # fmt: skip
    telling.released(who, at_hour(released_on, 20), "BAIL", released_on)


def _in_charge(telling: Telling, on: date) -> None:
    """D11. The Magistrate in charge of the court while its officer is away bails under its CNR."""
    who = telling.free()
    if who is not None:
        telling.bail(telling.case.before(_acting(telling.case.station.court)), who, on)
        telling.answer(who, on)


def _acting(court: Court) -> Court:
    return IN_CHARGE[court.establishment]


def _second_register(telling: Telling, on: date) -> None:
    """D13. The second jail enters somebody before the first one wrote the way out; bail still names the first."""
    who, case = telling.free(), telling.case
    if who is None:
        return
    first, second = case.jail_of(who), _another_jail(case.jail_of(who))
    there = telling.is_at(who, second)
    telling.admission(case, there, at_hour(on, 12))
    telling.moved(case, who, "TRANSFER", at_hour(on, 13), ToPrison=place(second))
    telling.bail(case, replace(there, jail=first), on, second)
    telling.answer(there, on)


def _production(telling: Telling, on: date) -> None:
    """D14 (BNSS 302). The court has a prisoner brought; the jail says that it did, or why not."""
    who, case = telling.free(), telling.case
    if who is None:
        return
    produced_on = on + timedelta(days=1)
    terms = {"ProduceOn": produced_on.isoformat(), "ProduceBefore": case.station.court.establishment}
    document = court_papers.custody_order(case, who, "Production", on, **terms, Mode="IN_PERSON")
    telling.tell("courts.custody-order.v1", document, "production.ordered", root="CustodyOrder",
                 jails=(case.jail_of(who),))  # fmt: skip
    if telling.chance.random() < 1 / 4:
        telling.moved(case, who, "PRODUCTION_FAILED", at_hour(produced_on, 11), Reason="NO_ESCORT")
        return
    telling.moved(case, who, "PRODUCTION_OUT", at_hour(produced_on, 9))
    telling.moved(case, who, "PRODUCTION_IN", at_hour(produced_on, 17))


def parole(telling: Telling, who: Prisoner, on: date) -> None:
    """On parole, arrested elsewhere in the State and taken to another jail, where the sentence is suspended.

    The order of the High Court names the jail of the record no more than the others: it finds who has the person.
    """
    case = telling.case
    with telling.telling(Scene.PAROLE):
        telling.moved(case, who, "PAROLE_OUT", at_hour(on + timedelta(days=10), 10), Until=_day(on, 20))
        arrested_at = at_hour(on + timedelta(days=14), 21)
        elsewhere = next(each for each in STATIONS if each.district != case.station.district)
        telling.tell("police.arrest.v1", police_papers.arrest(case, who, arrested_at, by=elsewhere),
                     "accused.arrested")  # fmt: skip
        there = telling.is_at(who, _another_jail(case.jail_of(who)))
        telling.admission(case, there, arrested_at + timedelta(hours=14))
        suspended_on = on + timedelta(days=16)
        high_court = case.before(HIGH_COURT)
        telling.bail(high_court, there, suspended_on, kind="SUSPENSION_OF_SENTENCE", names_jail=False)
        telling.answer(there, suspended_on)


def _another_jail(jail: Jail) -> Jail:
    return next(each for each in JAILS if each != jail)


def _day(on: date, days: int) -> str:
    return (on + timedelta(days=days)).isoformat()


_PLAYED: dict[Scene, Callable[[Telling, date], None]] = {
    Scene.WARRANT_ELSEWHERE: _warrant_elsewhere,
    Scene.COMMITTAL: _committal,
    Scene.TRANSFER: _transfer,
    Scene.SPLIT: _split,
    Scene.CLUBBING: _clubbing,
    Scene.HIGH_COURT: _high_court,
    Scene.BOND: _bond,
    Scene.IN_CHARGE: _in_charge,
    Scene.SECOND_REGISTER: _second_register,
    Scene.PRODUCTION: _production,
}
