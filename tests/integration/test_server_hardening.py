"""The server keeps working for whoever speaks HTTP, whatever others send. Real sockets, short deadlines."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from icjs_gateway.api.server import ServerLimits, serve
from icjs_gateway.model.errors import Misconfigured

Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]
SHORT = ServerLimits(
    head_timeout_s=0.2,
    body_timeout_s=0.2,
    linger_s=2.0,
    head_bytes_max=4_096,
    headers_max=20,
    body_bytes_max=100_000,
    stop_timeout_s=2,
)
GENEROUS = ServerLimits(body_bytes_max=100_000)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the size of the body it got."""
    assert scope["type"] == "http"
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    answer = str(size).encode()
    headers = [(b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def unread(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuses without a look at the body."""
    await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


class Gateway:
    """A running server, to be connected to."""

    def __init__(self, port: int, refused: list[str]) -> None:
        self.port = port
        self.refused = refused

    def connect(self) -> AbstractAsyncContextManager[Client]:
        @asynccontextmanager
        async def connection() -> AsyncIterator[Client]:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                yield reader, writer
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

        return connection()

    async def exchange(self, *pieces: bytes) -> bytes:
        """Everything that comes back until the server closes the connection."""
        async with self.connect() as (reader, writer):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await reader.read()

    async def post(self, body: bytes) -> bytes:
        head = b"POST / HTTP/1.1\r\nHost: g\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        return await self.exchange(head + body)


@asynccontextmanager
async def gateway(limits: ServerLimits, app: ASGIApp = echo) -> AsyncIterator[Gateway]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    refused: list[str] = []
    serving = asyncio.create_task(
        serve(app, host="127.0.0.1", port=0, limits=limits, on_ready=ready.set_result, on_refused=refused.append)
    )
    url = await ready
    try:
        yield Gateway(int(url.rpartition(":")[2]), refused)
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def code(answer: bytes) -> str:
    """The finding of the problem document in a refusal."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert b"connection: close" in head
    problem = json.loads(body)
    assert problem["status"] == status(answer)
    assert problem["trace_id"]
    return str(problem["findings"][0]["code"])


async def test_a_message_passes_while_400_connections_hang_half_open_and_they_are_closed() -> None:
    async with gateway(SHORT) as server:
        hanging = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", server.port) for _ in range(400)))
        for _, writer in hanging:
            writer.write(b"POST / HTTP/1.1\r\nHost: g\r\nX-Slow: ")
        assert status(await server.post(b"hello")) == 200
        answers = await asyncio.gather(*(reader.read() for reader, _ in hanging))
        assert {code(answer) for answer in answers} == {"HTTP-TIMEOUT"}
        for _, writer in hanging:
            writer.close()


async def test_a_connection_that_sends_nothing_is_closed() -> None:
    async with gateway(SHORT) as server:
        assert status(await server.exchange()) == 408


@pytest.mark.parametrize("drop", [b"a", b"\r\n", b"X: y\r\n"])
async def test_a_head_that_drips_does_not_extend_its_deadline(drop: bytes) -> None:
    async with gateway(SHORT) as server, server.connect() as (reader, writer):
        writer.write(b"" if drop == b"\r\n" else b"GET / HTTP/1.1\r\nHost: g\r\n")
        answer = asyncio.create_task(reader.read())
        began = asyncio.get_running_loop().time()
        while not answer.done():
            writer.write(drop)
            await asyncio.wait([answer], timeout=0.02)
        assert asyncio.get_running_loop().time() - began < 1.5
        assert status(await answer) == 408


async def test_a_second_request_on_a_kept_connection_has_a_deadline_of_its_own() -> None:
    async with gateway(SHORT) as server, server.connect() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: g\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(1) == b"0"
        writer.write(b"GET / HT")
        assert status(await reader.read()) == 408


@pytest.mark.parametrize("framing", [b"Content-Length: 10\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc"])
async def test_a_slow_body_is_cut(framing: bytes) -> None:
    async with gateway(SHORT) as server:
        answer = await server.exchange(b"POST / HTTP/1.1\r\nHost: g\r\n" + framing)
        assert (status(answer), code(answer)) == (408, "HTTP-TIMEOUT")


async def test_a_body_over_the_limit_is_refused_by_its_declared_length_before_it_is_sent() -> None:
    async with gateway(GENEROUS) as server:
        head = b"POST / HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
        answer = await server.exchange(head % 100_001)
        assert (status(answer), code(answer)) == (413, "BODY-TOO-LARGE")
        assert status(await server.exchange(head % 10**30)) == 400


async def test_the_refusal_of_a_large_body_reaches_a_client_that_sends_first_and_reads_later() -> None:
    async with gateway(GENEROUS) as server:
        answer = await server.post(b"x" * 350_000)
        assert (status(answer), code(answer)) == (413, "BODY-TOO-LARGE")


async def test_a_chunked_body_is_counted() -> None:
    async with gateway(GENEROUS) as server:
        chunk = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
        head = b"POST / HTTP/1.1\r\nHost: g\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        within = await server.exchange(head, *[chunk] * 10, b"0\r\n\r\n")
        assert within.endswith(b"100000")
        over = await server.exchange(head, *[chunk] * 11, b"0\r\n\r\n")
        assert (status(over), code(over)) == (413, "BODY-TOO-LARGE")


@pytest.mark.parametrize(
    "hosts",
    [
        b"",
        b"Host: a\r\nHost: a\r\n",
        b"Host: a\r\nHost: b\r\n",
        b"Host:\r\n",
        b"Host: a b\r\n",
        b"Host: a/b\r\n",
        b"Host: a@b\r\n",
        b"Host: a:x\r\n",
    ],
)
async def test_a_request_has_exactly_one_valid_host(hosts: bytes) -> None:
    async with gateway(GENEROUS) as server:
        answer = await server.exchange(b"GET / HTTP/1.1\r\n" + hosts + b"\r\n")
        assert (status(answer), code(answer)) == (400, "HTTP-HOST")


@pytest.mark.parametrize("host", [b"icjs.gov.in", b"127.0.0.1:8080", b"[::1]:8080", b"a_b-c"])
async def test_valid_hosts_are_taken(host: bytes) -> None:
    async with gateway(GENEROUS) as server:
        answer = await server.exchange(b"GET / HTTP/1.1\r\nConnection: close\r\nHost: " + host + b"\r\n\r\n")
        assert status(answer) == 200


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: 5\r\nX: a\r\n b\r\n",
    ],
)
async def test_ambiguous_framing_gets_one_answer_and_no_second_request(framing: bytes) -> None:
    async with gateway(GENEROUS) as server:
        smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: g\r\n\r\n"
        answer = await server.exchange(b"POST / HTTP/1.1\r\nHost: g\r\n" + framing + b"\r\n" + smuggled)
        assert status(answer) == 400
        assert answer.count(b"HTTP/1.1 ") == 1


async def test_a_transfer_encoding_in_http_1_0_is_refused() -> None:
    async with gateway(GENEROUS) as server:
        answer = await server.exchange(b"POST / HTTP/1.0\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert (status(answer), code(answer)) == (400, "HTTP-FRAMING")


async def test_trailers_are_refused() -> None:
    async with gateway(GENEROUS) as server:
        head = b"POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = await server.exchange(head + b"1\r\na\r\n0\r\nAuthorization: x\r\n\r\n")
        assert (status(answer), code(answer)) == (400, "HTTP-TRAILER")


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: g\r\n" + b"A: b\r\n" * 20 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: g\r\nA: " + b"b" * 5_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: g\r\nA: " + b"b" * 5_000,
        b"GET /" + b"b" * 5_000,
    ],
)
async def test_a_head_over_its_limits_is_refused(head: bytes) -> None:
    limits = ServerLimits(head_bytes_max=4_096, headers_max=20)
    async with gateway(limits) as server:
        answer = await server.exchange(head)
        assert (status(answer), code(answer)) == (431, "HTTP-HEAD-TOO-LARGE")


