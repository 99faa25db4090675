"""Standing: may this place change the record of this case, and which identifiers may its message claim? Pure.

Asked once for every case that a message names, before the message is linked, on arrival and at every later relinking
alike. A case in which the speaker has no standing is for that message as if it did not exist: the message is parked and
receipted like one whose case is unknown, and a jail that its order names is told all the same (`relay`).

In a State of which the directory has rows, standing follows the rows: the station of a FIR, the court of a CNR, who is
over it, who acts for it, the court of the station's division before a report is filed. In a State without rows
(silence) every place of the same State has standing, and no place of another one.

What each basis does and for which events stands in `canonical/authority.yaml` (`rules`).

Not promised: that a place with standing tells the truth. The directory proves that a claim is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from icjs_gateway.model.case import Case, fitting, jail_of, jails_of, jails_sent_to
from icjs_gateway.model.case.facts import known, stands
from icjs_gateway.model.content import Action, Content, Event, declared
from icjs_gateway.model.event_types import EVENT_TYPES, person_of
from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.names.states import state_of_letters
from icjs_gateway.model.payloads.bail import TRANSIT, BailData
from icjs_gateway.model.payloads.custody import CONVICTION_WARRANT, CustodyData
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.authority.corroboration import Beside, concern_one
from icjs_gateway.routing.authority.places import CourtKind, PlaceKind, Places
from icjs_gateway.routing.authority.rules import Basis, Effect, Rules
from icjs_gateway.routing.authority.speaker import OF_ANOTHER_WIRE, Speaker
from icjs_gateway.routing.correlation import CaseFile, Identifier, opens_by_cnr

NOTHING_BESIDE: Mapping[str, Sequence[Beside]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the authority says of one message: the cases in which it stands, and which identifiers it may claim."""

    cases: Mapping[Identifier, CaseFile]
    basis: Mapping[str, Basis]
    """By the ids of these cases: why."""
    refused: frozenset[str]
    """Ids of cases that the message names, and in which its speaker has no standing."""
    may_root: bool
    """Whether the message may start a case: the station that speaks registers a FIR of its own, or the court takes on
    file a case without any FIR under a CNR of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The decision over one version of the directory of places."""

    places: Places
    rules: Rules

    def standing(
        self,
        speaker: Speaker,
        content: Content,
        cases: Mapping[Identifier, CaseFile],
        on: date,
        beside: Mapping[str, Sequence[Beside]] = NOTHING_BESIDE,
    ) -> Standing:
        """Judge every case that a message names. `on` is the Indian day on which the message was received; `beside` has
        by case what other places said of it, where that is looked for."""
        # By its key alone: a registration number is not unique enough to open another station's case.
        own = self._registered(speaker, content, on)
        registered = {cases[name].case_id for name in own if name[0] == "fir" and name in cases}
        basis: dict[str, Basis | None] = dict.fromkeys(registered, Basis.OWN_FIR)
        # The usual case, looked up and left: a court under a CNR of its own, which this case holds.
        cnr = content.case.cnr if speaker.kind is PlaceKind.COURT else None
        held = cases.get(("cnr", cnr)) if cnr is not None and cnr[:6] == speaker.code else None
        if held is not None and cnr is not None and is_trial(held.case, cnr):
            basis[held.case_id] = Basis.OWN_CNR
        for file in cases.values():
            if file.case_id not in basis:
                basis[file.case_id] = self.basis(speaker, content, file.case, on, beside.get(file.case_id, ()))
        return Standing(
            cases={name: file for name, file in cases.items() if basis[file.case_id] is not None},
            basis={case_id: found for case_id, found in basis.items() if found is not None},
            refused=frozenset(case_id for case_id, found in basis.items() if found is None),
            may_root=bool(own) or self._opens_by_cnr(speaker, content, on),
        )

    def basis(
        self, speaker: Speaker, content: Content, case: Case, on: date, beside: Sequence[Beside] = ()
    ) -> Basis | None:
        """Why this place has standing in this case for this message; None when it has none."""
        if not self._is_where_its_row_says(speaker):
            return None
        nouns = frozenset(EVENT_TYPES[event.type].noun for event in content.events)
        states = self._states_of(case)
        found = _BY_KIND[speaker.kind](self, speaker, content, case, states, on)
        if found is not None and self.rules.basis[found].covers(nouns):
            return found
        if any(self._is_believed(speaker, each) for each in states):
            return Basis.SAME_STATE
        is_corroborated = self.rules.basis[Basis.CORROBORATED].covers(nouns) and any(
            self._corroborates(speaker, content, case, other, on) for other in beside
        )
        return Basis.CORROBORATED if is_corroborated else None

    def joins(self, basis: Basis | None, *, is_labelled: bool) -> bool:
        """Whether a CNR of its own that a place names in this case becomes the case's by its word alone: in a labelled
        one only where the basis says so, for with the CNR comes sight; never by one that is for single orders alone,
        for with the CNR comes everything else. Nor by the hand that links what has no standing: a labelled case takes
        two persons, and the gateway cannot tell two apart."""
        if not is_labelled:
            return basis not in _FOR_SINGLE_ORDERS
        if basis is None:
            return False
        return basis is not Basis.SAME_STATE and Effect.JOIN in self.rules.basis[basis].effects

    def sends_on(self, basis: Basis | None, *, is_labelled: bool) -> bool:
        """Whether a place may send a case on to another court, or have it tried with another case, which shows it
        there: before whom the case is, or who is over that court. A court that has it for remand alone may not."""
        if basis is None:
            return True
        return self.rules.basis[basis].takes_back_any and not (basis is Basis.SAME_STATE and is_labelled)

    def gives_sight(self, speaker: Speaker, basis: Basis, *, is_labelled: bool) -> bool:
        """Whether standing by this basis shows the case to its speaker. Who merely lies in its State is shown it by
        that while it has no label; a labelled one only where they see it anyhow, as is any case to a place that the
        rows of its State do not know."""
        has_sight = Effect.SEE in self.rules.basis[basis].effects and not self.is_unknown(speaker)
        return has_sight and not (basis in _BY_STATE and is_labelled)

    def corrects(self, speaker: Speaker, other: Speaker, on: date) -> bool:
        """Whether a place may correct what another one said: its own word, that of a place for which it acts or that
        it is over; in silence, that of a place of its kind in its State."""
        if other == speaker or self.takes_back(speaker, None, other, on):
            return True
        state = self.state_of(other)
        return other.kind is speaker.kind and state is not None and self._is_believed(speaker, state)

    def takes_back(self, speaker: Speaker, basis: Basis | None, other: Speaker, on: date) -> bool:
        """Whether a place may take back what another one ordered in this case: its own, what a court below it ordered,
        or, before whom the case is, anything."""
        if basis is not None and self.rules.basis[basis].takes_back_any:
            return True
        if other.kind is not speaker.kind or other.code is None:
            return False
        return other.code in self._acts_for(speaker, on) or (
            speaker.kind is PlaceKind.COURT and self.places.is_over(speaker.code or "", other.code, on)
        )

    def owns_labels(self, basis: Basis | None) -> bool:
        """Whether what a place says of labels counts for everybody, or only hides from third parties."""
        return basis is not None and self.rules.basis[basis].owns_labels

    def commands_jail(self, speaker: Speaker, jail: str, case: Case, on: date) -> bool:
        """Whether a court may order by a prisoner's number alone in a jail, which a case says has the person: the
        Supreme Court, or the High Court of the jail's State; in silence any court of that State."""
        if speaker.kind is not PlaceKind.COURT or speaker.code is None:
            return False
        of_jail = self.places.state_of(PlaceKind.JAIL, jail)
        return any(
            self.places.is_high_court_of(speaker.code, state, on) or self._is_believed(speaker, state)
            for state in ((of_jail,) if of_jail is not None else self._states_of(case))
        )

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
        return self._state_by_row(speaker) or speaker.state

    def court_kind(self, speaker: Speaker, on: date) -> CourtKind | None:
        """What kind of court a place is by the directory of places; None of any other, and of one without a row."""
        if speaker.kind is not PlaceKind.COURT or speaker.code is None:
            return None
        row = self.places.place(PlaceKind.COURT, speaker.code, on)
        return row.court_kind if row is not None else None

    def _is_where_its_row_says(self, speaker: Speaker) -> bool:
        """Whether a place spoke over a wire, or by a document, of the State in which the directory has it: a code with
        another State beside it is not that place, and nor is one that another wire carries. The letters of a court's
        code are no word on its State."""
        if speaker.state == OF_ANOTHER_WIRE:
            return False
        by_row = self._state_by_row(speaker)
        return speaker.kind is PlaceKind.COURT or by_row is None or speaker.state in (None, by_row)

    def is_unknown(self, speaker: Speaker) -> bool:
        """Whether the State of a place has rows, and none of them is the place's."""
        code = speaker.code
        return code is not None and self.places.covers(speaker.state) and not self.places.knows(speaker.kind, code)

    def _state_by_row(self, speaker: Speaker) -> str | None:
        return self.places.state_of(speaker.kind, speaker.code) if speaker.code is not None else None

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
        if any(each == state and station in own for each, station in _stations_of(case)):
            return Basis.OWN_FIR
        if any(members.get("station") in own for members in _records(case, "investigation/")):
            return Basis.INVESTIGATES
        if not all(_is_arrest(event) for event in content.events):
            return None
        if state in states:
            return Basis.ARREST_ELSEWHERE
        return Basis.WARRANT if all(_is_wanted(event, content, case) for event in content.events) else None

    def _court(self, speaker: Speaker, content: Content, case: Case, states: frozenset[str], on: date) -> Basis | None:
        own, code = self._acts_for(speaker, on), speaker.code or ""
        held = case.own_cnrs
        mine = [cnr for cnr in held if cnr[:6] in own]
        if any(is_trial(case, cnr) for cnr in mine):
            return Basis.OWN_CNR
        if content.case.cnr is not None and content.case.cnr[:6] in own and case.gone_on_to.get(content.case.cnr):
            return Basis.TAKES_OVER
        # A court from which the case went on was named before that.
        named = case.named_courts - {cnr[:6] for cnr in mine if _went_on(case, cnr)}
        if not named.isdisjoint(own):
            return Basis.NAMED_COURT
        below = (*(cnr[:6] for cnr in held), *named)
        is_superior = any(self.places.is_over(code, court, on) for court in below)
        if is_superior or any(self.places.is_high_court_of(code, state, on) for state in states):
            return Basis.SUPERIOR
        if mine:
            return Basis.OTHER_ROLE
        is_reported = any(True for _ in _records(case, "final-report/"))
        if not is_reported and any(self.places.in_same_division(each, code, on) for _, each in _stations_of(case)):
            return Basis.DIVISION
        if self._takes_bonds(code, content, case, below, on):
            return Basis.BOND
        return Basis.TRANSIT_BAIL if self._grants_transit(code, content, on) else None

    def _takes_bonds(self, code: str, content: Content, case: Case, courts: Iterable[str], on: date) -> bool:
        """Whether bail that stands lets this court take the bonds: for a court of the case by a row, or where the
        person is in jail. Who takes bonds frees, and recalls no release."""
        if any(EVENT_TYPES[event.type].verb == "recalled" for event in content.events):
            return False
        takes = not self.places.takes_bonds_for(code, on).isdisjoint(courts)
        return all(
            is_granted and (takes or (jail is not None and self._is_magistrate_near(code, jail, on)))
            for is_granted, jail in (_bail_of(event, content, case) for event in content.events)
        )

    def _is_magistrate_near(self, code: str, jail: str, on: date) -> bool:
        row = self.places.place(PlaceKind.COURT, code, on)
        district = self.places.district_of(PlaceKind.JAIL, jail)
        return row is not None and row.court_kind is CourtKind.MAGISTRATE and row.district == district is not None

    def _grants_transit(self, code: str, content: Content, on: date) -> bool:
        row = self.places.place(PlaceKind.COURT, code, on)
        return (
            row is not None
            and row.court_kind in (CourtKind.HIGH_COURT, CourtKind.SESSIONS)
            and all(_is_transit_bail(event, content) for event in content.events)
        )

    def _jail(self, speaker: Speaker, content: Content, case: Case, states: frozenset[str], on: date) -> Basis | None:
        in_state = self.state_of(speaker) in states
        return Basis.REGISTER if in_state or speaker.code in {*jails_of(case), *jails_sent_to(case)} else None

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

    def _corroborates(self, speaker: Speaker, content: Content, case: Case, other: Beside, on: date) -> bool:
        """Whether another place, of another pillar and over another wire, says of the same persons that it holds or
        arrested them: two of a court, a jail and a station that is not the case's own, of one neighbourhood.

        What the case's own stations say opens the case to no court and no jail besides its own, and what ends or undoes
        a case's orders is not the nearest Magistrate's.
        """
        places = {each.kind: each for each in (speaker, other.speaker)}
        if len(places) == 1 or not places.keys() <= _ARE_WITH_THE_BODY:
            return False
        station = places.get(PlaceKind.STATION)
        is_own = station is not None and self._is_station_of(station, case, on)
        is_undoing = any(_undoes(event) for event in content.events)
        return not is_own and not is_undoing and self._are_neighbours(places, on) and concern_one(content, other, case)

    def _is_station_of(self, station: Speaker, case: Case, on: date) -> bool:
        own, state = self._acts_for(station, on), self.state_of(station)
        return any(each == state and code in own for each, code in _stations_of(case))

    def _are_neighbours(self, places: Mapping[PlaceKind, Speaker], on: date) -> bool:
        """Whether a court serves the division of a station, or two places of other kinds are of one district; without
        rows, of one State."""
        state, *others = {self.state_of(each) for each in places.values()}
        if state is None or others:
            return False
        if not self.places.covers(state):
            return True
        codes = {kind: each.code or "" for kind, each in places.items()}
        if PlaceKind.JAIL not in codes:
            return self.places.in_same_division(codes[PlaceKind.STATION], codes[PlaceKind.COURT], on)
        district, *others = {self.places.district_of(kind, code) for kind, code in codes.items()}
        return district is not None and not others

    def _registered(self, speaker: Speaker, content: Content, on: date) -> frozenset[Identifier]:
        """The keys of the FIRs that the speaking station registers, or corrects the registration of."""
        if speaker.kind is not PlaceKind.STATION:
            return frozenset()
        found: set[Identifier] = set()
        for event in content.events:
            if not isinstance(event.data, FirData):
                continue
            fir, station = event.data.fir, event.data.fir.police_station
            if station.state == self.state_of(speaker) and station.code in self._acts_for(speaker, on):
                found.add(("fir", str(FirKey(station.state, station.code, int(fir.number), fir.year))))
                if fir.registration_number is not None:
                    found.add(("fir-reg", f"{station.state}/{fir.registration_number}"))
        return frozenset(found)

    def _opens_by_cnr(self, speaker: Speaker, content: Content, on: date) -> bool:
        cnr = content.case.cnr
        is_own = cnr is not None and speaker.kind is PlaceKind.COURT and cnr[:6] in self._acts_for(speaker, on)
        return is_own and opens_by_cnr(content)

    def _acts_for(self, speaker: Speaker, on: date) -> frozenset[str]:
        return self.places.speaks_for(speaker.kind, speaker.code, on) if speaker.code is not None else frozenset()

    def _states_of(self, case: Case) -> frozenset[str]:
        """The States of a case: of its FIRs, or of its courts where it has none."""
        by_firs = frozenset(state for state, _ in _stations_of(case))
        return by_firs or frozenset(self._state_of_cnr(cnr) for cnr in case.cnrs)

    def _state_of_cnr(self, cnr: str) -> str:
        """By the directory; in silence a court's State is the first two letters of its code."""
        return self.places.state_of(PlaceKind.COURT, cnr[:6]) or state_of_letters(cnr)


