"""A draft charge sheet before the prosecution: `icjs.charge-sheet.*`."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.coded import LanguageText
from icjs_gateway.model.text import Text, Token


class Objection(Canonical):
    """What is missing or wrong, by code and words."""

    code: Token
    text: LanguageText | None = None


class Prosecutor(Canonical):
    """A public prosecutor and office."""

    name: Text | None = None
    designation: Text | None = None
    office: Token | None = None


class Scrutiny(Canonical):
    """One round. `outcome` is OBJECTED, RETURNED or APPROVED."""

    scrutiny_id: Token
    round: int | None = None
    draft_number: Token | None = None
    outcome: Token
    on: date
    objections: tuple[Objection, ...] | None = None
    prosecutor: Prosecutor | None = None
    remarks: Text | None = None


class ScrutinyData(EventData):
    """`data` of a scrutiny."""

    charge_sheet: Scrutiny
