"""The rules of authority as data: what each basis of standing does, the doors of practice, clocks of unverified orders.

`icjs_gateway.registry.authority` reads them from `canonical/authority.yaml`; `standing` applies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from icjs_gateway.routing.authority.places import PlaceKind


class Basis(StrEnum):
    """Why a place has standing in a case. What each means stands in `canonical/authority.yaml`."""

    OWN_FIR = "OWN_FIR"
    INVESTIGATES = "INVESTIGATES"
    ARREST_ELSEWHERE = "ARREST_ELSEWHERE"
    WARRANT = "WARRANT"
    OWN_CNR = "OWN_CNR"
    OTHER_ROLE = "OTHER_ROLE"
    NAMED_COURT = "NAMED_COURT"
    TAKES_OVER = "TAKES_OVER"
    SUPERIOR = "SUPERIOR"
    DIVISION = "DIVISION"
    BOND = "BOND"
    TRANSIT_BAIL = "TRANSIT_BAIL"
    REGISTER = "REGISTER"
    LABORATORY = "LABORATORY"
    OFFICE = "OFFICE"
    CORROBORATED = "CORROBORATED"
    SAME_STATE = "SAME_STATE"


class Effect(StrEnum):
    """What a place's word does in a case."""

    TELL = "TELL"
    """It reaches whoever holds the person."""
    STAND = "STAND"
    """The record, clocks, obligations and orders follow it."""
    JOIN = "JOIN"
    """Identifiers that it names belong together."""
    SEE = "SEE"
    """It gives sight of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One basis: whose it is, for which nouns of events (None: all), with which effects."""

    basis: Basis
    about: str
    place: PlaceKind | None
    events: frozenset[str] | None
    effects: frozenset[Effect]
    takes_back_any: bool
    """Whether it takes back any order of the case, or only the place's own and those of courts below it."""
    owns_labels: bool = False
    """Whether a label that it gives the case counts for everybody."""

    def covers(self, nouns: frozenset[str]) -> bool:
        """Whether a message of these nouns has standing by this basis."""
        return self.events is None or nouns <= self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way that practice needs. Where it is not open its orders are told, and wait for a person's word."""

    id: str
    title: str
    about: str
    by: tuple[Basis, ...]
    is_open: bool


class Verifier(StrEnum):
    """Who is to look at an order that frees somebody and that nobody verified."""

    ISSUING_COURT = "issuing-court"
    CASE_COURT = "case-court"
    DUTY_OFFICER = "duty-officer"
    SUPERVISION = "supervision"
    LEGAL_AID = "legal-aid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who looks at an unverified order so many minutes after its receipt."""

    after_minutes: int
    who: Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLimits:
    """How long what nobody verified waits: days for an order that holds somebody, court days for any other claim."""

    hold_warns_after_days: int
    hold_lapses_after_days: int
    claim_asks_after_court_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Clocks with people: who looks at an unverified order that frees somebody, and how long the rest waits (None: for
    ever)."""

    verify: tuple[Step, ...] = ()
    waiting: WaitLimits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All of `canonical/authority.yaml`."""

    basis: Mapping[Basis, Rule]
    doors: tuple[Door, ...]
    clocks: Clocks
