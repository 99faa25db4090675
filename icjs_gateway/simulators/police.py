"""A police station's system: pushes FIRs as JSON and keeps its own ledger."""

from __future__ import annotations

from dataclasses import dataclass, field

from icjs_gateway.client import GatewayClient
from icjs_gateway.simulators.firs import CONTRACT, TELLS
from icjs_gateway.simulators.ledgers import SenderLedger
from icjs_gateway.simulators.lives import Life
from icjs_gateway.simulators.sending import answered


@dataclass(slots=True)
class Police:
    """Speaks for the police of the State."""

    gateway: GatewayClient
    ledger: SenderLedger = field(default_factory=SenderLedger)

    async def register(self, life: Life) -> None:
        """Push the FIR of a case until there is an answer."""
        entry = self.ledger.open(contract=CONTRACT, message_id=life.fir_id, about=life.about, tells=TELLS)
        await answered(self.ledger, entry, lambda: self.gateway.push(CONTRACT, life.fir_json, "application/json"))