_BY_KIND: Mapping[PlaceKind, Callable[..., Basis | None]] = {
    PlaceKind.STATION: Authority._station,
    PlaceKind.COURT: Authority._court,
    PlaceKind.JAIL: Authority._jail,
    PlaceKind.LABORATORY: Authority._laboratory,
    PlaceKind.OFFICE: Authority._office,
}

_ARE_WITH_THE_BODY = frozenset({PlaceKind.COURT, PlaceKind.STATION, PlaceKind.JAIL})
_WHOLE = frozenset({"COMMITTAL", "TRANSFER"})
"""Changes of proceeding by which the whole case goes on elsewhere; in a split part of it stays."""
_GRANTED = frozenset({"GRANTED", "MODIFIED"})

_BY_STATE = frozenset({Basis.SAME_STATE, Basis.REGISTER, Basis.OFFICE})
"""By these a place may speak because it lies in the State of the case."""

_FOR_SINGLE_ORDERS = frozenset({Basis.BOND, Basis.TRANSIT_BAIL, Basis.CORROBORATED})
"""By these a court that is not the case's speaks of one person's arrest, bail or release, and does not get the case."""

_STATE_UNTOLD = frozenset({PlaceKind.JAIL, PlaceKind.LABORATORY})
"""Kinds of place whose code does not tell the State. In silence an unknown State counts as the same."""

