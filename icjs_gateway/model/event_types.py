"""Every canonical event type there is: its noun, the shape of its data, and whether it is liberty traffic.

Liberty traffic decides whether a person sits in jail tonight; it is a property of the type, so that nobody has to
look inside an event to know how fast it must travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icjs_gateway.model.content import Canonical, Event, EventData
from icjs_gateway.model.payloads.bail import BailData
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.model.payloads.labels import LabelsData
from icjs_gateway.model.payloads.message import MessageData
from icjs_gateway.model.payloads.order import LinkedOrder, OrderData
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.payloads.process import ProcessData, WarrantData
from icjs_gateway.model.payloads.remand import RemandData
from icjs_gateway.model.payloads.voided import VoidedData


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type. `noun` is also the name of the member of `data` that holds what it tells; only a void has no such
    member, and no case."""

    name: str
    noun: str
    verb: str
    payload: type[Canonical]
    liberty: bool


_NOUNS: tuple[tuple[str, tuple[str, ...], type[EventData], bool], ...] = (
    ("fir", ("registered",), FirData, False),
    ("hearing", ("recorded",), HearingData, False),
    ("bail", ("ordered",), BailData, True),
    ("remand", ("ordered",), RemandData, True),
    ("warrant", ("issued", "recalled"), WarrantData, True),
    ("process", ("issued",), ProcessData, False),
)

SETTLED = "icjs.message.settled.v1"
"""The gateway's own word to a sender: its parked message was linked or dismissed."""

ORDER_LINKED = "icjs.order.linked.v1"
"""The gateway's own word to a jail: the order that reached it unlinked belongs to this case."""

VOIDED = "icjs.delivery.voided.v1"
"""The gateway's own word to a recipient: what would have this position does not come."""

LABELLED = "icjs.case.labelled.v1"
"""The gateway's own word to whoever holds data of a case: its labels changed."""

GATEWAYS_OWN = frozenset({SETTLED, ORDER_LINKED, VOIDED, LABELLED})
"""What the gateway tells by itself: no contract writes it, and nobody corrects it."""

EVENT_TYPES: dict[str, EventType] = {
    f"icjs.{noun}.{verb}.v1": EventType(
        name=f"icjs.{noun}.{verb}.v1", noun=noun, verb=verb, payload=payload, liberty=liberty
    )
    for noun, verbs, payload, liberty in _NOUNS
    for verb in (*verbs, "amended", "withdrawn")
} | {
    SETTLED: EventType(name=SETTLED, noun="message", verb="settled", payload=MessageData, liberty=False),
    ORDER_LINKED: EventType(name=ORDER_LINKED, noun="order", verb="linked", payload=OrderData, liberty=True),
    VOIDED: EventType(name=VOIDED, noun="delivery", verb="voided", payload=VoidedData, liberty=False),
    LABELLED: EventType(name=LABELLED, noun="case", verb="labelled", payload=LabelsData, liberty=False),
}
"""By name. `amended` and `withdrawn` correct what was said before; what the gateway itself tells is never corrected."""


def person_of(event: Event) -> Party | None:
    """The one person an event is about; None for what is about a case or about several."""
    told = getattr(event.data, EVENT_TYPES[event.type].noun)
    return told.accused if isinstance(told, Ordered | LinkedOrder) else None


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
