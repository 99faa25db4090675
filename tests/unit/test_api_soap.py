"""The same messages in SOAP: receipts, faults, and the service description."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from lxml import etree

from icjs_gateway.model.errors import Overloaded
from tests.door import SECRET, SOAP, WSSE, XML, Doorstep, envelope, note

GATEWAY = "urn:icjs:gateway:1"


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


def fault(answer: httpx.Response, code: str) -> etree._Element:
    """The Fault of a refusal, checked for its form and code; prefixes are resolved."""
    assert answer.status_code == 500, answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    found = etree.fromstring(answer.content).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    assert found is not None
    prefix, _, local = (found.findtext("faultcode") or "").partition(":")
    namespace = {"Client": SOAP, "Server": SOAP, "MustUnderstand": SOAP, "VersionMismatch": SOAP}.get(local, WSSE)
    assert (local, found.nsmap[prefix]) == (code, namespace)
    assert found.findtext("faultstring")
    return found


def problem(found: etree._Element) -> dict[str, Any]:
    detail = found.find(f"detail/{{{GATEWAY}}}Problem")
    assert detail is not None
    members: dict[str, Any] = {etree.QName(child).localname: child.text for child in detail if len(child) == 0}
    members["Finding"] = [
        {etree.QName(part).localname: part.text for part in child} for child in detail.iterfind(f"{{{GATEWAY}}}Finding")
    ]
    return members


async def test_the_receipt_comes_with_the_stored_json(doorstep: Doorstep) -> None:
    answer = await doorstep.soap(envelope(note()))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    receipt = etree.fromstring(answer.content).find(f"{{{SOAP}}}Body/{{{GATEWAY}}}Receipt")
    assert receipt is not None
    stored = doorstep.ledger.kept["hp-courts", XML, "N-1"][1]
    assert base64.b64decode(receipt.findtext(f"{{{GATEWAY}}}Json") or "") == stored
    assert receipt.findtext(f"{{{GATEWAY}}}MessageId") == json.loads(stored)["message_id"]


async def test_soap_and_xml_are_one_message(doorstep: Doorstep) -> None:
    assert (await doorstep.push(note())).status_code == 202
    again = await doorstep.soap(envelope(note()))
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")


MALFORMED = {
    "not well formed": b"<s:Envelope",
    "empty": b"",
    "with a DTD": b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + envelope(note()),
    "too deep": b"<a>" * 500 + b"</a>" * 500,
    "no envelope": note(),
    "empty Body": envelope(b""),
    "two in the Body": envelope(note() + note()),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_cannot_be_parsed_is_a_client_fault(doorstep: Doorstep, name: str) -> None:
    members = problem(fault(await doorstep.soap(MALFORMED[name]), "Client"))
    assert (members["Status"], members["Type"]) == ("400", "urn:icjs:problem:malformed")
    assert members["Finding"]
    assert len(members["TraceId"]) == 32
    # Nobody is known yet, so nothing is audited; it is counted.
    assert doorstep.evidence.notes == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (note(state="MH"), "403", "JURISDICTION"),
        (b'<Note xmlns="urn:icjs:test:note:1"><Text>x</Text></Note>', "422", "XSD-MISSING"),
        (note(text="untranslatable"), "422", "NO-SUCH-TEXT"),
        (b"<Other/>", "422", "OPERATION-UNKNOWN"),
        (b'<Memo xmlns="urn:icjs:test:memo:1"/>', "422", "OPERATION-UNKNOWN"),
    ],
)
async def test_refusals_are_client_faults_with_their_problem(
    doorstep: Doorstep, body: bytes, status: str, code: str
) -> None:
    members = problem(fault(await doorstep.soap(envelope(body)), "Client"))
    assert members["Status"] == status
    assert members["Finding"][0]["Code"] == code
    assert [kind for kind, _ in doorstep.evidence.notes] == ["message.refused"]


async def test_a_contract_of_another_pillar_is_a_client_fault(doorstep: Doorstep) -> None:
    answer = await doorstep.soap(envelope(note()), pillar="prisons")
    members = problem(fault(answer, "Client"))
    expected = "{urn:icjs:prisons:inmate-status:1}InmateStatusRequest or {urn:icjs:test:memo:1}Memo"
    assert members["Finding"][0]["Expected"] == expected


async def test_a_permission_that_is_missing_is_a_client_fault(doorstep: Doorstep) -> None:
    members = problem(fault(await doorstep.soap(envelope(note(), username="hp-police")), "Client"))
    assert members["Status"] == "403"


async def test_the_same_id_with_other_content_is_a_client_fault(doorstep: Doorstep) -> None:
    await doorstep.soap(envelope(note(text="one")))
    assert problem(fault(await doorstep.soap(envelope(note(text="two"))), "Client"))["Status"] == "409"


@pytest.mark.parametrize(
    ("username", "password"), [("hp-courts", "wrong"), ("nobody", SECRET), ("hp-courts", None), ("hp-courts", "")]
)
async def test_wrong_credentials_fail_authentication(doorstep: Doorstep, username: str, password: str | None) -> None:
    answer = await doorstep.soap(envelope(note(), username=username, password=password))
    found = fault(answer, "FailedAuthentication")
    # A header fault carries no detail (SOAP 1.1, 4.4).
    assert found.find("detail") is None
    assert "www-authenticate" not in answer.headers
    assert doorstep.evidence.notes == []


async def test_a_token_is_no_credential_here(doorstep: Doorstep) -> None:
    answer = await doorstep.soap(envelope(note(), password=None), **doorstep.bearer())
    fault(answer, "FailedAuthentication")


async def test_an_unknown_header_that_must_be_understood_faults(doorstep: Doorstep) -> None:
    header = '<a:Route xmlns:a="urn:a" s:mustUnderstand="1"/>'
    fault(await doorstep.soap(envelope(note(), header=header)), "MustUnderstand")


async def test_soap_1_2_is_a_version_mismatch(doorstep: Doorstep) -> None:
    body = envelope(note()).replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope")
    fault(await doorstep.soap(body), "VersionMismatch")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/xml"},
        {"content-type": "application/soap+xml"},
        {"content-type": "text/xml; charset=utf-16"},
        {"content-encoding": "gzip"},
    ],
)
async def test_other_media_types_are_client_faults(doorstep: Doorstep, headers: dict[str, str]) -> None:
    members = problem(fault(await doorstep.soap(envelope(note()), **headers), "Client"))
    assert members["Status"] == "415"


async def test_utf_16_is_a_client_fault(doorstep: Doorstep) -> None:
    answer = await doorstep.soap(envelope(note()).decode().encode("utf-16"))
    assert problem(fault(answer, "Client"))["Status"] == "415"


async def test_a_body_over_the_limit_is_a_client_fault(doorstep: Doorstep) -> None:
    answer = await doorstep.soap(envelope(note(text="x" * 30_000)))
    assert problem(fault(answer, "Client"))["Status"] == "413"


async def test_an_overloaded_gateway_is_a_server_fault(doorstep: Doorstep) -> None:
    doorstep.ledger.fails_with = Overloaded("The queue is full.", retry_after_s=7)
    answer = await doorstep.soap(envelope(note()))
    assert problem(fault(answer, "Server"))["Status"] == "503"
    assert answer.headers["retry-after"] == "7"


async def test_an_unexpected_failure_is_a_server_fault_that_tells_nothing(
    doorstep: Doorstep, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await doorstep.soap(envelope(note(text="explode")))
    members = problem(fault(answer, "Server"))
    assert members["Status"] == "500"
    logged = capsys.readouterr().out
    assert members["TraceId"] in logged
    assert "Ramesh" not in answer.text + logged


async def test_the_service_description_is_public(doorstep: Doorstep) -> None:
    for query in ("wsdl", "WSDL", "wsdl="):
        answer = await doorstep.get(f"/soap/courts?{query}")
        assert answer.status_code == 200
        assert answer.text == "<definitions location='http://gateway.test/soap/courts'/>"
    assert (await doorstep.get("/soap/courts?xsd=note.xsd")).text == "<schema/>"
    for path in ("/soap/courts/?wsdl", "/soap/courts//?WSDL"):
        assert (await doorstep.get(path)).text == "<definitions location='http://gateway.test/soap/courts'/>"


@pytest.mark.parametrize("query", ["singleWsdl", "SINGLEWSDL", "singlewsdl="])
async def test_the_service_description_comes_whole_where_it_is_asked_so(doorstep: Doorstep, query: str) -> None:
    answer = await doorstep.get(f"/soap/courts?{query}")
    assert answer.text == "<definitions location='http://gateway.test/soap/courts' whole=''/>"


@pytest.mark.parametrize("host", ["icjs_gateway", "icjs_gateway:8080", "[::1]:8080"])
async def test_a_host_is_named_as_the_caller_reached_it(doorstep: Doorstep, host: str) -> None:
    answer = await doorstep.get("/soap/courts?wsdl", host=host)
    assert f"location='http://{host}/soap/courts'" in answer.text


async def test_the_service_description_names_the_configured_address() -> None:
    doorstep = Doorstep(changes={"base_url": "https://icjs.example/gw/"})
    answer = await doorstep.get("/soap/courts?wsdl", host="evil.example")
    assert "https://icjs.example/gw/soap/courts" in answer.text


@pytest.mark.parametrize("path", ["/soap/courts", "/soap/nowhere?wsdl", "/soap/courts?xsd=../../etc/passwd"])
async def test_what_is_not_described_is_404(doorstep: Doorstep, path: str) -> None:
    assert (await doorstep.get(path)).status_code == 404


async def test_a_host_that_is_none_is_not_put_into_the_description(doorstep: Doorstep) -> None:
    assert (await doorstep.get("/soap/courts?wsdl", host='a"><b')).status_code == 404
