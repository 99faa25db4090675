"""Directory of places: which stations, courts, jails, laboratories and offices there are, and who acts for whom.

Operators write the rows (`icjs-gateway places apply`); a sender's document never does. A row proves that a claim is
possible. It does not prove that the claim is true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from icjs_gateway.model.names.districts import is_listed
from icjs_gateway.routing.authority.place_rows import (
    ActsAs,
    ActsFor,
    CourtKind,
    OfficeDuty,
    Place,
    PlaceKind,
    PlacesFile,
)

__all__ = ["NO_PLACES", "ActsAs", "ActsFor", "CourtKind", "OfficeDuty", "Place", "PlaceKind", "Places", "PlacesFile"]

_SUCCESSIONS_MAX = 16
"""Successions one after another that are followed; a longer chain is a fault of the rows."""
_LEVELS_MAX = 4
"""Levels of courts below a court that `over` is followed down."""

_GIVES_THE_WORD = frozenset(ActsAs) - {ActsAs.BOND}
"""Roles in which a place gives the word of another one: whoever takes its bonds decides nothing in its cases."""
_SITS_FOR = frozenset({ActsAs.DUTY, ActsAs.LINK, ActsAs.IN_CHARGE, ActsAs.SUCCESSOR})
"""Roles in which a court hears what comes from the other court's division."""
_RANKS_AS = frozenset({ActsAs.IN_CHARGE, ActsAs.SUCCESSOR})
"""Roles in which a court is over the courts that the other one is over."""

_SUPERIOR = frozenset({CourtKind.SUPREME_COURT, CourtKind.HIGH_COURT})

Key = tuple[str, str]
"""(kind, code)"""


