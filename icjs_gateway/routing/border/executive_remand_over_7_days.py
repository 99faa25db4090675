"""EXECUTIVE-REMAND-OVER-7-DAYS: an executive Magistrate authorised custody for longer than seven days (BNSS 187(6)).

Whether a Magistrate is an executive one is known by the row in the directory of places. The remand goes on as it is;
the sender is told, and what the gateway says of the inmate ends the custody after seven days.
"""

from __future__ import annotations

from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.routing.authority.places import CourtKind
from icjs_gateway.routing.border.remand_over_15_days import over
from icjs_gateway.routing.messages import Record

CODE = "EXECUTIVE-REMAND-OVER-7-DAYS"
DAYS_MAX = 7


def judge(message: Record, court: CourtKind) -> Finding | None:
    found = over(message, DAYS_MAX) if court is CourtKind.EXECUTIVE_MAGISTRATE else None
    if found is None:
        return None
    path, ordered_on, until = found
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path=path,
        expected=f"at most {DAYS_MAX} days after {ordered_on.isoformat()}",
        found=until.isoformat(),
        hint="an executive Magistrate authorises custody for at most seven days (BNSS 187(6)); "
        "produce the accused before a judicial Magistrate by then",
    )
