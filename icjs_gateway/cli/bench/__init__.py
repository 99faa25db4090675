"""`bench`: what the gateway does in a second, each figure beside a reference from the same run.

It says how this machine compares with itself: with a bare echo, a bare parser, or an earlier commit. It asserts
nothing, proves no promise, and says nothing about a real network or a recipient that thinks.
"""

from __future__ import annotations

import asyncio
import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from icjs_gateway.cli.bench.suite import Outcome


def register(app: typer.Typer) -> None:
    app.command()(bench)


def bench(
    scenario: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    quick: Annotated[bool, typer.Option(help="A glance: shows that it runs; its figures mean little.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
    output: Annotated[Path, typer.Option(help="Where the results go.")] = Path("var/bench/latest.json"),
) -> None:
    """Run the benchmark suite, about two minutes, and write its results."""
    # Every other command loads this module too, and the echo should stay bare: what is needed is loaded here.
    import uvloop

    from icjs_gateway.cli.bench import results, suite

    names = scenario or list(suite.SCENARIOS)
    if unknown := sorted(set(names) - set(suite.SCENARIOS)):
        raise typer.BadParameter(f"no scenario {', '.join(unknown)}; there are {', '.join(suite.SCENARIOS)}")
    said = Console(stderr=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    began_at = datetime.now(UTC)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            outcome = runner.run(_run(names, quick, output.parent, said))
    except asyncio.CancelledError:
        said.print("stopped; nothing was written")
        raise typer.Exit(1) from None
    written = results.as_json(outcome.scenarios, effort="quick" if quick else "full", at=began_at)
    results.write(written, output)
    if as_json:
        typer.echo(json.dumps(written, ensure_ascii=False))
    else:
        Console().print(results.table(outcome.scenarios))
        said.print(f"written to {output}", highlight=False, markup=False)
    for name, why in outcome.failures.items():
        said.print(f"{name}: {why}", highlight=False, markup=False)
    if outcome.failures:
        raise typer.Exit(1)


async def _run(names: list[str], quick: bool, around: Path, said: Console) -> Outcome:
    """The suite, which a SIGTERM ends as a Ctrl-C does: with everything stopped that was started."""
    from icjs_gateway.cli.bench import rounds, suite

    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    effort = rounds.QUICK if quick else rounds.FULL
    return await suite.run(names, effort, around, lambda name: said.print(f"measuring {name} ...", highlight=False))
