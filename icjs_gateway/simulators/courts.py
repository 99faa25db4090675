"""A court's system: pushes hearing outcomes, by SOAP or as plain XML, and keeps its own ledger."""

from __future__ import annotations

from dataclasses import dataclass, field

from icjs_gateway.client import GatewayClient
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.hearings import CONTRACT, OPERATION, tells
from icjs_gateway.simulators.ledgers import SenderLedger
from icjs_gateway.simulators.lives import Life, Outcome
from icjs_gateway.simulators.sending import answered


@dataclass(slots=True)
class Court:
    """Speaks for the courts of the State. Every `soap_every`-th outcome goes by SOAP, 0 means none."""

    gateway: GatewayClient
    soap: SoapClient | None = None
    soap_every: int = 2
    ledger: SenderLedger = field(default_factory=SenderLedger)
    _pushed: int = 0

    async def report(self, life: Life, outcome: Outcome) -> None:
        """Push one outcome until there is an answer."""
        entry = self.ledger.open(
            contract=CONTRACT, message_id=outcome.message_id, about=life.about, tells=tells(outcome.document)
        )
        self._pushed += 1
        soap = self.soap
        if soap is not None and self.soap_every and self._pushed % self.soap_every == 0:
            await answered(self.ledger, entry, lambda: soap.call(OPERATION, outcome.document))
        else:
            await answered(self.ledger, entry, lambda: self.gateway.push(CONTRACT, outcome.xml, "application/xml"))
