"""What an investigation ends with (IIF-V, BNSS 193): `icjs.final-report.*`."""

from __future__ import annotations

from datetime import date, datetime

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.coded import DecimalText, LanguageText
from icjs_gateway.model.payloads.court import InlineOrder
from icjs_gateway.model.payloads.described import Described
from icjs_gateway.model.payloads.fir import ActSection, Officer
from icjs_gateway.model.payloads.party import Relative
from icjs_gateway.model.text import Text, Token


class ReportedAccused(Described):
    """An accused in the report. `status`: in custody, on bail, absconding and the like; `charge_sheeted` is false for
    a suspect against whom nothing is brought, with the reason."""

    charge_sheeted: bool | None = None
    status: Token | None = None
    sections: tuple[ActSection, ...] | None = None
    arrested_on: date | None = None
    bailed_on: date | None = None
    forwarded_on: date | None = None
    provisional_criminal_number: Token | None = None
    previous_convictions: Text | None = None
    reason: Text | None = None


class ReportWitness(Canonical):
    """A witness whom the report names."""

    serial: Token | None = None
    name: Text | None = None
    local_name: LanguageText | None = None
    relative: Relative | None = None
    address: Text | None = None
    phone: Text | None = None
    evidence: Token | None = None
    """Eye witness, panch, formal, expert, investigating officer."""


class ReliedProperty(Canonical):
    """Property that the report relies on."""

    serial: Token | None = None
    category: Token | None = None
    description: Text | None = None
    register_number: Token | None = None
    recovered_from: Text | None = None
    estimated_value: DecimalText | None = None
    disposal: Token | None = None


class FinalReport(Canonical):
    """A charge sheet, a supplementary one, or a closure report. `kind` says which (CHARGE_SHEET, FR_FALSE ...)."""

    number: Token
    icjs_number: Token | None = None
    kind: Token
    filed_at: datetime
    supplements: Token | None = None
    """Number of the report that a supplementary one adds to."""
    court: Token | None = None
    """Establishment before which it is filed."""
    sections: tuple[ActSection, ...] | None = None
    accused: tuple[ReportedAccused, ...] | None = None
    witnesses: tuple[ReportWitness, ...] | None = None
    properties: tuple[ReliedProperty, ...] | None = None
    laboratory_result: Text | None = None
    facts: LanguageText | None = None
    reason: Text | None = None
    """Why nobody is charged."""
    informant_told_on: date | None = None
    officer: Officer | None = None
    forwarded_by: Officer | None = None
    document: InlineOrder | None = None


class FinalReportData(EventData):
    """`data` of a final report."""

    final_report: FinalReport
