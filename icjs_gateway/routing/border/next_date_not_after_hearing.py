"""NEXT-DATE-NOT-AFTER-HEARING: the next date is the day of the hearing itself, or before it.

Custody, production and witnesses are planned by the next date; one that has passed plans nothing.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.routing.messages import Record

CODE = "NEXT-DATE-NOT-AFTER-HEARING"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, HearingData) or main.type.endswith(".withdrawn.v1"):
        return None
    hearing = main.data.hearing
    next_on = hearing.next.on if hearing.next is not None else None
    if next_on is None or next_on > hearing.listed_on:
        return None
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path="hearing.next.on",
        expected=f"a day after {hearing.listed_on.isoformat()}",
        found=next_on.isoformat(),
        hint="the next date does not lie after the hearing",
    )
