"""Notices: one delivery as a tree, for whoever is told in the words of its own pillar.

A notice says what a CloudEvent says (`cloudevents`), under the names that outbound contracts have rows for. Its
`message_id` is the delivery's: it stays the same over retries, and by it a recipient knows a repeat.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json

from icjs_gateway.model.event_types import EVENT_TYPES, GATEWAYS_OWN
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.authority.mark import AUTHORITY, mark_of
from icjs_gateway.routing.lane_names import is_unverified as is_of_another_case
from icjs_gateway.routing.lanes import Head, Told

UNLINKED = {"state": "unlinked", "advice": "verify identity"}
"""What a jail is told of an order whose case is not known yet."""


def notice(head: Head, position: int, shown: bytes, *, environment: str) -> dict[str, Any]:
    """The tree of one delivery. `shown` is its data as the recipient may see it, as JSON."""
    told = head.told
    tree: dict[str, Any] = {
        "message_id": head.delivery_id,
        "event_id": told.event_id,
        "event_type": told.type,
        "subject": subject_of(told),
        "source": source_of(told),
        "occurred_at": rfc3339(told.occurred_at),
        "recorded_at": rfc3339(told.recorded_at),
        "environment": environment,
        "lane": head.lane,
        "position": position,
        **from_json(shown),
    }
    if head.replay:
        tree["replay"] = True
    if told.traceparent is not None:
        tree["traceparent"] = told.traceparent
    if is_unverified(head):
        tree |= {"link": UNLINKED} if told.case_id is None else {}
        tree |= {AUTHORITY: mark_of(told.type, tree, has_case=told.case_id is not None)}
    return tree


def source_of(told: Told) -> str:
    """Who said it, as a URN: a partner, or the gateway itself."""
    return "urn:icjs:gateway" if told.type in GATEWAYS_OWN else f"urn:icjs:{told.pillar}:{told.partner_id}"


def subject_of(told: Told) -> str:
    """The case, or the message while no case is known."""
    return told.case_id or f"message:{told.message_id}"


def is_unlinked(told: Told) -> bool:
    """Whether this is an order that goes out before its case is known."""
    return told.case_id is None and EVENT_TYPES[told.type].liberty and told.type not in GATEWAYS_OWN


def is_unverified(head: Head) -> bool:
    """Whether this is an order that goes out before its case is known, or to a jail that has the person by the record
    of another case alone."""
    told = head.told
    return is_unlinked(told) or is_of_another_case(head.lane, told.case_id)
