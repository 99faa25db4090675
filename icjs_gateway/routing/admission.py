"""Whether a delivery may leave at all for the recipient that it is owed to, and what is shown of it: as the directory
stands now. What sends, what numbers and what shows a feed ask here."""

from __future__ import annotations

from typing import Any

from icjs_gateway.routing.access.view import rule_against, view
from icjs_gateway.routing.directory import Directory, Partner
from icjs_gateway.routing.lanes import Head


class Admission:
    """Disclosure of deliveries."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def rule(self, head: Head) -> str | None:
        """None when it may leave, else the rule that withholds it."""
        recipient = self._recipient(head)
        if recipient is None and self._directory.refresh():
            # Another gateway may have recorded it for a subscription that this one had not heard of yet.
            recipient = self._recipient(head)
        if recipient is None:
            return "SUBSCRIPTION-REVOKED"
        return rule_against(head.told.type, head.told.data, recipient)

    def shown(self, head: Head) -> dict[str, Any] | None:
        """Its data as the recipient may see it; None when there is no recipient any more."""
        recipient = self._recipient(head)
        return None if recipient is None else view(head.told.data, recipient)

    def _recipient(self, head: Head) -> Partner | None:
        subscription = self._directory.subscription(head.subscription_id)
        return self._directory.partner(subscription.partner) if subscription else None
