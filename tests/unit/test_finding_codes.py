"""Codes of the request and of the translation, each provoked once: with a finding that says what is right."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from lxml import etree

from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.mappings.translator import _valid
from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.errors import Rejected
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.access.permissions import require_push
from icjs_gateway.routing.contracts import Wire
from tests.contracts import FIR, HEARING, contracts, parse, samples
from tests.door import XML, Doorstep, note
from tests.unit.test_finding_words import plain, refused

BATCH = "/v1/messages:batch"


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("path", "headers", "body", "code"),
    [
        (f"/v1/messages/{XML}", {"content-type": "text/csv"}, note(), "MEDIA-TYPE"),
        (f"/v1/messages/{XML}", {"content-type": "application/xml; charset=latin-1"}, note(), "CHARSET"),
        (
            f"/v1/messages/{XML}",
            {"content-type": "application/xml", "content-encoding": "gzip"},
            note(),
            "CONTENT-ENCODING",
        ),
        (f"{BATCH}?contract={XML}", {"content-type": "application/zip"}, b"PK", "ZIP-MALFORMED"),
        (f"{BATCH}?contract={XML}", {"content-type": "application/x-ndjson"}, b'"<a/>"\n' * 4, "BATCH-TOO-LARGE"),
        ("/v1/queries/nothing", {"content-type": "application/json"}, b"{}", "QUERY-UNKNOWN"),
        ("/v1/messages/courts.nothing.v1", {"content-type": "application/xml"}, note(), "CONTRACT-UNKNOWN"),
    ],
)
async def test_a_request_that_is_not_taken_says_why(path: str, headers: dict[str, str], body: bytes, code: str) -> None:
    doorstep = Doorstep(changes={"limits": ApiLimits(batch_messages_max=3)})
    async with doorstep.client() as client:
        answer = await client.post(path, content=body, headers=doorstep.bearer() | headers)
    [finding] = answer.json()["findings"]
    assert finding["code"] == code
    assert finding.get("expected") or finding.get("hint")


async def test_a_header_that_came_twice_is_named() -> None:
    doorstep = Doorstep()
    async with doorstep.client() as client:
        twice = [*doorstep.bearer().items(), ("content-type", "application/xml"), ("content-type", "text/xml")]
        answer = await client.post(f"/v1/messages/{XML}", content=note(), headers=twice)
    [finding] = answer.json()["findings"]
    assert (finding["code"], finding["expected"]) == ("HEADER-REPEATED", "one header content-type")


@pytest.mark.parametrize(
    "media_type", ["application/soap+xml", "multipart/related", "application/x-www-form-urlencoded"]
)
async def test_a_media_type_of_another_protocol_is_told_what_to_change(media_type: str) -> None:
    doorstep = Doorstep()
    answer = await doorstep.soap(note(), **{"content-type": f"{media_type}; charset=utf-8"})
    assert "MEDIA-TYPE" in answer.text
    assert "<Expected>text/xml</Expected>" in answer.text
    assert "<Hint>that is " in answer.text


def minimal(contract_id: str) -> Any:
    [sample] = [each for each in samples(valid=True) if each.contract.id == contract_id and each.file.stem == "minimal"]
    return json.loads(sample.file.read_bytes())


@pytest.mark.parametrize(
    ("contract_id", "members", "code"),
    [
        ("police.case-change.v1", ("charges", "accusedAdded", "accusedDropped", "investigation"), "NOTHING-CHANGED"),
        ("forensics.receipt.v1", ("labCase", "rejected"), "NOTHING-RECEIVED"),
    ],
)
def test_a_document_that_says_nothing_is_told_what_it_may_say(
    contract_id: str, members: tuple[str, ...], code: str
) -> None:
    document = {name: value for name, value in minimal(contract_id).items() if name not in members}
    found = refused(contract_id, json.dumps(document).encode())
    assert code in [each.code for each in found]


@pytest.mark.parametrize(
    ("contract_id", "tags", "code"),
    [
        ("courts.custody-order.v1", ("Custody", "Production", "Release", "Warrant"), "NOTHING-ORDERED"),
        ("prisons.release.v1", ("Released", "NotReleased"), "NOTHING-TOLD"),
    ],
)
def test_an_order_of_nothing_is_told_what_it_may_order(contract_id: str, tags: tuple[str, ...], code: str) -> None:
    [sample] = [each for each in samples(valid=True) if each.contract.id == contract_id and each.file.stem == "minimal"]
    root = etree.fromstring(sample.file.read_bytes())
    for child in list(root):
        if etree.QName(child).localname in tags:
            root.remove(child)
    found = refused(contract_id, etree.tostring(root))
    assert code in [each.code for each in found]


def test_events_of_another_contract_say_what_this_one_tells() -> None:
    [sample] = [each for each in samples(valid=True) if each.contract.id == FIR and each.file.stem == "minimal"]
    content = sample.contract.decode(sample.document(parse))
    with pytest.raises(Rejected) as caught:
        contracts().get(HEARING).encode(content, Wire.XML)
    [finding] = caught.value.findings
    plain(finding)
    assert finding.code == "EVENTS-DO-NOT-FIT"


def test_characters_that_nobody_sees_are_shown_by_their_names() -> None:
    told = Finding(code="VALUE-INVALID", expected="a token", found="A\u200b1\u00a0")
    assert told.found == "A[U+200B ZERO WIDTH SPACE]1[U+00A0 NO-BREAK SPACE]"
    assert told.hint == (
        "it holds U+200B ZERO WIDTH SPACE (character 2), U+00A0 NO-BREAK SPACE (character 4), which nobody sees: take it out"  # noqa: E501
    )
    assert Finding(**{name: value for name, value in told.as_json().items() if name != "severity"}) == told
    assert Finding(code="X", found="क\u094d\u200dष").hint is None


def test_a_value_that_the_table_takes_and_the_model_does_not_is_told_in_plain_words() -> None:
    faults: list[Finding] = []
    assert _valid(CaseReference, {"cnr": "X", "firs": 3}, "case", faults) is None
    assert {(each.code, each.path) for each in faults} == {
        ("MODEL-INVALID", f"case.{name}") for name in ("cnr", "firs")
    }
    for finding in faults:
        plain(finding)


def test_what_a_partner_may_not_push_says_where_it_is_allowed() -> None:
    partner = Doorstep().directory.partners["hp-police"]
    with pytest.raises(Rejected) as caught:
        require_push(partner, "courts.bail-order.v1")
    [finding] = caught.value.findings
    plain(finding)
    assert finding.code == "PUSH-NOT-ALLOWED"
