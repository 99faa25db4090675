"""One HTTP connection, hardened: what the server decides before the application sees a request.

uvicorn's own protocol waits for ever for a half-sent request, takes a body of any size and a request with two
Hosts. This one gives head and body an absolute deadline each, bounds head and body by declaration and by
count, and refuses what two readers of HTTP might read differently: Content-Length beside Transfer-Encoding,
another transfer coding than chunked, trailers, a missing, doubled or malformed Host (RFC 9112, 3.2 and 6.1).

An offer to change the protocol (`Upgrade`: h2c, as Java's HttpClient makes by default, websocket, anything) is
ignored, as RFC 9110, 7.8 allows, and the request answered as it stands. The parser gives up on a request with an
offer before its body; its head is therefore fed to a new parser without that header, and what follows is read as ever.

At the limit of connections the one that has waited longest without a request is dropped for the new one, so
that idle or half-open connections never keep a message out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.framing import FRAMING, declared_bytes, fault_of_head, head_without_upgrade
from icjs_gateway.api.problems import MEDIA_TYPE, Kind, Problem
from icjs_gateway.api.tracing import Trace
from icjs_gateway.model.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """What a connection may cost. Deadlines are absolute: a byte now and then does not extend them."""

    head_timeout_s: float = 10.0
    body_timeout_s: float = 60.0
    keep_alive_s: int = 75
    linger_s: float = 5.0
    """How long the rest of a refused request is read and dropped, for its sender to get to the answer."""
    stop_timeout_s: int = 5
    """How long requests in flight may take to finish once the server was told to stop."""
    head_bytes_max: int = 32_768
    headers_max: int = 100
    body_bytes_max: int = 10 * 1024 * 1024
    connections_max: int = 2_000
    backlog: int = 2_048


class _Phase(Enum):
    """What is being received on a connection."""

    BETWEEN = auto()
    HEAD = auto()
    BODY = auto()
    REFUSED = auto()


_BAD = Kind(400, "malformed", "The request cannot be parsed")
_TIMEOUT = Kind(408, "timeout", "The request took too long to arrive")
_TOO_LARGE = Kind(413, "too-large", "The body is over the limit")
_HEAD_TOO_LARGE = Kind(431, "head-too-large", "The request's head is over the limit")
_FULL = Kind(503, "overloaded", "The gateway is at its limit")


class Connections:
    """What the connections of one server share."""

    def __init__(self, limits: ServerLimits, on_refused: Callable[[str], None]) -> None:
        self.limits = limits
        self.on_refused = on_refused
        self.waiting: dict[HardenedProtocol, None] = {}
        """Connections without a request in progress, the one that has waited longest first."""

    def protocol(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> HardenedProtocol:
        """What uvicorn calls for each connection."""
        return HardenedProtocol(self, config, server_state, app_state, _loop)


class HardenedProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools with deadlines, limits and strict framing."""

    def __init__(
        self,
        shared: Connections,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._shared = shared
        self._limits = shared.limits
        self._phase = _Phase.BETWEEN
        self._deadline: asyncio.TimerHandle | None = None
        self._deadline_of = _Phase.BETWEEN
        self._head_bytes = 0
        self._framing: dict[bytes, list[bytes]] = {}
        self._received = 0
        """Bytes of the head, or of the body, or of what is dropped, by phase."""
        self._keeps_alive = True
        """Whether the client wants the connection kept after this request, and the server is not about to end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections_max and not self._drop_longest_waiting():
            self._refuse(_FULL, "CONNECTIONS-FULL", "All connections are busy; try again.")
            return
        self._shared.waiting[self] = None
        self._watch(_Phase.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        self._shared.waiting.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._phase is _Phase.REFUSED:
            self._drop(data)
            return
        self._feed(data)
        # Timers are set for what is still incomplete; a request that came in one piece costs none.
        if self._phase is _Phase.HEAD or (self._phase is _Phase.BETWEEN and self._in_progress() is None):
            self._received += len(data)
            self._watch(_Phase.HEAD)
            if self._received > self._limits.head_bytes_max:
                self._refuse_head()
        elif self._phase is _Phase.BODY:
            self._watch(_Phase.BODY)

    def _feed(self, data: bytes) -> None:
        """As uvicorn's `data_received`, with every Upgrade ignored: one request is one request, whatever it offers."""
        self._unset_keepalive_if_required()
        while data:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as offered:
                if self._phase is _Phase.REFUSED:
                    return
                head = head_without_upgrade(self.parser.get_method(), self.url, self._version(), self.headers)
                data = head + data[offered.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            except httptools.HttpParserError:
                self._refuse(_BAD, "HTTP-MALFORMED", "The request is not valid HTTP.")
                return

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._phase is not _Phase.REFUSED:
            self._phase = _Phase.HEAD
            self._received = self._head_bytes = 0
            self._framing = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._phase is _Phase.HEAD:
            # Called for every header: notes what is needed later instead of searching for it then.
            self._head_bytes += len(name) + len(value) + 4
            super().on_header(name, value)
            name = self.headers[-1][0]
            if name in FRAMING:
                self._framing.setdefault(name, []).append(value)
        elif self._phase is _Phase.BODY:
            # uvicorn would add it to the headers of a request that the application already has.
            self._refuse(_BAD, "HTTP-TRAILER", "Trailers after the body are not taken.")

    def on_headers_complete(self) -> None:
        if self._phase is _Phase.REFUSED:
            return
        head_bytes = len(self.url) + self._head_bytes
        if head_bytes > self._limits.head_bytes_max or len(self.headers) > self._limits.headers_max:
            self._refuse_head()
        elif (fault := fault_of_head(self.parser.get_method(), self._version(), self._framing)) is not None:
            self._refuse(_BAD, *fault)
        elif declared_bytes(self._framing) > self._limits.body_bytes_max:
            self._refuse_body()
        elif not self.parser.should_upgrade():
            # Raises for a target that is no URL, and the parser then gives up on the head.
            super().on_headers_complete()
            self._keeps_alive = self.cycle.keep_alive
            if self.expect_100_continue:
                # Who is answered while it waits for "100 Continue" may leave its body out: where the next request
                # begins could not be told (RFC 9110, 10.1.1). Until the body is here, an answer ends the connection.
                self.cycle.keep_alive = False
            self._unwatch()
            self._phase = _Phase.BODY
            self._received = 0
            self._shared.waiting.pop(self, None)

    def on_body(self, body: bytes) -> None:
        if self._phase is not _Phase.BODY:
            return
        self._received += len(body)
        if self._received > self._limits.body_bytes_max:
            self._refuse_body()
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._phase is not _Phase.BODY:
            return
        self._unwatch()
        self._phase = _Phase.BETWEEN
        self._received = 0
        if self.expect_100_continue and not self.cycle.response_started:
            self.cycle.keep_alive = self._keeps_alive
        super().on_message_complete()

    def shutdown(self) -> None:
        self._keeps_alive = False
        super().shutdown()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing() and self._in_progress() is None:
            self._shared.waiting[self] = None

    def eof_received(self) -> None:
        if self._phase is _Phase.REFUSED:
            self.transport.close()

    def _version(self) -> str:
        """Of HTTP, as the request states it: `1.1`."""
        version: str = self.parser.get_http_version()
        return version

    def _refuse_head(self) -> None:
        limits = self._limits
        expected = f"at most {limits.headers_max} headers and {limits.head_bytes_max} bytes"
        self._refuse(_HEAD_TOO_LARGE, "HTTP-HEAD-TOO-LARGE", "The request's head is over the limit.", expected)

    def _refuse_body(self) -> None:
        limit = self._limits.body_bytes_max
        detail = f"The body is over the limit of {limit} bytes."
        self._refuse(_TOO_LARGE, "BODY-TOO-LARGE", detail, f"at most {limit} bytes")

    def _refuse(self, kind: Kind, code: str, detail: str, expected: str | None = None) -> None:
        """Answer, if an answer can still be told from others, and end the connection."""
        if self._phase is _Phase.REFUSED or self.transport.is_closing():
            return
        was_body = self._phase is _Phase.BODY
        self._phase = _Phase.REFUSED
        self._received = 0
        self._unwatch()
        self._shared.on_refused(code)
        cycle = self._in_progress()
        if cycle is not None:
            if not was_body or self.pipeline or cycle.response_started:
                # An answer is on its way, and bytes of ours would fall into it.
                self.transport.abort()
                return
            # The application reads that its client is gone, and may answer no more.
            cycle.disconnected = True
            cycle.message_event.set()
        elif was_body:
            # It has its answer, and went on sending.
            self.transport.close()
            return
        finding = Finding(code=code, expected=expected, hint=None if expected else detail)
        problem = Problem(kind=kind, detail=detail, trace_id=Trace.begun().trace_id, findings=[finding])
        self._answer(problem)
        self._linger()

    def _answer(self, problem: Problem) -> None:
        body = dumps(problem.members())
        retry = b"retry-after: 1\r\n" if problem.kind is _FULL else b""
        head = b"content-type: %b\r\ncontent-length: %d\r\nconnection: close\r\n%b\r\n"
        self.transport.write(STATUS_LINE[problem.kind.status] + head % (MEDIA_TYPE.encode(), len(body), retry) + body)

    def _linger(self) -> None:
        """Read on for a while: closing on unread data resets the connection, and the answer with it."""
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(self._limits.linger_s, self.transport.abort)

    def _drop(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > 4 * self._limits.body_bytes_max:
            self.transport.abort()

    def _watch(self, phase: _Phase) -> None:
        """Set the deadline of a phase, unless it runs already."""
        if self._deadline is not None and self._deadline_of is phase:
            return
        self._unwatch()
        timeout_s = self._limits.head_timeout_s if phase is _Phase.HEAD else self._limits.body_timeout_s
        self._deadline_of = phase
        self._deadline = self.loop.call_later(timeout_s, self._on_deadline)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_deadline(self) -> None:
        self._deadline = None
        if self._phase is _Phase.BODY and self.flow.read_paused:
            # We are the slow ones: the application has not taken what came.
            self._watch(_Phase.BODY)
            return
        self._refuse(_TIMEOUT, "HTTP-TIMEOUT", "The request did not arrive in time.")

    def _drop_longest_waiting(self) -> bool:
        for longest in self._shared.waiting:
            self._shared.on_refused("CONNECTION-DROPPED")
            longest.transport.abort()
            self._shared.waiting.pop(longest)
            return True
        return False

    def _in_progress(self) -> RequestResponseCycle | None:
        """The newest request that has no whole answer yet. uvicorn sets None before the first."""
        cycle: RequestResponseCycle | None = self.cycle
        return None if cycle is None or cycle.response_complete else cycle
