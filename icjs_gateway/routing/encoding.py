"""The form in which a recipient is told: a CloudEvent, or a document of the outbound contract that it asked for."""

from __future__ import annotations

from dataclasses import dataclass

from icjs_gateway.routing.cloudevents import cloudevent
from icjs_gateway.routing.contracts import Contracts, OutboundContract
from icjs_gateway.routing.directory import CLOUDEVENTS
from icjs_gateway.routing.lanes import Head
from icjs_gateway.routing.notices import notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """One delivery as it leaves. `contract` is None for a CloudEvent."""

    body: bytes
    contract: OutboundContract | None


class Encoder:
    """Writes deliveries. `environment` is stated in each."""

    def __init__(self, contracts: Contracts, environment: str) -> None:
        self._contracts = contracts
        self._environment = environment

    def contract(self, wanted: str) -> OutboundContract | None:
        """None for CloudEvents. Raises NotFound when the contract's folder was taken away."""
        return None if wanted == CLOUDEVENTS else self._contracts.outbound(wanted)

    def encoded(self, wanted: str, head: Head, position: int, shown: bytes, *, number: int | None = None) -> Encoded:
        """One delivery, of which `shown` is the data as the recipient may see it. `number` is its place in a feed,
        which only a CloudEvent states by itself.

        Raises NotFound; ValueError where the contract has no place for what is shown.
        """
        contract = self.contract(wanted)
        if contract is None:
            body = cloudevent(head, position, shown, environment=self._environment, number=number)
        else:
            body = contract.write(notice(head, position, shown, environment=self._environment))
        return Encoded(body=body, contract=contract)
