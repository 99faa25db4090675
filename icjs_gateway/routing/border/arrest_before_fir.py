"""ARREST-BEFORE-FIR: the case's FIR was registered after the arrest that was made in it.

Lawful in a few cases (a private person's arrest, one by the general diary before the FIR is drawn up), so it is never
more than said; usually a date or a FIR number typed wrongly. Where a case has several FIRs the first one counts.
"""

from __future__ import annotations

from datetime import datetime

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import known, stands
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.arrest import AccusedData
from icjs_gateway.routing.messages import Record

CODE = "ARREST-BEFORE-FIR"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, AccusedData) or main.type.endswith(".withdrawn.v1"):
        return None
    arrest = main.data.accused.arrest
    registered = [known(fact)["registered_at"] for fact in case.registrations.values() if stands(fact)]
    instants = [datetime.fromisoformat(each) for each in registered]
    if arrest is None or not instants or arrest.at >= min(instants):
        return None
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path="accused.arrest.at",
        expected="an instant after the registration of the FIR",
        found=arrest.at.isoformat(),
        hint="the FIR was registered after this arrest; is it the right FIR, and the right day?",
    )
