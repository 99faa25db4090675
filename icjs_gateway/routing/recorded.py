"""Events as they are recorded: with an id, their case, and the data that recipients are shown before disclosure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic_core import from_json

from icjs_gateway.model.content import CaseReference, Event
from icjs_gateway.model.event_types import payload_of
from icjs_gateway.routing.lane_names import is_liberty
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.places import NOWHERE, Places


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An event with its id and, unless parked, its case. `data` is what recipients are shown before disclosure;
    `person` names the one accused within the case whom an order is about."""

    event_id: str
    type: str
    occurred_at: datetime
    case_id: str | None
    data: bytes
    person: str | None = None
    places: Places = NOWHERE

    @property
    def liberty(self) -> bool:
        return is_liberty(self.type)


def case_member(written: bytes) -> bytes:
    """As `data` begins: the case is its first member."""
    return b'{"case":' + written


def said_length(told: CaseReference) -> int:
    """How many bytes of an event's JSON say which case its message is about."""
    return len(case_member(told.model_dump_json(exclude_none=True).encode()))


def told_again(event_type: str, occurred_at: datetime, data: bytes) -> Event:
    """An event as its message told it, from what was recorded of it: without what recording added."""
    told = from_json(data)
    told.pop("supersedes", None)
    told["case"].pop("id", None)
    return Event(type=event_type, occurred_at=occurred_at, data=payload_of(event_type).model_validate(told))


def spliced(event: Event, begins: bytes, said: int | None = None) -> bytes:
    """An event's JSON with the case as the record knows it in place of the case as it names it itself, in so many bytes
    where that is known."""
    return begins + event.json[said_length(event.data.case) if said is None else said :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An event of the gateway's own, and to whom it is owed."""

    event: RecordedEvent
    owed: tuple[Owed, ...]
