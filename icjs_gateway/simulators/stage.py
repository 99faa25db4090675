"""Stage: a gateway, a court, the police and their receivers, brought up together and taken down together.

    async with Stage(folder=..., receivers=[...]) as stage:
        await Performance(police=stage.police, court=stage.court).play(lives(seed, cases=20))
        await stage.quiet(60)
        proof = stage.proof()

Everything is real but the people: processes, sockets, SOAP, signatures, faults.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from icjs_gateway.client import GatewayClient, Repeats
from icjs_gateway.client.receipts import Outcome
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.courts import Court
from icjs_gateway.simulators.ledgers import Sent
from icjs_gateway.simulators.partners import COURTS, POLICE, Secrets, partners_file
from icjs_gateway.simulators.police import Police
from icjs_gateway.simulators.process import GatewayProcess, embedded
from icjs_gateway.simulators.proof import Proof, prove
from icjs_gateway.simulators.receiver import Door, Receiver

RETRY_S = (0.1, 0.2, 0.5, *(1.0,) * 60)
"""A subscription's schedule that suits a play of seconds: a minute of patience."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """The whole play. `settings` are further ICJS_ settings of the gateway."""

    folder: Path
    receivers: Sequence[Receiver]
    settings: Mapping[str, str] = field(default_factory=dict)
    retry_s: Sequence[float] = RETRY_S
    repeats: Repeats = field(default_factory=lambda: Repeats(first_wait_s=0.05, longest_wait_s=0.5))
    secrets: Secrets = field(default_factory=Secrets)
    gateway: GatewayProcess = field(init=False)
    court: Court = field(init=False)
    police: Police = field(init=False)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for receiver in self.receivers:
                await opening.enter_async_context(receiver)
            await self._serve(opening)
            await self._connect(opening)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def _serve(self, opening: AsyncExitStack) -> None:
        self.gateway = GatewayProcess(folder=self.folder, environment=embedded(self.folder) | dict(self.settings))
        await self.gateway.apply(partners_file(self.secrets, self.receivers, retry=self.retry_s))
        opening.push_async_callback(self.gateway.stop)
        await self.gateway.start()

    async def _connect(self, opening: AsyncExitStack) -> None:
        url = self.gateway.url
        courts = GatewayClient(url, COURTS, self.secrets.courts, repeats=self.repeats)
        police = GatewayClient(url, POLICE, self.secrets.police, repeats=self.repeats)
        soap = await SoapClient.connect(url, "courts", COURTS, self.secrets.courts_soap, repeats=self.repeats)
        for client in (courts, police, soap):
            opening.push_async_callback(client.aclose)
        self.court = Court(courts, soap)
        self.police = Police(police)

    def sent(self) -> Iterator[Sent]:
        """Both senders' ledgers."""
        yield from self.police.ledger
        yield from self.court.ledger

    def proof(self) -> Proof:
        """What the ledgers say by now."""
        return prove(self.sent(), {receiver.name: receiver.witness for receiver in self.receivers})

    async def ask_after_parked(self) -> None:
        """Let the court ask what became of the outcomes that were parked."""
        for entry in self.court.ledger:
            if entry.receipt is not None and entry.receipt.outcome is Outcome.PARKED:
                standing = await self.court.gateway.message(entry.message_id, entry.contract)
                entry.linked = standing["state"] == "recorded"

    async def open_doors(self) -> None:
        """Whoever was down comes up."""
        for receiver in self.receivers:
            await receiver.set_door(Door.OPEN)

    async def quiet(self, bound_s: float) -> bool:
        """Wait until every receiver has taken all that it is owed; False when the bound passes first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(bound_s):
                for receiver in self.receivers:
                    await self._settled(receiver)
                return True
        return False

    async def _settled(self, receiver: Receiver) -> None:
        owed = {
            event.event_id
            for entry in self.sent()
            if entry.receipt is not None and entry.owed
            for event in entry.receipt.events
            if receiver.interest.wants(event.type, entry.about)
        }
        ledger = receiver.ledger
        while not owed <= ledger.events_taken | ledger.events_voided:
            receiver.moved.clear()
            await receiver.moved.wait()
