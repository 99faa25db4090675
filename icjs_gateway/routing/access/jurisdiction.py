"""Whether an event concerns a recipient: by the FIRs, the court, the jail or the laboratory of it. Pure.

A State covers everything in it; the lists narrow, for every kind of subject: a court of one district sees no FIR of
another one because both lie in its State, but what is before it, or names it. What a document leaves unsaid lies in no
list.

The State of a court, and the State and district of a station, are those of the directory of places. Of a place that it
does not know, the first two letters of a court's code tell the State, and the document the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from json import JSONDecoder
from typing import Any

from pydantic_core import from_json

from icjs_gateway.model.case import Case
from icjs_gateway.model.event_types import ALERTED, CLAIM_WITHDRAWN, LABELLED, SETTLED, VOIDED
from icjs_gateway.model.names.districts import is_listed
from icjs_gateway.model.names.states import canonical_state, state_of_letters
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.places import Places as PlaceDirectory
from icjs_gateway.routing.directory import Jurisdiction, Partner, Pillar
from icjs_gateway.routing.jails import has_all_jails, is_jail_of
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.places import Places

_BEGINS = b'{"case":{'
_scan = JSONDecoder().raw_decode


def concerns(told: Told, recipient: Partner, directory: PlaceDirectory) -> bool:
    """The gateway's own word concerns whoever is owed it: the sender of the message, the holder of data of the case,
    whoever has a place to be filled."""
    if (
        told.type in (LABELLED, VOIDED, CLAIM_WITHDRAWN)
        or is_addressed(told)
        or (told.type == SETTLED and told.partner_id == recipient.id)
    ):
        return True
    jurisdiction = recipient.reads_for
    if jurisdiction.jails:
        return told.places.jail in jurisdiction.jails or _has_or_had(told.places, recipient, directory)
    if jurisdiction.laboratories:
        return told.places.laboratory in jurisdiction.laboratories
    by_jail = _lies_by_its_jails(told.places, recipient, directory)
    if by_jail is not None:
        return by_jail
    # By its own word nobody sees more.
    if told.partner_id != recipient.id and has_court(told.places.courts, recipient, directory):
        return True
    case = case_of(told.data)
    firs = case.get("firs", ())
    if not firs and told.places.station is not None and recipient.pillar is Pillar.POLICE:
        # Before there is any FIR. Afterwards its stations are those of the case, whatever an order names.
        state, station, district = told.places.station.split("/", 2)
        firs = ({"state": state, "police_station_code": station, "district": district},)
    cnr = "" if told.places.is_referred else case.get("cnr") or ""
    return any(_fir_lies_in(fir, jurisdiction, directory) for fir in firs) or _court_lies_in(
        cnr, jurisdiction, directory
    )


def is_addressed(told: Told) -> bool:
    """Whether this is an alert without a case: it tells nothing of one, and goes to whom a step of verification names,
    by place."""
    return told.type == ALERTED and told.case_id is None


def lies_in(
    firs: Iterable[Mapping[str, Any]],
    cnrs: Iterable[str],
    jurisdiction: Jurisdiction,
    directory: PlaceDirectory,
) -> bool:
    """Whether a case lies in a jurisdiction of police or courts: by any of its FIRs, or any of its proceedings."""
    return any(_fir_lies_in(fir, jurisdiction, directory) for fir in firs) or any(
        _court_lies_in(cnr, jurisdiction, directory) for cnr in cnrs
    )


def has_court(courts: Iterable[str], recipient: Partner, directory: PlaceDirectory) -> bool:
    """Whether one of these courts, which a document names, is one of the recipient's: by its code, or for the system of
    a State's courts by the State in which it lies."""
    jurisdiction = recipient.reads_for
    if recipient.pillar is Pillar.COURTS:
        return any(_court_lies_in(court, jurisdiction, directory) for court in courts)
    return not set(courts).isdisjoint(jurisdiction.establishments)


def firs_of(case: Case) -> list[dict[str, Any]]:
    """What of a case's own FIRs tells where it lies."""
    return [fir.model_dump(include={"state", "district", "police_station_code"}) for fir in case.own_firs]


def states_of_court(court: str, directory: PlaceDirectory) -> tuple[str, ...]:
    """The States of a court: by its row, or else the first two letters of its code."""
    return directory.states_of_court(court) or (state_of_letters(court),)


