"""What words about one person share: whom they are about; and of orders, the hearing they were made at."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.payloads.described import Described
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.text import Token


class AboutOne(Canonical):
    """Base of what is told about exactly one accused."""

    accused: Party


class AboutOneDescribed(AboutOne):
    """The same, by who sees the person and describes them: the police at an arrest, a jail at admission."""

    accused: Described


class Ordered(AboutOne):
    """Base of an order made about one accused. `ordered_on` is the day the hearing was listed for."""

    hearing_id: Token | None = None
    ordered_on: date
