"""What the demo shows while it runs: a picture on a terminal, line by line in a log.

The picture fits the terminal. At 80 columns and 24 lines it has one line for each who tells, for each who is told, for
the latest case, and for what was demonstrated, in turn; a higher one shows more cases and what each pillar said
last, a wider one in whose words each is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import islice

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from icjs_gateway.cli.demo_closing import table_of
from icjs_gateway.simulators.board import Board, Line
from icjs_gateway.simulators.demonstrations import TITLES, Shown
from icjs_gateway.simulators.journey import STATIONS_OF_A_CASE
from icjs_gateway.simulators.receiver import Door
from icjs_gateway.simulators.systems import PILLARS

LIVE_EVERY_S = 0.25
LINE_EVERY_S = 2.0
CASES_SHOWN = 6
WIDE = 120
"""Columns from which everything has a column."""
_WIDE_ONLY = ("exhibit", "scrutiny")
EACH_SHOWN_S = 2
HEAD_LINES = 2
"""Of a table: names of the columns, and a rule."""


class View:
    """Follows a board. `phase` is what is going on, in a few words; `trouble` what receivers are known for; `shown`
    grows as demonstrations come about."""

    def __init__(self, console: Console, board: Board, trouble: Mapping[str, str], shown: Sequence[Shown]) -> None:
        self._console = console
        self._board = board
        self._trouble = trouble
        self._shown = shown
        self._printed = 0
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
        with Live(self.picture(), console=self._console, auto_refresh=False) as live:
            try:
                while True:
                    live.update(self.picture(), refresh=True)
                    await asyncio.sleep(LIVE_EVERY_S)
            finally:
                live.update(self.picture(), refresh=True)

    async def _lines(self) -> None:
        try:
            while True:
                self._print_lines()
                await asyncio.sleep(LINE_EVERY_S)
        finally:
            self._print_lines()

    def _print_lines(self) -> None:
        """The totals, the latest that each pillar said, and what came about since."""
        self._board.read()
        delivered = "  ".join(f"{line.receiver.name} {line.taken}/{line.owed}" for line in self._board.lines())
        head = f"{self._seconds():4d} s  {self.phase:<10}  {self._totals()}"
        said = [f"        {pillar:<12} {voice.said[-1]}" for pillar, voice in self._board.voices.items() if voice.said]
        new = self._shown[self._printed :]
        self._printed += len(new)
        came = [f"      ✓ {each.title}: {each.lines[-1]}" for each in new]
        for line in (head, *said, f"        delivered    {delivered}", *came):
            self._console.print(line, soft_wrap=True, highlight=False)

    def _seconds(self) -> int:
        return round(asyncio.get_running_loop().time() - self._began)

    def _totals(self) -> str:
        outcomes = self._board.outcomes
        return (
            f"pushed {self._board.pushed}  accepted {outcomes['accepted']}  parked {outcomes['parked']}  "
            f"events {self._board.events}"
        )

    def picture(self) -> Group:
        """As high and as wide as the console at most."""
        self._board.read()
        width, height = self._console.width, self._console.height
        head = Text(f"{self._seconds()} s  {self.phase}  {self._totals()}", style="bold", no_wrap=True,
                    overflow="ellipsis")  # fmt: skip
        receivers = self._receivers(wide=width >= WIDE)
        free = height - 2 - HEAD_LINES - receivers.row_count
        tells = self._tells(lines=max(free - HEAD_LINES - 2, 0))
        free -= len(tells)
        cases = self._cases(most=min(max(free - HEAD_LINES - 1, 1), CASES_SHOWN))
        parts: list[RenderableType] = [head, *tells, cases, receivers]
        return Group(*parts, self._latest())

    def _tells(self, *, lines: int) -> list[Text]:
        """One line a pillar where there is room, else all on one; of another State's systems the counts alone."""
        voices = self._board.voices
        told = [(pillar, voices[pillar]) for pillar in PILLARS if pillar in voices]
        if lines < len(told):
            return [_cut("tells: " + "  ".join(f"{pillar} {voice.pushed}" for pillar, voice in told))]
        beside = [f"{name} {voice.pushed}" for name, voice in voices.items() if name not in PILLARS]
        said = [_cut(f"tells: {pillar:<12}{voice.pushed:>5}  {''.join(voice.said)}") for pillar, voice in told]
        return [*said, *([_cut(f"beside {'  '.join(beside)}")] if beside and lines > len(told) else [])]

    def _cases(self, *, most: int) -> Table:
        """The latest cases. Names of the stations are those of the columns, short enough for 80 of them."""
        stations = [each for each in STATIONS_OF_A_CASE if self._console.width >= WIDE or each not in _WIDE_ONLY]
        table = table_of("", ("case",), stations)
        table.title = None
        for journey in islice(reversed(self._board.journeys.values()), most):
            name = "/".join(journey.name.split("/")[1:3])
            table.add_row(name, *(_count(journey.seen[station]) for station in stations))
        return table

    def _receivers(self, *, wide: bool) -> Table:
        more = ("door", "in the words of") if wide else ("door",)
        table = table_of("", ("who is told", "known for"), ("owed", "has", "waits", "calls"), more)
        table.title = None
        for line in self._board.lines():
            words = line.receiver.words
            told = (Text(f"{words.contract} ({words.channel})"),) if wide else ()
            table.add_row(line.receiver.name, self._trouble.get(line.receiver.name, ""), *_counts(line), *told)
        return table

    def _latest(self) -> Text:
        """What was demonstrated by now, one after the other, on one line."""
        if not self._shown:
            return _cut("to be shown: a refusal, an overtaking, a redaction, a replay")
        number = self._seconds() // EACH_SHOWN_S % len(self._shown)
        each = self._shown[number]
        return _cut(f"✓ {number + 1}/{len(TITLES)} {each.title}: {each.lines[-1].strip()}", style="green")


def _counts(line: Line) -> tuple[Text, ...]:
    door = line.receiver.door
    is_stuck = line.receiver.stuck is not None
    return (
        Text(str(line.owed)),
        Text(str(line.taken)),
        Text(str(line.waiting), style="yellow" if line.waiting else ""),
        Text(str(line.calls)),
        Text("stuck" if is_stuck else door.value, style="green" if door is Door.OPEN and not is_stuck else "red"),
    )


def _cut(text: str, style: str = "") -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _count(times: int) -> Text:
    """Nothing yet, once, or how often."""
    return Text("·", style="dim") if times == 0 else Text("✓" if times == 1 else str(times), style="green")
