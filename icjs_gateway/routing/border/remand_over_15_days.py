"""REMAND-OVER-15-DAYS: custody was authorised for longer than fifteen days at a time (BNSS 187).

The jail keeps whom the warrant tells it to keep, so the remand goes on; the court is told, for a date typed wrongly
keeps a person in. Counted from the day of the order to the last day of custody.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.remand import RemandData
from icjs_gateway.routing.messages import Record

CODE = "REMAND-OVER-15-DAYS"
DAYS_MAX = 15


def judge(message: Record, case: Case) -> Finding | None:
    for event in message.content.events:
        if not isinstance(event.data, RemandData) or event.type.endswith(".withdrawn.v1"):
            continue
        remand = event.data.remand
        if remand.until is not None and (remand.until - remand.ordered_on).days > DAYS_MAX:
            return Finding(
                code=CODE,
                severity=Severity.WARN,
                path="remand.until",
                expected=f"at most {DAYS_MAX} days after {remand.ordered_on.isoformat()}",
                found=remand.until.isoformat(),
                hint="custody is authorised for at most fifteen days at a time (BNSS 187)",
            )
    return None
