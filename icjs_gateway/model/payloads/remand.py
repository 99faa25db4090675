"""Remand to custody: `icjs.remand.*`. Liberty traffic."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.payloads.coded import Token
from icjs_gateway.model.payloads.court import CourtEventData
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.text import Text


class Jail(Canonical):
    """A jail by its code and name."""

    code: Token | None = None
    name: Text | None = None


class Remand(Ordered):
    """Custody, until when, and where."""

    custody: Token | None = None
    until: date | None = None
    jail: Jail | None = None


class RemandData(CourtEventData):
    """`data` of a remand event."""

    remand: Remand
