"""Webhook receivers that cost next to nothing: each takes every delivery, and remembers its id.

They live in the load generator's process, so that the gateway has the other core to itself. They verify no
signature and read no event; what is conserved and in which order is for the demo and the tests to prove.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self, cast

from icjs_gateway.cli.bench.load import BenchFailed

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb"\r\nwebhook-id: *(\S+)", re.IGNORECASE)
_TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


class Receiver:
    """One recipient's endpoint, on a port of its own."""

    def __init__(self) -> None:
        self.url = ""
        self.calls = 0
        self._taken: set[bytes] = set()
        self._awaited = 0
        self._moved = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def taken(self) -> int:
        """Deliveries, repeats not counted."""
        return len(self._taken)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Call(self), "127.0.0.1", 0, backlog=256)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    def take(self, delivery_id: bytes) -> None:
        self.calls += 1
        self._taken.add(delivery_id)
        if len(self._taken) >= self._awaited:
            self._moved.set()

    async def has_taken(self, deliveries: int) -> None:
        """Wait until so many different ones have come."""
        self._awaited = deliveries
        while len(self._taken) < deliveries:
            self._moved.clear()
            await self._moved.wait()


@asynccontextmanager
async def receiving(number: int) -> AsyncIterator[Sequence[Receiver]]:
    """So many receivers, listening until the end of the block."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Receiver()) for _ in range(number)]


async def all_taken(receivers: Sequence[Receiver], deliveries: int, *, within_s: float) -> None:
    """Wait until every receiver has taken so many. Raises BenchFailed when that does not come to pass in time."""
    try:
        async with asyncio.timeout(within_s):
            for receiver in receivers:
                await receiver.has_taken(deliveries)
    except TimeoutError:
        least = min(receiver.taken for receiver in receivers)
        raise BenchFailed(f"after {within_s:.0f} s a receiver had {least} of {deliveries} deliveries") from None


class _Call(asyncio.Protocol):
    """A connection of the gateway to a receiver: requests one after the other, each answered once it is whole."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._transport: asyncio.Transport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own class is none of asyncio's, though it does all that they do.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received = received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        length, delivery_id = _LENGTH.search(received, 0, end), _ID.search(received, 0, end + 2)
        if length is not None and len(received) < end + 4 + int(length[1]):
            return
        self._received = b""
        if delivery_id is not None:
            self._receiver.take(delivery_id[1])
        if self._transport is not None:
            self._transport.write(_TAKEN)
