"""The token endpoint (RFC 6749, 4.4) and the keys."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.door import SECRET, XML, Doorstep, basic, note

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


async def ask(doorstep: Doorstep, body: str, **headers: str) -> httpx.Response:
    async with doorstep.client() as client:
        return await client.post("/oauth2/token", content=body, headers={**FORM, **headers})


def refused(answer: httpx.Response, status: int, error: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    members: dict[str, Any] = answer.json()
    assert members["error"] == error
    assert answer.headers["cache-control"] == "no-store"
    return members


async def test_a_client_gets_a_token_that_opens_the_door(doorstep: Doorstep) -> None:
    answer = await ask(doorstep, "grant_type=client_credentials", **basic("hp-courts", SECRET))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    members = answer.json()
    assert (members["token_type"], members["expires_in"]) == ("Bearer", 600)
    headers = {"authorization": f"Bearer {members['access_token']}", "content-type": "application/xml"}
    async with doorstep.client() as client:
        assert (await client.post(f"/v1/messages/{XML}", content=note(), headers=headers)).status_code == 202


async def test_credentials_may_come_in_the_form(doorstep: Doorstep) -> None:
    body = f"grant_type=client_credentials&client_id=hp-courts&client_secret={SECRET}"
    assert (await ask(doorstep, body)).status_code == 200


@pytest.mark.parametrize("sent", ["p%2Bss w%25rd", "p+ss w%rd"])
async def test_a_secret_is_taken_form_encoded_or_plain(doorstep: Doorstep, sent: str) -> None:
    doorstep.directory.secrets["hp-courts"] = "p+ss w%rd"
    answer = await ask(doorstep, "grant_type=client_credentials", **basic("hp-courts", sent))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("grant_type=client_credentials", basic("hp-courts", "wrong")),
        ("grant_type=client_credentials", basic("nobody", SECRET)),
        ("grant_type=client_credentials", {"authorization": "Basic !!!"}),
        ("grant_type=client_credentials", {"authorization": "Basic //8="}),
        ("grant_type=client_credentials", {"authorization": "Bearer abc"}),
        ("grant_type=client_credentials", {}),
        ("grant_type=client_credentials&client_id=hp-courts", {}),
    ],
)
async def test_wrong_credentials_are_invalid_client(doorstep: Doorstep, body: str, headers: dict[str, str]) -> None:
    answer = await ask(doorstep, body, **headers)
    refused(answer, 401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert doorstep.gateway.metrics.registry.get_sample_value("icjs_unauthenticated_total", {"surface": "issue_token"})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "scope=x",
        "grant_type=client_credentials&grant_type=client_credentials",
        f"grant_type=client_credentials&client_id=hp-courts&client_secret={SECRET}",
        "grant_type=%ff",
        "&".join(f"a{n}=1" for n in range(40)),
    ],
)
async def test_a_request_that_is_not_one_is_invalid_request(doorstep: Doorstep, body: str) -> None:
    refused(await ask(doorstep, body, **basic("hp-courts", SECRET)), 400, "invalid_request")


async def test_another_grant_is_unsupported(doorstep: Doorstep) -> None:
    answer = await ask(doorstep, "grant_type=password", **basic("hp-courts", SECRET))
    refused(answer, 400, "unsupported_grant_type")


async def test_another_media_type_is_invalid_request(doorstep: Doorstep) -> None:
    answer = await ask(doorstep, '{"grant_type": "client_credentials"}', **{"content-type": "application/json"})
    refused(answer, 400, "invalid_request")


async def test_a_form_over_the_limit_is_413(doorstep: Doorstep) -> None:
    assert (await ask(doorstep, "a=" + "x" * 20_000)).status_code == 413


async def test_the_keys_are_public(doorstep: Doorstep) -> None:
    answer = await doorstep.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert {key["alg"] for key in answer.json()["keys"]} == {"Ed25519"}
    assert all("d" not in key for key in answer.json()["keys"])
