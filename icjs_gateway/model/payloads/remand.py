"""Remand to custody: `icjs.remand.*`. Liberty traffic."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.payloads.court import CourtEventData
from icjs_gateway.model.payloads.jail import Jail
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.text import Token


class Remand(Ordered):
    """Custody, until when, and where."""

    custody: Token | None = None
    until: date | None = None
    jail: Jail | None = None


class RemandData(CourtEventData):
    """`data` of a remand event."""

    remand: Remand
