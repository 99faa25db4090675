"""Front processes of one gateway: started with the listening socket and a line to the core, and kept running.

A front that ends unasked is started again. Fronts end with the core, however it ends: their line does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from icjs_gateway.channels.frontline import CoreLine
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.feeds import FeedDesk
from icjs_gateway.routing.ports import Decider, Evidence, Ledger
from icjs_gateway.routing.progress import Progress

log = structlog.get_logger(__name__)
STOP_TIMEOUT_S = 8.0
AGAIN_AFTER_S = 0.5


class Fronts:
    """`count` fronts on one listening socket. `command` is given the fds of the socket and of its line."""

    def __init__(
        self,
        count: int,
        command: Callable[[int, int], Sequence[str]],
        listener: socket.socket,
        *,
        ledger: Ledger,
        evidence: Evidence,
        progress: Progress,
        decider: Decider,
        feeds: FeedDesk,
    ) -> None:
        self._count = count
        self._command = command
        self._listener = listener
        self._ledger = ledger
        self._evidence = evidence
        self._progress = progress
        self._decider = decider
        self._feeds = feeds
        self._processes: set[asyncio.subprocess.Process] = set()
        self._stopping = False

    async def run(self, on_ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Serve until told to stop; then let every front answer what it has taken, and end."""
        ready = [asyncio.Event() for _ in range(self._count)]
        async with asyncio.TaskGroup() as tasks:
            for each in ready:
                tasks.create_task(self._keep(each))
            for each in ready:
                await each.wait()
            on_ready()
            await stop.wait()
            self._stopping = True
            await self._end()

    async def _keep(self, ready: asyncio.Event) -> None:
        while not self._stopping:
            await self._serve(ready)
            if not self._stopping:
                log.error(Action.FRONT_ENDED.value)
                await asyncio.sleep(AGAIN_AFTER_S)

    async def _serve(self, ready: asyncio.Event) -> None:
        """One life of one front."""
        ours, theirs = socket.socketpair()
        fds = (self._listener.fileno(), theirs.fileno())
        process = await asyncio.create_subprocess_exec(
            *self._command(*fds), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, pass_fds=fds
        )
        theirs.close()
        self._processes.add(process)
        try:
            line = CoreLine(self._ledger, self._evidence, self._progress, self._decider, self._feeds, ready.set)
            await line.run(ours)
            await process.wait()
        finally:
            self._processes.discard(process)

    async def _end(self) -> None:
        processes = list(self._processes)
        for process in processes:
            with suppress(ProcessLookupError):
                process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(each.wait() for each in processes)), STOP_TIMEOUT_S)
        for process in processes:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()


def end_with_the_core() -> None:
    """For a front whose core is gone: at once, so that the address is free for the next gateway."""
    os.kill(os.getpid(), signal.SIGKILL)
