"""The courts, laboratories and stations that an event itself names, whatever its case says: where it is meant to go.

A charge sheet goes to the court before which it is filed, which has given it no CNR yet; an exhibit to its laboratory;
anticipatory bail to the station that would make the arrest, before there is any FIR.
"""

from __future__ import annotations

from dataclasses import replace

from icjs_gateway.model.content import Event, declared
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.names.districts import spellings_of
from icjs_gateway.model.payloads.arrest import Accused
from icjs_gateway.model.payloads.bail import ANTICIPATORY, BailData
from icjs_gateway.model.payloads.court import Court
from icjs_gateway.model.payloads.custody import Production
from icjs_gateway.model.payloads.final_report import FinalReport
from icjs_gateway.model.payloads.fir import PoliceStation
from icjs_gateway.model.payloads.proceeding import Proceeding
from icjs_gateway.routing.recipients import Addressed


def with_places(addressed: Addressed, event: Event) -> Addressed:
    """What filters look at, with the places that the event names."""
    told = getattr(event.data, EVENT_TYPES[event.type].noun)
    laboratory = declared(told, "laboratory")
    named = laboratory.code if laboratory is not None else None
    return replace(
        addressed,
        courts=tuple({*addressed.courts, *_courts(event, told)}),
        laboratories=(named,) if named is not None else (),
    )


def feared_at(event: Event) -> PoliceStation | None:
    """The station where the arrest is feared, of anticipatory bail (BNSS 482) that names one."""
    bail = event.data.bail if isinstance(event.data, BailData) else None
    return bail.station if bail is not None and bail.kind == ANTICIPATORY else None


def with_station(addressed: Addressed, event: Event) -> Addressed:
    """What filters look at, with the station where an arrest is feared, before there is any FIR: afterwards its station
    would make the arrest."""
    station = feared_at(event) if not addressed.firs else None
    if station is None:
        return addressed
    district = spellings_of(station.district, station.state) if station.district is not None else ()
    return replace(
        addressed,
        stations=tuple({*addressed.stations, station.code}),
        districts=tuple({*addressed.districts, *district}),
        states=tuple({*addressed.states, station.state}),
    )


def named_courts(event: Event) -> tuple[str, ...]:
    """The establishments that an event names, but for that of its own CNR, which the case tells."""
    cnr = event.data.case.cnr
    found = _courts(event, getattr(event.data, EVENT_TYPES[event.type].noun))
    if cnr is not None:
        found.discard(cnr[:6])
    return tuple(sorted(found))


_NAME_COURTS = frozenset({"final_report", "accused", "production", "proceeding"})
"""What is told in events that may name another court than the one that speaks."""


def _courts(event: Event, told: object) -> set[str]:
    """Establishments: who speaks, before whom something is filed, surrendered or produced, where a case goes."""
    speaks = declared(event.data, "court")
    found = {speaks.establishment if isinstance(speaks, Court) else None}
    match told if EVENT_TYPES[event.type].noun in _NAME_COURTS else None:
        case FinalReport(court=court):
            found.add(court)
        case Accused(arrest=arrest) if arrest is not None:
            found |= {arrest.surrendered_to, arrest.produced_before}
        case Production(produce_before=court):
            found.add(court)
        case Proceeding(to=others):
            found.update(other.establishment or (other.cnr[:6] if other.cnr else None) for other in others or ())
        case _:
            pass
    return {court for court in found if court is not None}
