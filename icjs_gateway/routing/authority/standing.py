"""Standing: may this place change the record of this case, and which identifiers may its message claim? Pure.

Asked once for every case that a message names, before the message is linked, on arrival and at every later relinking
alike. A case in which the speaker has no standing is for that message as if it did not exist: the message is parked and
receipted like one whose case is unknown, and a jail that its order names is told all the same (`relay`).

In a State of which the directory has rows, standing follows the rows: the station of a FIR, the court of a CNR, who is
over it, who acts for it, the court of the station's division before a report is filed. In a State without rows
(silence) every place of the same State has standing, and no place of another one.

Not promised: that a place with standing tells the truth. The directory proves that a claim is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from icjs_gateway.model.case import Case, jails_of
from icjs_gateway.model.case.facts import known
from icjs_gateway.model.case.records import filed_before
from icjs_gateway.model.content import Content, Event, FirReference, declared
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.authority.places import PlaceKind, Places
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.correlation import CaseFile, Identifier


class Basis(StrEnum):
    """Why a place has standing in a case."""

    OWN_FIR = "OWN_FIR"
    """It is the station that registered a FIR of the case, or acts for it."""
    INVESTIGATES = "INVESTIGATES"
    """The investigation was transferred to it."""
    ARREST_ELSEWHERE = "ARREST_ELSEWHERE"
    """Any station of the State may arrest on another's FIR or warrant; the arrest and nothing else stands."""
    OWN_CNR = "OWN_CNR"
    """The case is before it under a CNR of its own."""
    SUPERIOR = "SUPERIOR"
    """It is over the court of the case, or is the High Court of the FIR's State, or the Supreme Court."""
    NAMED_COURT = "NAMED_COURT"
    """The police filed the final report before it."""
    DIVISION = "DIVISION"
    """No report is filed yet, and it is a court of the station's division."""
    REGISTER = "REGISTER"
    """A person of the case is, or is ordered to be, in this jail; or the jail lies in the State of the case."""
    LABORATORY = "LABORATORY"
    """Exhibits of the case went to it."""
    OFFICE = "OFFICE"
    """It is a prosecutor's office of the State."""
    SAME_STATE = "SAME_STATE"
    """It lies in the State of the case, of which the directory of places has no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the authority says of one message: the cases in which it stands, and which identifiers it may claim."""

    cases: Mapping[Identifier, CaseFile]
    basis: Mapping[str, Basis]
    """By the ids of these cases: why."""
    refused: frozenset[str]
    """Ids of cases that the message names, and in which its speaker has no standing."""
    may_root: bool
    """Whether the message may start a case: the station that speaks registers a FIR of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The decision over one version of the directory of places."""

    places: Places

    def standing(self, speaker: Speaker, content: Content, cases: Mapping[Identifier, CaseFile], on: date) -> Standing:
        """Judge every case that a message names. `on` is the Indian day on which the message was received."""
        # By its key alone: a registration number is not unique enough to open another station's case.
        own = self._registered(speaker, content, on)
        registered = {cases[name].case_id for name in own if name[0] == "fir" and name in cases}
        basis: dict[str, Basis | None] = dict.fromkeys(registered, Basis.OWN_FIR)
        # The usual case, looked up and left: a court under a CNR of its own, which this case holds.
        cnr = content.case.cnr if speaker.kind is PlaceKind.COURT else None
        held = cases.get(("cnr", cnr)) if cnr is not None and cnr[:6] == speaker.code else None
        if held is not None:
            basis[held.case_id] = Basis.OWN_CNR
        for file in cases.values():
            if file.case_id not in basis:
                basis[file.case_id] = self.basis(speaker, content, file.case, on)
        return Standing(
            cases={name: file for name, file in cases.items() if basis[file.case_id] is not None},
            basis={case_id: found for case_id, found in basis.items() if found is not None},
            refused=frozenset(case_id for case_id, found in basis.items() if found is None),
            may_root=bool(own),
        )

    def basis(self, speaker: Speaker, content: Content, case: Case, on: date) -> Basis | None:
        """Why this place has standing in this case for this message; None when it has none."""
        states = frozenset(_states_of(case)) or frozenset(self._state_of_cnr(cnr) for cnr in case.cnrs)
        found = _BY_KIND[speaker.kind](self, speaker, content, case, states, on)
        if found is not None:
            return found
        return Basis.SAME_STATE if any(self._is_believed(speaker, each) for each in states) else None

    def may_claim(self, speaker: Speaker, content: Content, identifier: Identifier, on: date) -> bool:
        """Whether an identifier that no case holds yet becomes the case's by this message.

        A FIR is claimed by its registration, a CNR by the court whose prefix it bears. In silence a place of the State
        claims what is its State's. Everything else is a reference: it is shown, and it claims nothing.
        """
        kind, value = identifier
        if kind == "cnr":
            is_own = speaker.kind is PlaceKind.COURT and value[:6] in self._acts_for(speaker, on)
            state = self._state_of_cnr(value)
        else:
            is_own = identifier in self._registered(speaker, content, on)
            state = value.partition("/")[0]
        return is_own or self._is_believed(speaker, state)

    def state_of(self, speaker: Speaker) -> str | None:
        """The State of a place: by the directory; else as its wire or its document tells it."""
        by_row = self.places.state_of(speaker.kind, speaker.code) if speaker.code is not None else None
        return by_row or speaker.state

    def _is_believed(self, speaker: Speaker, state: str) -> bool:
        """Whether the State has no rows, and the place lies in it, or nobody can tell where it lies."""
        if self.places.covers(state):
            return False
        own = self.state_of(speaker)
        return own == state or (own is None and speaker.kind in _STATE_UNTOLD)

    def _station(
        self, speaker: Speaker, content: Content, case: Case, states: frozenset[str], on: date
    ) -> Basis | None:
        own = self._acts_for(speaker, on)
        state = self.state_of(speaker)
        if any(each.state == state and each.police_station_code in own for each in _registered_firs(case)):
            return Basis.OWN_FIR
        if any(members.get("station") in own for members in _records(case, "investigation/")):
            return Basis.INVESTIGATES
        if state in states and all(_is_arrest(event) for event in content.events):
            return Basis.ARREST_ELSEWHERE
        return None

    def _court(self, speaker: Speaker, content: Content, case: Case, states: frozenset[str], on: date) -> Basis | None:
        own, code = self._acts_for(speaker, on), speaker.code or ""
        held = [cnr for cnr in case.cnrs if cnr not in case.references]
        if any(cnr[:6] in own for cnr in held):
            return Basis.OWN_CNR
        filed = filed_before(case.records)
        if not filed.isdisjoint(own):
            return Basis.NAMED_COURT
        below = (*(cnr[:6] for cnr in held), *filed)
        is_superior = any(self.places.is_over(code, court, on) for court in below)
        if is_superior or any(self.places.is_high_court_of(code, state, on) for state in states):
            return Basis.SUPERIOR
        stations = (fir.police_station_code for fir in _registered_firs(case))
        is_reported = any(True for _ in _records(case, "final-report/"))
        if not is_reported and any(each and self.places.in_same_division(each, code, on) for each in stations):
            return Basis.DIVISION
        return None

    def _jail(self, speaker: Speaker, content: Content, case: Case, states: frozenset[str], on: date) -> Basis | None:
        in_state = self.state_of(speaker) in states
        return Basis.REGISTER if in_state or speaker.code in jails_of(case) else None

    def _laboratory(
        self, speaker: Speaker, content: Content, case: Case, states: frozenset[str], on: date
    ) -> Basis | None:
        was_sent = any(
            members.get("laboratory") == speaker.code
            for prefix in ("exhibit/", "lab-case/")
            for members in _records(case, prefix)
        )
        return Basis.LABORATORY if was_sent else None

    def _office(self, speaker: Speaker, content: Content, case: Case, states: frozenset[str], on: date) -> Basis | None:
        return Basis.OFFICE if speaker.state in states else None

    def _registered(self, speaker: Speaker, content: Content, on: date) -> frozenset[Identifier]:
        """The keys of the FIRs that the speaking station registers, or corrects the registration of."""
        found: set[Identifier] = set()
        for event in content.events:
            if not isinstance(event.data, FirData) or speaker.kind is not PlaceKind.STATION:
                continue
            fir, station = event.data.fir, event.data.fir.police_station
            if station.state == self.state_of(speaker) and station.code in self._acts_for(speaker, on):
                found.add(("fir", str(FirKey(station.state, station.code, int(fir.number), fir.year))))
                if fir.registration_number is not None:
                    found.add(("fir-reg", f"{station.state}/{fir.registration_number}"))
        return frozenset(found)

    def _acts_for(self, speaker: Speaker, on: date) -> frozenset[str]:
        return self.places.speaks_for(speaker.kind, speaker.code, on) if speaker.code is not None else frozenset()

    def _state_of_cnr(self, cnr: str) -> str:
        """By the directory; in silence a court's State is the first two letters of its code."""
        return self.places.state_of(PlaceKind.COURT, cnr[:6]) or cnr[:2]


