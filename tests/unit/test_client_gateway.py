"""The HTTP client: tokens, repeats until there is an answer, typed refusals."""

from __future__ import annotations

import json

import httpx
import pytest
import respx

from icjs_gateway.client import GatewayClient, NoAnswer, Problem, Repeats

BASE = "http://gateway.test"
CONTRACT = "police.fir.v1"
RECEIPT = {
    "message_id": "M-1",
    "contract": CONTRACT,
    "partner": "hp-police",
    "environment": "demo",
    "digest": "sha-256=:AA==:",
    "received_at": "2026-11-20T11:12:11.482Z",
    "outcome": "accepted",
    "events": [{"event_id": "E-1", "type": "icjs.fir.registered.v1", "case_id": "case-1"}],
    "findings": [],
    "signature": "a..b",
}
PROBLEM = {
    "type": "urn:icjs:problem:contract-violation",
    "title": "Contract violation",
    "status": 422,
    "detail": "The document breaks its schema.",
    "trace_id": "t",
    "findings": [{"code": "SCHEMA", "severity": "error", "wire_path": "/fir/number", "line": 3}],
}


class Waits:
    """Takes the place of sleeping, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def client(waits: Waits):
    async with GatewayClient(BASE, "hp-police", "s" * 16, repeats=Repeats(sleep=waits.sleep)) as gateway:
        yield gateway


@pytest.fixture
def wire():
    with respx.mock(base_url=BASE, assert_all_called=False) as mock:
        mock.post("/oauth2/token", name="token").respond(json={"access_token": "T-1", "expires_in": 600})
        yield mock


def pushes(wire: respx.MockRouter, *answers: httpx.Response | Exception) -> respx.Route:
    return wire.post(f"/v1/messages/{CONTRACT}").mock(side_effect=list(answers))


def taken(status: int = 202, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=RECEIPT, headers=headers)


async def test_a_push_carries_a_bearer_token_and_returns_the_receipt(client, wire) -> None:
    route = pushes(wire, taken())
    receipt = await client.push(CONTRACT, b"{}")
    assert receipt.message_id == "M-1"
    assert receipt.events[0].case_id == "case-1"
    assert json.loads(receipt.stored) == RECEIPT
    assert not receipt.replayed
    request = route.calls.last.request
    assert request.headers["Authorization"] == "Bearer T-1"
    assert request.headers["Content-Type"] == "application/json"


async def test_one_token_serves_many_requests(client, wire) -> None:
    pushes(wire, taken(), taken(200, **{"Idempotent-Replayed": "true"}))
    await client.push(CONTRACT, b"{}")
    again = await client.push(CONTRACT, b"{}")
    assert again.replayed
    assert wire["token"].call_count == 1


async def test_what_has_no_answer_is_repeated_with_the_same_bytes(client, wire, waits) -> None:
    route = pushes(wire, httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), taken())
    await client.push(CONTRACT, b'{"messageId": "M-1"}')
    assert [call.request.content for call in route.calls] == [b'{"messageId": "M-1"}'] * 3
    assert len(waits.asked) == 2


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_gateway_is_given_the_time_it_asks_for(client, wire, waits, status) -> None:
    pushes(wire, httpx.Response(status, headers={"Retry-After": "7"}), taken())
    await client.push(CONTRACT, b"{}")
    assert waits.asked == [7.0]


async def test_a_refusal_is_an_answer_and_carries_its_findings(client, wire, waits) -> None:
    pushes(wire, httpx.Response(422, json=PROBLEM))
    with pytest.raises(Problem) as refused:
        await client.push(CONTRACT, b"{}")
    assert refused.value.status == 422
    assert refused.value.findings[0].line == 3
    assert "SCHEMA /fir/number" in str(refused.value)
    assert waits.asked == []


async def test_an_answer_that_is_no_problem_document_is_a_problem_all_the_same(client, wire) -> None:
    pushes(wire, httpx.Response(404, text="<html>"))
    with pytest.raises(Problem, match="404"):
        await client.push(CONTRACT, b"{}")


async def test_an_ended_token_is_replaced_once(client, wire) -> None:
    wire["token"].side_effect = [
        httpx.Response(200, json={"access_token": token, "expires_in": 600}) for token in ("T-1", "T-2")
    ]
    route = pushes(wire, httpx.Response(401, json=PROBLEM | {"status": 401}), taken())
    await client.push(CONTRACT, b"{}")
    assert route.calls.last.request.headers["Authorization"] == "Bearer T-2"


async def test_refused_credentials_are_a_problem_and_not_repeated(client, wire, waits) -> None:
    wire["token"].side_effect = [httpx.Response(401, json=PROBLEM | {"status": 401})]
    with pytest.raises(Problem, match="401"):
        await client.push(CONTRACT, b"{}")
    assert waits.asked == []


async def test_past_the_bound_there_is_no_answer(wire, waits) -> None:
    wire.post(f"/v1/messages/{CONTRACT}").mock(side_effect=httpx.ConnectError("refused"))
    repeats = Repeats(give_up_after_s=0, sleep=waits.sleep)
    async with GatewayClient(BASE, "hp-police", "s" * 16, repeats=repeats) as gateway:
        with pytest.raises(NoAnswer):
            await gateway.push(CONTRACT, b"{}")


async def test_receipts_messages_and_keys_are_read_back(client, wire) -> None:
    wire.get("/v1/receipts/M-1", params={"contract": CONTRACT}).respond(json=RECEIPT)
    wire.get("/v1/messages/M-1", params={"contract": CONTRACT}).respond(json={"state": "recorded"})
    wire.get("/.well-known/jwks.json").respond(json={"keys": []})
    assert (await client.receipt("M-1", CONTRACT)).message_id == "M-1"
    assert await client.message("M-1", CONTRACT) == {"state": "recorded"}
    assert await client.jwks() == {"keys": []}


async def test_an_idempotency_key_is_sent_where_one_is_given(client, wire) -> None:
    route = pushes(wire, taken())
    await client.push(CONTRACT, b"{}", idempotency_key="K-1")
    assert route.calls.last.request.headers["Idempotency-Key"] == "K-1"
