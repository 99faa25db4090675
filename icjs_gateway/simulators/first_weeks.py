"""Scenes of a case's first weeks: who arrests, remands and bails before there is a charge sheet.

Each is one function over a `Telling`; the trunk (`story`) calls it at its place.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from icjs_gateway.simulators import court_papers, police_papers
from icjs_gateway.simulators.firs import Accused
from icjs_gateway.simulators.papers import CasePapers, Prisoner, place
from icjs_gateway.simulators.places import (
    NEIGHBOUR,
    OBSERVATION_HOME,
    PATHANKOT,
    PATHANKOT_JAIL,
    PATHANKOT_STATION,
)
from icjs_gateway.simulators.scenes import Scene
from icjs_gateway.simulators.telling import Telling

_BAIL_APPLICATIONS = 2_000
"""Where the running numbers of applications for bail begin, beside those of the cases."""


def duty_remand(telling: Telling, case: CasePapers, who: Prisoner, at: datetime) -> None:
    """D1 (BNSS 187). On a holiday the Magistrate beside remands, or for seven days at most an executive Magistrate.

    The arrest memo may have been written before anybody knew who sits, and names the court of the case.
    """
    division = case.station.division
    is_executive = telling.chance.random() < 1 / 3
    sits = division.executive if is_executive else division.beside(case.station.court)
    on = at.date() + timedelta(days=1)
    with telling.telling(Scene.DUTY_REMAND):
        before = sits if telling.chance.random() < 1 / 2 else None
        telling.tell("police.arrest.v1", police_papers.arrest(case, who, at, before=before), "accused.arrested")
        telling.custody_warrant(case.before(sits), who, on, days=7 if is_executive else 14)
        telling.admission(case.before(sits), who, at + timedelta(days=1))


def remanded_elsewhere(telling: Telling, case: CasePapers, who: Prisoner, at: datetime) -> None:
    """D2 (BNSS 187). The nearest Magistrate of another State remands; nobody has told of the arrest there yet."""
    there = case.before(PATHANKOT.magistrates[0])
    with telling.telling(Scene.NEAREST_MAGISTRATE):
        telling.custody_warrant(there, _abroad(who), at.date() + timedelta(days=1), by=NEIGHBOUR)


def _abroad(who: Prisoner) -> Prisoner:
    """Somebody as the jail of the other State has them."""
    return replace(who, pid=f"PB{who.pid[2:]}", jail=PATHANKOT_JAIL)


def nearest_magistrate(
    telling: Telling, case: CasePapers, who: Prisoner, at: datetime, *, is_remanded: bool = False
) -> None:
    """D2, D4 (BNSS 82, 187). Arrested in another State, remanded there, and brought to the jail of the case.

    The arrest and the remand may come in either order; neither of them is anybody's word of the case alone.
    """
    there, abroad = case.before(PATHANKOT.magistrates[0]), _abroad(who)
    with telling.telling(Scene.NEAREST_MAGISTRATE):
        arrest = police_papers.arrest(case, abroad, at, by=PATHANKOT_STATION, before=PATHANKOT.magistrates[0])
        telling.tell("police.arrest.v1", arrest, "accused.arrested", by=NEIGHBOUR)
        if not is_remanded:
            remanded_elsewhere(telling, case, who, at)
        telling.admission(there, abroad, at + timedelta(days=1, hours=2), by=NEIGHBOUR)
        home = case.station.jail
        left_at = at + timedelta(days=3)
        to: dict[str, Any] = {"ToPrison": place(home), "NewPID": who.pid}
        telling.moved(there, abroad, "TRANSFER", left_at, by=NEIGHBOUR, with_cnr=False, **to)
        telling.admission(case, who, left_at + timedelta(hours=6))


def transit_bail(telling: Telling, case: CasePapers, who: Accused, at: datetime) -> None:
    """D3. A Court of Session of another State lets somebody travel to the court of the case."""
    sessions = case.before(PATHANKOT.sessions)
    at_large = Prisoner(accused=who, pid="")
    with telling.telling(Scene.TRANSIT_BAIL):
        telling.bail(sessions, at_large, at.date() + timedelta(days=2), by=NEIGHBOUR, kind="TRANSIT", with_cnr=False)


def anticipatory_bail(telling: Telling, case: CasePapers, who: Accused, at: datetime) -> None:
    """D5 (BNSS 482). The Court of Session takes the application on file, and grants it; the FIR may come later."""
    own = case.numbered(case.station.division.sessions, _BAIL_APPLICATIONS)
    on = at.date()
    with telling.telling(Scene.ANTICIPATORY_BAIL):
        document = court_papers.registered(own, on, on + timedelta(days=7), role="BAIL")
        telling.tell("courts.case-registered.v1", document, "court-case.registered", root="CaseRegistered")
        telling.bail(own, Prisoner(accused=who, pid=""), on, kind="ANTICIPATORY")


def given_zero_fir(telling: Telling, zero: CasePapers, case: CasePapers, at: datetime) -> None:
    """D16 (BNSS 173). The station of the Zero FIR names the one that goes on, which seizes under the old number."""
    with telling.telling(Scene.ZERO_FIR):
        document = police_papers.investigation_given(zero, case.station, at.date())
        telling.tell("police.case-change.v1", document, "investigation.transferred", case=zero)
        seized = police_papers.seizure(zero, at + timedelta(hours=4), by=case.station)
        telling.tell("police.seizure.v1", seized, "property.seized", case=zero)


def child(telling: Telling, case: CasePapers, who: Prisoner, at: datetime) -> None:
    """A child among adults (JJ Act 10, 12): brought before the Board, in an observation home, bailed by the Board."""
    board = case.before(case.station.division.board)
    there = replace(who, jail=OBSERVATION_HOME)
    on = at.date() + timedelta(days=1)
    with telling.telling(Scene.CHILD):
        arrest = police_papers.arrest(case, there, at, before=board.station.court)
        telling.tell("police.arrest.v1", arrest, "accused.arrested")
        telling.inside[who.accused.serial] = there
        telling.custody_warrant(board, there, on)
        telling.admission(board, there, at + timedelta(days=1))
        bailed_on = on + timedelta(days=5)
        telling.bail(board, there, bailed_on, with_cnr=False)
        telling.answer(there, bailed_on, with_cnr=False)
