"""HEARING-BEFORE-FIR: the case was listed before its FIR was registered.

Usually a date or a FIR number typed wrongly; possible all the same (bail sought in anticipation, a Zero FIR that was
registered again where it belongs), so it is never more than said. Where a case has several FIRs the first one counts.
"""

from __future__ import annotations

from datetime import datetime

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import known, stands
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.instants import IST
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.routing.messages import Record

CODE = "HEARING-BEFORE-FIR"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, HearingData) or main.type.endswith(".withdrawn.v1"):
        return None
    listed_on = main.data.hearing.listed_on
    registered = [known(fact)["registered_at"] for fact in case.registrations.values() if stands(fact)]
    days = [datetime.fromisoformat(each).astimezone(IST).date() for each in registered]
    if not days or listed_on >= min(days):
        return None
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path="hearing.listed_on",
        expected="a day on or after the one on which the FIR was registered",
        found=listed_on.isoformat(),
        hint="the case was listed before its FIR was registered; is it the right FIR?",
    )