_CHANGES_STANDING = frozenset(
    {
        *("fir", "investigation", "exhibit", "lab_case", "final_report", "court_case", "proceeding", "inmate"),
        # An arrest names the court, a warrant opens the arrest, bail the bonds, an order the register of the jail.
        *("accused", "warrant", "bail", "release", "remand", "custody", "production"),
    }
)


def changes_standing(content: Content, before: Case, after: Case) -> bool:
    """Whether a message may give a place standing that had none: then what waits for that is judged again."""
    return before.proceedings.keys() != after.proceedings.keys() or any(
        EVENT_TYPES[event.type].noun in _CHANGES_STANDING for event in content.events
    )


STANDING = "standing"
"""The kind of what a message waits for whose speaker has no standing in its case."""


def standing_identifier(case_id: str) -> Identifier:
    """What a message waits for whose speaker has no standing in its case: that the case gives it some."""
    return (STANDING, case_id)


def _is_transit_bail(event: Event, content: Content) -> bool:
    """Whether an order grants transit bail, or takes its own back: in another court's case it cancels nothing."""
    if not isinstance(event.data, BailData) or event.data.bail.kind != TRANSIT:
        return False
    return event.data.bail.decision in _GRANTED or content.action is Action.WITHDRAW


def _undoes(event: Event) -> bool:
    """Whether an order cancels bail, or commits somebody on conviction."""
    if isinstance(event.data, BailData):
        return event.data.bail.decision == "CANCELLED"
    return isinstance(event.data, CustodyData) and event.data.custody.type == CONVICTION_WARRANT