_BY_KIND: Mapping[PlaceKind, Callable[..., Basis | None]] = {
    PlaceKind.STATION: Authority._station,
    PlaceKind.COURT: Authority._court,
    PlaceKind.JAIL: Authority._jail,
    PlaceKind.LABORATORY: Authority._laboratory,
    PlaceKind.OFFICE: Authority._office,
}

_STATE_UNTOLD = frozenset({PlaceKind.JAIL, PlaceKind.LABORATORY})
"""Kinds of place whose code does not tell the State. In silence an unknown State counts as the same."""

_CHANGES_STANDING = frozenset(
    {"fir", "investigation", "exhibit", "lab_case", "final_report", "court_case", "proceeding", "inmate"}
)


def changes_standing(content: Content, before: Case, after: Case) -> bool:
    """Whether a message may give a place standing that had none: then what waits for that is judged again."""
    return before.proceedings.keys() != after.proceedings.keys() or any(
        EVENT_TYPES[event.type].noun in _CHANGES_STANDING for event in content.events
    )


def standing_identifier(case_id: str) -> Identifier:
    """What a message waits for whose speaker has no standing in its case: that the case gives it some."""
    return ("standing", case_id)


def _is_arrest(event: Event) -> bool:
    noun = EVENT_TYPES[event.type].noun
    return noun == "accused" and declared(getattr(event.data, noun), "arrest") is not None


def _registered_firs(case: Case) -> Iterator[FirReference]:
    """The FIRs whose station registered them in this case; a FIR that is only named gives its station no standing."""
    for fir in case.firs:
        if str(fir.key()) in case.registrations:
            yield fir


def _states_of(case: Case) -> Iterator[str]:
    return (key.partition("/")[0] for key in case.registrations)


def _records(case: Case, prefix: str) -> Iterator[Mapping[str, object]]:
    return (known(fact) for key, fact in case.records.items() if key.startswith(prefix))
