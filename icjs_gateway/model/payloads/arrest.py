"""An accused of a case: arrested or surrendered (IIF-III), added or dropped: `icjs.accused.*`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.identifiers import ProcessId
from icjs_gateway.model.payloads.fir import ActSection, GdEntry, Officer, PoliceStation
from icjs_gateway.model.payloads.ordered import AboutOneDescribed
from icjs_gateway.model.text import Text, Token


class Intimation(Canonical):
    """Who was told of the arrest (BNSS 36 and 48)."""

    name: Text | None = None
    relation: Text | None = None
    at: datetime | None = None


class MedicalExamination(Canonical):
    """Examination after arrest (BNSS 51 and 53)."""

    at: datetime | None = None
    doctor: Text | None = None
    injuries: Text | None = None


class Arrest(Canonical):
    """How somebody came into custody. `journey_minutes` is excluded from the 24 hours of BNSS 58."""

    kind: Token
    at: datetime
    place: Text | None = None
    gd_entry: GdEntry | None = None
    surrendered_to: Token | None = None
    """Establishment of the court, of a surrender."""
    produced_before: Token | None = None
    """Establishment of the court before which the arrested person is produced."""
    warrant_court: Token | None = None
    """Establishment of the court on whose warrant the arrest was made, which may be of another case or State."""
    warrant_process_id: ProcessId | None = None
    officer: Officer | None = None
    grounds: Text | None = None
    grounds_communicated: bool | None = None
    intimation: Intimation | None = None
    medical: MedicalExamination | None = None
    finger_print_slip: Token | None = None
    forwarded_at: datetime | None = None
    """To the Magistrate."""
    journey_minutes: int | None = None


class Accused(AboutOneDescribed):
    """What the police say of one accused. `change` is ADDED or DROPPED where the list of the accused changes, `on` its
    day, `reason` why."""

    station: PoliceStation | None = None
    """Whose word it is: an arrest by the general diary names no FIR."""
    change: Literal["ADDED", "DROPPED"] | None = None
    sections: tuple[ActSection, ...] | None = None
    arrest: Arrest | None = None
    on: date | None = None
    reason: Text | None = None
    officer: Officer | None = None


class AccusedData(EventData):
    """`data` of an event about an accused."""

    accused: Accused
