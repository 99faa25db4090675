"""What a laboratory found (BNSS 329): `icjs.lab-report.*`."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.coded import Coded, LanguageText
from icjs_gateway.model.payloads.court import InlineOrder
from icjs_gateway.model.payloads.laboratory import Examiner, Laboratory
from icjs_gateway.model.text import Token


class Opinion(Canonical):
    """The opinion on one exhibit."""

    exhibit_id: Token | None = None
    division: Token | None = None
    result: Coded | None = None
    text: LanguageText | None = None


class LabReport(Canonical):
    """A report: INTERIM, FINAL or SUPPLEMENTARY. Its file, digest and detached signature are in `document`."""

    number: Token
    lab_case_number: Token
    laboratory: Laboratory
    kind: Token
    issued_on: date
    opinions: tuple[Opinion, ...] | None = None
    examiners: tuple[Examiner, ...] | None = None
    document: InlineOrder | None = None


class LabReportData(EventData):
    """`data` of a laboratory's report."""

    lab_report: LabReport
