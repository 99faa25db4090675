"""CHARGE-SHEET-ACCUSED-UNKNOWN: a final report names an accused by a number that nobody in the case has.

Somebody whom the investigation found late is told by a change of the case first; otherwise the number is usually
another's. Where nobody in the case has a number yet there is nothing to compare.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.persons import numbers_within, scopes
from icjs_gateway.model.content import Action
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.final_report import FinalReportData
from icjs_gateway.routing.messages import Record

CODE = "CHARGE-SHEET-ACCUSED-UNKNOWN"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, FinalReportData) or message.content.action is Action.WITHDRAW:
        return None
    told = message.content.case
    within = scopes(told, message.envelope.home_state)
    known = {number for person in case.persons for number in person.numbers}
    # Serials of other FIRs or proceedings of the case say nothing of this one's.
    if not any(number[0] in within for number in known):
        return None
    for index, accused in enumerate(main.data.final_report.accused or ()):
        numbers = numbers_within(accused, within, told)
        if numbers and known.isdisjoint(numbers):
            return Finding(
                code=CODE,
                severity=Severity.WARN,
                path=f"final_report.accused[{index}].serial",
                found=accused.serial,
                hint="nobody in the case has this number; tell who was added to the accused first",
            )
    return None
