"""Pushing a batch: an answer for each message in its order, and refusals of the batch as a whole."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence

import httpx
import pytest

from icjs_gateway.api.limits import ApiLimits
from tests.door import JSON, XML, Doorstep, note
from tests.unit.test_api_messages import problem

NDJSON, ZIP = "application/x-ndjson", "application/zip"


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


async def push(
    doorstep: Doorstep, body: bytes, media_type: str = NDJSON, *, contract: str = XML, **headers: str
) -> httpx.Response:
    async with doorstep.client() as client:
        return await client.post(
            "/v1/messages:batch",
            params={"contract": contract},
            content=body,
            headers=doorstep.bearer() | {"content-type": media_type} | headers,
        )


def lines(*documents: bytes) -> bytes:
    return b"".join(json.dumps(document.decode()).encode() + b"\n" for document in documents)


def zipped(documents: Sequence[bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for index, document in enumerate(documents):
            archive.writestr(f"outcomes/{index}.xml", document)
    return packed.getvalue()


def told(answer: httpx.Response) -> list[object]:
    """Message ids of receipts, slugs of problems."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == NDJSON
    members = [json.loads(line) for line in answer.content.split(b"\n") if line]
    return [each.get("message_id") or each["type"].rpartition(":")[2] for each in members]


async def test_each_message_is_answered_in_its_order(doorstep: Doorstep) -> None:
    sent = [note(message_id=f"N-{number}") for number in range(120)]
    sent[7] = b"<note"
    answer = await push(doorstep, lines(*sent))
    assert told(answer) == [f"N-{number}" if number != 7 else "malformed" for number in range(120)]


async def test_messages_are_recorded_in_the_order_of_the_batch(doorstep: Doorstep) -> None:
    await push(doorstep, lines(*(note(message_id=f"N-{number}") for number in range(120))))
    assert [each.content.message_id for each in doorstep.ledger.commands] == [f"N-{number}" for number in range(120)]


async def test_the_same_batch_again_gets_the_same_receipts(doorstep: Doorstep) -> None:
    body = lines(note(message_id="N-1"), note(message_id="N-2"))
    first, again = await push(doorstep, body), await push(doorstep, body)
    assert first.content == again.content


async def test_a_zip_is_a_document_a_member(doorstep: Doorstep) -> None:
    answer = await push(doorstep, zipped([note(message_id="N-1"), b"<a", note(message_id="N-2")]), ZIP)
    assert told(answer) == ["N-1", "malformed", "N-2"]


async def test_a_json_document_is_a_line(doorstep: Doorstep) -> None:
    body = b'{"messageId": "N-1", "state": "HP", "text": "a"}\n\n{"messageId": "N-2", "state": "HP"\n'
    assert told(await push(doorstep, body, contract=JSON)) == ["N-1", "malformed"]


async def test_a_line_that_is_no_string_is_its_own_problem(doorstep: Doorstep) -> None:
    answer = await push(doorstep, b'{"a": 1}\n' + lines(note(message_id="N-1")))
    assert told(answer) == ["malformed", "N-1"]
    assert b"LINE-NO-DOCUMENT" in answer.content


async def test_what_a_refused_line_was_is_audited(doorstep: Doorstep) -> None:
    await push(doorstep, lines(note(message_id="N-1", state="PB"), b"<a"))
    assert [(kind, facts["refused_as"]) for kind, facts in doorstep.evidence.notes] == [
        ("message.refused", "Forbidden"),
        ("message.refused", "Malformed"),
    ]


async def test_a_batch_that_cannot_be_taken_at_all_is_refused_whole(doorstep: Doorstep) -> None:
    problem(await push(doorstep, b"", "text/plain"), 415, "unsupported-media-type")
    problem(await push(doorstep, b"", **{"content-encoding": "gzip"}), 415, "unsupported-media-type")
    problem(await push(doorstep, b"PK no zip", ZIP), 400, "malformed")
    problem(await push(doorstep, b"", contract="courts.unknown.v1"), 404, "not-found")
    async with doorstep.client() as client:
        answer = await client.post("/v1/messages:batch", headers=doorstep.bearer() | {"content-type": NDJSON})
        problem(answer, 404, "not-found")
        problem(await client.post("/v1/messages:batch?contract=x"), 401, "unauthenticated")


async def test_batches_are_bounded() -> None:
    doorstep = Doorstep(changes={"limits": ApiLimits(body_bytes_max=4000, batch_messages_max=3, batch_bytes_max=6000)})
    few = lines(*(note(message_id=f"N-{number}") for number in range(3)))
    assert told(await push(doorstep, few)) == ["N-0", "N-1", "N-2"]
    problem(await push(doorstep, few + lines(note(message_id="N-9"))), 413, "too-large")
    problem(await push(doorstep, b" " * 4001), 413, "too-large")
    bomb = zipped([b"<a>" + b" " * 5000 + b"</a>"])
    assert told(await push(doorstep, bomb, ZIP)) == ["too-large"]
    problem(await push(doorstep, zipped([b" " * 4000, b" " * 4000]), ZIP), 413, "too-large")


async def test_an_encrypted_member_is_its_own_problem(doorstep: Doorstep) -> None:
    packed = bytearray(zipped([note(message_id="N-1"), note(message_id="N-2")]))
    central = packed.index(b"PK\x01\x02")
    packed[central + 8] |= 1
    assert told(await push(doorstep, bytes(packed), ZIP)) == ["malformed", "N-2"]


async def test_a_member_packed_in_a_way_that_is_not_taken_is_its_own_problem(doorstep: Doorstep) -> None:
    packed = bytearray(zipped([note(message_id="N-1"), note(message_id="N-2")], zipfile.ZIP_LZMA))
    packed[60:64] = b"\xff\xff\xff\xff"
    assert told(await push(doorstep, bytes(packed), ZIP)) == ["malformed", "malformed"]


async def test_what_an_operating_system_puts_into_a_zip_is_ignored_and_told(doorstep: Doorstep) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a/.DS_Store", "__MACOSX/a/._1.xml", "a/._1.xml", "Thumbs.db", "a/desktop.ini"):
            archive.writestr(name, b"\x00\x05")
        archive.writestr("a/1.xml", note(message_id="N-1"))
        archive.writestr("a/सूची.xml", b"<a")
        archive.writestr("a/MACOSX.xml", note(message_id="N-2"))
    answer = await push(doorstep, packed.getvalue(), ZIP)
    assert told(answer) == ["N-1", "malformed", "N-2"]
    assert answer.headers["icjs-ignored-members"] == (
        "5; a/.DS_Store, __MACOSX/a/._1.xml, a/._1.xml, Thumbs.db, a/desktop.ini"
    )
    assert json.loads(answer.content.split(b"\n")[1])["part"] == "a/सूची.xml"


async def test_a_problem_names_the_line_that_it_is_of(doorstep: Doorstep) -> None:
    answer = await push(doorstep, b"\n" + lines(note(message_id="N-1")) + b'"<a"\n')
    receipt, refused = [json.loads(line) for line in answer.content.split(b"\n") if line]
    assert ("part" in receipt, refused["part"]) == (False, "line 3")
    assert "icjs-ignored-members" not in answer.headers
