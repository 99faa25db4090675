"""Provisions of a case under investigation, added, altered or dropped: `icjs.charges.*`."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.fir import ActSection, Officer
from icjs_gateway.model.text import Text


class Charges(Canonical):
    """A change of the provisions. One that was altered stands under `dropped` and, as it is now, under `added`."""

    on: date
    added: tuple[ActSection, ...] | None = None
    dropped: tuple[ActSection, ...] | None = None
    reason: Text | None = None
    officer: Officer | None = None


class ChargesData(EventData):
    """`data` of a change of charges."""

    charges: Charges
