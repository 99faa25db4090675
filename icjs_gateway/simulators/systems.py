"""A pillar's own system: pushes its part of the cases' lives over HTTP and SOAP, and keeps its own ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from icjs_gateway.client import GatewayClient, NoAnswer, Problem, Receipt
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.ledgers import SenderLedger, Sent
from icjs_gateway.simulators.said import said_in
from icjs_gateway.simulators.steps import Step

PILLARS = ("police", "courts", "prisons", "forensics", "prosecution")
NEIGHBOURS = ("pb-police", "pb-courts", "pb-prisons")
"""Systems of another State, which have a word where a case goes beyond its own."""


@dataclass(slots=True)
class System:
    """Speaks for one pillar of the State. Of what it sends as XML every `soap_every`-th goes by SOAP, 0 means none."""

    gateway: GatewayClient
    soap: SoapClient | None = None
    soap_every: int = 2
    ledger: SenderLedger = field(default_factory=SenderLedger)
    _pushed: int = 0

    async def send(self, step: Step) -> None:
        """Push one message until there is an answer."""
        entry = self._opened(step)
        soap, operation = self.soap, step.operation
        self._pushed += operation is not None
        if soap is not None and operation is not None and self.soap_every and self._pushed % self.soap_every == 0:
            await self._answered(entry, lambda: soap.call(operation, step.document))
        else:
            await self._answered(entry, lambda: self.gateway.push(step.contract, step.body, step.media_type))

    async def send_together(self, steps: Sequence[Step]) -> None:
        """Push messages of one contract as a batch, as at the end of the day, until there are answers."""
        at = monotonic()
        entries = [self._opened(step, at) for step in steps]
        bodies, first = [step.body for step in steps], steps[0]
        try:
            answers = await self.gateway.push_batch(first.contract, bodies, first.media_type)
        except NoAnswer:
            return
        at = monotonic()
        for entry, answer in zip(entries, answers, strict=True):
            self._close(entry, answer, at)

    async def ask_after_parked(self) -> None:
        """What became of the messages that were parked. To who may not see their case they are parked for ever."""
        for entry in self.ledger:
            if entry.is_parked:
                standing = await self.gateway.message(entry.message_id, entry.contract)
                entry.linked = standing["state"] == "recorded"

    def _opened(self, step: Step, at: float | None = None) -> Sent:
        tells = (*step.tells, *step.derives)
        return self.ledger.open(
            contract=step.contract,
            message_id=step.message_id,
            about=step.about,
            tells=tells,
            corrects=step.corrects,
            scene=step.scene,
            said=said_in(step.document, tells),
            is_mistaken=step.is_mistaken,
            at=at,
        )

    async def _answered(self, entry: Sent, push: Callable[[], Awaitable[Receipt]]) -> None:
        """Write the answer into the entry; without one it stays open, to be repeated.

        The client repeats by itself within its bound. The same message may come here again after that: a receipt that
        was given before is given again, and anything else would be a second effect.
        """
        try:
            answer: Receipt | Problem = await push()
        except NoAnswer:
            return
        except Problem as problem:
            answer = problem
        self._close(entry, answer)

    def _close(self, entry: Sent, answer: Receipt | Problem, at: float | None = None) -> None:
        if isinstance(answer, Receipt):
            self.ledger.close(entry, receipt=answer, at=at)
        else:
            self.ledger.close(entry, problem=answer, at=at)
