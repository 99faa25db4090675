"""`simulate`: one pillar's system, or all, against a gateway that is already running.

Pushes the same story as the demo for the same seed. Run again, it repeats messages that the gateway knows,
which changes nothing. Credentials are those of the partners file, from the environment.
"""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated

import typer


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
    police_id: Annotated[str, typer.Option(help="OAuth2 client of the police.")] = "hp-police",
    police_secret: Annotated[str, typer.Option(envvar="HP_POLICE_SECRET", help="Its secret.", show_default=False)] = "",
    courts_id: Annotated[str, typer.Option(help="OAuth2 client and SOAP user of the courts.")] = "hp-courts",
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
    # Imported when asked for: the simulators bring zeep and more, and every other command would pay for it.
    from icjs_gateway.simulators.visit import Accounts, visit

    accounts = Accounts(
        police=(police_id, police_secret), courts=(courts_id, courts_secret), courts_wss=courts_wss, base_url=base_url
    )
    proof = asyncio.run(visit(pillar.value, accounts, seed=seed, rate=rate, cases=cases))
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