@pytest.mark.parametrize("request_line", [b"nonsense", b"GET  HTTP/1.1", b"GET http:// HTTP/1.1", b"\x16\x03\x01\x02"])
async def test_what_is_not_http_gets_a_problem_and_an_end(request_line: bytes) -> None:
    async with gateway(GENEROUS) as server:
        answer = await server.exchange(request_line + b"\r\nHost: g\r\n\r\n")
        assert (status(answer), code(answer)) == (400, "HTTP-MALFORMED")


async def test_at_the_limit_the_connection_that_waited_longest_makes_room() -> None:
    async with gateway(ServerLimits(connections_max=3)) as server, contextlib.AsyncExitStack() as stack:
        waiting = [await stack.enter_async_context(server.connect()) for _ in range(3)]
        for reader, writer in waiting:
            writer.write(b"GET / HTTP/1.1\r\nHost: g\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n0")
        assert status(await server.post(b"hello")) == 200
        with contextlib.suppress(ConnectionResetError):
            assert await waiting[0][0].read() == b""
        assert server.refused == ["CONNECTION-DROPPED"]
        waiting[1][1].write(b"GET / HTTP/1.1\r\nHost: g\r\n\r\n")
        assert (await waiting[1][0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_connection_beyond_all_that_are_busy_is_told_to_come_back() -> None:
    async with gateway(ServerLimits(connections_max=1)) as server, server.connect() as (_, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\nab")
        await asyncio.sleep(0.1)
        answer = await server.exchange(b"")
        assert (status(answer), code(answer)) == (503, "CONNECTIONS-FULL")


async def test_pipelined_requests_are_answered_in_order() -> None:
    async with gateway(SHORT) as server:
        one = b"POST / HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n%b\r\n%b"
        answer = await server.exchange(
            one % (3, b"", b"abc") + one % (5, b"", b"abcde") + one % (1, b"Connection: close\r\n", b"a")
        )
        assert [part[-1:] for part in answer.split(b"HTTP/1.1 200 OK")[1:]] == [b"3", b"5", b"1"]


OFFERS = [
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AA==\r\n",
    b"Connection: keep-alive, upgrade\r\nUpgrade: foo/1, bar\r\n",
    b"Upgrade: TLS/1.0\r\nConnection: UPGRADE\r\nConnection: keep-alive\r\nUpgrade: h2c\r\n",
    b"Upgrade: h2c\r\n",
    b"",
]
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: g\r\n\r\n"
BODIES = [
    (b"Content-Length: %d\r\n\r\n" % len(SMUGGLED), SMUGGLED),
    (b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%b\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED)),
]


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize(("framing", "body"), BODIES, ids=["length", "chunked"])
@pytest.mark.parametrize("cut", ["one piece", "head and body", "every byte"])
async def test_an_offer_to_upgrade_is_ignored_and_the_next_request_is_its_own(
    offer: bytes, framing: bytes, body: bytes, cut: str
) -> None:
    head = b"POST / HTTP/1.1\r\nHost: g\r\n" + offer + framing
    last = b"POST / HTTP/1.1\r\nHost: g\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
    async with gateway(GENEROUS) as server, server.connect() as (reader, writer):
        whole = head + body
        pieces = {
            "one piece": [whole + last],
            "head and body": [head, body, last],
            "every byte": [*(whole[at : at + 1] for at in range(len(whole))), last],
        }
        for piece in pieces[cut]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02 if cut == "head and body" else 0)
        answers = await reader.read()
    assert [part.rpartition(b"\r\n\r\n")[2] for part in answers.split(b"HTTP/1.1 200 OK")[1:]] == [
        str(len(SMUGGLED)).encode(),
        b"5",
    ]
    assert answers.count(b"HTTP/1.1 ") == 2
    assert server.refused == []


@pytest.mark.parametrize("offer", OFFERS)
async def test_an_offer_to_upgrade_without_a_body_is_a_request_as_any_other(offer: bytes) -> None:
    async with gateway(GENEROUS) as server:
        one = b"GET / HTTP/1.1\r\nHost: g\r\n" + offer + b"\r\n"
        answers = await server.exchange(one * 3 + b"GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
        assert answers.count(b"HTTP/1.1 200 OK") == answers.count(b"HTTP/1.1 ") == 4


@pytest.mark.parametrize("offer", OFFERS[:3])
async def test_an_offer_to_upgrade_does_not_soften_framing_or_limits(offer: bytes) -> None:
    async with gateway(GENEROUS) as server:
        head = b"POST / HTTP/1.1\r\nHost: g\r\n" + offer
        both = await server.exchange(head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED)
        assert status(both) == 400
        twice = await server.exchange(head + b"Content-Length: 5, 5\r\n\r\n" + SMUGGLED)
        assert status(twice) == 400
        large = await server.exchange(head + b"Content-Length: 100001\r\n\r\n")
        assert (status(large), code(large)) == (413, "BODY-TOO-LARGE")
        assert both.count(b"HTTP/1.1 ") == twice.count(b"HTTP/1.1 ") == large.count(b"HTTP/1.1 ") == 1
    async with gateway(SHORT) as server:
        slow = await server.exchange(head + b"Content-Length: 5\r\n\r\nab")
        assert (status(slow), code(slow)) == (408, "HTTP-TIMEOUT")


async def test_a_tunnel_is_refused_and_the_connection_ended() -> None:
    async with gateway(GENEROUS) as server:
        answer = await server.exchange(b"CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n" + SMUGGLED)
        assert (status(answer), code(answer)) == (400, "HTTP-CONNECT")
        assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\nHost: g\nContent-Length: 1\n\na",
        b"POST / HTTP/1.1\r\nHost: g\r\nX: a\nContent-Length: 1\r\n\r\na",
        b"POST / HTTP/1.1\r\nHost: g\r\nX: a\rContent-Length: 1\r\n\r\na",
        b"POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n",
        b'POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n1;a="\n"\r\na\r\n0\r\n\r\n',
        b"POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
    ],
)
async def test_lines_that_end_in_another_way_get_one_answer(request_bytes: bytes) -> None:
    async with gateway(GENEROUS) as server:
        answer = await server.exchange(request_bytes + SMUGGLED)
        assert (status(answer), code(answer)) == (400, "HTTP-MALFORMED")
        assert answer.count(b"HTTP/1.1 ") == 1


