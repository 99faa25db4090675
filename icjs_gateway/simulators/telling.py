"""Telling: a case while it is told, step by step: its papers, who of its accused is where, and what was told so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from icjs_gateway.simulators import court_papers, jail_papers, papers
from icjs_gateway.simulators.firs import Accused
from icjs_gateway.simulators.papers import CasePapers, Prisoner
from icjs_gateway.simulators.places import STATE, Jail
from icjs_gateway.simulators.scenes import Scene
from icjs_gateway.simulators.steps import Step, step


@dataclass(slots=True, kw_only=True)
class Telling:
    """A case while it is told. `case` changes when another court takes it over."""

    chance: Random
    case: CasePapers
    accused: tuple[Accused, ...]
    """The adults; a child's case is the Board's."""
    inside: dict[str, Prisoner]
    """Who is to be arrested, and then who is in jail, by serial."""
    scenes: frozenset[Scene] = frozenset()
    steps: list[Step] = field(default_factory=list)
    held_elsewhere: set[str] = field(default_factory=set)
    """Serials of those whom another case holds too."""
    jails: dict[str, Jail] = field(default_factory=dict)
    """Where the accused are by serial, if not in the jail of the station."""
    scene: Scene | None = None
    """What is being told, if not the trunk."""

    @contextmanager
    def telling(self, scene: Scene | None) -> Iterator[None]:
        """What is told meanwhile belongs to this scene."""
        before, self.scene = self.scene, scene
        try:
            yield
        finally:
            self.scene = before

    def tell(
        self,
        contract: str,
        document: dict[str, Any],
        *what: str,
        case: CasePapers | None = None,
        jails: tuple[Jail, ...] = (),
        by: str = STATE,
        **more: Any,
    ) -> None:
        """One more step. `jails` are those that it has to reach, `by` the State whose system tells it."""
        about = papers.about(case or self.case, *jails)
        told = step(contract, document, about, *what, **more)
        self.steps.append(replace(told, state=by, scene=self.scene))

    def free(self) -> Prisoner | None:
        """Somebody inside whom no other case holds."""
        return next((who for serial, who in self.inside.items() if serial not in self.held_elsewhere), None)

    def is_at(self, who: Prisoner, jail: Jail) -> Prisoner:
        """The prisoner from now on is in that jail."""
        moved = replace(who, jail=jail)
        self.inside[who.accused.serial] = moved
        self.jails[who.accused.serial] = jail
        return moved

    def custody_warrant(self, case: CasePapers, who: Prisoner, on: date, days: int = 14, *, by: str = STATE) -> None:
        """Remand to judicial custody by the FIR alone: there is no CNR before the charge sheet is consumed."""
        until = (on + timedelta(days=days)).isoformat()
        terms = {"Type": "CUSTODY_WARRANT", "Kind": "JUDICIAL", "Until": until, "with_cnr": False}
        document = court_papers.custody_order(case, who, "Custody", on, **terms)
        self.tell("courts.custody-order.v1", document, "custody.ordered", root="CustodyOrder", case=case, by=by,
                  jails=(case.jail_of(who),))  # fmt: skip

    def admission(self, case: CasePapers, who: Prisoner, at: datetime, days: int = 13, *, by: str = STATE) -> None:
        """The jail takes somebody in on the warrant of the court that writes of the case."""
        document = jail_papers.admission(case, who, at, at.date() + timedelta(days=days))
        self.tell("prisons.admission.v1", document, "inmate.admitted", root="Admission", case=case, by=by,
                  jails=(case.jail_of(who),))  # fmt: skip

    def moved(self, case: CasePapers, who: Prisoner, kind: str, at: datetime, *, by: str = STATE, **terms: Any) -> None:
        """An entry of the register of the jail that has somebody."""
        document = jail_papers.moved(case, who, kind, at, **terms)
        self.tell("prisons.movement.v1", document, "inmate.moved", root="Movement", by=by,
                  jails=(case.jail_of(who),))  # fmt: skip

    def bail(self, case: CasePapers, who: Prisoner, on: date, *jails: Jail, by: str = STATE, **terms: Any) -> None:
        """The signed order of the court that writes of the case. It has to reach who has the person, and `jails`."""
        document = court_papers.bail_order(case, who, on, **terms)
        reaches = (*((case.jail_of(who),) if who.accused.serial in self.inside else ()), *jails)
        self.tell("courts.bail-order.v1", document, "bail.ordered", root="BailOrder", by=by, jails=reaches)

    def answer(self, who: Prisoner, on: date, ground: str = "BAIL", *, pending: bool = False, **terms: bool) -> None:
        """What the jail does about an order to let somebody go; `pending`: there is no surety yet."""
        at = datetime.fromisoformat(f"{on.isoformat()}T19:00:00+05:30")
        held = who.accused.serial in self.held_elsewhere
        if held or pending:
            self.not_released(who, at, "OTHER_CASE" if held else "SURETY_PENDING", on)
        if not held:
            self.released(who, at + timedelta(days=1), ground, on, **terms)

    def not_released(self, who: Prisoner, at: datetime, reason: str, on: date) -> None:
        """The jail says why somebody is not let go."""
        paper = jail_papers.not_released(self.case, who, at, reason, on)
        self.tell("prisons.release.v1", paper, "release.not-complied", root="Release",
                  jails=(self.case.jail_of(who),))  # fmt: skip

    def released(self, who: Prisoner, at: datetime, ground: str, on: date, **terms: bool) -> None:
        """The jail lets somebody go."""
        paper = jail_papers.released(self.case, who, at, ground, on, **terms)
        self.tell("prisons.release.v1", paper, "inmate.released", root="Release", jails=(self.case.jail_of(who),))
        del self.inside[who.accused.serial]
