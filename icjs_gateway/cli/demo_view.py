"""What the demo shows: live on a terminal, line by line in a log, and the closing table in both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import islice

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from icjs_gateway.simulators.board import Board
from icjs_gateway.simulators.journey import STATIONS_OF_A_CASE
from icjs_gateway.simulators.proof import Proof
from icjs_gateway.simulators.receiver import Door

LIVE_EVERY_S = 0.25
LINE_EVERY_S = 2.0
CASES_SHOWN = 6
VIOLATIONS_SHOWN = 12


class View:
    """Follows a board. `phase` is what is going on, in a few words; `trouble` what receivers are known for."""

    def __init__(self, console: Console, board: Board, trouble: Mapping[str, str]) -> None:
        self._console = console
        self._board = board
        self._trouble = trouble
        self._began = asyncio.get_running_loop().time()
        self.phase = "starting"

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Show progress for as long as the block lasts."""
        showing = asyncio.create_task(self._live() if self._console.is_terminal else self._lines())
        try:
            yield
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):
                await showing

    async def _live(self) -> None:
        with Live(self._picture(), console=self._console, auto_refresh=False) as live:
            try:
                while True:
                    live.update(self._picture(), refresh=True)
                    await asyncio.sleep(LIVE_EVERY_S)
            finally:
                live.update(self._picture(), refresh=True)

    async def _lines(self) -> None:
        try:
            while True:
                self._print_lines()
                await asyncio.sleep(LINE_EVERY_S)
        finally:
            self._print_lines()

    def _print_lines(self) -> None:
        """The totals, and the latest that each pillar said."""
        self._board.read()
        delivered = "  ".join(f"{line.receiver.name} {line.taken}/{line.owed}" for line in self._board.lines())
        head = f"{self._seconds():4d} s  {self.phase:<10}  {self._totals()}"
        said = [f"        {pillar:<12} {voice.said[-1]}" for pillar, voice in self._board.voices.items() if voice.said]
        for line in (head, *said, f"        delivered    {delivered}"):
            self._console.print(line, soft_wrap=True, highlight=False)

    def _seconds(self) -> int:
        return round(asyncio.get_running_loop().time() - self._began)

    def _totals(self) -> str:
        outcomes = self._board.outcomes
        return (
            f"pushed {self._board.pushed}  accepted {outcomes['accepted']}  parked {outcomes['parked']}  "
            f"events {self._board.events}"
        )

    def _picture(self) -> Group:
        self._board.read()
        head = Text(f"{self._seconds()} s  {self.phase}   {self._totals()}", style="bold")
        return Group(head, self._pillars(), self._cases(), self._receivers())

    def _pillars(self) -> Table:
        table = _table("who tells", ("pillar",), ("pushed", "accepted", "parked"), ("said last",))
        for pillar, voice in self._board.voices.items():
            counts = (str(voice.pushed), str(voice.outcomes["accepted"]), str(voice.outcomes["parked"]))
            table.add_row(pillar, *counts, Text("\n".join(voice.said), overflow="ellipsis", no_wrap=True))
        return table

    def _cases(self) -> Table:
        table = _table("cases, from the FIR to the judgment", ("FIR",), tuple(STATIONS_OF_A_CASE), ())
        for journey in islice(reversed(self._board.journeys.values()), CASES_SHOWN):
            table.add_row(journey.name, *(_count(journey.seen[station]) for station in STATIONS_OF_A_CASE))
        return table

    def _receivers(self) -> Table:
        table = _table("who is told", ("receiver", "in the words of", "known for"),
                       ("owed", "taken", "waiting", "calls"), ("door",))  # fmt: skip
        for line in self._board.lines():
            receiver = line.receiver
            table.add_row(
                receiver.name,
                f"{receiver.words.contract} ({receiver.words.channel})",
                self._trouble.get(receiver.name, ""),
                str(line.owed),
                str(line.taken),
                Text(str(line.waiting), style="yellow" if line.waiting else ""),
                str(line.calls),
                Text(receiver.door.value, style="green" if receiver.door is Door.OPEN else "red"),
            )
        return table


def _table(title: str, words: tuple[str, ...], counts: tuple[str, ...], more: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for name in words:
        table.add_column(name, no_wrap=True)
    for name in counts:
        table.add_column(name, justify="right")
    for name in more:
        table.add_column(name, no_wrap=True)
    return table


def _count(times: int) -> Text:
    """Nothing yet, once, or how often."""
    return Text("·", style="dim") if times == 0 else Text("✓" if times == 1 else str(times), style="green")


def scenes_table(proof: Proof) -> Table:
    """Who had a word beside the case's own court, station and jail. A story that was cut short may leave the first of
    two words waiting for the second."""
    table = _table("who had a word beside the case's own places, by the directory of places",
                   ("door",), ("cases", "messages", "parked at first", "waiting", "orders", "reached"), ())  # fmt: skip
    for scene, count in proof.scenes.items():
        counts = (count.cases, count.messages, count.parked, count.waiting, count.orders, count.reached)
        table.add_row(scene.value, *map(str, counts))
    return table


def closing_table(proof: Proof, *, dead: int, verified: int) -> Table:
    """What the ledgers say in the end. Words are stable: they are looked for."""
    table = Table(title="Proved from the receivers' own ledgers and the senders' receipts", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    stopped = proof.total("voided") + proof.total("superseded")
    waiting = proof.total("owed") - proof.total("delivered") - stopped - dead
    signed = f"{verified} receipts, every signature verified"
    table.add_row("accepted", str(proof.accepted), signed)
    table.add_row(
        "parked", str(proof.parked), f"told before their FIR or by a place elsewhere, {proof.linked} linked since"
    )
    table.add_row("refused", str(proof.refused), "")
    table.add_row("events", str(proof.events), "in those receipts")
    table.add_row("deliveries", str(proof.total("owed")), "owed by subscriptions and by the directed matrix")
    table.add_row("  delivered", str(proof.total("delivered")), "")
    if stopped:
        table.add_row("  stopped", str(stopped), "voided, or superseded by a correction")
    table.add_row("  waiting", str(waiting), "")
    table.add_row("  dead", str(dead), "")
    early = f"orders that jails had before their case was known, {proof.total('verified')} verified since"
    table.add_row("unverified", str(proof.total("unverified")), early)
    table.add_row("retries", str(proof.total("retries")), f"{proof.total('repeats')} of them of what had been taken")
    table.add_row("conserved", _verdict(proof.conserved), "nothing lost, nothing that was not accepted")
    overtakings = proof.total("overtakings")
    liberty = f"; {overtakings} liberty orders went ahead of a failing one" if overtakings else ""
    table.add_row("in order", _verdict(proof.in_order), f"every lane from 1, without gaps{liberty}")
    return table


def _verdict(held: bool) -> Text:
    return Text("yes", style="green") if held else Text("NO", style="bold red")


def show_violations(console: Console, proof: Proof) -> None:
    """The first of what went wrong, if anything did."""
    for violation in proof.violations[:VIOLATIONS_SHOWN]:
        console.print(f"[red]{violation.kind}[/] {violation.where}: {violation.detail}", highlight=False)
    if len(proof.violations) > VIOLATIONS_SHOWN:
        console.print(f"... and {len(proof.violations) - VIOLATIONS_SHOWN} more", highlight=False)
