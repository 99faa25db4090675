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

from icjs_gateway.channels.frontline import CoreLine
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.feeds import FeedDesk
from icjs_gateway.routing.loops import Health, Loop, Loops
from icjs_gateway.routing.ports import Decider, Evidence, Ledger
from icjs_gateway.routing.progress import Progress
from icjs_gateway.routing.set_aside import LoopName

STOP_TIMEOUT_S = 8.0


class FrontEnded(Exception):
    """A front ended unasked."""


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
        loops: Loops,
        health: Callable[[], Health],
    ) -> None:
        self._count = count
        self._command = command
        self._listener = listener
        self._ledger = ledger
        self._evidence = evidence
        self._progress = progress
        self._decider = decider
        self._feeds = feeds
        self._loops = loops
        self._health = health
        self._processes: set[asyncio.subprocess.Process] = set()

    async def run(self, on_ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Serve until told to stop; then let every front answer what it has taken, and end."""
        ready = [asyncio.Event() for _ in range(self._count)]
        fronts = [self._front(each) for each in ready]
        async with asyncio.TaskGroup() as tasks:
            for front in fronts:
                tasks.create_task(front.run())
            for each in ready:
                await each.wait()
            on_ready()
            await stop.wait()
            for front in fronts:
                front.stop()
            await self._end()

    def _front(self, ready: asyncio.Event) -> Loop:
        """The loop that keeps one front: a turn is one life of it."""

        async def turn() -> float:
            await self._serve(ready, front)
            if not front.is_stopping:
                raise FrontEnded
            return 0

        front = self._loops.add(LoopName.FRONT, Action.FRONT_ENDED, turn, is_lasting=True)
        return front

    async def _serve(self, ready: asyncio.Event, front: Loop) -> None:
        """One life of one front."""

        def is_ready() -> None:
            front.well()
            ready.set()

        ours, theirs = socket.socketpair()
        process = await self._started(ours, theirs)
        self._processes.add(process)
        try:
            line = CoreLine(
                self._ledger, self._evidence, self._progress, self._decider, self._feeds, self._health, is_ready
            )
            await line.run(ours)
            await process.wait()
        finally:
            self._processes.discard(process)
            if process.returncode is None:
                # Its line broke: nobody could record what it takes.
                process.kill()

    async def _started(self, ours: socket.socket, theirs: socket.socket) -> asyncio.subprocess.Process:
        fds = (self._listener.fileno(), theirs.fileno())
        try:
            return await asyncio.create_subprocess_exec(
                *self._command(*fds), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, pass_fds=fds
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()

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
