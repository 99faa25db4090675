"""What order is kept within: the name of an event's lane.

A regular lane is a case. A liberty event travels in a lane of its own, one accused of the case wide, so that an order
which frees or holds a person waits behind nothing but earlier orders about the same person. Names are given when an
event is recorded and never change after.
"""

from __future__ import annotations

import hashlib

from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import EVENT_TYPES, person_of


def is_liberty(event_type: str) -> bool:
    """Whether an event type decides if a person sits in jail tonight."""
    return EVENT_TYPES[event_type].liberty


def lane_of(event: Event, case_id: str) -> str:
    """`case-01J...`, or `case-01J.../A2` for a liberty event. A name never stands in a lane's name, only its digest."""
    if not is_liberty(event.type):
        return case_id
    person = person_of(event)
    if person is None:
        return f"{case_id}/liberty"
    number = person.serial or person.court_party or person.pid
    return f"{case_id}/{number or hashlib.sha256((person.name or '').encode()).hexdigest()[:12]}"
