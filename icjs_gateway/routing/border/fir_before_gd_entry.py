"""FIR-BEFORE-GD-ENTRY: a FIR rests on a general diary entry, and cannot be older than it.

Found by the audit of CCTNS in Odisha in at least 412 FIRs (CAG, 2025): the diary was written up afterwards.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.messages import Record

CODE = "FIR-BEFORE-GD-ENTRY"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, FirData) or main.type.endswith(".withdrawn.v1"):
        return None
    fir = main.data.fir
    entered_at = fir.gd_entry.at if fir.gd_entry is not None else None
    if entered_at is None or entered_at <= fir.registered_at:
        return None
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path="fir.gd_entry.at",
        expected="not after fir.registered_at",
        found=entered_at.isoformat(),
        hint="the FIR was registered before the diary entry that it rests on",
    )
