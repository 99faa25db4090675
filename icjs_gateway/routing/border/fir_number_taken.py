"""FIR-NUMBER-TAKEN: this FIR was registered before, by a message that said something else.

A running number is given once a station and year. Two different registrations under one number would be folded into
one case, and the accused of one would be those of the other: so a person looks first. A repeat says the same, and a
correction says that it is one; neither is held. A number that was taken back is free again.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import stands
from icjs_gateway.model.case.things import thing_of
from icjs_gateway.model.content import Action
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.fir import FirData
from icjs_gateway.routing.messages import Record

CODE = "FIR-NUMBER-TAKEN"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, FirData) or message.content.action is not Action.NEW:
        return None
    registered = case.registrations.get(thing_of(main).key, ())
    told_by = {content_hash for (*_, content_hash), _ in registered}
    if not stands(registered) or message.content_hash in told_by:
        return None
    return Finding(
        code=CODE,
        severity=Severity.HOLD,
        path="fir.number",
        expected="a FIR number that is not registered yet, or a correction (AMEND) of the FIR that has it",
        found=main.data.fir.number,
        hint="this FIR was registered with other content; a person will look at it",
    )
