"""What the record shows to those who ask: a case as it stands, and an inmate. The shapes that disclosure classifies.

A view is read from the snapshot of a case and told by nobody; every member of it stands in a field class
(`contracts/canonical/disclosure.yaml`), as every member of an event does.
"""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.payloads.coded import Coded
from icjs_gateway.model.payloads.party import Relative


class FirShown(Canonical):
    """A FIR by its key, as it was named."""

    state: str | None = None
    district: str | None = None
    police_station_code: str | None = None
    police_station: str | None = None
    number: str
    year: int


class SectionShown(Canonical):
    """A provision as entered."""

    act: str | None = None
    section: str


class JailShown(Canonical):
    """A jail."""

    code: str | None = None
    name: str | None = None


class NextHearingShown(Canonical):
    """When a case comes up next. `purpose` is a code; words stand beside it where no list knows them."""

    on: date
    purpose: str | None = None
    purpose_text: str | None = None
    court: str | None = None


class BailShown(Canonical):
    """The decision on bail that stands."""

    decision: str
    kind: str | None = None
    ordered_on: date
    sureties: int | None = None
    bond_accepted: bool | None = None


class ReleaseShown(Canonical):
    """The order to release that stands."""

    ordered_on: date | None = None
    ground: str | None = None


class ResultShown(Canonical):
    """What became of an accused before a court."""

    result: str
    on: date | None = None


class HoldShown(Canonical):
    """A case of an inmate. Without `case_id` the gateway knows it from the jail alone."""

    case_id: str | None = None
    fir: FirShown | None = None
    clubbed_firs: tuple[str, ...] | None = None
    cnrs: tuple[str, ...] = ()
    accused_serial: str | None = None
    sections: tuple[SectionShown, ...] = ()
    next_hearing: NextHearingShown | None = None
    remand_until: date | None = None
    bail: BailShown | None = None
    release_order: ReleaseShown | None = None
    result: ResultShown | None = None
    holds_release: bool
    reason: str | None = None


class InmateStatus(Canonical):
    """Somebody who is, or was, in custody. `identified_by` is the weakest thing that joins their cases."""

    pid: str | None = None
    ptn: str | None = None
    name: str | None = None
    relative: Relative | None = None
    identified_by: str
    jail: JailShown | None = None
    category: str | None = None
    in_custody: bool
    custody_by: str | None = None
    away: str | None = None
    admitted_on: date | None = None
    released_on: date | None = None
    cases: tuple[HoldShown, ...] = ()
    releasable: bool
    why_not: tuple[str, ...] = ()


class EdgeShown(Canonical):
    """A FIR and a proceeding that belong together, and how that is known."""

    fir: str
    cnr: str
    method: str


class ProceedingShown(Canonical):
    """A proceeding, by the court's own numbers, and its next date."""

    cnr: str
    court: str
    case_type: str | None = None
    registration_number: str | None = None
    last_listed_on: date | None = None
    next_hearing: NextHearingShown | None = None


class RemandShown(Canonical):
    """The remand that stands."""

    custody: str | None = None
    until: date | None = None
    ordered_on: date


class WarrantShown(Canonical):
    """A warrant that is out."""

    type: str
    process_id: str | None = None
    ordered_on: date
    returnable_on: date | None = None


class PersonShown(Canonical):
    """An accused of a case."""

    serial: str | None = None
    court_party: str | None = None
    pid: str | None = None
    ptn: str | None = None
    name: str | None = None
    relative: Relative | None = None
    in_custody: bool
    jail: JailShown | None = None
    category: str | None = None
    admitted_on: date | None = None
    bail: BailShown | None = None
    remand: RemandShown | None = None
    release_order: ReleaseShown | None = None
    warrants: tuple[WarrantShown, ...] = ()
    result: ResultShown | None = None
    holds_release: bool


class RecordShown(Canonical):
    """Something that the case keeps of a report, an exhibit, a court case. Which members there are goes by its kind."""

    on: date | None = None
    number: str | None = None
    kind: str | None = None
    court: str | None = None
    cnr: str | None = None


class ReportShown(RecordShown):
    """A final report, or a round of scrutiny of its draft."""

    outcome: str | None = None
    objections: int | None = None


class LabRecordShown(RecordShown):
    """What went to a laboratory, and what came back."""

    laboratory: str | None = None
    lab_case: str | None = None
    exhibits: int | None = None
    rejected: str | None = None


class CourtRecordShown(RecordShown):
    """A case as taken on file and disposed of, or what became of a proceeding."""

    filing_number: str | None = None
    disposed_on: date | None = None
    nature: Coded | None = None
    until: date | None = None


class InvestigationShown(RecordShown):
    """Who investigates since when."""

    station: str | None = None
    agency: str | None = None


class RecordsShown(Canonical):
    """By what they are; the newest of each."""

    property: tuple[RecordShown, ...] = ()
    investigation: tuple[InvestigationShown, ...] = ()
    exhibit: tuple[LabRecordShown, ...] = ()
    lab_case: tuple[LabRecordShown, ...] = ()
    lab_report: tuple[LabRecordShown, ...] = ()
    charge_sheet: tuple[ReportShown, ...] = ()
    final_report: tuple[ReportShown, ...] = ()
    court_case: tuple[CourtRecordShown, ...] = ()
    proceeding: tuple[CourtRecordShown, ...] = ()


class CaseRecord(Canonical):
    """A case as it stands."""

    id: str
    status: str
    labels: tuple[str, ...] = ()
    firs: tuple[FirShown, ...] = ()
    cnrs: tuple[str, ...] = ()
    edges: tuple[EdgeShown, ...] = ()
    sections: tuple[SectionShown, ...] = ()
    proceedings: tuple[ProceedingShown, ...] = ()
    next_hearing: NextHearingShown | None = None
    persons: tuple[PersonShown, ...] = ()
    records: RecordsShown = RecordsShown()


class InmateStatusView(Canonical):
    """As `data` of an event has one member beside its case."""

    inmate_status: InmateStatus


class CaseRecordView(Canonical):
    """The same of a case."""

    case_record: CaseRecord


VIEWS: dict[str, type[Canonical]] = {"inmate_status": InmateStatusView, "case_record": CaseRecordView}
"""By the word that disclosure uses."""
