"""Every POST ends in one outcome: answered, certainly not sent, or unknown. Against real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp.abc import ResolveResult

from icjs_gateway.adapters.wire.addresses import AddressPolicy
from icjs_gateway.adapters.wire.outbound import Answered, NotSent, Outbound, OutboundLimits, Outcome, Unknown

Script = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOOPBACK = AddressPolicy(["127.0.0.0/8"])


def says(answer: bytes) -> Script:
    """A script that answers each request with these bytes."""

    async def script(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return script


OK = says(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-A: one\r\nX-A: two\r\n\r\ndone")


class Endpoint:
    """A partner's endpoint that follows a script and keeps what it was sent."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.port = 0
        self.following: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=b"

    async def follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.following.add(task)
        with (
            contextlib.closing(writer),
            contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError),
        ):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.partition(b":")[2])
                    for line in head.lower().splitlines()
                    if line.startswith(b"content-length")
                )
                self.heads.append(head)
                self.bodies.append(await reader.readexactly(length))
                await self._script(head, reader, writer)

    async def stop(self) -> None:
        for task in self.following:
            task.cancel()
        await asyncio.gather(*self.following, return_exceptions=True)


@asynccontextmanager
async def endpoint(script: Script) -> AsyncIterator[Endpoint]:
    made = Endpoint(script)
    server = await asyncio.start_server(made.follow, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.stop()


async def post(url: str, policy: AddressPolicy = LOOPBACK, timeout_s: float = 5.0) -> Outcome:
    async with Outbound(policy) as outbound:
        return await outbound.post(url, b"body", {"Content-Type": "text/plain"}, timeout_s)


def lookup_of(*addresses: str) -> Callable[[str, int, socket.AddressFamily], Awaitable[list[ResolveResult]]]:
    async def lookup(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in addresses
        ]

    return lookup


async def test_an_answer_has_its_status_headers_and_body() -> None:
    async with endpoint(OK) as partner:
        outcome = await post(partner.url)
        assert outcome == Answered(
            status=200, headers={"content-length": "4", "x-a": "one"}, body=b"done", is_whole=True
        )
        (head,) = partner.heads
        assert head.startswith(b"POST /hook?a=b HTTP/1.1\r\n")
        assert b"Accept-Encoding: identity" in head
        assert b"Cookie" not in head
        assert partner.bodies == [b"body"]


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async with endpoint(OK) as elsewhere:
        location = f"HTTP/1.1 307 X\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()
        async with endpoint(says(location)) as partner:
            outcome = await post(partner.url)
        assert isinstance(outcome, Answered)
        assert outcome.status == 307
        assert elsewhere.connections == 0


async def test_a_connection_is_kept_and_no_cookie_is() -> None:
    answer = says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: a=b\r\n\r\n")
    async with endpoint(answer) as partner, Outbound(LOOPBACK) as outbound:
        for _ in range(3):
            await outbound.post(partner.url, b"x", {}, 5)
        assert partner.connections == 1
        assert not any(b"Cookie" in head for head in partner.heads)


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with endpoint(OK) as partner, endpoint(OK) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        assert isinstance(await post(partner.url), Answered)
        assert proxy.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1."])
async def test_a_private_address_is_not_called_unless_it_is_allowed(host: str) -> None:
    async with endpoint(OK) as partner:
        outcome = await post(f"http://{host}:{partner.port}/", AddressPolicy())
        assert outcome == NotSent(reason="address-refused")
        assert partner.connections == 0


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
async def test_an_address_in_another_spelling_is_not_called(host: str) -> None:
    async with endpoint(OK) as partner:
        assert isinstance(await post(f"http://{host}:{partner.port}/", AddressPolicy()), NotSent)
        assert partner.connections == 0


async def test_of_a_mixed_dns_answer_only_judged_addresses_are_connected_to_and_the_host_is_kept() -> None:
    policy = AddressPolicy(["127.0.0.2/32"])
    server = Endpoint(OK)
    listening = await asyncio.start_server(server.follow, "127.0.0.2", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening, Outbound(policy, lookup=lookup_of("10.0.0.1", "127.0.0.1", "127.0.0.2")) as outbound:
        outcome = await outbound.post(f"http://police.example:{server.port}/", b"", {}, 5)
    await server.stop()
    assert isinstance(outcome, Answered)
    assert b"Host: police.example:" in server.heads[0]


async def test_every_new_connection_is_judged_again() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    async def rebinding(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        return await lookup_of(*next(answers))(host, port, family)

    closing = says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    async with endpoint(closing) as partner, Outbound(LOOPBACK, lookup=rebinding) as outbound:
        url = f"http://police.example:{partner.port}/"
        assert isinstance(await outbound.post(url, b"", {}, 5), Answered)
        assert await outbound.post(url, b"", {}, 5) == NotSent(reason="address-refused")


async def test_a_refused_connection_and_an_unknown_host_were_not_sent() -> None:
    async with endpoint(OK) as partner:
        port = partner.port
    assert await post(f"http://127.0.0.1:{port}/") == NotSent(reason="connect")

    async def nowhere(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        raise OSError("no such host")

    async with Outbound(LOOPBACK, lookup=nowhere) as outbound:
        assert await outbound.post("http://police.example/", b"", {}, 5) == NotSent(reason="dns")


async def test_a_lookup_that_hangs_was_not_sent() -> None:
    async def hanging(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        await asyncio.Event().wait()
        return []

    limits = OutboundLimits(connect_timeout_s=0.1)
    async with Outbound(LOOPBACK, limits=limits, lookup=hanging) as outbound:
        assert await outbound.post("http://police.example/", b"", {}, 5) == NotSent(reason="connect-timeout")


async def test_https_to_a_server_that_speaks_none_was_not_sent() -> None:
    async with endpoint(OK) as partner:
        outcome = await post(f"https://127.0.0.1:{partner.port}/", timeout_s=0.3)
        assert outcome == NotSent(reason="connect-timeout")


@pytest.mark.parametrize(
    "url",
    [
        *("", "nonsense", "/path", "ftp://a/", "file:///etc/passwd", "http://", "http://a:99999/", "http://u:p@a/"),
        *("http://[::1", "http://a:b/", "gopher://127.0.0.1/"),
    ],
)
async def test_what_is_no_web_address_was_not_sent(url: str) -> None:
    assert await post(url) == NotSent(reason="url")


async def never(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def reset(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def half(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    await writer.drain()
    writer.transport.abort()


async def hang_up(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize("script", [never, reset, half, hang_up, says(b"\x00\x01nonsense\r\n\r\n")])
async def test_whatever_goes_wrong_after_the_request_left_is_unknown(script: Script) -> None:
    async with endpoint(script) as partner:
        outcome = await post(partner.url, timeout_s=0.3)
        assert isinstance(outcome, Unknown)
        assert partner.bodies == [b"body"]


async def test_an_answer_is_cut_at_its_limit() -> None:
    async with endpoint(says(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 200_000)) as partner:
        outcome = await post(partner.url)
    assert isinstance(outcome, Answered)
    assert (len(outcome.body), outcome.is_whole) == (65_536, False)


async def test_a_packed_answer_is_not_unpacked() -> None:
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
    async with endpoint(says(packed)) as partner:
        outcome = await post(partner.url)
    assert isinstance(outcome, Answered)
    assert outcome.body == b"abc"
