"""Outbound HTTP: one POST, one outcome. The only way in which the gateway calls a partner's endpoint.

The client connects only to addresses that were judged (`addresses.py`), follows no redirect, reads no proxy
from the environment, keeps no cookie, unpacks nothing and reads at most 64 kB of an answer. Whatever the
network does becomes a value, never an exception: `Answered`, or `NotSent` when the request certainly did not
leave, or `Unknown` when it may have arrived. Only after `Unknown` can a repeat be a second copy.

Retrying is not done here.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from icjs_gateway.adapters.wire.addresses import AddressPolicy, AddressRefused, JudgedResolver, Lookup


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundLimits:
    """What a call may cost."""

    connect_timeout_s: float = 5.0
    """To get a connection, by DNS, TCP and TLS, or a free one of the pool."""
    answer_bytes_max: int = 65_536
    connections_max: int = 512
    connections_per_destination: int = 32
    idle_s: float = 30.0
    """How long an unused connection is kept; shorter than most servers keep theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The endpoint answered. `headers` by lower-case name, of repeated ones the first; `body` is cut at the
    limit, and `is_whole` tells.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """The request did not leave: refused address, no such host, no connection. `reason` is a stable word."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The request may have arrived: a time-out or a broken connection after it left."""

    reason: str


Outcome = Answered | NotSent | Unknown

# The first row that fits decides. What aiohttp may raise before a byte was sent stands before what it may
# raise after.
_TRANSLATION: Sequence[tuple[type[BaseException], Outcome]] = (
    (aiohttp.ClientConnectorDNSError, NotSent(reason="dns")),
    (aiohttp.ClientConnectorCertificateError, NotSent(reason="certificate")),
    (aiohttp.ClientSSLError, NotSent(reason="tls")),
    (aiohttp.ClientConnectorError, NotSent(reason="connect")),
    (aiohttp.ConnectionTimeoutError, NotSent(reason="connect-timeout")),
    (aiohttp.InvalidURL, NotSent(reason="url")),
    (TimeoutError, Unknown(reason="timeout")),
    (aiohttp.ServerDisconnectedError, Unknown(reason="disconnected")),
    (aiohttp.ClientResponseError, Unknown(reason="not-http")),
    (aiohttp.ClientPayloadError, Unknown(reason="answer-broken")),
    (aiohttp.ClientError, Unknown(reason="connection-broken")),
    (OSError, Unknown(reason="connection-broken")),
)


class Outbound:
    """A pooled client for all destinations. Use it as an async context manager, in one event loop."""

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        limits: OutboundLimits | None = None,
        lookup: Lookup | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`lookup` stands in for DNS in tests; `trust` is the TLS context, by default the platform's."""
        self._policy = policy
        self._limits = limits or OutboundLimits()
        self._lookup = lookup
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        dns = aiohttp.ThreadedResolver()
        limits = self._limits
        connector = aiohttp.TCPConnector(
            resolver=JudgedResolver(self._policy, self._lookup or dns.resolve, dns.close),
            # Every new connection is resolved and judged again.
            use_dns_cache=False,
            limit=limits.connections_max,
            limit_per_host=limits.connections_per_destination,
            keepalive_timeout=limits.idle_s,
            ssl=self._trust or True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            skip_auto_headers=("User-Agent",),
            headers={"Accept-Encoding": "identity", "User-Agent": "icjs-gateway"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], timeout_s: float) -> Outcome:
        """POST once. `timeout_s` bounds the whole exchange."""
        if self._session is None:
            raise RuntimeError("Outbound is an async context manager; enter it first.")
        destination = _destination(url)
        if destination is None:
            return NotSent(reason="url")
        if _is_address(destination) and not self._policy.allows(destination.host or ""):
            return NotSent(reason="address-refused")
        # Connecting times out before the whole does, so that a time-out of the whole came after the request
        # left.
        connect_s = min(self._limits.connect_timeout_s, 0.8 * timeout_s)
        timeout = aiohttp.ClientTimeout(total=timeout_s, connect=connect_s)
        try:
            async with self._session.post(
                destination, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                read, is_whole = await self._read(answer)
                names = {name.lower(): answer.headers[name] for name in answer.headers}
                return Answered(status=answer.status, headers=names, body=read, is_whole=is_whole)
        except (aiohttp.ClientError, OSError) as error:
            return _translate(error)

    async def _read(self, answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
        """At most the limit; the rest is not waited for, and its connection is not used again."""
        room = self._limits.answer_bytes_max
        chunks: list[bytes] = []
        async for chunk in answer.content.iter_any():
            chunks.append(chunk[:room])
            room -= len(chunk)
            if room < 0:
                answer.close()
                return b"".join(chunks), False
        return b"".join(chunks), True


def _destination(url: str) -> URL | None:
    """A URL that may be called, or None. Credentials belong into headers, where they are not logged."""
    try:
        destination = URL(url)
        port = destination.port
    except ValueError:
        return None
    usable = destination.scheme in ("http", "https") and destination.host and port and not destination.user
    return destination if usable else None


def _is_address(destination: URL) -> bool:
    """Whether the client would connect without asking the resolver, or is written to look so."""
    host = destination.host or ""
    return ":" in host or host.replace(".", "").isdigit()


def _translate(error: Exception) -> Outcome:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, AddressRefused):
        return NotSent(reason="address-refused")
    return next(outcome for kind, outcome in _TRANSLATION if isinstance(error, kind))
