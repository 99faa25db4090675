"""Frames on a socket between two processes of one gateway: a header in JSON, and blobs behind it.

    frame      length (4 bytes) | length of header (4 bytes) | header, JSON | blobs, one after the other

Whatever is sent in one turn of the event loop goes out by one write, and whatever came by one read is handed on at
once, so that a crowd of messages costs few system calls. Not promised: that a frame arrives; the line's end is told.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Sequence
from typing import Any, cast

from pydantic_core import from_json, to_json

_LENGTHS = struct.Struct("!II")
FRAME_BYTES_MAX = 64 * 1024 * 1024

Header = dict[str, Any]
Blobs = list[bytes]


class Frames(asyncio.Protocol):
    """One end of a line. `received` is called with each frame, in order; `closed` is set when the line has ended."""

    def __init__(self, received: Callable[[Header, Blobs], None]) -> None:
        self._received = received
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._outgoing: list[bytes] = []
        self._writable = asyncio.Event()
        self._writable.set()
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own class is none of asyncio's, though it does all that they do.
        self._transport = cast(asyncio.Transport, transport)
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._writable.set()
        self.closed.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        at, end = 0, len(buffer)
        while end - at >= _LENGTHS.size:
            length, header_length = _LENGTHS.unpack_from(buffer, at)
            if length > FRAME_BYTES_MAX:
                self.close()
                return
            start = at + _LENGTHS.size
            if end - start < length:
                break
            at = start + length
            self._received(*_unpacked(bytes(buffer[start:at]), header_length))
        del buffer[:at]

    async def writable(self) -> None:
        """Wait while the other end is behind."""
        await self._writable.wait()

    def send(self, header: Header, blobs: Sequence[bytes] = ()) -> None:
        """With all that is sent in this turn of the loop; nowhere once the line has ended."""
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing += _packed(header, blobs)

    def close(self) -> None:
        """End the line, after what was sent."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        if self._outgoing and self._transport is not None:
            if not self._transport.is_closing():
                self._transport.write(b"".join(self._outgoing))
            self._outgoing.clear()


def _packed(header: Header, blobs: Sequence[bytes]) -> tuple[bytes, ...]:
    """The parts of a frame. The header learns the sizes of the blobs."""
    sizes = [len(blob) for blob in blobs]
    header["sizes"] = sizes
    written = to_json(header)
    return (_LENGTHS.pack(len(written) + sum(sizes), len(written)), written, *blobs)


def _unpacked(body: bytes, at: int) -> tuple[Header, Blobs]:
    header: Header = from_json(body[:at])
    blobs = []
    for size in header["sizes"]:
        blobs.append(body[at : at + size])
        at += size
    return header, blobs
