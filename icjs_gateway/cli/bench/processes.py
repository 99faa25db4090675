"""A server as a process of its own: started, found ready, measured, stopped by its process id.

Unlike the simulators' gateway this one tells how much processor time it has used, which on a shared machine is
the steadier figure. It is not restarted and not killed on purpose.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from icjs_gateway.cli.bench.load import BenchFailed

READY = "ready "
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: the process that was started, and those that it started itself."""

    url: str
    pid: int

    def cpu_s(self) -> float | None:
        """Processor seconds used so far by all its processes and threads; None where the system does not tell."""
        # User and system time are the 14th and 15th field, of which `_fields` leaves out two.
        ticks = [sum(map(int, fields[11:13])) for fields in self._fields()]
        return sum(ticks) / os.sysconf("SC_CLK_TCK") if ticks else None

    def resident_bytes(self) -> int | None:
        """Memory of all its processes, what they share counted for each; None where the system does not tell."""
        pages = [int(fields[21]) for fields in self._fields()]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") if pages else None

    def _fields(self) -> list[list[str]]:
        """What the system tells of each of its processes."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = path.read_text(encoding="ascii", errors="replace")
            except OSError:
                continue
            # The name in parentheses may hold blanks; the parent's pid is the second field behind it.
            fields = text.rpartition(")")[2].split()
            if self.pid in (int(path.parent.name), int(fields[1])):
                found.append(fields)
        return found


@asynccontextmanager
async def served(command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> AsyncIterator[Served]:
    """Start a command that prints `ready URL`, and stop it at the end of the block. Raises BenchFailed.

    No ICJS_ variable of the caller is inherited.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ICJS_")}
    with log.open("ab") as words:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=inherited | dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=words,
            # A Ctrl-C is for the benchmark, which then stops what it started.
            start_new_session=True,
        )
    try:
        yield Served(await _ready(process, log), process.pid)
    finally:
        await _stop(process)


async def _ready(process: asyncio.subprocess.Process, log: Path) -> str:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    with suppress(TimeoutError):
        async with asyncio.timeout(START_TIMEOUT_S):
            async for line in process.stdout:
                text = line.decode(errors="replace").strip()
                if text.startswith(READY):
                    return text.removeprefix(READY)
    raise BenchFailed(f"a server was not ready: {_last_words(log)}")


def _last_words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:].strip() or "it said nothing"


async def _stop(process: asyncio.subprocess.Process) -> None:
    """SIGTERM, and SIGKILL when that is not obeyed in time."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
