"""A recipient that is told in its pillar's own words: a real HTTP server that judges what comes by what was published.

It knows the contract's folder and nothing of the gateway: what comes is held to the schema by `xmlschema` or
`jsonschema`, its signature checked by the client library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

import jsonschema
import xmlschema
from aiohttp import web
from lxml import etree

from icjs_gateway.client import verify_webhook
from icjs_gateway.registry import packaged_contracts

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
SECRET = "q" * 24


@dataclass
class OwnWords:
    """`answer` says what is answered to a notice, by default the channel's own word that it is taken."""

    contract: str
    channel: str
    partner: str
    answer: Callable[[Mapping[str, Any]], web.Response] | None = None
    notices: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _runner: web.AppRunner | None = None
    port: int = 0

    @property
    def folder(self) -> Path:
        pillar, exchange, version = self.contract.split(".")
        return packaged_contracts() / pillar / exchange / version

    @property
    def namespace(self) -> str:
        pillar, exchange, _ = self.contract.split(".")
        return f"urn:icjs:{pillar}:{exchange}:1"

    @property
    def deliver(self) -> dict[str, Any]:
        told = {"channel": self.channel, "url": f"http://127.0.0.1:{self.port}/in", "contract": self.contract}
        return told | {"secret": SECRET} | ({"username": self.partner} if self.channel == "soap" else {})

    @property
    def kinds(self) -> set[str]:
        """The types of what came."""
        return {notice["eventType"] for notice in self.notices}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/in", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            verify_webhook(request.headers, body, SECRET)
            notice = self._read(request, body)
        except Exception as fault:  # whatever is wrong with what the gateway sent is the finding
            self.faults.append(f"{self.contract}: {type(fault).__name__}: {fault}")
            return web.Response(status=400)
        self.notices.append(notice)
        return self.answer(notice) if self.answer is not None else self.taken(notice)

    def _read(self, request: web.Request, body: bytes) -> dict[str, Any]:
        if self.channel == "json":
            assert request.content_type == "application/json"
            notice: dict[str, Any] = json.loads(body)
            _json_schema(self.folder / "schema.json").validate(notice)
            return {name: notice[name] for name in ("messageId", "eventId", "eventType", "lane", "position")}
        root = etree.fromstring(body)
        if self.channel == "soap":
            assert request.headers["soapaction"].startswith(f'"{self.namespace}:Receive')
            token = root.find(f"{{{SOAP}}}Header/{{{WSSE}}}Security/{{{WSSE}}}UsernameToken")
            assert [child.text for child in token] == [self.partner, SECRET]
            [root] = root.find(f"{{{SOAP}}}Body")
        else:
            assert request.content_type == "application/xml"
        _xsd(self.folder / "schema.xsd").validate(root)
        at = {"ns": self.namespace}
        return {
            name: root.findtext(f"ns:{name[0].upper()}{name[1:]}", namespaces=at)
            for name in ("messageId", "eventId", "eventType", "lane", "position")
        }

    def taken(self, notice: Mapping[str, Any]) -> web.Response:
        number = f"N-{len(self.notices)}"
        if self.channel == "json":
            return web.json_response({"acknowledgementNumber": number})
        return self.said(f"<Number>{number}</Number><Status>ACCEPTED</Status>")

    def said(self, inner: str) -> web.Response:
        """An acknowledgement with this in it."""
        document = f'<Acknowledgement xmlns="{self.namespace}">{inner}</Acknowledgement>'
        if self.channel == "soap":
            document = f'<e:Envelope xmlns:e="{SOAP}"><e:Body>{document}</e:Body></e:Envelope>'
        return web.Response(text=document, content_type="text/xml")


@cache
def _json_schema(file: Path) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(file.read_text(encoding="utf-8")))


@cache
def _xsd(file: Path) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(file), allow="local")
