"""SOAP envelopes open to one payload, and every refusal names its fault."""

from __future__ import annotations

import hashlib
from base64 import b64decode

import pytest
from lxml import etree

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.adapters.wire.soap import (
    EnvelopeRefused,
    FaultCode,
    envelope,
    fault,
    open_envelope,
    receipt_envelope,
)
from icjs_gateway.adapters.wire.soap_answers import asking_envelope
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.errors import Malformed, Unauthenticated
from icjs_gateway.routing.contracts import Wire

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
TEXT = f"{WSS}username-token-profile-1.0#PasswordText"
DIGEST = f"{WSS}username-token-profile-1.0#PasswordDigest"
NS = {"soap": SOAP, "wsse": f"{WSS}wssecurity-secext-1.0.xsd", "g": "urn:icjs:gateway:1"}


def letter(payload: str = '<Bail xmlns="urn:b"/>', header: str = "", version: str = SOAP) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{version}" xmlns:o="{NS["wsse"]}" xmlns:u="{WSS}wssecurity-utility-1.0.xsd">'
        f"<s:Header>{header}</s:Header>\n<s:Body>\n{payload}\n</s:Body></s:Envelope>"
    ).encode()


def security(password_type: str = TEXT, extra: str = "", must: str = "1") -> str:
    return (
        f'<o:Security s:mustUnderstand="{must}">'
        "<u:Timestamp><u:Created>2026-11-20T00:00:00Z</u:Created></u:Timestamp>"
        f'<o:UsernameToken><o:Username>hp-courts</o:Username><o:Password Type="{password_type}">pass word'
        f"</o:Password></o:UsernameToken>{extra}</o:Security>"
    )


def refused(body: bytes) -> FaultCode:
    with pytest.raises(EnvelopeRefused) as refusal:
        open_envelope(body)
    return refusal.value.code


def test_an_envelope_opens_to_its_payload_and_credentials() -> None:
    body = letter(header=security())
    opened = open_envelope(body)
    assert (opened.username, opened.password) == ("hp-courts", "pass word")
    assert opened.operation_root == "{urn:b}Bail"
    assert opened.payload.wire is Wire.SOAP
    assert opened.sent == body
    assert opened.payload.root.sourceline == 3
    assert opened.payload.digest == hashlib.sha256(b'<Bail xmlns="urn:b"></Bail>').digest()
    assert "pass word" not in repr(opened)


def test_the_digest_is_of_the_child_as_received_instructions_included() -> None:
    opened = open_envelope(letter("<?skip me?><b:Bail xmlns:b='urn:b'><?keep me?></b:Bail>"))
    assert opened.payload.digest == hashlib.sha256(b'<b:Bail xmlns:b="urn:b"><?keep me?></b:Bail>').digest()


def test_an_envelope_needs_no_header_and_no_password() -> None:
    body = f'<e:Envelope xmlns:e="{SOAP}"><e:Body><Bail/></e:Body></e:Envelope>'.encode()
    assert open_envelope(body).username is None
    assert open_envelope(letter(header="<o:Security/>")).password is None


def test_soap_1_2_is_a_version_mismatch() -> None:
    assert refused(letter(version="http://www.w3.org/2003/05/soap-envelope")) is FaultCode.VERSION_MISMATCH


@pytest.mark.parametrize("must", ["1", "true", " 1 "])
def test_an_unknown_header_that_must_be_understood_is_refused(must: str) -> None:
    header = f'<x:Route xmlns:x="urn:x" s:mustUnderstand="{must}"/>'
    assert refused(letter(header=header)) is FaultCode.MUST_UNDERSTAND


@pytest.mark.parametrize("attributes", ['s:mustUnderstand="0"', "", 's:mustUnderstand="1" s:actor="urn:other"'])
def test_an_unknown_header_that_need_not_be_understood_by_us_is_ignored(attributes: str) -> None:
    assert open_envelope(letter(header=f'<x:Route xmlns:x="urn:x" {attributes}/>')).username is None


def test_a_security_header_is_not_understood_when_a_part_of_it_is_not() -> None:
    signed = security(extra='<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>')
    assert refused(letter(header=signed)) is FaultCode.MUST_UNDERSTAND


def test_a_password_digest_is_refused_and_says_what_to_send() -> None:
    with pytest.raises(Unauthenticated, match="PasswordText"):
        open_envelope(letter(header=security(DIGEST)))


@pytest.mark.parametrize("payload", ["", "<a/><b/>", "text", "text<a/>", "<a/>text"])
def test_a_body_with_other_than_one_element_is_the_clients_fault(payload: str) -> None:
    assert refused(letter(payload)) is FaultCode.CLIENT


