"""Of which thing an event tells, and what of it is worth keeping.

A thing has a key that every telling of it shares, so that a correction finds what it corrects:

    FIR                (State, station, number, year)
    hearing            court and hearing id
    bail               authority, court, and hearing id or day: the notice and the signed order are kept apart, and read
                       as one where day, kind and decision agree
    remand             court, and hearing id or day
    warrant, process   process id; else court, hearing id or day, and type
    custody, production, release   process id; else court, hearing id or day; a jail's refusal, by jail and day
    accused            arrest, by its day; else whether somebody is an accused of the case
    inmate             jail and entry (`stays`)
    result             what became of one accused in a court case
    everything else    `records`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from icjs_gateway.model.case.facts import WITHDRAWN, Members
from icjs_gateway.model.case.records import RECORDS, SECTIONS_KEPT, day, said
from icjs_gateway.model.case.stays import entry
from icjs_gateway.model.content import Event, declared
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.payloads.arrest import Accused
from icjs_gateway.model.payloads.bail import Bail
from icjs_gateway.model.payloads.court_case import AccusedResult, CourtCaseData
from icjs_gateway.model.payloads.custody import Custody, Production, Warrant
from icjs_gateway.model.payloads.fir import Fir
from icjs_gateway.model.payloads.hearing import Hearing
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.payloads.process import Process
from icjs_gateway.model.payloads.release import Release
from icjs_gateway.model.payloads.remand import Remand

RECALL = "RECALL"
RECALLED = "recalled"
"""The mark that a process was recalled. It was issued all the same, where `withdrawn` says that it never was."""

NUMBERED = "process/id/"
"""How the key of a process begins that has a number of its own."""


class Thing(NamedTuple):
    """A key within its kind, and the members told."""

    key: str
    members: Members


def verb_of(event: Event) -> str:
    return event.type.split(".")[2]


def noun_of(event: Event) -> str:
    return EVENT_TYPES[event.type].noun


def thing_of(event: Event) -> Thing:
    """What a case keeps of an event."""
    noun = noun_of(event)
    told = getattr(event.data, noun)
    key, members = _READINGS[noun](told, event)
    recalls = declared(told, "type") == RECALL or verb_of(event) == "recalled"
    mark = RECALLED if recalls else WITHDRAWN
    members[mark] = (verb_of(event) == "withdrawn") is (mark == WITHDRAWN)
    return Thing(key, members)


def _fir(fir: Fir, event: Event) -> tuple[str, Members]:
    station = fir.police_station
    key = FirKey(station.state, station.code, int(fir.number), fir.year)
    sections = tuple(fir.acts_sections[:SECTIONS_KEPT])
    parent = fir.parent_fir
    came_from = (
        FirKey(parent.state or station.state, parent.police_station_code, int(parent.number), parent.year)
        if parent is not None and parent.police_station_code is not None
        else None
    )
    return str(key), said(
        kind=fir.kind,
        registered_at=fir.registered_at.isoformat(),
        district=station.district,
        sections=sections,
        parent=str(came_from) if came_from is not None else None,
    )


def _hearing(hearing: Hearing, event: Event) -> tuple[str, Members]:
    following = hearing.next
    return f"{_court(event)}/{hearing.hearing_id}", said(
        cnr=event.data.case.cnr,
        listed_on=hearing.listed_on,
        held=hearing.held,
        purpose=hearing.purpose,
        next_on=following.on if following else None,
        next_purpose=following.purpose if following else None,
    )


def _bail(bail: Bail, event: Event) -> tuple[str, Members]:
    return f"bail/{bail.authority}/{_occasion(bail, event)}", said(
        ordered_on=bail.ordered_on,
        decision=bail.decision,
        kind=bail.kind,
        sureties=bail.sureties,
        bond_accepted=bail.bond_accepted,
        jail=bail.jail,
    )


def _remand(remand: Remand, event: Event) -> tuple[str, Members]:
    return f"remand/{_occasion(remand, event)}", said(
        ordered_on=remand.ordered_on, custody=remand.custody, until=remand.until, jail=remand.jail
    )


def _process(process: Process, event: Event) -> tuple[str, Members]:
    """A recall is no process of its own: it is a mark on the one it names, and may be taken back like any other."""
    occasion = _occasion(process, event)
    id_ = process.process_id
    key = f"{NUMBERED}{id_}" if id_ is not None else f"process/at/{occasion}/{process.type or ''}"
    return key, said(
        ordered_on=process.ordered_on,
        occasion=occasion,
        type=process.type if process.type != RECALL else None,
        returnable_on=process.returnable_on,
    )


def _occasion(ordered: Ordered, event: Event) -> str:
    return f"{_court(event)}/{ordered.hearing_id or ordered.ordered_on.isoformat()}"


def _court(event: Event) -> str:
    establishment: str = getattr(event.data, "court").establishment  # noqa: B009  (every one of a court's events has it)
    return establishment


def _warrant(noun: str, order: Warrant | Release, event: Event) -> str:
    """The key of an order to a jail."""
    if order.process_id is not None:
        return f"{noun}/id/{order.process_id}"
    return f"{noun}/at/{_court(event)}/{order.hearing_id or order.ordered_on}"


def _custody(custody: Custody, event: Event) -> tuple[str, Members]:
    return _warrant("custody", custody, event), said(
        ordered_on=custody.ordered_on,
        type=custody.type if custody.type != RECALL else None,
        court=_court(event),
        custody=custody.custody,
        until=custody.until,
        jail=custody.jail,
        status=custody.custody_status,
    )


def _production(production: Production, event: Event) -> tuple[str, Members]:
    return _warrant("production", production, event), said(
        ordered_on=production.ordered_on,
        produce_on=production.produce_on,
        before=production.produce_before or _court(event),
        jail=production.jail,
    )


def _release(release: Release, event: Event) -> tuple[str, Members]:
    """A jail's refusal is a thing of its own: it says nothing of the order, which stands."""
    refused = release.not_complied
    if refused is None:
        ordered = said(ordered_on=release.ordered_on, ground=release.ground, jail=release.jail)
        return _warrant("release", release, event), ordered
    prison = release.prison.code if release.prison is not None else None
    on = day(refused.at)
    return f"refusal/{prison or ''}/{on}", said(
        on=on, reason=refused.reason, ordered_on=release.ordered_on, other_firs=refused.other_firs
    )


