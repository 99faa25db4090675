"""Every canonical event type there is: its noun, the shape of its data, and whether it is liberty traffic.

Liberty traffic decides whether a person sits in jail tonight; it is a property of the type, so that nobody has to
look inside an event to know how fast it must travel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from icjs_gateway.model.content import Canonical, Event, EventData
from icjs_gateway.model.payloads.alert import AlertData
from icjs_gateway.model.payloads.arrest import AccusedData
from icjs_gateway.model.payloads.bail import BailData
from icjs_gateway.model.payloads.charges import ChargesData
from icjs_gateway.model.payloads.claim import ClaimData
from icjs_gateway.model.payloads.court_case import CourtCaseData
from icjs_gateway.model.payloads.custody import CustodyData, ProductionData
from icjs_gateway.model.payloads.exhibit import ExhibitData
from icjs_gateway.model.payloads.final_report import FinalReportData
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.model.payloads.inmate import InmateData
from icjs_gateway.model.payloads.investigation import InvestigationData
from icjs_gateway.model.payloads.lab_case import LabCaseData
from icjs_gateway.model.payloads.lab_report import LabReportData
from icjs_gateway.model.payloads.labels import LabelsData
from icjs_gateway.model.payloads.message import MessageData
from icjs_gateway.model.payloads.order import LinkedOrder, OrderData
from icjs_gateway.model.payloads.ordered import AboutOne
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.payloads.proceeding import ProceedingData
from icjs_gateway.model.payloads.process import ProcessData, WarrantData
from icjs_gateway.model.payloads.release import ReleaseData
from icjs_gateway.model.payloads.remand import RemandData
from icjs_gateway.model.payloads.scrutiny import ScrutinyData
from icjs_gateway.model.payloads.seizure import SeizureData
from icjs_gateway.model.payloads.voided import VoidedData


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type. `noun` is the name of the member of `data` that holds what it tells (`court_case` of
    `icjs.court-case.disposed.v1`); only a void has no such member, and no case."""

    name: str
    noun: str
    verb: str
    payload: type[Canonical]
    liberty: bool
    is_about_one: bool = field(init=False)
    """Whether what it tells is about one person, its `accused`."""

    def __post_init__(self) -> None:
        told = self.payload.model_fields.get(self.noun)
        shape = told.annotation if told is not None else None
        is_about_one = isinstance(shape, type) and issubclass(shape, AboutOne | LinkedOrder)
        object.__setattr__(self, "is_about_one", is_about_one)


_CORRECTIONS = ("amended", "withdrawn")

_NOUNS: tuple[tuple[str, tuple[str, ...], type[EventData]], ...] = (
    ("fir", ("registered",), FirData),
    ("accused", ("arrested", "added", "dropped"), AccusedData),
    ("charges", ("altered",), ChargesData),
    ("investigation", ("transferred",), InvestigationData),
    ("property", ("seized",), SeizureData),
    ("exhibit", ("forwarded", "rejected"), ExhibitData),
    ("lab-case", ("registered",), LabCaseData),
    ("lab-report", ("issued",), LabReportData),
    ("charge-sheet", ("scrutinised",), ScrutinyData),
    ("final-report", ("filed",), FinalReportData),
    ("court-case", ("registered", "disposed"), CourtCaseData),
    ("proceeding", ("changed",), ProceedingData),
    ("hearing", ("recorded",), HearingData),
    ("bail", ("ordered",), BailData),
    ("remand", ("ordered",), RemandData),
    ("custody", ("ordered", "recalled"), CustodyData),
    ("production", ("ordered", "recalled"), ProductionData),
    ("release", ("ordered", "recalled", "not-complied"), ReleaseData),
    ("warrant", ("issued", "recalled"), WarrantData),
    ("process", ("issued",), ProcessData),
    ("inmate", ("admitted", "moved", "released"), InmateData),
)
"""By the word that types use, what happens to it, and the shape of its data. The catalogue of exchanges names them."""

_LIBERTY = frozenset({"bail", "remand", "custody", "production", "release", "warrant"})
"""Whose every event is liberty traffic."""

_LIBERTY_BESIDE = frozenset({"icjs.inmate.released.v1", "icjs.inmate.amended.v1", "icjs.inmate.withdrawn.v1"})
"""That somebody was let out, and the correction of a jail's word, which may be of that."""


def _types() -> dict[str, EventType]:
    found = {}
    for word, verbs, payload in _NOUNS:
        for verb in (*verbs, *_CORRECTIONS):
            name = f"icjs.{word}.{verb}.v1"
            liberty = word in _LIBERTY or name in _LIBERTY_BESIDE
            noun = word.replace("-", "_")
            found[name] = EventType(name=name, noun=noun, verb=verb, payload=payload, liberty=liberty)
    return found


SETTLED = "icjs.message.settled.v1"
"""The gateway's own word to a sender: its parked message was linked or dismissed."""

ORDER_LINKED = "icjs.order.linked.v1"
"""The gateway's own word to a jail: the order that reached it unlinked belongs to this case."""

VOIDED = "icjs.delivery.voided.v1"
"""The gateway's own word to a recipient: what would have this position does not come."""

LABELLED = "icjs.case.labelled.v1"
"""The gateway's own word to whoever holds data of a case: its labels changed."""

ALERTED = "icjs.alert.raised.v1"
"""The gateway's own word to court, jail and supervising police: what decides over a person's liberty went wrong."""

CLAIM_WITHDRAWN = "icjs.claim.withdrawn.v1"
"""The gateway's own word to whoever was told of a case: these events are not the case's."""

GATEWAYS_OWN = frozenset({SETTLED, ORDER_LINKED, VOIDED, LABELLED, ALERTED, CLAIM_WITHDRAWN})
"""What the gateway tells by itself: no contract writes it, and nobody corrects it."""

EVENT_TYPES: dict[str, EventType] = _types() | {
    SETTLED: EventType(name=SETTLED, noun="message", verb="settled", payload=MessageData, liberty=False),
    ORDER_LINKED: EventType(name=ORDER_LINKED, noun="order", verb="linked", payload=OrderData, liberty=True),
    VOIDED: EventType(name=VOIDED, noun="delivery", verb="voided", payload=VoidedData, liberty=False),
    LABELLED: EventType(name=LABELLED, noun="case", verb="labelled", payload=LabelsData, liberty=False),
    ALERTED: EventType(name=ALERTED, noun="alert", verb="raised", payload=AlertData, liberty=True),
    CLAIM_WITHDRAWN: EventType(name=CLAIM_WITHDRAWN, noun="claim", verb="withdrawn", payload=ClaimData, liberty=False),
}
"""By name. `amended` and `withdrawn` correct what was said before; what the gateway itself tells is never corrected."""


def person_of(event: Event) -> Party | None:
    """The one person an event is about; None for what is about a case or about several."""
    kind = EVENT_TYPES[event.type]
    person: Party | None = getattr(event.data, kind.noun).accused if kind.is_about_one else None
    return person


def payload_of(event_type: str) -> type[EventData]:
    """The shape of what is told of a case. Raises KeyError for a void, which tells of none."""
    payload = EVENT_TYPES[event_type].payload
    if not issubclass(payload, EventData):
        raise KeyError(event_type)
    return payload


def revived(event_type: str, occurred_at: datetime, data: bytes) -> Event:
    """An event from its stored JSON, validated by the canonical model again."""
    told = payload_of(event_type).model_validate_json(data)
    return Event(type=event_type, occurred_at=occurred_at, data=told, read_from=data)
