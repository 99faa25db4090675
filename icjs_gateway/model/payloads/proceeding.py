"""A proceeding changes: cognizance, committal, transfer, split, clubbing, stay, quashing: `icjs.proceeding.*`."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.model.payloads.bail import Provision
from icjs_gateway.model.payloads.court import CourtEventData, InlineOrder
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.text import Text, Token


class RelatedProceeding(Canonical):
    """Another proceeding that the change names: what was split off, clubbed with, committed or transferred to."""

    cnr: Cnr | None = None
    cnr_raw: Text | None = None
    establishment: Token | None = None
    registration_number: Text | None = None


class Proceeding(Canonical):
    """One change. `accused` are those to whom it applies; none named means all of them."""

    kind: Token
    on: date
    until: date | None = None
    """Of a stay."""
    to: tuple[RelatedProceeding, ...] | None = None
    accused: tuple[Party, ...] | None = None
    provisions: tuple[Provision, ...] | None = None
    reason: Text | None = None
    order: InlineOrder | None = None


class ProceedingData(CourtEventData):
    """`data` of a change of proceeding."""

    proceeding: Proceeding
