"""Visit: one pillar's system, or all, against a gateway that somebody else brought up.

It pushes the same story as the demo for the same seed and has no receivers, so that what it proves is only that every
message has its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from icjs_gateway.client import GatewayClient
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.pace import Pace
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.proof import Proof, prove
from icjs_gateway.simulators.steps import Step
from icjs_gateway.simulators.systems import System
from icjs_gateway.simulators.whole_lives import whole_lives


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whom a pillar's system pushes as: an OAuth2 client, and its SOAP password if it has one."""

    client_id: str
    secret: str
    soap_password: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """What some pillars tell of a case."""

    index: int
    steps: tuple[Step, ...]


async def visit(base_url: str, accounts: Mapping[str, Account], *, seed: int, rate: float, cases: int) -> Proof:
    """Push what the pillars that have an account tell of the story, and say what became of it."""
    async with AsyncExitStack() as opened:
        systems = {}
        for pillar, account in accounts.items():
            client = GatewayClient(base_url, account.client_id, account.secret)
            await opened.enter_async_context(client)
            soap = None
            if account.soap_password is not None:
                soap = await SoapClient.connect(base_url, pillar, account.client_id, account.soap_password)
                await opened.enter_async_context(soap)
            systems[pillar] = System(client, soap)
        parts = (
            _Part(life.index, tuple(step for step in life.steps if step.pillar in systems))
            for life in whole_lives(seed, cases=cases)
        )
        await Performance(systems=systems, pause=Pace(rate)).play(parts)
        return prove([entry for system in systems.values() for entry in system.ledger], {})
