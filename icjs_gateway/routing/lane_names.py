"""What order is kept within: the name of an event's lane.

A regular lane is a case. A liberty event travels in a lane of its own, one accused of the case wide, so that an order
which frees or holds a person waits behind nothing but earlier orders about the same person, by whatever number they
name that person. Names are given when the first such event is recorded, are kept with the person, and never change:
persons who turn out to be one go on in one lane, and what was owed in the other stays there.
"""

from __future__ import annotations

import hashlib

from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import EVENT_TYPES, person_of


def is_liberty(event_type: str) -> bool:
    """Whether an event type decides if a person sits in jail tonight."""
    return EVENT_TYPES[event_type].liberty


def own_number(event: Event) -> str:
    """By which a person's lane is named when the first liberty event about that person comes. A name never stands in
    a lane's name, only its digest."""
    person = person_of(event)
    if person is None:
        return "liberty"
    number = person.serial or person.court_party or person.pid
    return number or hashlib.sha256((person.name or "").encode()).hexdigest()[:12]


_UNVERIFIED = "unverified~"
"""No number of a person begins so."""
UNVERIFIED_LANES = f"/{_UNVERIFIED}%"
"""What follows a case's id in such a lane, as SQL compares it."""


def unverified_lane(case_id: str, person: str) -> str:
    """The lane of a person's orders to a jail that has the person by the record of another case alone."""
    return f"{case_id}/{_UNVERIFIED}{person}"


def is_unverified(lane: str, case_id: str | None) -> bool:
    """Whether what travels in this lane goes to a jail whose record has nothing to do with the case."""
    return case_id is not None and lane.startswith(f"{case_id}/{_UNVERIFIED}")
