"""A case before a court: taken on file, and disposed of (IIF-VI): `icjs.court-case.*`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.model.payloads.bail import Provision
from icjs_gateway.model.payloads.coded import Coded, Money
from icjs_gateway.model.payloads.court import CourtEventData, InlineOrder
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.text import Text, Token


class Sentence(Canonical):
    """One part of a sentence: imprisonment, fine, life, death."""

    kind: Token
    years: int | None = None
    months: int | None = None
    days: int | None = None
    fine: Money | None = None
    default_term_days: int | None = None
    concurrent: bool | None = None
    set_off_days: int | None = None


class AccusedResult(Party):
    """What became of one accused: CONVICTED, ACQUITTED, DISCHARGED and the like; criminal results are per accused."""

    result: Token | None = None
    provisions: tuple[Provision, ...] | None = None
    sentences: tuple[Sentence, ...] | None = None
    on_bail: bool | None = None
    reason: Text | None = None


class PropertyOrder(Canonical):
    """What is to be done with property of the case."""

    serial: Token | None = None
    description: Text | None = None
    disposal: Token


class Disposal(Canonical):
    """A judgment, or another end of the case before this court. `nature` is kept as coded there."""

    on: date
    nature: Coded | None = None
    appeal_until: date | None = None
    property_orders: tuple[PropertyOrder, ...] | None = None
    remarks: Text | None = None
    order: InlineOrder | None = None


class CourtCase(Canonical):
    """The court's own numbers, the report it rests on, and its end when it has one.

    `role` is what the CNR is for: the trial of the case, or remand, bail, a writ or an appeal beside it. `from_cnr` is
    the CNR from which the case came, by committal, transfer, split or remand back.
    """

    role: Literal["TRIAL", "REMAND", "BAIL", "WRIT", "APPEAL"] | None = None
    from_cnr: Cnr | None = None
    from_cnr_raw: Text | None = None
    filing_number: Token | None = None
    filed_on: date | None = None
    registered_on: date | None = None
    report_number: Token | None = None
    """Of the charge sheet that was consumed."""
    taken_on: date | None = None
    """When it was taken on file: consumed."""
    next_on: date | None = None
    next_purpose: Coded | None = None
    provisions: tuple[Provision, ...] | None = None
    accused: tuple[AccusedResult, ...] | None = None
    disposal: Disposal | None = None


class CourtCaseData(CourtEventData):
    """`data` of a court case."""

    court_case: CourtCase
