"""Who investigates: to another officer, station or agency: `icjs.investigation.*`."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.identifiers import StateCode, StationCode
from icjs_gateway.model.payloads.fir import Officer
from icjs_gateway.model.text import Text, Token


class Investigator(Canonical):
    """A station or an agency, and its officer."""

    state: StateCode | None = None
    station_code: StationCode | None = None
    station: Text | None = None
    agency: Token | None = None
    """CBI, NIA, a State's own agency: by its code."""
    officer: Officer | None = None


class Investigation(Canonical):
    """A transfer. `kind` is OFFICER, STATION, STATE_AGENCY, CBI, NIA or OTHER."""

    kind: Token
    on: date
    given_by: Investigator | None = None
    given_to: Investigator
    order_reference: Text | None = None
    reason: Text | None = None


class InvestigationData(EventData):
    """`data` of a transfer of investigation."""

    investigation: Investigation
