"""What fills the place of a delivery that had to stop: `icjs.delivery.voided.v1`. It holds nothing of any case."""

from __future__ import annotations

from enum import StrEnum

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.text import Text


class VoidReason(StrEnum):
    """Why a delivery that had its place came to nothing."""

    SUPERSEDED = "SUPERSEDED"
    """A correction took its place."""
    WITHDRAWN = "WITHDRAWN"
    LABELLED = "LABELLED"
    """The case got a label that hides it."""
    WITHHELD = "WITHHELD"
    """The recipient may not see it any more."""
    UNDELIVERABLE = "UNDELIVERABLE"
    """The recipient did not take it in time. It is kept, and a person can have it sent again."""


class VoidedData(Canonical):
    """`data` of `icjs.delivery.voided.v1`: the event, by its id, that does not come under this position."""

    voids: Text
    reason: VoidReason
