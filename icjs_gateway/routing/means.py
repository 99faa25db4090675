"""What every decision is given from outside, so that it is repeatable: the time, new ids, the gateway's signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Timezone-aware UTC."""


class Ids(Protocol):
    def new(self) -> str:
        """A new id, time-ordered (ULID), never given twice."""


class Signer(Protocol):
    def signed(self, members: Mapping[str, Any]) -> bytes:
        """The members in JCS form, with `signature` after them: a compact JWS with detached payload over the rest."""
