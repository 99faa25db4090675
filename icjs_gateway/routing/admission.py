"""Whether a delivery may leave at all for the recipient that it is owed to, as the directory stands now."""

from __future__ import annotations

from icjs_gateway.routing.access.view import rule_against
from icjs_gateway.routing.directory import Directory
from icjs_gateway.routing.lanes import Head


def rule_for(head: Head, directory: Directory) -> str | None:
    """None when it may leave, else the rule that withholds it."""
    subscription = directory.subscription(head.subscription_id)
    recipient = directory.partner(subscription.partner) if subscription else None
    if subscription is None or recipient is None:
        return "SUBSCRIPTION-REVOKED"
    return rule_against(head.told.type, head.told.data, recipient)
