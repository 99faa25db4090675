"""Superseding: which earlier orders about a person does a later one take back? Pure.

A GRANTED that its recipient does not have yet must not arrive after the CANCELLED that undid it. What takes back:

    .amended, .withdrawn     the same thing as told before: the same warrant, or the same sort of order of that hearing
                             or day, by the same authority
    bail CANCELLED           every GRANTED and MODIFIED before it, notice or order
    warrant .recalled        the warrant of that process id; of a recall without one, those without one

A refusal, a remand or a new grant takes nothing back: it is the next thing that happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import EVENT_TYPES

_CANCELLABLE = ("GRANTED", "MODIFIED")
_TAKES_BACK = ("amended", "withdrawn", "recalled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A liberty event about one person as it was recorded: its id, its type, and what it tells."""

    event_id: str
    type: str
    told: Mapping[str, Any]

    @property
    def noun(self) -> str:
        return EVENT_TYPES[self.type].noun

    @property
    def word(self) -> str:
        """The noun as types spell it."""
        return self.type.split(".")[1]

    @property
    def verb(self) -> str:
        return EVENT_TYPES[self.type].verb


def order_of(event_id: str, event: Event) -> Order:
    """A liberty event as it will be recorded under this id."""
    told = getattr(event.data, EVENT_TYPES[event.type].noun)
    return Order(event_id=event_id, type=event.type, told=told.model_dump(mode="json", exclude_none=True))


def asks_or_takes_back(event_type: str) -> bool:
    """Whether events of a type may ask something of their recipient, or take back what was told: worth a look."""
    known = EVENT_TYPES[event_type]
    return known.noun in ("bail", "release") or known.verb in _TAKES_BACK


def may_take_back(order: Order) -> bool:
    """Whether an event of this kind takes anything back at all: then it is worth looking for what."""
    return order.verb in _TAKES_BACK or _cancels(order)


def takes_back(newer: Order, older: Order) -> bool:
    """Whether the newer one undoes the older one, about the same person of the same case."""
    if newer.event_id == older.event_id or newer.noun != older.noun or older.verb in ("withdrawn", "recalled"):
        return False
    if _cancels(newer) and is_cancellable(older):
        return True
    if newer.verb == "recalled":
        return newer.told.get("process_id") == older.told.get("process_id")
    return newer.verb in _TAKES_BACK and _is_same(newer.told, older.told)


def is_cancellable(order: Order) -> bool:
    """Whether a cancellation undoes this: bail that was granted or modified."""
    return order.noun == "bail" and order.verb != "withdrawn" and order.told.get("decision") in _CANCELLABLE


def _cancels(order: Order) -> bool:
    return order.noun == "bail" and order.verb != "withdrawn" and order.told.get("decision") == "CANCELLED"


def _is_same(newer: Mapping[str, Any], older: Mapping[str, Any]) -> bool:
    """The same thing, told again: by its process id, else by authority and the hearing, or the day, it was ordered."""
    if newer.get("process_id") is not None and older.get("process_id") is not None:
        return bool(newer["process_id"] == older["process_id"])
    if newer.get("authority") != older.get("authority"):
        return False
    by = "hearing_id" if newer.get("hearing_id") is not None and older.get("hearing_id") is not None else "ordered_on"
    return bool(newer.get(by) == older.get(by))