def orders_a_jail_of(told: Told, recipient: Partner, directory: PlaceDirectory) -> bool:
    """Whether a liberty order is for a jail of the recipient's: it names one, or the record has, or had, the person in
    one, or one claims the person.

    An order need not name the jail, or names another one by mistake; a jail must not go on by an order that stands no
    more; and an unlinked order of a place without standing is for the jail that has the person by the record of the
    case that it names.

    A State's prison department has the jails that lie in its State by the directory. Where the directory does not know
    a jail, what concerns the department at all is decided before.
    """
    code, jurisdiction = told.places.jail, recipient.reads_for
    names = told.places.names_a_jail if code is None and not jurisdiction.jails else False
    names = names or is_jail_of(code, jurisdiction, directory)
    _, word, verb, _ = told.type.split(".")
    concerns_the_body = word in _OF_THE_BODY or verb in ("amended", "withdrawn") or told.case_id is None
    return names or (concerns_the_body and _has_or_had(told.places, recipient, directory))


_OF_THE_BODY = frozenset({"bail", "remand", "custody", "production", "release"})
"""Orders that a jail acts on whom it has; a warrant of arrest is for the police."""


def lodged_here(places: Places, recipient: Partner, directory: PlaceDirectory) -> tuple[bool, ...]:
    """Of each accused, whether the record lodges them in a jail of the recipient's."""
    return tuple(is_jail_of(jail, recipient.reads_for, directory) for jail in places.lodged)


def adults_of(lodged: Sequence[bool], children: Sequence[bool]) -> tuple[bool, ...]:
    """Of each accused, whether a jail of the recipient's has them and they are no child. Of nobody where the case knows
    no child, and so cannot tell."""
    return tuple(here and not is_child for here, is_child in zip(lodged, children, strict=True)) if children else ()


def _has_or_had(places: Places, recipient: Partner, directory: PlaceDirectory) -> bool:
    had = any(is_jail_of(code, recipient.reads_for, directory) for code in (*places.left, *places.claimed))
    return had or any(lodged_here(places, recipient, directory))


def _lies_by_its_jails(places: Places, recipient: Partner, directory: PlaceDirectory) -> bool | None:
    """Of a State's prison department, whether a jail that an event concerns lies in its State; None where that is not
    for the directory to say: for anybody else, where there is no jail, and where one is that the directory does not
    know."""
    if not has_all_jails(recipient):
        return None
    jails = {code for code in (places.jail, *places.lodged, *places.left, *places.claimed) if code is not None}
    states = {directory.state_of(PlaceKind.JAIL, code) for code in jails}
    if any(map(recipient.reads_for.has_state, states)):
        return True
    return None if not states or None in states else False


def case_of(data: bytes) -> dict[str, Any]:
    """The case that `data` begins with, without reading the rest; wherever it stands, where somebody else wrote it."""
    case: dict[str, Any]
    if data.startswith(_BEGINS):
        case, _ = _scan(data.decode(), len(_BEGINS) - 1)
    else:
        case = from_json(data)["case"]
    return case


def _fir_lies_in(fir: Mapping[str, Any], jurisdiction: Jurisdiction, directory: PlaceDirectory) -> bool:
    station = fir.get("police_station_code") or ""
    state = directory.state_of(PlaceKind.STATION, station) or canonical_state(fir.get("state") or "")
    if jurisdiction.stations or jurisdiction.districts:
        # A district's name is unique within its State only.
        if state and jurisdiction.names_a_state and not jurisdiction.has_state(state):
            return False
        district = directory.district_of(PlaceKind.STATION, station) or fir.get("district")
        return station in jurisdiction.stations or is_listed(district, state, jurisdiction.districts)
    return not jurisdiction.establishments and jurisdiction.has_state(state)


def _court_lies_in(cnr: str, jurisdiction: Jurisdiction, directory: PlaceDirectory) -> bool:
    """By the establishment, which a CNR begins with. A police station's jurisdiction is not a court's."""
    if jurisdiction.establishments:
        return cnr[:6] in jurisdiction.establishments
    narrowed = jurisdiction.stations or jurisdiction.districts
    return not narrowed and any(map(jurisdiction.has_state, states_of_court(cnr[:6], directory)))
