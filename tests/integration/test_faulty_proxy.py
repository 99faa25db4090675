"""The proxy that tests break networks with does what it says; otherwise they would prove nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.support.faulty_proxy import BLACK_HOLE, HEALTHY, Course, End, Fate, FaultyProxy
from tests.support.waiting import eventually

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Echo:
    """A server that says back what it hears, behind a proxy."""

    proxy: FaultyProxy
    heard: list[bytes] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while chunk := await reader.read(1000):
                self.heard.append(chunk)
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            self.heard.append(b"(reset)")
        finally:
            writer.close()

    async def say(self, text: bytes) -> Line:
        """Through the proxy."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.proxy.port)
        self.writers.append(writer)
        writer.write(text)
        await writer.drain()
        return reader, writer


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    made: list[Echo] = []
    server = await asyncio.start_server(lambda reader, writer: made[0].serve(reader, writer), "127.0.0.1", 0)
    async with FaultyProxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        made.append(Echo(proxy))
        yield made[0]
    server.close()
    for writer in made[0].writers:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for writer in made[0].writers), return_exceptions=True)


async def heard_back(line: Line) -> bytes:
    async with asyncio.timeout(20):
        return await line[0].read(1000)


async def test_a_healthy_connection_passes_everything_both_ways(echo: Echo) -> None:
    line = await echo.say(b"hello")
    assert await heard_back(line) == b"hello"
    line[1].write_eof()
    assert await heard_back(line) == b""
    assert echo.heard == [b"hello"]


@pytest.mark.parametrize("after", [0, 3])
async def test_an_answer_is_cut_after_so_many_bytes(echo: Echo, after: int) -> None:
    echo.proxy.next(Fate(answered=Course(after=after)))
    line = await echo.say(b"hello")
    assert await line[0].read() == b"hello"[:after]
    assert await heard_back(await echo.say(b"again")) == b"again", "the next connection is healthy"
    assert echo.heard == [b"hello", b"again"]


async def test_a_reset_is_one_on_both_sides(echo: Echo) -> None:
    echo.proxy.next(Fate(asked=Course(after=2, end=End.RESET)))
    line = await echo.say(b"hello")
    with pytest.raises(ConnectionResetError):
        await heard_back(line)
    await eventually(lambda: echo.heard[-1:] == [b"(reset)"])
    assert b"".join(echo.heard) in (b"he(reset)", b"(reset)"), "a reset may overtake what was sent before it"


async def test_a_black_hole_takes_everything_and_says_nothing(echo: Echo) -> None:
    echo.proxy.fate = BLACK_HOLE
    line = await echo.say(b"hello")
    await eventually(lambda: echo.proxy.met == [BLACK_HOLE])
    echo.proxy.fate = HEALTHY
    assert await heard_back(await echo.say(b"another")) == b"another"
    assert not line[0].at_eof()
    assert echo.heard == [b"another"]
    echo.proxy.hang_up()
    assert await heard_back(line) == b""


async def test_a_half_closed_answer_leaves_the_way_in_open(echo: Echo) -> None:
    echo.proxy.next(Fate(answered=Course(after=0, end=End.HALF_CLOSE)))
    line = await echo.say(b"hello")
    assert await heard_back(line) == b""
    line[1].write(b"still here")
    await eventually(lambda: echo.heard == [b"hello", b"still here"])


async def test_a_delay_lasts_until_it_is_let_go(echo: Echo) -> None:
    gate = asyncio.Event()
    echo.proxy.next(Fate(opens=gate))
    late = await echo.say(b"late")
    assert await heard_back(await echo.say(b"early")) == b"early"
    gate.set()
    assert await heard_back(late) == b"late"
    assert echo.heard == [b"early", b"late"]
