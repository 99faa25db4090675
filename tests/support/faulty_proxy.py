"""A TCP proxy that misbehaves as told: what a network does to a connection, without a kernel's help.

    async with FaultyProxy("127.0.0.1", port) as proxy:
        proxy.next(Fate(answered=Course(after=0, end=End.RESET)))     # the next connection: taken, and never answered
        ... connect to 127.0.0.1:proxy.port ...

Each direction of a connection lets so many bytes pass and then ends: closed, reset, silent, or half closed. A delay is
no time but a gate that the test opens. Which fate a connection has is said when it is made; one that is kept for later
use keeps its fate, so `next` hangs up first. Nothing here sleeps; a proxy holds a bounded number of connections.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

CONNECTIONS_MAX = 256
_CHUNK = 65_536


class End(StrEnum):
    """What becomes of a connection once a direction has let pass what it lets pass."""

    CLOSE = "close"
    """Both sides are closed in good order."""
    RESET = "reset"
    """Both sides are reset."""
    SILENCE = "silence"
    """Nothing more passes this way; who waits, waits: a black hole."""
    HALF_CLOSE = "half close"
    """This way is closed in good order; the other way stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One direction: `after` so many bytes, this `end`. None lets everything pass."""

    after: int | None = None
    end: End = End.CLOSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A connection's: what passes from who connects (`asked`) and to who connects (`answered`)."""

    asked: Course = field(default_factory=Course)
    answered: Course = field(default_factory=Course)
    opens: asyncio.Event | None = None
    """Nothing passes either way before this is set."""


HEALTHY = Fate()
BLACK_HOLE = Fate(asked=Course(after=0, end=End.SILENCE))


@dataclass(slots=True)
class FaultyProxy:
    """In front of one address. `fate` is that of every connection without one of its own."""

    host: str
    target_port: int
    fate: Fate = HEALTHY
    port: int = 0
    met: list[Fate] = field(default_factory=list)
    """The fate of every connection that was made, in order."""
    _own: deque[Fate] = field(default_factory=deque)
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        writers = list(self._open)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def next(self, *fates: Fate) -> None:
        """The next connections have these fates, one each. What is open is hung up, so that there are new ones."""
        self._own.extend(fates)
        self.hang_up()

    def hang_up(self) -> None:
        """Close whatever is open."""
        for writer in self._open:
            writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._open) >= CONNECTIONS_MAX:
            writer.close()
            return
        fate = self._own.popleft() if self._own else self.fate
        self.met.append(fate)
        self._tasks.add(task)
        self._open.add(writer)
        try:
            with suppress(OSError):
                await self._connect(fate, reader, writer)
        finally:
            writer.close()
            self._open.discard(writer)
            self._tasks.discard(task)

    async def _connect(self, fate: Fate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if fate.opens is not None:
            await fate.opens.wait()
        beyond, onward = await asyncio.open_connection(self.host, self.target_port)
        self._open.add(onward)
        both = (writer, onward)
        ways = [
            asyncio.create_task(_pass(fate.asked, reader, onward, both)),
            asyncio.create_task(_pass(fate.answered, beyond, writer, both)),
        ]
        try:
            await asyncio.gather(*ways)
        finally:
            for way in ways:
                way.cancel()
            onward.close()
            self._open.discard(onward)


async def _pass(
    course: Course,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
) -> None:
    """One direction until it ends. Raises ConnectionError where the whole connection does."""
    left = course.after
    while chunk := await reader.read(_CHUNK):
        if left is not None and len(chunk) >= left:
            # An end after no bytes waits for the first one: until then there is nothing to cut.
            writer.write(chunk[:left])
            await writer.drain()
            await _end(course.end, reader, writer, both)
            return
        left = None if left is None else left - len(chunk)
        writer.write(chunk)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def _end(
    end: End,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
) -> None:
    match end:
        case End.SILENCE:
            while await reader.read(_CHUNK):
                pass
        case End.HALF_CLOSE:
            writer.write_eof()
            while await reader.read(_CHUNK):
                pass
        case End.RESET:
            for side in both:
                # Closing a socket that lingers for no time sends a reset (socket(7), SO_LINGER).
                side.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                side.transport.abort()
            raise ConnectionResetError
        case End.CLOSE:
            raise ConnectionAbortedError
