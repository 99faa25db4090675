"""GROUNDS-NOT-COMMUNICATED: an arrest whose grounds were not told to the person arrested.

The law wants them told at once (Constitution, article 22(1); BNSS 47). The arrest is recorded all the same: the court
that remands is who judges it, and the station is told now, while it can still be mended.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.arrest import AccusedData
from icjs_gateway.routing.messages import Record

CODE = "GROUNDS-NOT-COMMUNICATED"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, AccusedData) or main.type.endswith(".withdrawn.v1"):
        return None
    arrest = main.data.accused.arrest
    if arrest is None or arrest.grounds_communicated is not False:
        return None
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path="accused.arrest.grounds_communicated",
        expected="true",
        found="false",
        hint="tell the person the grounds of the arrest, and correct this report (BNSS 47)",
    )
