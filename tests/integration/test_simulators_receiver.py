"""The simulated receiver over a real socket: it verifies, writes down, and misbehaves as told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import aiohttp
import pytest

from icjs_gateway.simulators.faults import Faults
from icjs_gateway.simulators.receiver import Door, Receiver

SECRET = "a webhook secret"
NOW = datetime(2026, 11, 20, 11, 12, tzinfo=UTC)


def delivery(delivery_id: str, position: int = 1, *, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """One signed delivery, as the gateway would send it."""
    event = {
        "specversion": "1.0",
        "id": f"E-{delivery_id}",
        "type": "icjs.hearing.recorded.v1",
        "subject": "case-1",
        "deliveryid": delivery_id,
        "lane": "case-1",
        "position": position,
        "data": {},
    }
    body = json.dumps(event).encode()
    stamp = str(int(NOW.timestamp()))
    mac = hmac.new(secret.encode(), f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return body, {
        "content-type": "application/cloudevents+json",
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def receiver(faults: Faults | None = None, door: Door = Door.OPEN) -> Receiver:
    return Receiver(name="palampur", secret=SECRET, faults=faults or Faults(), door=door, now=lambda: NOW)


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


async def post(http: aiohttp.ClientSession, to: Receiver, delivery_id: str, timeout_s: float = 5, **how: str) -> int:
    body, headers = delivery(delivery_id, **how)
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    async with http.post(to.url, data=body, headers=headers, timeout=timeout) as response:
        return response.status


async def test_a_delivery_is_taken_once_and_every_call_is_written_down(http) -> None:
    async with receiver() as police:
        assert await post(http, police, "D-1") == 204
        assert await post(http, police, "D-1") == 204
        first, again = police.ledger.arrivals
    assert (first.taken, first.first) == (True, True)
    assert (again.taken, again.first) == (True, False)
    assert (first.event_id, first.lane, first.position, first.webhook_id) == ("E-D-1", "case-1", 1, "D-1")
    assert first.digest == hashlib.sha256(delivery("D-1")[0]).hexdigest()
    assert police.ledger.taken == 1


async def test_a_bad_signature_is_refused_and_written_down(http) -> None:
    async with receiver() as police:
        assert await post(http, police, "D-1", secret="not the secret") == 401
        [arrival] = police.ledger.arrivals
    assert not arrival.taken
    assert arrival.why_not == "WebhookRejected"


@pytest.mark.parametrize(("faults", "status"), [(Faults(fail=1), 500), (Faults(refuse=1), 422)])
async def test_a_fault_is_answered_and_nothing_is_taken(http, faults: Faults, status: int) -> None:
    async with receiver(faults) as police:
        assert await post(http, police, "D-1") == status
    assert police.ledger.taken == 0


@pytest.mark.parametrize(("faults", "taken"), [(Faults(stall=1), 0), (Faults(stall_after_success=1), 1)])
async def test_a_stall_lasts_until_the_sender_hangs_up(http, faults: Faults, taken: int) -> None:
    async with receiver(faults) as police:
        with pytest.raises(TimeoutError):
            await post(http, police, "D-1", timeout_s=0.2)
        assert police.ledger.arrivals[0].status == 0
    assert police.ledger.taken == taken


async def test_a_refusing_door_has_an_address_before_it_listens(http) -> None:
    async with receiver(door=Door.REFUSING) as police:
        with pytest.raises(aiohttp.ClientConnectorError):
            await post(http, police, "D-1")
        await police.set_door(Door.OPEN)
        assert await post(http, police, "D-1") == 204
    assert police.ledger.taken == 1


async def test_an_unavailable_door_answers_503_and_writes_nothing(http) -> None:
    async with receiver(door=Door.UNAVAILABLE) as police:
        assert await post(http, police, "D-1") == 503
    assert police.ledger.arrivals == []
