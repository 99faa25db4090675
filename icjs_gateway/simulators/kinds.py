"""The words of the proof: kinds of violations and of events, a receiver as a witness, an event as it was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.jail_dues import NO_JAIL, Due
from icjs_gateway.simulators.ledgers import Arrival, Sent

VOIDED = "icjs.delivery.voided."
ALERT = "icjs.alert.raised."
LINKED = "icjs.order.linked."

GATEWAYS_OWN = (
    "icjs.message.settled.",
    LINKED,
    VOIDED,
    "icjs.case.snapshot.",
    "icjs.case.labelled.",
    ALERT,
    "icjs.deadline.",
)
"""Events that the gateway itself raises; they have ids of their own and stand in no receipt."""

LIBERTY = (
    "icjs.bail.",
    "icjs.bond.",
    "icjs.release.",
    "icjs.custody.",
    "icjs.production.",
    "icjs.remand.",
    "icjs.warrant.",
    "icjs.inmate.released.",
    "icjs.inmate.amended.",
    "icjs.inmate.withdrawn.",
)
"""Events that free or hold a person."""


class Kind(StrEnum):
    LOST = "lost"
    UNANSWERED = "unanswered"
    MISANSWERED = "misanswered"
    CONTRADICTED = "contradicted"
    MISREAD = "misread"
    SWALLOWED = "swallowed"
    REUSED = "reused"
    NOT_ACCEPTED = "not accepted"
    NOT_ASKED_FOR = "not asked for"
    UNVERIFIED = "unverified"
    MISTOLD = "mistold"
    UNLINKED = "unlinked"
    CHANGED = "changed"
    FALSE_VOID = "false void"
    MISMARKED = "mismarked"
    NEVER_VERIFIED = "never verified"
    TOLD_TWICE = "told twice"
    RENAMED = "renamed"
    SHARED = "shared"
    GAP = "gap"
    OUT_OF_ORDER = "out of order"
    AHEAD = "ahead"
    WENT_BACK = "went back"
    SCATTERED = "scattered"
    MIXED = "mixed"
    HELD_BACK = "held back"
    REVIVED = "revived"


ORDER = frozenset(
    {
        Kind.RENAMED,
        Kind.SHARED,
        Kind.GAP,
        Kind.OUT_OF_ORDER,
        Kind.AHEAD,
        Kind.WENT_BACK,
        Kind.SCATTERED,
        Kind.MIXED,
        Kind.HELD_BACK,
        Kind.REVIVED,
    }
)
"""Violations that break the promise of order; the others break conservation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One receiver: what it asked for and what it wrote down."""

    interest: Interest
    arrivals: Sequence[Arrival]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event of a receipt. A parked one is owed only once it is linked."""

    event_id: str
    type: str
    case_id: str | None
    entry: Sent
    due: Due = NO_JAIL
    """The jails that it concerns by the record."""

    @property
    def source(self) -> str:
        """Who said it, as a delivery names it."""
        return f"urn:icjs:{self.entry.contract.partition('.')[0]}:{self.entry.partner}"

    @property
    def noun(self) -> str:
        return self.type.split(".")[1]
