"""Visit: one pillar's system, or all, against a gateway that somebody else brought up.

It pushes the same story as the demo for the same seed and has no receivers, so that what it proves is only that every
message has its answer.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Literal

from icjs_gateway.client import GatewayClient
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.courts import Court
from icjs_gateway.simulators.lives import lives
from icjs_gateway.simulators.pace import Pace
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.police import Police
from icjs_gateway.simulators.proof import Proof, prove

Part = Literal["police", "courts", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Where to, and who pushes with what: client ids with their secrets, and the courts' SOAP password, if any."""

    police: tuple[str, str]
    courts: tuple[str, str]
    courts_wss: str
    base_url: str


async def visit(pillar: Part, accounts: Accounts, *, seed: int, rate: float, cases: int) -> Proof:
    """Push a part of the story, and tell what became of it."""
    async with AsyncExitStack() as opened:
        url = accounts.base_url
        police = await opened.enter_async_context(GatewayClient(url, *accounts.police))
        courts = await opened.enter_async_context(GatewayClient(url, *accounts.courts))
        soap = None
        if pillar != "police" and accounts.courts_wss:
            connecting = SoapClient.connect(url, "courts", accounts.courts[0], accounts.courts_wss)
            soap = await opened.enter_async_context(await connecting)
        performance = Performance(police=Police(police), court=Court(courts, soap), pause=Pace(rate))
        story = lives(seed, cases=cases)
        match pillar:
            case "police":
                await performance.register(story)
            case "courts":
                await performance.hear(story)
            case "all":
                await performance.play(story)
        return prove([*performance.police.ledger, *performance.court.ledger], {})