async def test_who_is_refused_while_it_waits_for_100_continue_may_leave_the_body_out() -> None:
    async with gateway(GENEROUS, unread) as server:
        head = b"POST / HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED)
        answer = await server.exchange(head)
        assert status(answer) == 401
        assert b"connection: close" in answer
        assert b"HTTP/1.1 100" not in answer


async def test_a_body_that_came_after_100_continue_keeps_the_connection() -> None:
    async with gateway(GENEROUS) as server, server.connect() as (reader, writer):
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
            writer.write(b"hello")
            answer = await reader.readuntil(b"\r\n\r\n5")
            assert b"connection: close" not in answer


async def test_a_signal_lets_the_request_in_flight_finish_and_gives_control_back() -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(echo, host="127.0.0.1", port=0, limits=GENEROUS, on_ready=ready.set_result))
    server = Gateway(int((await ready).rpartition(":")[2]), [])
    async with server.connect() as (reader, writer), server.connect() as (idle, _):
        writer.write(b"POST / HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        os.kill(os.getpid(), signal.SIGTERM)
        assert await idle.read() == b""
        writer.write(b"hello")
        assert (await reader.read()).endswith(b"5")
        await asyncio.wait_for(serving, timeout=GENEROUS.stop_timeout_s)


async def test_a_port_in_use_is_a_start_up_error() -> None:
    async with gateway(GENEROUS) as server:
        with pytest.raises(Misconfigured, match="Cannot listen"):
            await serve(echo, host="127.0.0.1", port=server.port, limits=GENEROUS, on_ready=never_ready())


def never_ready() -> Callable[[str], None]:
    def fail(url: str) -> None:
        pytest.fail(f"ready at {url}")

    return fail
