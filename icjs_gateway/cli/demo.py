"""`demo`: the systems of five pillars and who is told of cases around a real gateway, with trouble; proof at the end.

The gateway is a process of its own on an embedded store in a fresh folder. Ends with 0 only when the ledgers prove that
nothing was lost and everything came in order, and when everything came about that it shows beside its story: a refusal,
an order overtaking, a redaction, a dead letter and its replay.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    seconds: Annotated[
        float | None, typer.Option(envvar="DEMO_SECONDS", min=1, help="End after about so long; else on Ctrl-C.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Which story is told.")] = 2026,
    rate: Annotated[float, typer.Option(min=0.1, help="Messages a second.")] = 60,
    cases: Annotated[int, typer.Option(min=1, help="Cases in the story.")] = 100,
    folder: Annotated[Path, typer.Option(help="Where the demo's gateway keeps its store; emptied first.")] = Path(
        "var/demo"
    ),
) -> None:
    """Watch cases go from FIR to judgment through all five pillars, and reach who is owed them, through failures."""
    # Imported when asked for: the simulators bring zeep and more, and every other command would pay for it.
    from icjs_gateway.cli.demo_play import Console, GatewayFailed, Script, run

    script = Script(seconds=seconds, seed=seed, rate=rate, cases=cases, folder=folder)
    try:
        held = asyncio.run(run(script, Console()))
    except GatewayFailed as failure:
        typer.echo(str(failure), err=True)
        raise typer.Exit(1) from failure
    raise typer.Exit(0 if held else 1)