class Places:
    """The directory of places at one version, answering from indexes in memory. Immutable.

    `kind` is the text of a `PlaceKind`. Every answer but `covers` and those on States and districts is for one day;
    rows that are not in force on that day do not count.
    """

    def __init__(self, places: Iterable[Place], acts_for: Iterable[ActsFor] = ()) -> None:
        self.places = tuple(sorted(places, key=_order))
        self.acts_for = tuple(acts_for)
        self._rows: dict[Key, list[Place]] = defaultdict(list)
        self._succeeded: dict[Key, list[Place]] = defaultdict(list)
        self._acting: dict[Key, list[ActsFor]] = defaultdict(list)
        for row in self.places:
            self._rows[row.kind, row.code].append(row)
            if row.successor is not None:
                self._succeeded[row.kind, row.successor].append(row)
        for acting in self.acts_for:
            self._acting[acting.kind, acting.place].append(acting)
        self._with_duty = tuple(row for row in self.places if row.duty is not None)
        self._covered = frozenset(
            row.state for row in self.places if row.court_kind not in _SUPERIOR and row.kind is not PlaceKind.OFFICE
        )

    @property
    def states(self) -> tuple[str, ...]:
        """The States that have rows."""
        return tuple(sorted(self._covered))

    def covers(self, state: str | None) -> bool:
        """Whether the State has rows. A High Court, the Supreme Court or an office alone covers no State."""
        return state in self._covered

    def knows(self, kind: str, code: str) -> bool:
        """Whether the place has any row, whatever the day."""
        return (kind, code) in self._rows

    def place(self, kind: str, code: str, on: date) -> Place | None:
        """The row of a place that is in force on this day."""
        return next((row for row in self._rows.get((kind, code), ()) if row.in_force(on)), None)

    def state_of(self, kind: str, code: str) -> str | None:
        """The State of a place by its latest row, whatever the day."""
        row = self._latest(kind, code)
        return row.state if row is not None else None

    def states_of_court(self, court: str) -> tuple[str, ...]:
        """All States of a court by its latest row, whatever the day; none without a row."""
        row = self._latest(PlaceKind.COURT, court)
        return (row.state, *row.states) if row is not None else ()

    def district_of(self, kind: str, code: str) -> str | None:
        """The district of a place by its latest row, whatever the day."""
        row = self._latest(kind, code)
        return row.district if row is not None else None

    def offices(
        self, duty: OfficeDuty, states: Collection[str], district: str | None, jail: str | None, on: date
    ) -> frozenset[str]:
        """Codes of the offices that have this duty for a jail in one of these States: by the jails that the office is
        over, or else by its district, or by its State where it has no district."""
        rows = (row for row in self._with_duty if row.duty is duty and row.state in states and row.in_force(on))
        return frozenset(
            row.code
            for row in rows
            if (
                jail in row.over
                if row.over
                else row.district is None or is_listed(district, row.state, (row.district,))
            )
        )

    def speaks_for(self, kind: str, code: str, on: date, acts: Collection[str] = ()) -> frozenset[str]:
        """Codes of the places whose word this place may give: its own, those it succeeded, those it acts for.

        The place itself is always among them, also without a row: `place` tells whether it is known. A row of
        `acts_for` that is limited to Acts counts only where one of them is in `acts`. Acting is not passed on: whoever
        acts for a place does not act for those for which that place acts.
        """
        return self._speaks_for(kind, code, on, acts, _GIVES_THE_WORD)

    def takes_bonds_for(self, court: str, on: date) -> frozenset[str]:
        """Codes of the courts for which this court takes bonds."""
        rows = self._acting.get((PlaceKind.COURT, court), ())
        return frozenset(other for row in rows if row.as_ is ActsAs.BOND and row.in_force(on) for other in row.for_)

    def is_over(self, court: str, other_court: str, on: date) -> bool:
        """Whether a court is a superior of another one.

        The Supreme Court is over every other court, a High Court over the lower courts of its States by the directory,
        any court over those that its row lists and those below them. The rank goes to a successor and to whoever is in
        charge.
        """
        if court == other_court:
            return False
        codes = self._speaks_for(PlaceKind.COURT, court, on, (), _RANKS_AS) - {other_court}
        rows = (self.place(PlaceKind.COURT, code, on) or self._closed(PlaceKind.COURT, code, on) for code in codes)
        own = self.place(PlaceKind.COURT, court, on)
        return own is not None and any(row is not None and self._ranks_over(row, other_court, on) for row in rows)

    def is_high_court_of(self, court: str, state: str, on: date) -> bool:
        """Whether a court is a High Court of the State, or the Supreme Court."""
        row = self.place(PlaceKind.COURT, court, on)
        if row is None:
            return False
        is_served = row.court_kind is CourtKind.HIGH_COURT and _serves(row, state)
        return row.court_kind is CourtKind.SUPREME_COURT or is_served

    def in_same_division(self, station: str, court: str, on: date) -> bool:
        """Whether a court, or one that it sits for, serves a sessions division in which the station lies.

        A station that was closed lies where its successor does. The kind of the court is not judged here.
        """
        seat = self._present(PlaceKind.STATION, station, on)
        if seat is None or not seat.divisions:
            return False
        for code in self._speaks_for(PlaceKind.COURT, court, on, (), _SITS_FOR):
            row = self.place(PlaceKind.COURT, code, on)
            if row is not None and _serves(row, seat.state) and not set(row.divisions).isdisjoint(seat.divisions):
                return True
        return False

    def other_code_of(self, station: str, year: int, on: date) -> str | None:
        """The other code under which a FIR of that year that bears a station's code can only be registered: that of the
        one station that it succeeded after that year, or, of a station that was closed before that year, of its
        successor. None where the FIR may be the station's own, or several stations come in question."""
        rows = self._rows.get((PlaceKind.STATION, station), ())
        if any(row.valid_from is None or row.valid_from.year <= year for row in rows) or not rows:
            closed = self._closed(PlaceKind.STATION, station, on)
            is_over = closed is not None and closed.valid_until is not None and closed.valid_until.year < year
            present = self._successor(station, on) if is_over else None
            return present if present != station else None
        found = self._inherited(PlaceKind.STATION, station, on) - {station}
        return found.pop() if len(found) == 1 else None

    def _successor(self, station: str, on: date) -> str | None:
        """The code under which a closed station goes on."""
        row = self._present(PlaceKind.STATION, station, on)
        return row.code if row is not None else None

    def _speaks_for(
        self, kind: str, code: str, on: date, acts: Collection[str], roles: frozenset[ActsAs]
    ) -> frozenset[str]:
        if (kind, code) not in self._succeeded and (kind, code) not in self._acting:
            return frozenset((code,))
        own = self._inherited(kind, code, on)
        found = set(own)
        for each in own:
            for row in self._acting.get((kind, each), ()):
                if row.as_ in roles and row.in_force(on) and (not row.acts or not set(row.acts).isdisjoint(acts)):
                    for other in row.for_:
                        found |= self._inherited(kind, other, on)
        return frozenset(found)

    def _inherited(self, kind: str, code: str, on: date) -> set[str]:
        """The place and all that it succeeded, one after another."""
        found = level = {code}
        for _ in range(_SUCCESSIONS_MAX):
            level = {before for each in level for before in self._predecessors(kind, each, on)} - found
            if not level:
                break
            found = found | level
        return found

    def _predecessors(self, kind: str, code: str, on: date) -> Iterable[str]:
        """Those it succeeded by this day. A place that is in force again has no successor."""
        for row in self._succeeded.get((kind, code), ()):
            if row.valid_until is not None and row.valid_until < on and self.place(kind, row.code, on) is None:
                yield row.code
        for acting in self._acting.get((kind, code), ()):
            if acting.as_ is ActsAs.SUCCESSOR and not acting.acts and acting.in_force(on):
                yield from acting.for_

    def _present(self, kind: str, code: str, on: date) -> Place | None:
        """The row in force of a place, or else of whoever succeeded it."""
        for _ in range(_SUCCESSIONS_MAX):
            row = self.place(kind, code, on)
            if row is not None:
                return row
            closed = self._closed(kind, code, on)
            if closed is None or closed.successor is None:
                return None
            code = closed.successor
        return None

    def _closed(self, kind: str, code: str, on: date) -> Place | None:
        """The last row of a place that ended before this day."""
        ended = [
            row for row in self._rows.get((kind, code), ()) if row.valid_until is not None and row.valid_until < on
        ]
        return ended[-1] if ended else None

    def _ranks_over(self, row: Place, other: str, on: date) -> bool:
        if row.court_kind is CourtKind.SUPREME_COURT:
            return True
        if row.court_kind is CourtKind.HIGH_COURT:
            below = self._latest(PlaceKind.COURT, other)
            return below is not None and below.court_kind not in _SUPERIOR and _serves(row, below.state)
        level, seen = set(row.over), set[str]()
        for _ in range(_LEVELS_MAX):
            if other in level:
                return True
            seen |= level
            rows = (self.place(PlaceKind.COURT, code, on) for code in level)
            level = {code for each in rows if each is not None for code in each.over} - seen
        return False

    def _latest(self, kind: str, code: str) -> Place | None:
        rows = self._rows.get((kind, code))
        return rows[-1] if rows else None


def _order(row: Place) -> tuple[str, str, str, date]:
    return row.state, row.kind, row.code, row.valid_from or date.min


def _serves(court: Place, state: str) -> bool:
    return state == court.state or state in court.states


NO_PLACES = Places(())
"""The directory of a store to which no places were applied."""
