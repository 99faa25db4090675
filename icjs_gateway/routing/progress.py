"""Progress after delivery, by the recipient's own word: `delivered -> consumed (their number) -> acted`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from icjs_gateway.routing.obligations import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumed:
    """A recipient took a delivery over into its own system, under a number of its own."""

    at: datetime
    number: str | None = None


Step = Consumed | Answer


class Progress(Protocol):
    """What recipients say became of what they got."""

    async def note(self, partner_id: str, delivery_id: str, step: Step) -> None:
        """Keep it, and answer what it was owed for. Raises NotFound for a delivery that is not the partner's, or that
        was never attempted."""