def is_trial(case: Case, cnr: str) -> bool:
    """Whether a case is tried under a CNR, or nobody said otherwise; not remand, bail, writ or appeal alone, and not
    one from which the case went on."""
    return known(case.records.get(f"court-case/{cnr}", ())).get("role") in (None, "TRIAL") and not _went_on(case, cnr)


def _went_on(case: Case, cnr: str) -> bool:
    """Whether a case was committed or transferred from a CNR, and the court that took it over registered it."""
    return len(case.proceedings) > 1 and any(
        key.startswith(f"proceeding/{cnr}/")
        and stands(fact)
        and (change := known(fact)).get("kind") in _WHOLE
        and any(known(case.records.get(f"court-case/{to}", ())).get("registered") for to in change.get("to", ()))
        for key, fact in case.records.items()
    )


def _is_arrest(event: Event) -> bool:
    noun = EVENT_TYPES[event.type].noun
    return noun == "accused" and declared(getattr(event.data, noun), "arrest") is not None


def _is_wanted(event: Event, content: Content, case: Case) -> bool:
    """Whether a warrant is out against the one person of the case whom an arrest is about."""
    person = person_of(event)
    found = fitting(case, person, content.case, None) if person is not None else ()
    return len(found) == 1 and bool(found[0].open_warrants)


def _bail_of(event: Event, content: Content, case: Case) -> tuple[bool, str | None]:
    """(bail was granted and stands, the jail of record) of the one person whom an event is about."""
    person = person_of(event)
    found = fitting(case, person, content.case, None) if person is not None else ()
    if person is None or len(found) != 1 or found[0].bail is None:
        return False, None
    is_granted = found[0].bail.decision in _GRANTED and found[0].bail.kind != TRANSIT
    return is_granted, jail_of(case, person, content.case, None)


def _stations_of(case: Case) -> Iterator[tuple[str, str]]:
    """(State, code) of the stations that registered a FIR of this case. A FIR that is only named, or that a court
    clubbed with the case, gives its station no standing: clubbing shares sight and labels (`Case.own_firs`), and each
    record stays its own station's."""
    for key in case.registrations:
        state, code, _ = key.split("/", 2)
        yield state, code


def _records(case: Case, prefix: str) -> Iterator[Mapping[str, object]]:
    return (known(fact) for key, fact in case.records.items() if key.startswith(prefix))
