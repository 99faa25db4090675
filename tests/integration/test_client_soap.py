"""The SOAP client against a small service of its own: typed calls, typed faults, and no way out of its origin."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from icjs_gateway.client import NoAnswer, Problem, Repeats
from icjs_gateway.client.soap import SoapClient

WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:n="urn:note" xmlns:g="urn:icjs:gateway:1"
    targetNamespace="urn:courts">
  <types>
    <xs:schema targetNamespace="urn:note" elementFormDefault="qualified">
      {imported}
      <xs:element name="Note"><xs:complexType><xs:sequence>
        <xs:element name="MessageId" type="xs:string"/><xs:element name="Text" type="xs:string"/>
      </xs:sequence></xs:complexType></xs:element>
    </xs:schema>
    <xs:schema targetNamespace="urn:icjs:gateway:1" elementFormDefault="qualified">
      <xs:element name="Receipt"><xs:complexType><xs:sequence>
        <xs:element name="MessageId" type="xs:string"/><xs:element name="Json" type="xs:base64Binary"/>
      </xs:sequence></xs:complexType></xs:element>
    </xs:schema>
  </types>
  <message name="Push"><part name="body" element="n:Note"/></message>
  <message name="Pushed"><part name="body" element="g:Receipt"/></message>
  <portType name="Courts"><operation name="PushNote">
    <input message="c:Push" xmlns:c="urn:courts"/><output message="c:Pushed" xmlns:c="urn:courts"/>
  </operation></portType>
  <binding name="CourtsBinding" type="c:Courts" xmlns:c="urn:courts">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="PushNote"><soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  </binding>
  <service name="CourtsService"><port name="CourtsPort" binding="c:CourtsBinding" xmlns:c="urn:courts">
    <soap:address location="http://127.0.0.1:1/elsewhere"/></port></service>
</definitions>"""
ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:g="urn:icjs:gateway:1">'
    "<s:Body>{}</s:Body></s:Envelope>"
)
RECEIPT = {
    "message_id": "M-1",
    "contract": "courts.note.v1",
    "partner": "hp-courts",
    "environment": "demo",
    "digest": "sha-256=:AA==:",
    "received_at": "2026-11-20T11:12:11.482Z",
    "outcome": "accepted",
    "events": [],
    "findings": [],
    "signature": "a..b",
}
STORED = json.dumps(RECEIPT).encode()
TAKEN = ENVELOPE.format(
    f"<g:Receipt><g:MessageId>M-1</g:MessageId><g:Json>{base64.b64encode(STORED).decode()}</g:Json></g:Receipt>"
)
PROBLEM = (
    "<g:Problem><g:Type>urn:x</g:Type><g:Title>Contract violation</g:Title><g:Status>{status}</g:Status>"
    "<g:Detail>No.</g:Detail><g:TraceId>t-1</g:TraceId>"
    "<g:Finding><g:Code>SCHEMA</g:Code><g:WirePath>/Note/Text</g:WirePath><g:Line>3</g:Line></g:Finding>"
    "<g:Finding><g:Code>OTHER</g:Code></g:Finding></g:Problem>"
)
FAULT = (
    "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring><detail>" + PROBLEM + "</detail></s:Fault>"
)


class Service:
    """Answers what it was given to answer, one after another, and keeps what it was sent."""

    def __init__(self) -> None:
        self.wsdl = WSDL.format(imported="")
        self.answers: list[tuple[int, str, dict[str, str]]] = []
        self.envelopes: list[str] = []
        self.asked: list[float] = []
        self.url = ""

    async def describe(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.wsdl, content_type="text/xml")

    async def take(self, request: web.Request) -> web.Response:
        self.envelopes.append(await request.text())
        status, text, headers = self.answers.pop(0)
        return web.Response(status=status, text=text, content_type="text/xml", headers=headers)

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)

    async def connect(self, **bounds: Any) -> SoapClient:
        repeats = Repeats(sleep=self.sleep, **bounds)
        return await SoapClient.connect(self.url, "courts", "hp-courts", "a long password", repeats=repeats)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.router.add_get("/soap/courts", service.describe)
    app.router.add_post("/soap/courts", service.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    service.url = f"http://{host}:{port}"
    yield service
    await runner.cleanup()


NOTE = {"MessageId": "M-1", "Text": "जमानत स्वीकृत"}


async def test_a_call_carries_credentials_and_returns_the_receipt(service: Service) -> None:
    service.answers = [(200, TAKEN, {})]
    async with await service.connect() as soap:
        receipt = await soap.call("PushNote", NOTE)
    assert receipt.stored == STORED
    [envelope] = service.envelopes
    assert "<wsse:Username>hp-courts</wsse:Username>" in envelope.replace("ns0:", "wsse:")
    assert "#PasswordText" in envelope
    assert "जमानत स्वीकृत" in envelope


async def test_a_fault_is_the_same_problem_as_over_http(service: Service) -> None:
    service.answers = [(500, ENVELOPE.format(FAULT.format(status=422)), {})]
    async with await service.connect() as soap:
        with pytest.raises(Problem) as refused:
            await soap.call("PushNote", NOTE)
    problem = refused.value
    assert (problem.status, problem.document.title, problem.document.trace_id) == (422, "Contract violation", "t-1")
    assert [(found.code, found.wire_path, found.line) for found in problem.findings] == [
        ("SCHEMA", "/Note/Text", 3),
        ("OTHER", None, None),
    ]


async def test_a_header_fault_without_detail_is_a_problem_too(service: Service) -> None:
    bare = (
        '<s:Fault><faultcode xmlns:w="urn:w">w:FailedAuthentication</faultcode><faultstring>no</faultstring></s:Fault>'
    )
    service.answers = [(500, ENVELOPE.format(bare), {})]
    async with await service.connect() as soap:
        with pytest.raises(Problem, match="401"):
            await soap.call("PushNote", NOTE)


@pytest.mark.parametrize(
    "busy",
    [
        (503, "", {"Retry-After": "4"}),
        (500, ENVELOPE.format(FAULT.format(status=503)), {"Retry-After": "4"}),
    ],
)
async def test_a_busy_service_is_asked_again_with_the_same_envelope(service: Service, busy: Any) -> None:
    service.answers = [busy, (200, TAKEN, {})]
    async with await service.connect() as soap:
        await soap.call("PushNote", NOTE)
    assert service.asked == [4.0]
    assert service.envelopes[0] == service.envelopes[1]


async def test_past_the_bound_there_is_no_answer(service: Service) -> None:
    async with await service.connect(give_up_after_s=0) as soap:
        service.answers = [(503, "", {})]
        with pytest.raises(NoAnswer):
            await soap.call("PushNote", NOTE)


async def test_a_document_outside_the_gateway_is_not_fetched(service: Service) -> None:
    elsewhere = '<xs:import namespace="urn:x" schemaLocation="http://127.0.0.1:1/x.xsd"/>'
    service.wsdl = WSDL.format(imported=elsewhere)
    with pytest.raises(PermissionError):
        await service.connect()


async def test_a_wsdl_with_a_dtd_is_refused(service: Service) -> None:
    service.wsdl = WSDL.format(imported="").replace("<definitions", "<!DOCTYPE definitions>\n<definitions", 1)
    with pytest.raises(Exception, match=r"(?i)dtd"):
        await service.connect()
