"""What orders about one person share: whom they are about, and the hearing they were made at."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.payloads.coded import Token
from icjs_gateway.model.payloads.party import Party


class Ordered(Canonical):
    """Base of an order made about one accused. `ordered_on` is the day the hearing was listed for."""

    accused: Party
    hearing_id: Token | None = None
    ordered_on: date
