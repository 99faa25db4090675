"""Consumption: a court takes a charge sheet over into its own system, and says so. Pure.

    delivered ──► ready, in the court's list ──► consumed (filing number) ──► CNR, to everyone who holds the FIR

A court says that it consumed a delivery by `POST /v1/deliveries/{id}/consumed`, or by registering the case: a case that
rests on a report was consumed with that report. What stays unconsumed is a queue that people see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from icjs_gateway.model.content import Event
from icjs_gateway.model.payloads.court_case import CourtCaseData
from icjs_gateway.routing.progress import Consumed

REPORTS = ("icjs.final-report.filed.v1", "icjs.final-report.amended.v1")
"""Event types that a court consumes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """A court registered a case: what it was sent of that report, or of every report of the case where it names none,
    is consumed under the filing number."""

    case_id: str
    partner_id: str
    report_number: str | None
    step: Consumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconsumed:
    """A report that a court has and has not consumed."""

    delivery_id: str
    case_id: str
    report_number: str
    subscription_id: str
    delivered_at: datetime


def consumptions(events: Iterable[Event], case_id: str, partner_id: str) -> Iterator[Consumption]:
    """What the events of one message say was consumed."""
    for event in events:
        if not isinstance(event.data, CourtCaseData) or event.type.endswith(".withdrawn.v1"):
            continue
        told = event.data.court_case
        if told.filing_number is not None or told.taken_on is not None or event.data.case.cnr is not None:
            number = told.filing_number or event.data.case.cnr
            yield Consumption(
                case_id=case_id,
                partner_id=partner_id,
                report_number=told.report_number,
                step=Consumed(at=event.occurred_at, number=number),
            )
