"""Stage: a gateway, the systems of the five pillars and who is told of cases, brought up and taken down together.

    async with Stage(folder=..., receivers=[...]) as stage:
        await Performance(systems=stage.systems).play(whole_lives(seed, cases=20))
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
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.kinds import LIBERTY, Kind, Told
from icjs_gateway.simulators.lane_order import disorder
from icjs_gateway.simulators.ledgers import Sent
from icjs_gateway.simulators.partners import SOAP_PILLARS, Secrets, partner_id, partners_file
from icjs_gateway.simulators.process import GatewayProcess, embedded
from icjs_gateway.simulators.proof import Proof, events_of, prove
from icjs_gateway.simulators.receiver import Door, Receiver
from icjs_gateway.simulators.recipients import Recipient
from icjs_gateway.simulators.stops import superseded
from icjs_gateway.simulators.systems import NEIGHBOURS, PILLARS, System
from icjs_gateway.simulators.violations import due_to

RETRY_S = (0.1, 0.2, 0.5, *(1.0,) * 60)
"""A subscription's schedule that suits a play of seconds: a minute of patience."""


_LOOK_S = 0.1
"""Between two looks at what a receiver has."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """The whole play. `receivers` are subscriptions of the police's own, `recipients` are told by the matrix;
    `settings` are further ICJS_ settings of the gateway."""

    folder: Path
    receivers: Sequence[Receiver] = ()
    recipients: Sequence[Recipient] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    retry_s: Sequence[float] = RETRY_S
    repeats: Repeats = field(default_factory=lambda: Repeats(first_wait_s=0.05, longest_wait_s=0.5))
    secrets: Secrets = field(default_factory=Secrets)
    places: str | None = None
    """A places file (YAML) to apply; without one every place of a State is believed."""
    gateway: GatewayProcess = field(init=False)
    systems: dict[str, System] = field(init=False)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for receiver in self.everybody:
                await opening.enter_async_context(receiver)
            await self._serve(opening)
            await self._connect(opening)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    @property
    def everybody(self) -> list[Receiver]:
        """All receivers."""
        return [*self.receivers, *(recipient.receiver for recipient in self.recipients)]

    @property
    def police(self) -> System:
        return self.systems["police"]

    @property
    def court(self) -> System:
        return self.systems["courts"]

    async def _serve(self, opening: AsyncExitStack) -> None:
        self.gateway = GatewayProcess(folder=self.folder, environment=embedded(self.folder) | dict(self.settings))
        await self.gateway.apply(partners_file(self.secrets, self.receivers, self.recipients, retry=self.retry_s))
        if self.places is not None:
            await self.gateway.apply_places(self.places)
        opening.push_async_callback(self.gateway.stop)
        await self.gateway.start()

    async def _connect(self, opening: AsyncExitStack) -> None:
        url = self.gateway.url
        self.systems = {}
        for system in (*PILLARS, *NEIGHBOURS):
            client = GatewayClient(url, partner_id(system), self.secrets.clients[system], repeats=self.repeats)
            opening.push_async_callback(client.aclose)
            soap = None
            if system in SOAP_PILLARS:
                password = self.secrets.soap[system]
                soap = await SoapClient.connect(url, system, partner_id(system), password, repeats=self.repeats)
                opening.push_async_callback(soap.aclose)
            self.systems[system] = System(client, soap)

    def sent(self) -> Iterator[Sent]:
        """All senders' ledgers."""
        for system in self.systems.values():
            yield from system.ledger

    def proof(self) -> Proof:
        """What the ledgers say by now."""
        return prove(self.sent(), {receiver.name: receiver.witness for receiver in self.everybody})

    async def ask_after_parked(self) -> None:
        """Let every sender ask what became of what was parked, and the operator what is parked by now.

        Receipts follow sight: to who may not see its case, a message that stands looks parked for ever. What such a
        message has come to only the operator's desk knows.
        """
        for system in self.systems.values():
            await system.ask_after_parked()
        unknown = [entry for entry in self.sent() if entry.is_parked and not entry.linked]
        desk = await self.gateway.parked() if unknown else {}
        for entry in unknown:
            awaited = desk.get((entry.partner, entry.contract, entry.message_id))
            entry.waits_for, entry.linked = awaited or (), awaited is None

    async def open_doors(self) -> None:
        """Whoever was down comes up."""
        for receiver in self.everybody:
            await receiver.set_door(Door.OPEN)

    async def quiet(self, bound_s: float) -> bool:
        """Wait until every receiver has taken all that it is owed; False when the bound passes first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(bound_s):
                told = events_of(self.sent(), {each.name: each.witness for each in self.everybody})
                for receiver in self.everybody:
                    await self._settled(receiver, told)
                return True
        return False

    async def _settled(self, receiver: Receiver, told: Mapping[str, Told]) -> None:
        due = list(due_to(receiver.witness, told))
        type_of = {event.event_id: event.type for event in due}
        ledger, missing = receiver.ledger, set(type_of)
        while missing := missing - ledger.events_taken - ledger.events_voided:
            # An order may give way to its correction; nothing else may.
            if all(type_of[each].startswith(LIBERTY) for each in missing):
                missing -= superseded(due, ledger.events_taken | ledger.events_voided)
                if not missing:
                    break
            await _moved(receiver)
        # The gateway's own words, an alert say, have places too, and stand in no receipt.
        while any(kind is Kind.GAP for kind, _ in disorder(receiver.witness)):
            await _moved(receiver)


async def _moved(receiver: Receiver) -> None:
    """Until something more was taken; and a moment, so that of many things at once none is looked at alone."""
    receiver.moved.clear()
    await receiver.moved.wait()
    await asyncio.sleep(_LOOK_S)
