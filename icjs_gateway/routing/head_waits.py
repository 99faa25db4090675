"""How long a dead delivery may halt its lane, by event type. The values are data; nothing here knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from icjs_gateway.routing.access.permissions import allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadWait:
    """For events that fit one of these globs: so long."""

    events: tuple[str, ...]
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadWaits:
    """The policy: the first entry that fits decides. What none fits halts its lane until a person acts."""

    entries: tuple[HeadWait, ...] = ()

    def of(self, event_type: str) -> timedelta | None:
        return next((each.wait for each in self.entries if allowed(each.events, event_type)), None)
