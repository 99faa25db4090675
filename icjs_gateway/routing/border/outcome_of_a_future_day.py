"""OUTCOME-OF-A-FUTURE-DAY: a hearing is told as held on a day that has not come.

What has not happened has no outcome: it is a cause list sent as one, or a clock that is wrong, and the court is told.
A day that is more than a year away is a slip of the year, and whoever acted on it would do so at a wrong time: a person
looks at it. Days are Indian civil days, and today is the day on which the message was received.
"""

from __future__ import annotations

from datetime import timedelta

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.instants import IST
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.routing.messages import Record

CODE = "OUTCOME-OF-A-FUTURE-DAY"
HELD_FROM = timedelta(days=366)


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, HearingData) or main.type.endswith(".withdrawn.v1"):
        return None
    hearing = main.data.hearing
    today = message.envelope.received_at.astimezone(IST).date()
    if not hearing.held or hearing.listed_on <= today:
        return None
    return Finding(
        code=CODE,
        severity=Severity.HOLD if hearing.listed_on - today >= HELD_FROM else Severity.WARN,
        path="hearing.listed_on",
        expected=f"a day not after {today.isoformat()}, or held false",
        found=hearing.listed_on.isoformat(),
        hint="a hearing was told as held on a day that has not come; correct it, unless a clock is wrong",
    )