def _accused(accused: Accused, event: Event) -> tuple[str, Members]:
    if accused.arrest is not None:
        on, station = day(accused.arrest.at), accused.station.code if accused.station is not None else None
        return f"arrest/{on}", said(
            on=on, kind=accused.arrest.kind, produced_before=accused.arrest.produced_before, station=station
        )
    return "accused/", said(on=accused.on, change=accused.change)


def results_of(event: Event) -> list[tuple[AccusedResult, Thing]]:
    """What a court case tells of each accused, as facts of these persons."""
    if not isinstance(event.data, CourtCaseData):
        return []
    court_case, found = event.data.court_case, []
    on = court_case.disposal.on if court_case.disposal is not None else None
    for accused in court_case.accused or ():
        if accused.result is not None:
            members = said(on=on, result=accused.result, sentences=accused.sentences)
            members[WITHDRAWN] = verb_of(event) == "withdrawn"
            found.append((accused, Thing(f"result/{event.data.case.cnr or _court(event)}", members)))
    return found


_READINGS: dict[str, Callable[[Any, Event], tuple[str, Members]]] = {
    "fir": _fir,
    "hearing": _hearing,
    "bail": _bail,
    "remand": _remand,
    "warrant": _process,
    "process": _process,
    "custody": _custody,
    "production": _production,
    "release": _release,
    "accused": _accused,
    "inmate": entry,
    **RECORDS,
}
"""By noun."""
