"""`simulate`: one pillar's system, or all, against a gateway that is already running: a partner's sandbox.

Pushes the same story as the demo for the same seed. Run again, it repeats messages that the gateway knows, which
changes nothing. The client of a pillar is `hp-<pillar>`, as in the partners file, with its secret in
`HP_<PILLAR>_SECRET` and, where it is to push by SOAP too, its password in `HP_<PILLAR>_WSS`.
"""

from __future__ import annotations

import asyncio
import json
import os
from enum import StrEnum
from typing import Annotated

import typer


class Pillar(StrEnum):
    POLICE = "police"
    COURTS = "courts"
    PRISONS = "prisons"
    FORENSICS = "forensics"
    PROSECUTION = "prosecution"
    ALL = "all"


def register(app: typer.Typer) -> None:
    app.command()(simulate)


def simulate(
    pillar: Annotated[Pillar, typer.Argument(help="Whose system to play.")],
    base_url: Annotated[str, typer.Option(help="Where the gateway is.")] = "http://127.0.0.1:8080",
    seed: Annotated[int, typer.Option(help="Which story is told.")] = 2026,
    rate: Annotated[float, typer.Option(min=0.1, help="Messages a second.")] = 20,
    cases: Annotated[int, typer.Option(min=1, help="Cases in the story.")] = 10,
    client: Annotated[
        list[str] | None,
        typer.Option(help="Another client id for a pillar, as courts=hp-courts-2. May be given again.", metavar="P=ID"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Push what a pillar's system tells of cases from FIR to judgment; what comes before its FIR is parked."""
    # Imported when asked for: the simulators bring zeep and more, and every other command would pay for it.
    from icjs_gateway.simulators.visit import Account, visit

    pillars = [each.value for each in Pillar if each is not Pillar.ALL] if pillar is Pillar.ALL else [pillar.value]
    ids = {each: f"hp-{each}" for each in pillars} | _clients(client or [], pillars)
    accounts = {
        each: Account(client_id=ids[each], secret=_secret(each), soap_password=os.environ.get(_variable(each, "WSS")))
        for each in pillars
    }
    proof = asyncio.run(visit(base_url, accounts, seed=seed, rate=rate, cases=cases))
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


def _variable(pillar: str, what: str) -> str:
    return f"HP_{pillar.upper()}_{what}"


def _secret(pillar: str) -> str:
    secret = os.environ.get(_variable(pillar, "SECRET"), "")
    if not secret:
        raise typer.BadParameter(f"set {_variable(pillar, 'SECRET')} to the secret of the client of {pillar}")
    return secret


def _clients(given: list[str], pillars: list[str]) -> dict[str, str]:
    pairs = [each.partition("=")[::2] for each in given]
    if wrong := [pillar for pillar, name in pairs if pillar not in pillars or not name]:
        raise typer.BadParameter(f"--client is PILLAR=ID, of a pillar that is played; not {', '.join(wrong)}")
    return dict(pairs)
