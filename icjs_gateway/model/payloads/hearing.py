"""What happened at a hearing: `icjs.hearing.*`.

Bail, remand and process of the same hearing are events of their own and not in here: they decide whether a person
sits in jail, and travel in their own lane.
"""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.payloads.coded import Coded, LanguageText
from icjs_gateway.model.payloads.court import CourtEventData, SignedOrder
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.text import Text, Token


class Charge(Canonical):
    """A charge and what became of it. `action` is WITHDRAW when an earlier statement of it is taken back."""

    act: Text | None = None
    section: Text | None = None
    status: Token | None = None
    action: Token | None = None


class HearingAccused(Party):
    """An accused at the hearing."""

    appearance: Token | None = None
    charges: tuple[Charge, ...] | None = None
    plea: Token | None = None


class Witness(Canonical):
    """A witness by number; names are not told."""

    serial: Token | None = None
    status: Token | None = None


class Adjournment(Canonical):
    """Why the hearing was put off, and who asked for it."""

    reason: Coded | None = None
    sought_by: Token | None = None


class NextHearing(Canonical):
    """When the case is listed next, and what for."""

    on: date | None = None
    purpose: Coded | None = None


class Hearing(Canonical):
    """One listing of a case before a court on one day. `held` is false when the court did not sit."""

    hearing_id: Token
    listed_on: date
    held: bool
    purpose: Coded | None = None
    business: LanguageText | None = None
    accused: tuple[HearingAccused, ...] | None = None
    witnesses: tuple[Witness, ...] | None = None
    adjournment: Adjournment | None = None
    next: NextHearing | None = None
    order: SignedOrder | None = None


class HearingData(CourtEventData):
    """`data` of a hearing event."""

    hearing: Hearing
