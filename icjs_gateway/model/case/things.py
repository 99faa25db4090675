"""Of which thing an event tells, and what of it is worth keeping.

A thing has a key that every telling of it shares, so that a correction finds what it corrects:

    FIR                (State, station, number, year)
    hearing            court and hearing id
    bail               authority, court, and hearing id or day: the notice and the signed order are kept apart, and read
                       as one where day, kind and decision agree
    remand             court, and hearing id or day
    warrant, process   process id; else court, hearing id or day, and type
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from icjs_gateway.model.case.facts import WITHDRAWN, Members
from icjs_gateway.model.content import Canonical, Event, declared
from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.payloads.bail import Bail
from icjs_gateway.model.payloads.fir import Fir
from icjs_gateway.model.payloads.hearing import Hearing
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.payloads.process import Process
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
    return event.type.split(".")[1]


def thing_of(event: Event) -> Thing:
    """What a case keeps of an event."""
    noun = noun_of(event)
    told = getattr(event.data, noun)
    key, members = _READINGS[noun](told, event)
    mark = RECALLED if declared(told, "type") == RECALL else WITHDRAWN
    members[mark] = (verb_of(event) == "withdrawn") is (mark == WITHDRAWN)
    return Thing(key, members)


def _fir(fir: Fir, event: Event) -> tuple[str, Members]:
    station = fir.police_station
    key = FirKey(station.state, station.code, int(fir.number), fir.year)
    return str(key), {"kind": fir.kind, "registered_at": fir.registered_at.isoformat()}


def _hearing(hearing: Hearing, event: Event) -> tuple[str, Members]:
    following = hearing.next
    return f"{_court(event)}/{hearing.hearing_id}", _said(
        cnr=event.data.case.cnr,
        listed_on=hearing.listed_on,
        held=hearing.held,
        purpose=hearing.purpose,
        next_on=following.on if following else None,
        next_purpose=following.purpose if following else None,
    )


def _bail(bail: Bail, event: Event) -> tuple[str, Members]:
    return f"bail/{bail.authority}/{_occasion(bail, event)}", _said(
        ordered_on=bail.ordered_on, decision=bail.decision, kind=bail.kind, sureties=bail.sureties, jail=bail.jail
    )


def _remand(remand: Remand, event: Event) -> tuple[str, Members]:
    return f"remand/{_occasion(remand, event)}", _said(
        ordered_on=remand.ordered_on, custody=remand.custody, until=remand.until, jail=remand.jail
    )


def _process(process: Process, event: Event) -> tuple[str, Members]:
    """A recall is no process of its own: it is a mark on the one it names, and may be taken back like any other."""
    occasion = _occasion(process, event)
    id_ = process.process_id
    key = f"{NUMBERED}{id_}" if id_ is not None else f"process/at/{occasion}/{process.type or ''}"
    return key, _said(
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


def _said(**members: Any) -> Members:
    return {name: _plain(value) for name, value in members.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, Canonical) else value


_READINGS: dict[str, Callable[[Any, Event], tuple[str, Members]]] = {
    "fir": _fir,
    "hearing": _hearing,
    "bail": _bail,
    "remand": _remand,
    "warrant": _process,
    "process": _process,
}
"""By noun."""
