"""A prison's own system is asked over a real socket, in SOAP and JSON; what is no answer by the contract is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from icjs_gateway.adapters.live import LiveQueries
from icjs_gateway.adapters.wire.addresses import AddressPolicy
from icjs_gateway.adapters.wire.outbound import Outbound
from icjs_gateway.adapters.wire.soap import envelope, open_envelope
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.directory import Partner, Pillar, QueryEndpoint
from tests.contracts import contracts, parse

SECRET = "a-secret-of-the-jail"
QUERY = contracts().query("inmate-status")
SAMPLES = QUERY.declaration.folder / "samples" / "valid"
QUESTION = QUERY.request.read(parse((SAMPLES / "request-by-pid.xml").read_bytes(), Wire.XML))


class Secrets:
    """As much of a directory as asking needs."""

    def query_secret(self, partner_id: str, exchange: str) -> str | None:
        return SECRET if (partner_id, exchange) == ("hp-jail", "inmate-status") else None


@asynccontextmanager
async def answering(body: bytes, *, status: int = 200) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that gives this body to whoever asks, and keeps what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        [length] = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        asked.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 %d X\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % (status, len(body)) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], asked
    finally:
        server.close()


async def ask(port: int, *, allowed: tuple[str, ...] = ("127.0.0.0/8",), partner_id: str = "hp-jail", **at: Any) -> Any:
    endpoint = QueryEndpoint(url=f"http://127.0.0.1:{port}/status", **at)
    partner = Partner(id=partner_id, name="Jail", pillar=Pillar.PRISONS, queries={"inmate-status": endpoint})
    async with Outbound(AddressPolicy(allowed)) as outbound:
        live = LiveQueries(outbound, Secrets(), contracts())  # type: ignore[arg-type]
        return await live.ask(partner, "inmate-status", QUESTION, 5)


async def test_in_soap_the_gateway_shows_a_username_token_and_reads_the_answer() -> None:
    answer = envelope((SAMPLES / "response-full.xml").read_bytes())
    async with answering(answer) as (port, asked):
        told = await ask(port, channel="soap", username="gateway")
    assert told["inmates"][0]["pid"] == "HP0044501"
    opened = open_envelope(asked[0].partition(b"\r\n\r\n")[2])
    assert (opened.username, opened.password) == ("gateway", SECRET)
    assert QUERY.request.read(opened.payload) == QUESTION


async def test_in_json_the_gateway_shows_a_bearer_token() -> None:
    async with answering((SAMPLES / "response-plain.json").read_bytes()) as (port, asked):
        told = await ask(port)
    assert told["inmates"][0]["in_custody"] is True
    assert f"authorization: Bearer {SECRET}".lower().encode() in asked[0].lower()


@pytest.mark.parametrize("body", [b"", b"{}", b"<html/>", b'{"requestId": "Q"}', b"[" * 100_000])
async def test_what_is_not_an_answer_by_the_contract_is_none(body: bytes) -> None:
    async with answering(body) as (port, _):
        assert await ask(port) is None


async def test_a_refusal_is_no_answer() -> None:
    async with answering((SAMPLES / "response-plain.json").read_bytes(), status=500) as (port, _):
        assert await ask(port) is None


async def test_an_address_that_the_gateway_may_not_reach_is_not_reached() -> None:
    async with answering((SAMPLES / "response-plain.json").read_bytes()) as (port, asked):
        assert await ask(port, allowed=()) is None
        assert await ask(port, partner_id="without-a-secret") is None
    assert asked == []
