"""What a case keeps of everything that is about the case and not about one person: reports, exhibits, proceedings.

A record is a fact like any other, by a key of its own, and small: numbers, days and kinds, never words or names. Its
member `on` is the day by which the newest are kept.

    charges, investigation     day
    property                   memo
    exhibit                    laboratory and forwarding note: what was rejected of it is told of the same
    lab-case, lab-report       laboratory and number
    charge-sheet               scrutiny and round
    final-report               number
    court-case                 CNR, else court and filing number: registered and disposed of are told of the same, and
                               `registered` is false where the registration was taken back
    proceeding                 proceeding, kind and day
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from icjs_gateway.model.case.facts import Fact, Members, known, newest, stands
from icjs_gateway.model.content import Canonical, Event
from icjs_gateway.model.instants import IST
from icjs_gateway.model.payloads.charges import Charges
from icjs_gateway.model.payloads.court_case import CourtCase
from icjs_gateway.model.payloads.exhibit import Forwarding
from icjs_gateway.model.payloads.final_report import FinalReport
from icjs_gateway.model.payloads.investigation import Investigation
from icjs_gateway.model.payloads.lab_case import LabCase
from icjs_gateway.model.payloads.lab_report import LabReport
from icjs_gateway.model.payloads.laboratory import Laboratory
from icjs_gateway.model.payloads.proceeding import Proceeding
from icjs_gateway.model.payloads.scrutiny import Scrutiny
from icjs_gateway.model.payloads.seizure import Seizure

RECORDS_KEPT = 8
"""Of each kind, in one case."""

SECTIONS_KEPT = 20
"""Of each FIR, and of each change of its charges."""

Reading = tuple[str, Members]
"""A key that begins with the noun, and the members told."""


def said(**members: Any) -> Members:
    """Members in JSON's own types; what is not said is no member."""
    return {name: plain(value) for name, value in members.items() if value is not None}


def plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, Canonical) else value


def day(at: datetime | None) -> date | None:
    """The civil day of an instant, in India."""
    return None if at is None else at.astimezone(IST).date()


def kept(records: dict[str, Fact], added: str) -> dict[str, Fact]:
    """The newest of the kind of record that was added, and all others."""
    kind = f"{added.partition('/')[0]}/"
    same = {key: fact for key, fact in records.items() if key.startswith(kind)}
    if len(same) <= RECORDS_KEPT:
        return records
    stay = newest(same, by="on", at_most=RECORDS_KEPT)
    return {key: fact for key, fact in records.items() if key in stay or key not in same}


def filed_before(records: Mapping[str, Fact]) -> frozenset[str]:
    """The courts before which final reports are filed that stand."""
    return frozenset(
        known(fact)["court"]
        for key, fact in records.items()
        if key.startswith("final-report/") and stands(fact) and "court" in known(fact)
    )


def _charges(told: Charges, event: Event) -> Reading:
    added, dropped = told.added or (), told.dropped or ()
    return f"charges/{told.on}", said(on=told.on, added=added[:SECTIONS_KEPT], dropped=dropped[:SECTIONS_KEPT])


def _investigation(told: Investigation, event: Event) -> Reading:
    to = told.given_to
    return f"investigation/{told.on}", said(on=told.on, kind=told.kind, station=to.station_code, agency=to.agency)


def _property(told: Seizure, event: Event) -> Reading:
    return f"property/{told.memo_number}", said(on=day(told.seized_at), things=len(told.properties or ()))


def _exhibit(told: Forwarding, event: Event) -> Reading:
    rejection = told.rejection
    return f"exhibit/{_of(told.laboratory)}/{told.forwarding_number}", said(
        on=day(told.forwarded_at or (rejection.at if rejection is not None else None)),
        laboratory=told.laboratory.code,
        exhibits=len(told.exhibits) if told.exhibits and rejection is None else None,
        rejected=rejection.reason if rejection is not None else None,
    )


def _lab_case(told: LabCase, event: Event) -> Reading:
    return f"lab-case/{_of(told.laboratory)}/{told.number}", said(
        on=day(told.received_at),
        number=told.number,
        laboratory=told.laboratory.code,
        forwarding_number=told.forwarding_number,
    )


def _lab_report(told: LabReport, event: Event) -> Reading:
    return f"lab-report/{_of(told.laboratory)}/{told.number}", said(
        on=told.issued_on, kind=told.kind, lab_case=told.lab_case_number, laboratory=told.laboratory.code
    )


def _charge_sheet(told: Scrutiny, event: Event) -> Reading:
    return f"charge-sheet/{told.scrutiny_id}/{told.round or 1}", said(
        on=told.on, round=told.round, outcome=told.outcome, objections=len(told.objections or ())
    )


def _final_report(told: FinalReport, event: Event) -> Reading:
    return f"final-report/{told.number}", said(on=day(told.filed_at), kind=told.kind, court=told.court)


def _court_case(told: CourtCase, event: Event) -> Reading:
    court: str = getattr(event.data, "court").establishment  # noqa: B009  (every one of a court's events has it)
    cnr, disposal = event.data.case.cnr, told.disposal
    registered = not event.type.endswith(".withdrawn.v1") if disposal is None else None
    return f"court-case/{cnr or f'{court}:{told.filing_number or chr(63)}'}", said(
        on=told.taken_on or told.registered_on or told.filed_on or (disposal.on if disposal is not None else None),
        cnr=cnr,
        role=told.role,
        from_cnr=told.from_cnr,
        court=court,
        filing_number=told.filing_number,
        report_number=told.report_number,
        next_on=told.next_on,
        disposed_on=disposal.on if disposal is not None else None,
        nature=disposal.nature if disposal is not None else None,
        registered=registered,
    )


def _proceeding(told: Proceeding, event: Event) -> Reading:
    to = tuple(each.cnr for each in told.to or () if each.cnr is not None)
    return f"proceeding/{event.data.case.cnr or ''}/{told.kind}/{told.on}", said(
        on=told.on, kind=told.kind, until=told.until, cnr=event.data.case.cnr, to=to or None
    )


def number_of(key: str, members: Members) -> str | None:
    """The number of a record as its author writes it, whole: Indian numbers hold slashes themselves (`CS-44/2026`).
    None for a kind that has no number in its key."""
    kind, _, rest = key.partition("/")
    if kind in ("property", "final-report"):
        return rest
    if kind == "charge-sheet":
        return rest.rpartition("/")[0]
    if kind in ("exhibit", "lab-case", "lab-report"):
        laboratory = members.get("laboratory")
        return rest.removeprefix(f"{laboratory}/") if laboratory is not None else rest.partition("/")[2]
    return None


def _of(laboratory: Laboratory) -> str:
    """A laboratory within a key: by its code, else by its name, in which a slash is no end of it."""
    return laboratory.code or (laboratory.name or "").replace("/", "%2F")


RECORDS: Mapping[str, Callable[[Any, Event], Reading]] = {
    "charges": _charges,
    "investigation": _investigation,
    "property": _property,
    "exhibit": _exhibit,
    "lab_case": _lab_case,
    "lab_report": _lab_report,
    "charge_sheet": _charge_sheet,
    "final_report": _final_report,
    "court_case": _court_case,
    "proceeding": _proceeding,
}
"""By noun."""
