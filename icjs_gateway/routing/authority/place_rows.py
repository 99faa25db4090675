"""Rows of the directory of places, in the shapes of the places file, which is also how the store keeps them.

A place row says of a place its State, district and sessions divisions, of a court its kind and the courts it is over,
and who took over from it. A row of `acts_for` says who acts for whom: duty rosters, link and in-charge courts,
complexes, special and bond courts, successions in bulk.

Both ends of a period are days on which the row is in force; an end that is missing is open.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from icjs_gateway.model.identifiers import StateCode


class PlaceKind(StrEnum):
    """What a place is. Codes are unique within a kind, over all States."""

    STATION = "station"
    COURT = "court"
    JAIL = "jail"
    LABORATORY = "laboratory"
    OFFICE = "office"


class CourtKind(StrEnum):
    """The level of a court."""

    SUPREME_COURT = "supreme-court"
    HIGH_COURT = "high-court"
    SESSIONS = "sessions"
    MAGISTRATE = "magistrate"
    EXECUTIVE_MAGISTRATE = "executive-magistrate"
    SPECIAL = "special"
    JUVENILE_BOARD = "juvenile-board"
    OTHER = "other"


class OfficeDuty(StrEnum):
    """What an office is asked for when somebody may sit in jail without a ground."""

    PRISONS_SUPERVISION = "prisons-supervision"
    """The Deputy Inspector General, or the Director General, of Prisons."""
    LEGAL_AID = "legal-aid"
    """A Legal Services Authority (Legal Services Authorities Act 1987)."""


class ActsAs(StrEnum):
    """In which role a place acts for another one."""

    DUTY = "duty"
    LINK = "link"
    IN_CHARGE = "in-charge"
    COMPLEX = "complex"
    BOND = "bond"
    SPECIAL = "special"
    SUCCESSOR = "successor"


Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:()-]{0,63}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Place(_Shape):
    """One place for one period. A place whose name, district or courts changed has several rows."""

    kind: PlaceKind
    code: Code
    state: StateCode
    name: Text
    former_names: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    district: Text | None = None
    """The police district of a station; the district of a court or a jail."""
    divisions: tuple[Text, ...] = ()
    """The sessions divisions in which a station lies, or which a court serves; unique within a State only."""
    court_kind: CourtKind | None = None
    states: tuple[StateCode, ...] = ()
    """Further States of a court, e.g. those of Gauhati's High Court."""
    over: tuple[Code, ...] = ()
    """Courts whose superior it is. The Supreme Court and High Courts need none: they are over all of their States. Of
    an office with a duty the jails that it is for; none: all of its district, or of its State where it has none."""
    acts: tuple[Text, ...] = ()
    """The Acts that a special court is for."""
    duty: OfficeDuty | None = None
    """What an office is asked for."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which it is in force."""
    successor: Code | None = None
    """The place that took over, from the day after `valid_until`."""
    successor_order: Text | None = None
    """Number of the order by which it took over."""

    @property
    def key(self) -> str:
        """Unique among all rows: `court/HPKN02/2020-01-01`."""
        return f"{self.kind.value}/{self.code}/{self.valid_from or ''}"

    def in_force(self, on: date) -> bool:
        """Whether the row counts on this day."""
        return _covers_day(self.valid_from, self.valid_until, on)

    def overlaps(self, other: Place) -> bool:
        """Whether both rows count on some day."""
        return (self.valid_from or date.min) <= (other.valid_until or date.max) and (other.valid_from or date.min) <= (
            self.valid_until or date.max
        )

    @model_validator(mode="after")
    def _period_and_succession(self) -> Place:
        _refuse_reversed(self.valid_from, self.valid_until, "valid_until is before valid_from")
        if (self.successor is None) != (self.successor_order is None):
            raise ValueError("successor and successor_order stand together: the order's number proves the succession")
        if self.successor is not None and self.valid_until is None:
            raise ValueError("a place that has a successor has valid_until, its last day")
        if self.successor == self.code:
            raise ValueError("successor is the place itself")
        return self

    @model_validator(mode="after")
    def _court_members(self) -> Place:
        if self.kind is PlaceKind.COURT:
            if self.court_kind is None:
                raise ValueError("a court has court_kind")
            if self.code in self.over:
                raise ValueError("over names the court itself")
        elif self.court_kind is not None or self.states or self.acts:
            raise ValueError(f"court_kind, states and acts are for courts, not for a {self.kind.value}")
        elif self.over and self.duty is None:
            raise ValueError(f"over is for courts and for offices with a duty, not for a {self.kind.value}")
        if self.duty is not None and self.kind is not PlaceKind.OFFICE:
            raise ValueError(f"duty is for offices, not for a {self.kind.value}")
        return self


class ActsFor(_Shape):
    """A place that acts for others of its kind, in one role, for one period."""

    kind: PlaceKind = PlaceKind.COURT
    place: Code
    for_: tuple[Code, ...] = Field(alias="for", min_length=1)
    as_: ActsAs = Field(alias="as")
    acts: tuple[Text, ...] = ()
    """The Acts for which it counts; none: for all."""
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    """The last day on which it is in force."""
    order: Text | None = None
    """Number of the order or roster."""

    @property
    def key(self) -> str:
        """Unique among all rows."""
        return (
            f"acts-for/{self.kind.value}/{self.place}/{self.as_.value}/{','.join(self.for_)}"
            f"/{','.join(self.acts)}/{self.from_ or ''}"
        )

    def in_force(self, on: date) -> bool:
        """Whether the row counts on this day."""
        return _covers_day(self.from_, self.until, on)

    @model_validator(mode="after")
    def _complete(self) -> ActsFor:
        _refuse_reversed(self.from_, self.until, "until is before from")
        if self.place in self.for_:
            raise ValueError("for names the place itself")
        if self.as_ is ActsAs.SUCCESSOR and (self.order is None or self.from_ is None):
            raise ValueError("a succession has from, its first day, and order, the number of the order")
        if self.as_ is ActsAs.SPECIAL and not self.acts:
            raise ValueError("a special court acts for others under named acts; list them")
        return self


class PlacesFile(_Shape):
    """The places file: all rows of the States that it lists."""

    states: tuple[StateCode, ...] = Field(min_length=1)
    sample: bool = False
    """Invented rows, which a live gateway refuses."""
    places: tuple[Place, ...] = ()
    acts_for: tuple[ActsFor, ...] = ()


def _covers_day(first: date | None, last: date | None, on: date) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


def _refuse_reversed(first: date | None, last: date | None, fault: str) -> None:
    if first is not None and last is not None and last < first:
        raise ValueError(fault)