@pytest.mark.parametrize(
    "body",
    [
        b"<Bail/>",
        f'<e:Envelope xmlns:e="{SOAP}"/>'.encode(),
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><a/></e:Body><e:Body><b/></e:Body></e:Envelope>'.encode(),
        letter(header=security() + security()),
        letter(header="<o:Security><o:UsernameToken/></o:Security>"),
    ],
)
def test_another_structure_is_the_clients_fault(body: bytes) -> None:
    assert refused(body) is FaultCode.CLIENT


def test_an_envelope_is_screened_like_any_xml() -> None:
    with pytest.raises(Malformed, match="DOCTYPE"):
        open_envelope(b"<!DOCTYPE a>" + letter())


PROBLEM = {
    "type": "urn:icjs:problem:contract-violation",
    "title": "Refused by the contract",
    "status": 422,
    "detail": "1 < 2 & so on",
    "trace_id": "abc",
    "findings": [{"code": "A", "severity": "error", "line": 3, "wire_path": "/a/b[1]"}, {"code": "B"}],
}


def test_a_fault_about_the_body_carries_the_problem() -> None:
    root = parse_xml(fault(FaultCode.CLIENT, "no <way>", PROBLEM)).root
    assert root.findtext(".//faultcode") == "soap:Client"
    assert root.findtext(".//faultstring") == "no <way>"
    problem = root.find(".//detail/g:Problem", NS)
    assert [etree.QName(member).localname for member in problem] == [
        *("Type", "Title", "Status", "Detail", "TraceId", "Finding", "Finding")
    ]
    assert problem.findtext("g:Detail", namespaces=NS) == "1 < 2 & so on"
    assert [etree.QName(member).localname for member in problem.find("g:Finding", NS)] == [
        *("Code", "Severity", "WirePath", "Line")
    ]


@pytest.mark.parametrize("code", [FaultCode.FAILED_AUTHENTICATION, FaultCode.MUST_UNDERSTAND])
def test_a_header_fault_carries_no_detail_and_its_code_resolves(code: FaultCode) -> None:
    element = parse_xml(fault(code, "no", PROBLEM)).root.find("soap:Body/soap:Fault", NS)
    assert element.find("detail") is None
    prefix = element.findtext("faultcode").partition(":")[0]
    assert element.nsmap[prefix] == NS[prefix]


def test_a_fault_text_that_xml_cannot_carry_is_still_readable() -> None:
    assert parse_xml(fault(FaultCode.SERVER, "a\x00\ud800b")).root.findtext(".//faultstring") == "a\ufffd\ufffdb"


def test_a_receipt_is_rendered_from_the_stored_json_and_carries_it() -> None:
    stored = dumps(
        {
            "message_id": "M-1",
            "contract": "courts.bail-order.v1",
            "outcome": "suppressed",
            "same_as": "M-0",
            "events": [
                {"event_id": "E1", "type": "icjs.bail.ordered.v1"},
                {"event_id": "E2", "case_id": "c"},
            ],
            "findings": [],
            "signature": "a..b",
        }
    )
    receipt = parse_xml(receipt_envelope(stored)).root.find("soap:Body/g:Receipt", NS)
    assert [etree.QName(member).localname for member in receipt] == [
        *("MessageId", "Contract", "Outcome", "Event", "Event", "SameAs", "Signature", "Json")
    ]
    assert [etree.QName(member).localname for member in receipt[3]] == ["EventId", "Type"]
    assert b64decode(receipt.findtext("g:Json", namespaces=NS)) == stored


def test_an_envelope_takes_a_payload_with_or_without_its_declaration() -> None:
    payload = b"<?xml version='1.0' encoding='UTF-8'?>\n<a xmlns='urn:a'/>"
    assert open_envelope(envelope(payload)).operation_root == "{urn:a}a"
    assert envelope(payload) == envelope(b"<a xmlns='urn:a'/>")


@pytest.mark.parametrize("must_understand", [False, True])
def test_what_the_gateway_asks_types_its_password_and_must_be_understood_where_the_partner_wants_it(
    must_understand: bool,
) -> None:
    body = asking_envelope(b"<Bail/>", username="icjs", password="<p&w>", must_understand=must_understand)
    opened = open_envelope(body)
    assert (opened.username, opened.password) == ("icjs", "<p&w>")
    [header] = etree.fromstring(body).findall("soap:Header/wsse:Security", NS)
    assert header.get(f"{{{SOAP}}}mustUnderstand") == ("1" if must_understand else None)
    [password] = header.findall("wsse:UsernameToken/wsse:Password", NS)
    assert password.get("Type") == TEXT
    assert [etree.QName(each).localname for each in password.getparent()] == ["Username", "Password"]
