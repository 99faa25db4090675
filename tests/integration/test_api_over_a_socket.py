"""The application behind the real server: refusals that leave a body unread must still be readable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from icjs_gateway.api.server import ServerLimits, serve
from tests.door import XML, Doorstep, envelope, note


@asynccontextmanager
async def reached(doorstep: Doorstep) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on a port of its own."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(doorstep.app, host="127.0.0.1", port=0, limits=ServerLimits(), on_ready=address.set_result)
    )
    try:
        async with httpx.AsyncClient(base_url=await address) as client:
            yield client
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def test_both_ways_in_are_open() -> None:
    doorstep = Doorstep()
    async with reached(doorstep) as client:
        headers = {"content-type": "application/xml", **doorstep.bearer()}
        assert (await client.post(f"/v1/messages/{XML}", content=note(), headers=headers)).status_code == 202
        again = await client.post("/soap/courts", content=envelope(note()), headers={"content-type": "text/xml"})
        assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")


@pytest.mark.parametrize("size", [30_000, 3_000_000, 30_000_000])
async def test_a_refusal_reaches_who_is_still_sending(size: int) -> None:
    doorstep = Doorstep()
    async with reached(doorstep) as client:
        headers = {"content-type": "application/xml", **doorstep.bearer()}
        answer = await client.post(f"/v1/messages/{XML}", content=b"x" * size, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        # The connection, or a new one, is good for the next request.
        assert (await client.post(f"/v1/messages/{XML}", content=note(), headers=headers)).status_code == 202


async def test_a_body_of_unknown_length_is_counted() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1_000

    doorstep = Doorstep()
    async with reached(doorstep) as client:
        headers = {"content-type": "application/xml", **doorstep.bearer()}
        answer = await client.post(f"/v1/messages/{XML}", content=chunks(), headers=headers)
        assert answer.status_code == 413
