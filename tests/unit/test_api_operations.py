"""What runs the gateway asks it; the description of the surface; the boundary around everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tests.door import XML, Doorstep, note


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


async def test_readiness_gives_its_reasons(doorstep: Doorstep) -> None:
    assert (await doorstep.get("/livez")).json() == {"status": "alive"}
    assert (await doorstep.get("/readyz")).json() == {"status": "ready", "reasons": []}
    doorstep.reasons.append("the store is not there")
    answer = await doorstep.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["the store is not there"])
    assert (await doorstep.get("/livez")).status_code == 200


OPERATOR = {"authorization": "Bearer the-operators-token"}


async def test_metrics_need_a_token(doorstep: Doorstep) -> None:
    assert (await doorstep.get("/metrics")).status_code == 401
    assert (await doorstep.get("/metrics", peer="127.0.0.1")).status_code == 401
    assert (await doorstep.get("/metrics", authorization="Bearer wrong")).status_code == 401


async def test_a_partner_s_token_shows_what_is_counted_at_the_door_and_no_alarm() -> None:
    doorstep = Doorstep(changes={"metrics_token": "the-operators-token"})
    assert (await doorstep.get("/metrics", **OPERATOR)).status_code == 200
    shown = await doorstep.get("/metrics", **doorstep.bearer())
    assert shown.status_code == 200
    assert "icjs_messages" in shown.text
    assert "icjs_alarms" not in shown.text
    assert "icjs_reports_unconsumed" not in shown.text
    assert (await doorstep.get("/metrics", authorization="Bearer another")).status_code == 401


async def test_metrics_count_the_alarms_that_the_store_has() -> None:
    doorstep = Doorstep(changes={"metrics_token": "the-operators-token"})
    told = (await doorstep.get("/metrics", **OPERATOR)).text
    assert 'icjs_alarms_standing{code="JAIL_NOT_SERVED"} 2.0' in told
    assert 'icjs_alarms_raised{code="JAIL_NOT_SERVED"} 3.0' in told
    assert 'icjs_alarms_standing{code="LIBERTY_UNDELIVERED"} 0.0' in told


async def test_metrics_are_open_on_loopback_where_the_server_listens_there_only() -> None:
    doorstep = Doorstep(changes={"host_is_loopback": True})
    for peer in ("127.0.0.1", "::1", "127.8.9.1"):
        assert (await doorstep.get("/metrics", peer=peer)).status_code == 200
    assert (await doorstep.get("/metrics", peer="203.0.113.9")).status_code == 401
    assert (await doorstep.get("/metrics", peer="testclient")).status_code == 401
    forwarded = await doorstep.get("/metrics", peer="127.0.0.1", **{"x-forwarded-for": "203.0.113.9"})
    assert forwarded.status_code == 401


async def test_metrics_count_what_happened() -> None:
    doorstep = Doorstep(changes={"metrics_token": "the-operators-token"})
    await doorstep.push(note())
    await doorstep.push(note())
    await doorstep.push(b"<a")
    text = (await doorstep.get("/metrics", **OPERATOR)).text
    assert f'icjs_messages_total{{channel="http",contract="{XML}",outcome="kept"}} 1.0' in text
    assert f'icjs_messages_total{{channel="http",contract="{XML}",outcome="replayed"}} 1.0' in text
    assert 'icjs_refusals_total{reason="malformed"} 1.0' in text
    assert 'icjs_request_seconds_count{endpoint="push_message",status="202"} 1.0' in text


async def test_the_description_covers_every_address(doorstep: Doorstep) -> None:
    described = (await doorstep.get("/openapi.json")).json()
    paths = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    served = {
        (method, route.path)
        for route in doorstep.app.routes
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    }
    assert paths == served


async def test_the_description_names_nothing_that_is_not_there(doorstep: Doorstep) -> None:
    described = (await doorstep.get("/openapi.json")).json()

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if "$ref" in value else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    for reference in references(described):
        found = described
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


async def test_the_description_is_what_the_public_learns_of_contracts(doorstep: Doorstep) -> None:
    described = (await doorstep.get("/openapi.json")).json()
    contract = described["paths"]["/v1/messages/{contract}"]["post"]["parameters"][0]
    # The memo is taken by SOAP only.
    assert contract["schema"]["enum"] == ["courts.note.v1", "police.note.v1"]


async def test_the_page_fetches_nothing_from_elsewhere(doorstep: Doorstep) -> None:
    answer = await doorstep.get("/docs")
    assert answer.status_code == 200
    for mark in ("<script", "src=", "url(", "@import", "http:", "https:"):
        assert mark not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "/v1/messages/{contract}" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/livez/x", 404),
        ("DELETE", f"/v1/messages/{XML}", 405),
        ("PUT", "/soap/courts", 405),
        ("GET", "/oauth2/token", 405),
        ("GET", "/v1/receipts/a/b", 404),
    ],
)
async def test_fastapis_own_answers_have_the_same_form(doorstep: Doorstep, method: str, path: str, status: int) -> None:
    async with doorstep.client() as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["findings"]) == (status, [])
    assert len(answer.json()["trace_id"]) == 32
    assert ("allow" in answer.headers) == (status == 405)


async def test_a_wrong_method_is_told_all_the_right_ones(doorstep: Doorstep) -> None:
    async with doorstep.client() as client:
        answer = await client.put("/soap/courts")
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_an_unexpected_failure_is_a_problem_that_tells_nothing(
    doorstep: Doorstep, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await doorstep.push(note(text="explode"))
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:icjs:problem:unexpected"
    logged = capsys.readouterr().out
    assert answer.json()["trace_id"] in logged
    assert "RuntimeError" in logged
    assert "Ramesh" not in answer.text + logged
    assert doorstep.gateway.metrics.registry.get_sample_value("icjs_unexpected_failures_total") == 1


async def test_requests_of_fastapis_own_kind_are_refused_as_problems(doorstep: Doorstep) -> None:
    @doorstep.app.get("/typed")
    async def typed(number: int) -> int:
        return number

    refused = {"422": {"$ref": "#/components/responses/Problem"}}
    doorstep.description["paths"]["/typed"] = {"get": {"responses": refused}}
    answer = await doorstep.get("/typed?number=Ramesh")
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["wire_path"] == "/query/number"
    assert "Ramesh" not in answer.text


async def test_an_answer_that_has_begun_is_broken_off(doorstep: Doorstep) -> None:
    async def broken(request: Request) -> Response:
        async def parts() -> Any:
            yield b"first"
            raise RuntimeError("lost")

        return StreamingResponse(parts())

    doorstep.app.add_route("/broken", broken)
    with pytest.raises(RuntimeError):
        await doorstep.get("/broken")


async def test_every_answer_is_guarded(doorstep: Doorstep) -> None:
    for path in ("/livez", "/nothing", "/metrics"):
        answer = await doorstep.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


async def test_anonymous_floods_are_logged_in_samples(doorstep: Doorstep, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(50):
        await doorstep.get("/metrics")
    assert capsys.readouterr().out.count("request.unauthenticated") == 1


async def test_logs_hold_no_names_and_no_bodies(doorstep: Doorstep, capsys: pytest.CaptureFixture[str]) -> None:
    await doorstep.push(note(text="Ramesh Kumar"))
    await doorstep.push(note(state="Ramesh"))
    await doorstep.push(b"<Ramesh")
    await doorstep.push(note(), contract="Ramesh")
    await doorstep.get(f"/v1/receipts/Ramesh?contract={XML}", **doorstep.bearer())
    logged = capsys.readouterr().out
    assert logged.count("\n") == 5
    assert "Ramesh" not in logged
    # An audit leaf holds ids and digests, not what was sent.
    assert "Ramesh" not in json.dumps([facts for _, facts in doorstep.evidence.notes], default=str)
