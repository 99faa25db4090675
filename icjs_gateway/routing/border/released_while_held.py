"""RELEASED-WHILE-HELD: a jail says that it let somebody out, and names a case that still holds the same person.

Either the release or the hold is wrong, and in both cases somebody has to look today. The word of the jail goes on: it
is liberty traffic, and what happened has happened.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.inmate import InmateData
from icjs_gateway.routing.messages import Record

CODE = "RELEASED-WHILE-HELD"
_HOLDS = "IN_CUSTODY"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, InmateData) or main.data.inmate.kind != "RELEASE":
        return None
    if main.type.endswith(".withdrawn.v1"):
        return None
    for index, hold in enumerate(main.data.inmate.holds or ()):
        if hold.custody_status == _HOLDS:
            return Finding(
                code=CODE,
                severity=Severity.WARN,
                path=f"inmate.holds[{index}].custody_status",
                expected="no case that holds who was released",
                found=_HOLDS,
                hint="was the person released, or is this case the reason why not (NotReleased, OTHER_CASE)?",
            )
    return None
