"""Whether a delivery may leave at all for the recipient that it is owed to, and what is shown of it: as the directory
stands now. What sends, what numbers and what shows a feed ask here."""

from __future__ import annotations

from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.directory import Directory, Partner
from icjs_gateway.routing.lanes import Head


class Admission:
    """Disclosure of deliveries."""

    def __init__(self, directory: Directory, disclosure: Disclosure) -> None:
        self._directory = directory
        self._disclosure = disclosure

    def rule(self, head: Head) -> str | None:
        """None when it may leave, else the rule that withholds it."""
        recipient = self._recipient(head)
        if recipient is None and self._directory.refresh():
            # Another gateway may have recorded it for a subscription that this one had not heard of yet.
            recipient = self._recipient(head)
        if recipient is None:
            return "SUBSCRIPTION-REVOKED"
        return self._disclosure.rule_against(head.told, recipient)

    def shown(self, head: Head) -> bytes | None:
        """Its data as the recipient may see it, as JSON; None when there is no recipient any more."""
        recipient = self._recipient(head)
        return None if recipient is None else self._disclosure.shown(head.told, recipient)

    def _recipient(self, head: Head) -> Partner | None:
        subscription = self._directory.subscription(head.subscription_id)
        return self._directory.partner(subscription.partner) if subscription else None
