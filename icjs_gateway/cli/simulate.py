"""`simulate`: one pillar's system, or all, against a gateway that is already running.

Pushes the same story as the demo for the same seed. Run again, it repeats messages that the gateway knows,
which changes nothing. Credentials are those of the partners file, from the environment.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from icjs_gateway.client import GatewayClient
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.courts import Court
from icjs_gateway.simulators.lives import lives
from icjs_gateway.simulators.pace import Pace
from icjs_gateway.simulators.partners import COURTS, POLICE
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.police import Police
from icjs_gateway.simulators.proof import Proof, prove


class Pillar(StrEnum):
    POLICE = "police"
    COURTS = "courts"
    ALL = "all"


def register(app: typer.Typer) -> None:
    app.command()(simulate)


def simulate(
    pillar: Annotated[Pillar, typer.Argument(help="Whose system to play.")],
    base_url: Annotated[str, typer.Option(help="Where the gateway is.")] = "http://127.0.0.1:8080",
    seed: Annotated[int, typer.Option(help="Which story is told.")] = 2026,
    rate: Annotated[float, typer.Option(min=0.1, help="Messages a second.")] = 20,
    cases: Annotated[int, typer.Option(min=1, help="Cases in the story.")] = 50,
    police_id: Annotated[str, typer.Option(help="OAuth2 client of the police.")] = POLICE,
    police_secret: Annotated[str, typer.Option(envvar="HP_POLICE_SECRET", help="Its secret.", show_default=False)] = "",
    courts_id: Annotated[str, typer.Option(help="OAuth2 client and SOAP user of the courts.")] = COURTS,
    courts_secret: Annotated[str, typer.Option(envvar="HP_COURTS_SECRET", help="Its secret.", show_default=False)] = "",
    courts_wss: Annotated[
        str, typer.Option(envvar="HP_COURTS_WSS", help="SOAP password; without it all goes as XML.", show_default=False)
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Push FIRs (police), hearing outcomes (courts; their FIRs first, or they are parked), or both (all)."""
    if pillar is not Pillar.COURTS and not police_secret:
        raise typer.BadParameter("set HP_POLICE_SECRET or give --police-secret")
    if pillar is not Pillar.POLICE and not courts_secret:
        raise typer.BadParameter("set HP_COURTS_SECRET or give --courts-secret")
    accounts = _Accounts(
        police=(police_id, police_secret), courts=(courts_id, courts_secret), courts_wss=courts_wss, base_url=base_url
    )
    proof = asyncio.run(_simulate(pillar, accounts, seed=seed, rate=rate, cases=cases))
    told = {
        "messages": proof.messages,
        "accepted": proof.accepted,
        "parked": proof.parked,
        "suppressed": proof.suppressed,
        "refused": proof.refused,
        "unanswered": len(proof.violations),
    }
    typer.echo(json.dumps(told) if as_json else "  ".join(f"{name} {count}" for name, count in told.items()))
    raise typer.Exit(1 if proof.refused or proof.violations else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accounts:
    """Who pushes, with what."""

    police: tuple[str, str]
    courts: tuple[str, str]
    courts_wss: str
    base_url: str


async def _simulate(pillar: Pillar, accounts: _Accounts, *, seed: int, rate: float, cases: int) -> Proof:
    async with AsyncExitStack() as opened:
        url = accounts.base_url
        police = await opened.enter_async_context(GatewayClient(url, *accounts.police))
        courts = await opened.enter_async_context(GatewayClient(url, *accounts.courts))
        soap = None
        if pillar is not Pillar.POLICE and accounts.courts_wss:
            connecting = SoapClient.connect(url, "courts", accounts.courts[0], accounts.courts_wss)
            soap = await opened.enter_async_context(await connecting)
        performance = Performance(police=Police(police), court=Court(courts, soap), pause=Pace(rate))
        story = lives(seed, cases=cases)
        match pillar:
            case Pillar.POLICE:
                await performance.register(story)
            case Pillar.COURTS:
                await performance.hear(story)
            case Pillar.ALL:
                await performance.play(story)
        return prove([*performance.police.ledger, *performance.court.ledger], {})
