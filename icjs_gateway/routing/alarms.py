"""Alarms: what a person has to look at tonight, because somebody's liberty hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlarmCode(StrEnum):
    """Why a person is alerted."""

    LIBERTY_UNDELIVERED = "LIBERTY_UNDELIVERED"
    """A recipient does not have an order that frees or holds a person, a quarter of an hour after it was owed."""
    JAIL_NOT_SERVED = "JAIL_NOT_SERVED"
    """An order names a jail for which no system has subscribed: somebody has to bring it there."""
    ORDER_CORRECTED_AFTER_ACTION = "ORDER_CORRECTED_AFTER_ACTION"
    """An order was taken back after its recipient had acted on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCount:
    """How many alarms of a code were ever raised, and how many stand."""

    raised: int
    standing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm. `subject` is what it is about, once a code; `place` the jail or the subscription concerned."""

    code: AlarmCode
    subject: str
    raised_at: datetime
    case_id: str | None = None
    event_id: str | None = None
    place: str | None = None
