"""Pushing a message over HTTP: the receipt, its repeats, and every refusal in its form."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.model.errors import Overloaded, StoreFailed
from icjs_gateway.routing.directory import Partner
from tests.door import JSON, XML, Doorstep, envelope, note

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The problem document of a refusal, checked for its form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    members: dict[str, Any] = answer.json()
    assert list(members) == ["type", "title", "status", "detail", "trace_id", "findings"]
    assert (members["status"], members["type"]) == (status, f"urn:icjs:problem:{slug}")
    assert len(members["trace_id"]) == 32
    return members


async def test_the_first_answer_is_202_with_the_stored_receipt(doorstep: Doorstep) -> None:
    answer = await doorstep.push(note())
    assert answer.status_code == 202
    assert answer.headers["content-type"] == "application/json"
    assert "idempotent-replayed" not in answer.headers
    assert answer.content == doorstep.ledger.kept["hp-courts", XML, "N-1"][1]


async def test_a_repeat_is_200_with_the_same_bytes(doorstep: Doorstep) -> None:
    first = await doorstep.push(note())
    again = await doorstep.push(note())
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert again.content == first.content


@pytest.mark.parametrize("key", ["K-1", '"K-1"'])
async def test_a_document_without_an_id_is_known_by_the_senders_key(doorstep: Doorstep, key: str) -> None:
    body = b'{"state": "HP", "text": "hello"}'
    assert (await doorstep.push(body, contract=JSON)).status_code == 422
    first = await doorstep.push(body, contract=JSON, **{"idempotency-key": key})
    assert (first.status_code, first.json()["message_id"]) == (202, "K-1")
    again = await doorstep.push(body, contract=JSON, **{"idempotency-key": key})
    assert (again.status_code, again.content) == (200, first.content)


async def test_a_json_message_is_taken_with_its_charset(doorstep: Doorstep) -> None:
    body = b'{"messageId": "N-1", "state": "HP", "text": "hello"}'
    answer = await doorstep.push(body, contract=JSON, media_type='Application/JSON; charset="UTF-8"')
    assert answer.status_code == 202


async def test_the_callers_trace_goes_on_into_the_record(doorstep: Doorstep) -> None:
    await doorstep.push(note(), traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
    recorded = doorstep.ledger.commands[0].envelope.traceparent
    assert recorded is not None
    assert recorded.startswith(f"00-{TRACE}-")
    assert "00f067aa0ba902b7" not in recorded


@pytest.mark.parametrize("sent", ["", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{TRACE}-00f067aa0ba902b7-01", "x"])
async def test_a_traceparent_that_is_not_one_begins_a_new_trace(doorstep: Doorstep, sent: str) -> None:
    answer = await doorstep.push(b"<a", traceparent=sent)
    assert problem(answer, 400, "malformed")["trace_id"] not in (TRACE, "0" * 32)


DEEP = b'{"messageId":' + b"[" * 9_000 + b"]" * 9_000 + b"}"
MALFORMED = {
    "xml not well formed": (XML, b"<Note><MessageId></Note>"),
    "xml empty": (XML, b""),
    "xml with a DTD": (XML, b"<!DOCTYPE Note [<!ENTITY a 'b'>]>" + note(text="&a;")),
    "xml too deep": (XML, b"<a>" * 500 + b"</a>" * 500),
    "xml with undefined entity": (XML, note(text="&nbsp;")),
    "json not well formed": (JSON, b'{"messageId": '),
    "json empty": (JSON, b""),
    "json duplicate keys": (JSON, b'{"messageId": "A", "messageId": "B", "text": "x"}'),
    "json NaN": (JSON, b'{"messageId": "A", "text": NaN}'),
    "json deep": (JSON, DEEP),
    "json too large integer": (JSON, b'{"messageId": "A", "text": 9007199254740993}'),
    "json lone surrogate": (JSON, b'{"messageId": "A", "text": "\\ud800"}'),
    "not UTF-8": (XML, note(text="x").replace(b"x</", b"\xff</")),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_cannot_be_parsed_is_400_with_findings_and_audited(doorstep: Doorstep, name: str) -> None:
    contract, body = MALFORMED[name]
    answer = await doorstep.push(body, contract=contract)
    members = problem(answer, 400, "malformed")
    assert members["findings"]
    assert [kind for kind, _ in doorstep.evidence.notes] == ["message.refused"]
    facts = doorstep.evidence.notes[0][1]
    assert (facts["partner"], facts["contract"]) == ("hp-courts", contract)
    assert facts["digest"] == hashlib.sha256(body).hexdigest()
    assert facts["findings"] == [finding["code"] for finding in members["findings"]]
    assert not doorstep.ledger.kept


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
async def test_other_encodings_are_415(doorstep: Doorstep, encoding: str) -> None:
    problem(await doorstep.push(note().decode().encode(encoding)), 415, "unsupported-media-type")
    problem(await doorstep.push('{"a": 1}'.encode(encoding), contract=JSON), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("contract", "media_type"),
    [
        (XML, "application/json"),
        (XML, "text/plain"),
        (XML, "application/soap+xml"),
        (XML, "application/xml; charset=iso-8859-1"),
        (XML, "text/xml; charset=utf-16"),
        (JSON, "application/xml"),
        (JSON, "application/json; charset=latin-1"),
        ("prisons.memo.v1", "application/xml"),
    ],
)
async def test_other_media_types_are_415_and_audited(doorstep: Doorstep, contract: str, media_type: str) -> None:
    answer = await doorstep.push(note(), contract=contract, media_type=media_type)
    assert problem(answer, 415, "unsupported-media-type")["findings"]
    assert len(doorstep.evidence.notes) == 1


async def test_a_missing_media_type_is_415(doorstep: Doorstep) -> None:
    async with doorstep.client() as client:
        answer = await client.post(f"/v1/messages/{XML}", content=note(), headers=doorstep.bearer())
    problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
async def test_a_coding_that_says_that_there_is_none_is_taken(doorstep: Doorstep, coding: str) -> None:
    assert (await doorstep.push(note(), **{"content-encoding": coding})).status_code == 202


async def test_a_slash_behind_an_address_changes_nothing(doorstep: Doorstep) -> None:
    async with doorstep.client() as client:
        answer = await client.post(
            f"/v1/messages/{XML}/", content=note(), headers=doorstep.bearer() | {"content-type": "application/xml"}
        )
    assert (answer.status_code, answer.json()["message_id"]) == (202, "N-1")


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
async def test_any_content_encoding_is_415(doorstep: Doorstep, coding: str) -> None:
    answer = await doorstep.push(note(), **{"content-encoding": coding})
    problem(answer, 415, "unsupported-media-type")


async def test_a_body_declared_too_large_is_413_before_it_is_read(doorstep: Doorstep) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield note()

    headers = {"content-type": "application/xml", "content-length": "300000000", **doorstep.bearer()}
    async with doorstep.client() as client:
        answer = await client.post(f"/v1/messages/{XML}", content=body(), headers=headers)
    problem(answer, 413, "too-large")
    assert not read


async def test_a_body_that_grows_too_large_is_413_as_soon_as_it_does(doorstep: Doorstep) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        for _ in range(100):
            read.append(1)
            yield b"x" * 1_000

    headers = {"content-type": "application/xml", **doorstep.bearer()}
    async with doorstep.client() as client:
        answer = await client.post(f"/v1/messages/{XML}", content=body(), headers=headers)
    problem(answer, 413, "too-large")
    assert len(read) == 21


async def test_a_large_body_is_parsed_aside() -> None:
    doorstep = Doorstep(changes={"limits": ApiLimits(parsed_at_once_bytes_max=1_000)})
    large = note(text="x" * 100_000)
    assert (await doorstep.push(large)).status_code == 202
    assert (await doorstep.soap(envelope(large))).status_code == 200
    problem(await doorstep.push(large[:-1]), 400, "malformed")


async def test_an_unknown_contract_is_404_with_a_hint(doorstep: Doorstep) -> None:
    members = problem(await doorstep.push(note(), contract="courts.nothing.v1"), 404, "not-found")
    assert members["findings"][0]["code"] == "CONTRACT-UNKNOWN"
    # The address is whatever somebody wrote, so it is not kept.
    assert doorstep.evidence.notes[0][1]["contract"] is None


async def test_another_root_is_422(doorstep: Doorstep) -> None:
    members = problem(await doorstep.push(b"<Other/>"), 422, "contract-violation")
    assert members["findings"][0]["line"] == 1


async def test_all_findings_of_the_schema_come_at_once(doorstep: Doorstep) -> None:
    members = problem(await doorstep.push(b'<Note xmlns="urn:icjs:test:note:1"/>'), 422, "contract-violation")
    assert [finding["wire_path"] for finding in members["findings"]] == ["/Note/MessageId", "/Note/Text"]


async def test_what_cannot_be_translated_is_422(doorstep: Doorstep) -> None:
    members = problem(await doorstep.push(note(text="untranslatable")), 422, "translation-failed")
    assert members["findings"] == [{"code": "NO-SUCH-TEXT", "severity": "error", "path": "note.text"}]


async def test_another_jurisdiction_is_403(doorstep: Doorstep) -> None:
    members = problem(await doorstep.push(note(state="MH")), 403, "forbidden")
    assert members["findings"][0]["code"] == "JURISDICTION"


async def test_a_contract_that_the_partner_may_not_push_is_403(doorstep: Doorstep) -> None:
    problem(await doorstep.push(note(), partner_id="hp-police"), 403, "forbidden")


async def test_the_same_id_with_other_content_is_409(doorstep: Doorstep) -> None:
    await doorstep.push(note(text="one"))
    problem(await doorstep.push(note(text="two")), 409, "conflict")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer a.b.c",
        "Basic aGVsbG86d29ybGQ=",
        "Bearer " + "x" * 9000,
    ],
)
async def test_missing_or_wrong_tokens_are_401_counted_and_not_audited(
    doorstep: Doorstep, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    async with doorstep.client() as client:
        answer = await client.post(f"/v1/messages/{XML}", content=note(), headers=headers)
    problem(answer, 401, "unauthenticated")
    challenge = answer.headers["www-authenticate"]
    assert challenge == 'Bearer realm="icjs"' + ("" if authorization is None else ', error="invalid_token"')
    assert doorstep.evidence.notes == []
    counted = doorstep.gateway.metrics.registry.get_sample_value(
        "icjs_unauthenticated_total", {"surface": "push_message"}
    )
    assert counted == 1


async def test_an_expired_token_is_401(doorstep: Doorstep) -> None:
    headers = {"content-type": "application/xml", **doorstep.bearer()}
    async with doorstep.client() as client:
        doorstep.clock.pass_by(599)
        assert (await client.post(f"/v1/messages/{XML}", content=note(), headers=headers)).status_code == 202
        doorstep.clock.pass_by(2)
        answer = await client.post(f"/v1/messages/{XML}", content=note(), headers=headers)
    problem(answer, 401, "unauthenticated")


async def test_a_revoked_partner_is_out_at_once_whatever_its_token_says(doorstep: Doorstep) -> None:
    assert (await doorstep.push(note())).status_code == 202
    revoked: Partner = doorstep.directory.partners["hp-courts"].model_copy(update={"state": "revoked"})
    doorstep.directory.partners["hp-courts"] = revoked
    problem(await doorstep.push(note()), 401, "unauthenticated")


async def test_an_overloaded_gateway_says_when_to_come_back(doorstep: Doorstep) -> None:
    doorstep.ledger.fails_with = Overloaded("The queue is full.", retry_after_s=7)
    answer = await doorstep.push(note())
    problem(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "7"


async def test_a_failing_store_is_503_with_retry_after(doorstep: Doorstep) -> None:
    doorstep.ledger.fails_with = StoreFailed("The store could not commit.")
    answer = await doorstep.push(note())
    problem(answer, 503, "store-failed")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_header_sent_twice_is_400(doorstep: Doorstep) -> None:
    twice = [("content-type", "application/xml"), ("content-type", "text/xml"), *doorstep.bearer().items()]
    async with doorstep.client() as client:
        answer = await client.post(f"/v1/messages/{XML}", content=note(), headers=twice)
    problem(answer, 400, "malformed")
