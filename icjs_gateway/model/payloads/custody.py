"""Orders to a jail to hold or to produce somebody: `icjs.custody.*`, `icjs.production.*`. Liberty traffic."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.identifiers import ProcessId
from icjs_gateway.model.payloads.bail import Provision
from icjs_gateway.model.payloads.court import CourtEventData, InlineOrder
from icjs_gateway.model.payloads.court_case import Sentence
from icjs_gateway.model.payloads.jail import Jail
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.text import Token

CUSTODY_WARRANT = "CUSTODY_WARRANT"
"""The `type` of an order to hold somebody on remand."""
CONVICTION_WARRANT = "CONVICTION_WARRANT"
"""The `type` of an order to hold somebody for a sentence."""


class Warrant(Ordered):
    """Base of an order to a jail, by its own number, with the state of custody in this case only.

    `type` RECALL takes an earlier one back, by its number."""

    type: Token | None = None
    process_id: ProcessId | None = None
    jail: Jail | None = None
    custody_status: Token | None = None
    order: InlineOrder | None = None
    replaced_by: Token | None = None
    """The event, by its id, that takes the place of an order which turned out to be about somebody else."""


class Custody(Warrant):
    """Hold this person: on remand until a day, or on conviction for a term. `type` is CUSTODY_WARRANT or
    CONVICTION_WARRANT."""

    custody: Token | None = None
    until: date | None = None
    sections: tuple[Provision, ...] | None = None
    sentences: tuple[Sentence, ...] | None = None


class CustodyData(CourtEventData):
    """`data` of a custody order."""

    custody: Custody


class Production(Warrant):
    """Produce this person before a court on a day, in person or by video."""

    produce_on: date | None = None
    produce_before: Token | None = None
    """Establishment of the court, where it is another than the one that orders."""
    mode: Token | None = None


class ProductionData(CourtEventData):
    """`data` of a production order."""

    production: Production
