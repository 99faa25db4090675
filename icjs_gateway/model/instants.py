"""Instants and civil dates.

Instants are timezone-aware UTC and end in `_at`; civil dates are Indian Standard Time and end in `_on`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")


def start_of_day(on: date) -> datetime:
    """The instant at which a civil date begins in India."""
    return datetime.combine(on, time.min, IST).astimezone(UTC)


def rfc3339(at: datetime) -> str:
    """`2026-11-20T11:12:11.482Z`: UTC, milliseconds, dropped when zero."""
    written = at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return written.removesuffix(".000") + "Z"
