"""Obligations: what an order asks of its recipient, until the recipient says what it did.

A bail order is not done with when the jail has it: it is done when the person is out, or when the jail says why not.
The signed order and the notice of it in a hearing outcome share one obligation. Pure; the store keeps the rows.

    open ──► answered    the recipient acted (DONE), or gave its reason (NOT_DONE); a later answer replaces it
    open ──► withdrawn   what asked for it was taken back
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from icjs_gateway.routing.authority.mark import HOLDING_NOUNS, Effect, effect_of
from icjs_gateway.routing.superseding import Order

_ASKS = ("GRANTED", "MODIFIED", "CANCELLED")

RELEASE = "RELEASE"
"""What a court's order to release asks for, beside decisions on bail."""

VERIFY = "VERIFY"
"""What an order that frees somebody asks for while it has no case: that a person verifies it, whatever a jail does."""

ISSUER = "issuing-court"
"""Of a VERIFY that is the issuing court's own: the court says whether it made the order, as long as the order has no
case for that court, whatever the record knows of it."""

HOLDING = "holding"
"""Of a VERIFY of an order that holds somebody: it lapses."""

_FREES = ("GRANTED", "MODIFIED", RELEASE)


class ObligationState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Result(StrEnum):
    """What a recipient did about an order."""

    DONE = "DONE"
    NOT_DONE = "NOT_DONE"


class Reason(StrEnum):
    """Why an order was not done."""

    SURETY_PENDING = "SURETY_PENDING"
    OTHER_CASE = "OTHER_CASE"
    IDENTITY = "IDENTITY"
    ORDER_UNCLEAR = "ORDER_UNCLEAR"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What an order asks for. `person` names the accused within the case; `jail` is who has to act, where named."""

    case_id: str
    person: str
    decision: str
    ordered_on: str
    jail: str | None
    event_id: str
    is_order: bool
    """The signed order itself, not a notice of it."""

    @property
    def key(self) -> str:
        """What notice and order have in common."""
        kind = {RELEASE: "release", VERIFY: "verify"}.get(self.decision, "bail")
        return f"{self.case_id}/{self.person}/{self.ordered_on}/{kind}/{self.decision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a recipient says it did, and when."""

    result: Result
    at: datetime
    reason: Reason | None = None
    remarks: str | None = None


def obligation_of(order: Order, case_id: str, person: str) -> Obligation | None:
    """What this event asks for; None when there is nothing to be done about it."""
    told = order.told
    if order.noun == "release" and order.verb in ("ordered", "amended") and _orders_release(told):
        return Obligation(
            case_id=case_id,
            person=person,
            decision=RELEASE,
            ordered_on=told["ordered_on"],
            jail=(told.get("jail") or {}).get("code"),
            event_id=order.event_id,
            is_order=True,
        )
    if order.noun != "bail" or order.verb == "withdrawn" or told.get("decision") not in _ASKS:
        return None
    return Obligation(
        case_id=case_id,
        person=person,
        decision=told["decision"],
        ordered_on=told["ordered_on"],
        jail=(told.get("jail") or {}).get("code"),
        event_id=order.event_id,
        is_order=told.get("authority") == "ORDER",
    )


def verification_of(order: Order, identity: str, jail: str | None) -> Obligation | None:
    """What a freeing order without a case asks for, once for each jail that has it (None: none does). `identity` is the
    message's; it stands for the case until there is one."""
    asked = obligation_of(order, f"message:{identity}", jail or "-")
    if asked is None or asked.decision not in _FREES:
        return None
    return replace(asked, decision=VERIFY, jail=jail)


def confirmation_of(order: Order, identity: str) -> Obligation | None:
    """What a freeing order without a case asks of the court that gave it, once a message and day."""
    asked = verification_of(order, identity, None)
    return replace(asked, person=ISSUER) if asked is not None else None


def holding_of(order: Order, identity: str) -> Obligation | None:
    """What an order that holds somebody and has no case asks for, once a message and day."""
    if order.noun not in HOLDING_NOUNS or effect_of(order.type, {order.noun: order.told}) is not Effect.HOLDS:
        return None
    return Obligation(
        case_id=f"message:{identity}",
        person=HOLDING,
        decision=VERIFY,
        ordered_on=order.told.get("ordered_on", ""),
        jail=None,
        event_id=order.event_id,
        is_order=True,
    )


def _orders_release(told: Mapping[str, Any]) -> bool:
    """Not a recall, and not a jail's own word of why it did not comply."""
    return "ordered_on" in told and told.get("type") != "RECALL" and "not_complied" not in told
