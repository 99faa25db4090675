"""The load generator: raw HTTP/1.1 over keep-alive connections, one request in flight on each.

A client with conveniences would cost more than the server that it measures. This one writes prepared bytes,
reads a status and a length, and does nothing else, so that it drives a bare echo to its limit from the other
core. Reference and subject are driven by the same code with the same bodies.

Not a client for anything else: it follows nothing, decodes nothing, and takes no answer without a
Content-Length. One answer that is not the expected one ends the volley, for a figure of refusals is no figure.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

CONNECTIONS = 64
ANSWER_TIMEOUT_S = 30.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


class BenchFailed(Exception):
    """A figure could not be taken. The text says why, and holds no document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What every answer must be: this status, and these bytes somewhere in its body."""

    status: int
    marker: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volley:
    """What came of one burst of load."""

    answered: int
    began_at: float
    """By the performance counter, as the first request was sent."""
    elapsed_s: float
    latencies_s: list[float]

    @property
    def per_s(self) -> float:
        return self.answered / self.elapsed_s

    def latency_ms(self, share: float) -> float:
        """The latency within which this share of the requests was answered."""
        ordered = sorted(self.latencies_s)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where requests go, and how their heads read."""

    url: str
    path: str
    content_type: str
    authorization: str | None = None

    def head(self) -> bytes:
        """All of the head but the length."""
        place = urlsplit(self.url)
        credentials = f"Authorization: {self.authorization}\r\n" if self.authorization else ""
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: {place.netloc}\r\n{credentials}Content-Type: {self.content_type}\r\n"
        ).encode()


async def drive(
    target: Target,
    bodies: Iterator[bytes],
    expected: Expected,
    *,
    for_s: float | None = None,
    connections: int = CONNECTIONS,
) -> Volley:
    """Send bodies as fast as answers come, for `for_s` seconds or until there are no more. Raises BenchFailed.

    Connecting is not counted. Requests in flight at the end are waited for and counted.
    """
    place = urlsplit(target.url)
    host, port = place.hostname or "", place.port or 80
    burst = _Burst(target.head(), bodies, expected)
    loop = asyncio.get_running_loop()
    opened: list[_Connection] = []
    try:
        for _ in range(connections):
            _, connection = await loop.create_connection(lambda: _Connection(burst), host, port)
            opened.append(connection)
        began = perf_counter()
        burst.until = began + for_s if for_s is not None else None
        for connection in opened:
            connection.fire()
        async with asyncio.timeout((for_s or 0) + ANSWER_TIMEOUT_S):
            await burst.over
    except TimeoutError:
        raise BenchFailed(f"{target.path}: {burst.in_flight} requests were not answered in time") from None
    except OSError as error:
        raise BenchFailed(f"{target.url} cannot be reached: {error.strerror}") from None
    finally:
        for connection in opened:
            connection.close()
    latencies = burst.latencies
    if not latencies:
        raise BenchFailed(f"{target.path}: nothing was sent")
    return Volley(answered=len(latencies), began_at=began, elapsed_s=burst.last_at - began, latencies_s=latencies)


class _Burst:
    """What the connections of one burst share."""

    def __init__(self, head: bytes, bodies: Iterator[bytes], expected: Expected) -> None:
        self._head = head
        self._bodies = bodies
        self._status = b"%d" % expected.status
        self._marker = expected.marker
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.until: float | None = None
        self.in_flight = 0
        self.last_at = 0.0
        self.latencies: list[float] = []

    def next(self) -> bytes | None:
        """The next request, or None when the burst is over."""
        body = None if self._is_over() else next(self._bodies, None)
        if body is None:
            if self.in_flight == 0 and not self.over.done():
                self.over.set_result(None)
            return None
        self.in_flight += 1
        return b"%bContent-Length: %d\r\n\r\n%b" % (self._head, len(body), body)

    def answer(self, answer: bytes, body_at: int, sent_at: float) -> None:
        """Take an answer as a sample, or as the end of it all."""
        self.in_flight -= 1
        self.last_at = perf_counter()
        self.latencies.append(self.last_at - sent_at)
        if answer[9:12] != self._status or (self._marker and answer.find(self._marker, body_at) < 0):
            start = answer[:12].decode("ascii", "replace")
            self.fail(f"an answer was not the expected one: {start} {answer[body_at : body_at + 400]!r}")

    def fail(self, why: str) -> None:
        if not self.over.done():
            self.over.set_exception(BenchFailed(why))

    def _is_over(self) -> bool:
        return self.over.done() or (self.until is not None and perf_counter() >= self.until)


class _Connection(asyncio.Protocol):
    """One request after the other."""

    def __init__(self, burst: _Burst) -> None:
        self._burst = burst
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._sent_at = 0.0
        self._waits = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own class is none of asyncio's, though it does all that they do.
        self._transport = cast(asyncio.Transport, transport)

    def fire(self) -> None:
        request = self._burst.next()
        self._waits = request is not None
        if request is not None and self._transport is not None:
            self._sent_at = perf_counter()
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received = received = self._received + data if self._received else data
        end = received.find(_HEAD_END)
        if end < 0:
            return
        length = _LENGTH.search(received, 0, end)
        if length is None:
            self._burst.fail("an answer came without its length")
            return
        body_at = end + len(_HEAD_END)
        if len(received) < body_at + int(length[1]):
            return
        self._received = b""
        self._burst.answer(received, body_at, self._sent_at)
        self.fire()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waits:
            self._burst.fail("the server closed a connection before it answered")

    def close(self) -> None:
        self._waits = False
        if self._transport is not None:
            self._transport.close()
