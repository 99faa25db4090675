"""What the demo shows: live on a terminal, line by line in a log, and the closing table in both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from icjs_gateway.simulators.board import Board
from icjs_gateway.simulators.cast import TROUBLE
from icjs_gateway.simulators.proof import Proof
from icjs_gateway.simulators.receiver import Door

LIVE_EVERY_S = 0.25
LINE_EVERY_S = 2.0
VIOLATIONS_SHOWN = 12


class View:
    """Follows a board. `phase` is what is going on, in a few words."""

    def __init__(self, console: Console, board: Board) -> None:
        self._console = console
        self._board = board
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
                self._console.print(self._line(), soft_wrap=True, highlight=False)
                await asyncio.sleep(LINE_EVERY_S)
        finally:
            self._console.print(self._line(), soft_wrap=True, highlight=False)

    def _seconds(self) -> int:
        return round(asyncio.get_running_loop().time() - self._began)

    def _totals(self) -> str:
        outcomes = self._board.outcomes
        return (
            f"pushed {self._board.pushed}  accepted {outcomes['accepted']}  parked {outcomes['parked']}  "
            f"events {self._board.events}"
        )

    def _line(self) -> str:
        lines = "  ".join(f"{line.receiver.name} {line.taken}/{line.owed}" for line in self._board.lines())
        return f"{self._seconds():4d} s  {self.phase:<10}  {self._totals()}  delivered: {lines}"

    def _picture(self) -> Group:
        table = Table(header_style="bold", expand=False)
        for name in ("receiver", "known for"):
            table.add_column(name)
        for name in ("owed", "taken", "waiting", "calls"):
            table.add_column(name, justify="right")
        table.add_column("door")
        for line in self._board.lines():
            receiver = line.receiver
            table.add_row(
                receiver.name,
                TROUBLE.get(receiver.name, ""),
                str(line.owed),
                str(line.taken),
                Text(str(line.waiting), style="yellow" if line.waiting else ""),
                str(line.calls),
                Text(receiver.door.value, style="green" if receiver.door is Door.OPEN else "red"),
            )
        return Group(Text(f"{self._seconds()} s  {self.phase}   {self._totals()}"), table)


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
    table.add_row("parked", str(proof.parked), f"outcomes told before their FIR, {proof.linked} linked since")
    table.add_row("refused", str(proof.refused), "")
    table.add_row("events", str(proof.events), "in those receipts")
    table.add_row("deliveries", str(proof.total("owed")), "owed to the subscriptions that asked for them")
    table.add_row("  delivered", str(proof.total("delivered")), "")
    if stopped:
        table.add_row("  stopped", str(stopped), "voided, or superseded by a correction")
    table.add_row("  waiting", str(waiting), "")
    table.add_row("  dead", str(dead), "")
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
