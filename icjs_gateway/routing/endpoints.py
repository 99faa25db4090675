"""What is known of each endpoint's health, shared by all workers of a process.

Kept in memory: after a restart every endpoint is tried again, which costs one failed attempt each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.breaker import Breaker, BreakerPolicy
from icjs_gateway.routing.directory import Directory
from icjs_gateway.routing.retry import Answer

log = structlog.get_logger(__name__)


class Endpoints:
    """Breakers by subscription, and who disabled itself by answering 410."""

    def __init__(self, directory: Directory, policy: BreakerPolicy) -> None:
        self._directory = directory
        self._policy = policy
        self._breakers: dict[str, Breaker] = {}

    def closed(self, now: datetime, in_flight: Mapping[str, int]) -> frozenset[str]:
        """Those whose breaker is open."""
        return frozenset(name for name, each in self._breakers.items() if each.is_open(now, in_flight.get(name, 0)))

    @property
    def disabled(self) -> frozenset[str]:
        """Those that answered 410."""
        return self._directory.disabled

    @property
    def unserved(self) -> frozenset[str]:
        """Those to which nothing can be sent: their secret cannot be read."""
        return self._directory.closed

    def opens_at(self, now: datetime) -> datetime | None:
        """When the next open breaker wants its probe."""
        waiting = [each.open_until for each in self._breakers.values() if each.open_until is not None]
        return min((at for at in waiting if at > now), default=None)

    async def note(self, subscription_id: str, answer: Answer, now: datetime, *, liberty: bool) -> None:
        """Learn from an attempt. 410 disables an endpoint until an operator enables it, but never for liberty."""
        before = self._breakers.get(subscription_id, Breaker())
        after = before.after(down=answer.endpoint_down, now=now, policy=self._policy)
        if after == Breaker():
            self._breakers.pop(subscription_id, None)
        else:
            self._breakers[subscription_id] = after
        if (before.open_until is None) != (after.open_until is None):
            action = Action.BREAKER_OPENED if after.open_until is not None else Action.BREAKER_CLOSED
            log.warning(action.value, subscription=subscription_id, outcome=answer.outcome)
        if answer.gone and not liberty:
            log.warning(Action.ENDPOINT_DISABLED.value, subscription=subscription_id)
            await self._directory.disable(subscription_id)
