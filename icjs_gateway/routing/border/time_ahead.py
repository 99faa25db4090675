"""TIME-AHEAD: a message bears an instant that is later than the moment at which it was received.

A clock that is a few minutes fast does no harm. What is later than that counts as of its receipt: otherwise the word of
a wrong year would win over every later one. The sender is warned. What is more than a day ahead, and neither frees nor
holds anybody, waits for a person: somebody's clock or form is wrong, and nobody knows which day was meant. It does not
wait while the clock that is wrong is the gateway's own (`clock_jump`). Planned days (a next hearing, a remand until)
are no instants of the message and are not looked at; nor is the day of a hearing, which has a rule of its own.
"""

from __future__ import annotations

from datetime import timedelta

from icjs_gateway.model.case import AHEAD_AT_MOST, Case
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.routing.messages import Record

CODE = "TIME-AHEAD"
HELD_FROM = timedelta(hours=24)


def judge(message: Record, case: Case) -> Finding | None:
    received_at, recorded_at = message.envelope.received_at, message.content.recorded_at
    main = message.content.events[0]
    happened_at = main.occurred_at if not isinstance(main.data, HearingData) else None
    latest = max((at for at in (recorded_at, happened_at) if at is not None), default=received_at)
    if latest <= received_at + AHEAD_AT_MOST:
        return None
    return Finding(
        code=CODE,
        severity=Severity.HOLD if latest > received_at + HELD_FROM else Severity.WARN,
        path="recorded_at" if latest == recorded_at else "occurred_at",
        expected=f"an instant not after {rfc3339(received_at)}",
        found=rfc3339(latest),
        hint="the clock or the year is wrong; the message counts as of the moment at which it was received",
    )
