"""EXECUTIVE-REMAND-OVER-7-DAYS: an executive Magistrate authorised custody for longer than seven days (BNSS 187(6)).

Whether a Magistrate is an executive one is known by the row in the directory of places. The remand goes on as it is;
the sender is told, and what the gateway says of the inmate ends the custody after seven days.
"""

from __future__ import annotations

from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.authority.places import CourtKind
from icjs_gateway.routing.border.remand_over_15_days import over
from icjs_gateway.routing.messages import Record

CODE = "EXECUTIVE-REMAND-OVER-7-DAYS"
DAYS_MAX = 7


def judge(message: Record, court: CourtKind) -> Finding | None:
    if court is not CourtKind.EXECUTIVE_MAGISTRATE:
        return None
    hint = (
        "an executive Magistrate authorises custody for at most seven days (BNSS 187(6)); "
        "produce the accused before a judicial Magistrate by then"
    )
    return over(message, DAYS_MAX, code=CODE, hint=hint)
