"""The demo's run: from an empty folder, through trouble, to the proof.

The same seed tells the same story; how fast it is told and which retry comes when are the machine's.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from icjs_gateway.cli.demo_closing import (
    closing_table,
    demonstrations_shown,
    receivers_table,
    scenes_table,
    show_violations,
)
from icjs_gateway.cli.demo_view import View
from icjs_gateway.client import Repeats, verify_receipt
from icjs_gateway.simulators.board import Board
from icjs_gateway.simulators.cast import cast
from icjs_gateway.simulators.demonstrations import Demonstrations
from icjs_gateway.simulators.pace import Pace
from icjs_gateway.simulators.performance import Performance
from icjs_gateway.simulators.place_rows import places_file
from icjs_gateway.simulators.process import GatewayFailed
from icjs_gateway.simulators.proof import Proof
from icjs_gateway.simulators.scenes import BY_ROWS
from icjs_gateway.simulators.stage import Stage
from icjs_gateway.simulators.whole_lives import whole_lives

__all__ = ["Console", "GatewayFailed", "Script", "run"]

MESSAGES_OF_A_CASE = 32
"""About so many are told of a whole life."""
BULK_EVERY = 5
"""Of so many cases one is uploaded in batches."""
PLAYERS = 8
DRAIN_SHARE = 0.35
DRAIN_S_MAX = 8.0
ANSWER_S = 20.0
"""How long a sender tries to get an answer."""
PATIENCE_S = 60.0
"""How long after the play everything owed may still take; a gateway that needs longer has failed the demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What was asked for, and the times that follow from it."""

    seconds: float | None
    seed: int
    rate: float
    cases: int
    folder: Path

    @property
    def story_s(self) -> float:
        """How long the whole story takes to tell."""
        return self.cases * MESSAGES_OF_A_CASE / self.rate

    def play_s(self, elapsed_s: float) -> float:
        """How long to push from now on, so that what is owed can still be delivered in time."""
        if self.seconds is None:
            return self.story_s
        drain_s = min(self.seconds * DRAIN_SHARE, DRAIN_S_MAX)
        return min(self.story_s, max(self.seconds - elapsed_s - drain_s, 1.0))


async def run(script: Script, console: Console) -> bool:
    """The demo from an empty folder to the closing table. Tells whether the promises held."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    _fresh(script.folder)
    players = cast(script.seed)
    demonstrations = Demonstrations(script.seed)
    async with _until_signalled() as stop:
        console.print("starting the gateway on an embedded store ...", highlight=False)
        async with Stage(
            folder=script.folder,
            receivers=(*players.receivers, demonstrations.register),
            recipients=players.recipients,
            settings={"ICJS_DELIVERY_TIMEOUT_S": "1"},
            places=places_file(),
            repeats=Repeats(give_up_after_s=ANSWER_S, first_wait_s=0.1, longest_wait_s=1.0),
        ) as stage:
            console.print(f"gateway {stage.gateway.url}   its interface {stage.gateway.url}/docs", highlight=False)
            view = View(console, Board(stage.systems, stage.everybody), players.trouble, demonstrations.shown)
            async with _serving(stage), view.shown():
                await _play(script, stage, view, demonstrations, stop=stop, for_s=script.play_s(loop.time() - began))
                view.phase = "delivering"
                await stage.open_doors()
                await stage.ask_after_parked()
                await stage.quiet(PATIENCE_S)
                view.phase = "done"
            proof = stage.proof()
            held = await _close(stage, proof, demonstrations, console)
            if script.seconds is None and not stop.is_set():
                console.print(f"stays up until Ctrl-C: {stage.gateway.url}/docs", highlight=False)
            await _rest(stop, None if script.seconds is None else script.seconds - (loop.time() - began))
    return held


@asynccontextmanager
async def _serving(stage: Stage) -> AsyncIterator[None]:
    """Ends the block with GatewayFailed when the gateway goes down in it, instead of waiting for answers in vain."""
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(stage.gateway.watch())
            yield
            watching.cancel()
    except* GatewayFailed as failed:
        raise failed.exceptions[0] from None


async def _play(
    script: Script, stage: Stage, view: View, demonstrations: Demonstrations, *, stop: asyncio.Event, for_s: float
) -> None:
    """Push until the story or the time is over, and the demonstrations too. Who is down comes up after the first
    third."""
    performance = Performance(
        systems=stage.systems,
        stop=asyncio.Event(),
        players=PLAYERS,
        bulk_every=BULK_EVERY,
        pause=Pace(script.rate),
    )
    lives = whole_lives(script.seed, cases=script.cases, scenes=BY_ROWS)
    view.phase = "pushing"
    async with asyncio.TaskGroup() as group:
        receivers = {receiver.name: receiver for receiver in stage.everybody}
        group.create_task(demonstrations.run(stage.gateway, stage.systems, receivers, PATIENCE_S))
        playing = group.create_task(performance.play(lives))
        clock = group.create_task(_doors_and_time(stage, performance, stop, for_s))
        playing.add_done_callback(lambda _: clock.cancel())


async def _doors_and_time(stage: Stage, performance: Performance, stop: asyncio.Event, for_s: float) -> None:
    await _rest(stop, for_s / 3)
    await stage.open_doors()
    await _rest(stop, for_s * 2 / 3)
    performance.stop.set()


async def _close(stage: Stage, proof: Proof, demonstrations: Demonstrations, console: Console) -> bool:
    """Print what the ledgers prove, and tell whether it is enough."""
    dead = len((await stage.gateway.run("dead-letters", "--json")).splitlines())
    jwks = await stage.court.gateway.jwks()
    receipts = [entry.receipt for entry in stage.sent() if entry.receipt is not None]
    for receipt in receipts:
        verify_receipt(receipt, jwks)
    console.print(scenes_table(proof))
    console.print(receivers_table(proof))
    console.print(demonstrations_shown(demonstrations.shown))
    for title in demonstrations.missing:
        console.print(f"[red]did not come about[/] in time: {title}", highlight=False)
    console.print(closing_table(proof, dead=dead, verified=len(receipts)))
    show_violations(console, proof)
    for entry in stage.sent():
        if entry.problem is not None and not entry.is_mistaken:
            console.print(f"[red]refused[/] {entry.message_id}: {entry.problem}", highlight=False)
    return _held(proof, demonstrations.missing)


def _held(proof: Proof, missing: Sequence[str]) -> bool:
    """Whether the demo proved what it claims: nothing lost or out of order, nothing refused that should not be, and
    everything shown that it promises to show."""
    kept = proof.conserved and proof.in_order and proof.accepted > 0 and proof.refused == 0
    return kept and not missing


async def _rest(stop: asyncio.Event, seconds: float | None) -> None:
    """Until somebody asks to stop, or the time is over."""
    if seconds is not None and seconds <= 0:
        return
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


@asynccontextmanager
async def _until_signalled() -> AsyncIterator[asyncio.Event]:
    """An event that Ctrl-C or SIGTERM sets; a second one ends everything at once, the gateway included."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    task = asyncio.current_task()

    def signalled() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signalled)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _fresh(folder: Path) -> None:
    """An empty folder. Only one that an earlier demo left behind is emptied."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "partners.yaml").exists():
            raise typer.BadParameter(f"{folder} holds something else than an earlier demo")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
