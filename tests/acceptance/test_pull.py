"""A partner that pulls, at the installed gateway: through kill -9 every number comes, once acknowledged it stays so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from icjs_gateway.client import GatewayClient
from icjs_gateway.simulators import firs, hearings
from icjs_gateway.simulators.lives import lives
from icjs_gateway.simulators.process import GatewayProcess
from tests.acceptance.gateway import serving

SECRET = "pull-secret-0123456789"
PARTNERS = f"""
partners:
  - id: hp-police
    name: HP Police
    pillar: police
    jurisdiction: {{state: HP}}
    credentials: [{{type: client-secret, client_id: hp-police, secret: {SECRET}}}]
    may: {{push: ["police.*"], receive: ["icjs.*"]}}
    subscriptions:
      - id: hp-cases
        deliver: {{channel: pull}}
  - id: hp-courts
    name: HP Courts
    pillar: courts
    jurisdiction: {{state: HP}}
    credentials: [{{type: client-secret, client_id: hp-courts, secret: {SECRET}}}]
    may: {{push: ["courts.*"]}}
"""
FEED = "/v1/subscriptions/hp-cases"
CASES = list(lives(5, cases=4, hearings=2, liberty=1.0))


class Reader:
    """A partner's program: asks for a token, reads, acknowledges."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def page(self, feed: str, after: str | None = None) -> dict[str, Any]:
        asked = {"feed": feed, "limit": "3"} | ({"after": after} if after is not None else {})
        answer = await self._http.get(f"{FEED}/events", params=asked)
        answer.raise_for_status()
        page: dict[str, Any] = answer.json()
        return page

    async def all(self, feed: str) -> list[dict[str, Any]]:
        """Everything that is not acknowledged yet, page by page."""
        page = await self.page(feed)
        events: list[dict[str, Any]] = []
        while page["events"]:
            events += page["events"]
            page = await self.page(feed, page["next"])
        return events

    async def at_least(self, feed: str, count: int) -> list[dict[str, Any]]:
        """All, once there are so many: numbers are given a moment after the receipt."""
        while len(events := await self.all(feed)) < count:
            pass
        return events

    async def tell(self, what: str, **members: object) -> int:
        return (await self._http.post(f"{FEED}/{what}", json=members)).status_code


@asynccontextmanager
async def reading(gateway: GatewayProcess) -> AsyncIterator[Reader]:
    async with httpx.AsyncClient(base_url=gateway.url) as http:
        asked = {"grant_type": "client_credentials", "client_id": "hp-police", "client_secret": SECRET}
        token = (await http.post("/oauth2/token", data=asked)).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield Reader(http)


async def register(gateway: GatewayProcess) -> None:
    async with GatewayClient(gateway.url, "hp-police", SECRET) as police:
        for life in CASES:
            await police.push(firs.CONTRACT, life.fir_json)


async def hear(gateway: GatewayProcess, number: int) -> None:
    async with GatewayClient(gateway.url, "hp-courts", SECRET) as court:
        for life in CASES:
            await court.push(hearings.CONTRACT, life.outcomes[number].xml, "application/xml")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("fronts", ["0", "1"])
async def test_every_event_is_pulled_in_order_through_kills(tmp_path: Path, fronts: str) -> None:
    async with serving(tmp_path, PARTNERS, ICJS_FRONTS=fronts) as gateway:
        await register(gateway)
        async with reading(gateway) as reader:
            await reader.at_least("main", len(CASES))
        await hear(gateway, 0)
        # Numbered or not, read or not: what was receipted is there after the kill, and what had a number keeps it.
        await gateway.kill()
        await gateway.start()
        async with reading(gateway) as reader:
            first = await reader.at_least("main", 2 * len(CASES))
            assert await reader.tell("ack", number=first[3]["number"]) == 200
            assert await reader.tell("nack", number=first[4]["number"], reason="unreadable") == 200
            assert await reader.tell("ack", number="999999") == 404
        await gateway.kill()
        await gateway.start()
        await hear(gateway, 1)
        async with reading(gateway) as reader:
            rest = await reader.at_least("main", 3 * len(CASES) - 5)
            freed = await reader.at_least("liberty", 1)
            assert await reader.tell("ack", number=rest[-1]["number"]) == 200
            assert await reader.all("main") == []
    assert [int(event["number"]) for event in first] == list(range(1, len(first) + 1))
    assert rest[: len(first) - 5] == first[5:], "a number is given once"
    assert [int(event["number"]) for event in rest] == list(range(6, 6 + len(rest)))
    assert [int(event["number"]) for event in freed] == list(range(1, len(freed) + 1))
    lanes: dict[str, list[int]] = {}
    for event in first[:5] + rest:
        lanes.setdefault(event["lane"], []).append(event["position"])
    assert all(positions == list(range(1, len(positions) + 1)) for positions in lanes.values())


async def test_a_feed_is_its_own_partners(tmp_path: Path) -> None:
    async with serving(tmp_path, PARTNERS) as gateway, httpx.AsyncClient(base_url=gateway.url) as http:
        assert (await http.get(f"{FEED}/events")).status_code == 401
        asked = {"grant_type": "client_credentials", "client_id": "hp-courts", "client_secret": SECRET}
        token = (await http.post("/oauth2/token", data=asked)).json()["access_token"]
        answer = await http.get(f"{FEED}/events", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
