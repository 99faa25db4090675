"""REMAND-OVER-15-DAYS: custody was authorised for longer than fifteen days at a time (BNSS 187).

The jail keeps whom the warrant tells it to keep, so the remand goes on; the court is told, for a date typed wrongly
keeps a person in. Counted from the day of the order to the last day of custody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Event
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.custody import CUSTODY_WARRANT, CustodyData
from icjs_gateway.model.payloads.remand import RemandData
from icjs_gateway.routing.messages import Record

CODE = "REMAND-OVER-15-DAYS"
DAYS_MAX = 15


def judge(message: Record, case: Case) -> Finding | None:
    return over(
        message, DAYS_MAX, code=CODE, hint="custody is authorised for at most fifteen days at a time (BNSS 187)"
    )


def over(message: Record, days: int, *, code: str, hint: str) -> Finding | None:
    """A warning of the first custody that a message authorises for more than so many days; what it takes back counts
    for nothing."""
    terms = (
        term for event in message.content.events if not event.type.endswith(".withdrawn.v1") for term in _terms(event)
    )
    for path, ordered_on, until in terms:
        if (until - ordered_on).days > days:
            return Finding(
                code=code,
                severity=Severity.WARN,
                path=path,
                expected=f"at most {days} days after {ordered_on.isoformat()}",
                found=until.isoformat(),
                hint=hint,
            )
    return None


def _terms(event: Event) -> Iterator[tuple[str, date, date]]:
    """(where it stands, first day, last day) of the custody that a remand, or a warrant on remand, authorises."""
    data = event.data
    if isinstance(data, RemandData) and data.remand.until is not None:
        yield "remand.until", data.remand.ordered_on, data.remand.until
    warrant = data.custody if isinstance(data, CustodyData) and data.custody.type == CUSTODY_WARRANT else None
    if warrant is not None and warrant.until is not None:
        yield "custody.until", warrant.ordered_on, warrant.until
