"""A gateway over the fakes, and how to knock: for tests of the HTTP surface."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx

from icjs_gateway.adapters.wire.jose import SigningKeys
from icjs_gateway.adapters.wire.tokens import TokenIssuer
from icjs_gateway.api.app import Gateway, create_app
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.api.openapi import document
from icjs_gateway.routing.access.listed_places import ListedPlaces
from icjs_gateway.routing.alarms import AlarmCode, AlarmCount
from icjs_gateway.routing.authority.places import NO_PLACES, Places
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.directory import Pillar
from icjs_gateway.routing.inquiries.asking import InquiryPorts
from icjs_gateway.routing.intake import IntakePorts
from icjs_gateway.routing.live import LiveDesk
from icjs_gateway.routing.loops import Health
from tests.fakes import (
    NOTE,
    ListedContracts,
    ListedDirectory,
    MemoryAttachments,
    MemoryCases,
    MemoryEvidence,
    MemoryFeed,
    MemoryLedger,
    MemoryMessages,
    MemoryProgress,
    NobodyLive,
    NoClaims,
    NoteContract,
    SetClock,
    partner,
)
from tests.support.described import judge
from tests.support.disclosing import disclosure

SECRET = "a-long-random-secret"
XML = "courts.note.v1"
JSON = "police.note.v1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_CONTRACTS = (
    NoteContract(id=XML, pillar="courts", wires=frozenset({Wire.XML, Wire.SOAP})),
    NoteContract(id=JSON, pillar="police", wires=frozenset({Wire.JSON}), root=None, operation=None),
    NoteContract(
        id="prisons.memo.v1", pillar="prisons", wires=frozenset({Wire.SOAP}), root="{urn:icjs:test:memo:1}Memo"
    ),
)


@cache
def _keys() -> SigningKeys:
    return SigningKeys(Path(mkdtemp()), now=SetClock().now)


@dataclass
class Doorstep:
    """Everything around the application, to look at and to turn."""

    clock: SetClock = field(default_factory=SetClock)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    evidence: MemoryEvidence = field(default_factory=MemoryEvidence)
    progress: MemoryProgress = field(default_factory=MemoryProgress)
    directory: ListedDirectory = field(default_factory=ListedDirectory)
    feeds: MemoryFeed = field(default_factory=MemoryFeed)
    attachments: MemoryAttachments = field(default_factory=MemoryAttachments)
    cases: MemoryCases = field(default_factory=MemoryCases)
    reasons: list[str] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    places: Places = NO_PLACES
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = TokenIssuer(_keys(), issuer="https://gateway.test")
        self.directory.partners = {
            "hp-courts": partner("hp-courts"),
            "hp-police": partner("hp-police", pillar=Pillar.POLICE, push=("police.*",)),
        }
        self.directory.secrets = dict.fromkeys(self.directory.partners, SECRET)
        self.gateway = replace(
            Gateway(
                contracts=ListedContracts(_CONTRACTS),
                directory=self.directory,
                intake=IntakePorts(
                    ledger=self.ledger,
                    evidence=self.evidence,
                    clock=self.clock,
                    decider=None,  # type: ignore[arg-type]  # the fake ledger decides by itself
                    places=lambda: self.places,
                    listed=lambda: ListedPlaces(self.directory.active_partners()),
                ),
                messages=MemoryMessages(self.ledger),
                progress=self.progress,
                claims=NoClaims(),
                feeds=self.feeds,
                inquiries=InquiryPorts(
                    cases=self.cases,
                    disclosure=disclosure(),
                    evidence=self.evidence,
                    clock=self.clock,
                    partners=self.directory.active_partners,
                    live=LiveDesk(NobodyLive(), self.clock),
                ),
                attachments=self.attachments,
                tokens=self.tokens,
                jwks=_keys().jwks,
                limits=ApiLimits(body_bytes_max=20_000),
                environment="sandbox",
                clock=self.clock,
                health=self.health,
                alarms=self.alarms,
                unconsumed=self.unconsumed,
            ),
            **self.changes,
        )
        self.app = create_app(self.gateway)
        self.description = document(self.gateway)

    async def health(self) -> Health:
        return Health(reasons=self.reasons, failures=self.failures, set_aside={})

    async def alarms(self) -> dict[AlarmCode, AlarmCount]:
        return {AlarmCode.JAIL_NOT_SERVED: AlarmCount(raised=3, standing=2)}

    async def unconsumed(self) -> int:
        return 4

    def client(self, *, peer: str = "203.0.113.9") -> httpx.AsyncClient:
        """Who asks. Every answer is held against what the gateway says of itself."""
        transport = httpx.ASGITransport(app=self.app, client=(peer, 50000))
        return httpx.AsyncClient(
            transport=transport, base_url="http://gateway.test", event_hooks={"response": [self._judge]}
        )

    async def _judge(self, answer: httpx.Response) -> None:
        await answer.aread()
        judge(answer, self.description)

    def bearer(self, partner_id: str = "hp-courts") -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens.issue(partner_id, self.clock.now())}"}

    async def push(
        self,
        body: bytes,
        *,
        contract: str = XML,
        media_type: str | None = None,
        partner_id: str = "hp-courts",
        **headers: str,
    ) -> httpx.Response:
        media_type = media_type or ("application/json" if contract == JSON else "application/xml")
        sent = {"content-type": media_type, **self.bearer(partner_id), **headers}
        async with self.client() as client:
            return await client.post(f"/v1/messages/{contract}", content=body, headers=sent)

    async def soap(self, body: bytes, *, pillar: str = "courts", **headers: str) -> httpx.Response:
        async with self.client() as client:
            return await client.post(f"/soap/{pillar}", content=body, headers={"content-type": "text/xml", **headers})

    async def get(self, path: str, *, peer: str = "203.0.113.9", **headers: str) -> httpx.Response:
        async with self.client(peer=peer) as client:
            return await client.get(path, headers=headers)


def note(message_id: str = "N-1", *, state: str = "HP", text: str = "hello") -> bytes:
    parts = f"<MessageId>{message_id}</MessageId><State>{state}</State><Text>{text}</Text>"
    return f'<Note xmlns="{NOTE}">{parts}</Note>'.encode()


def envelope(payload: bytes, *, username: str = "hp-courts", password: str | None = SECRET, header: str = "") -> bytes:
    token = (
        f'<w:Security xmlns:w="{WSSE}" s:mustUnderstand="1"><w:UsernameToken><w:Username>{username}</w:Username>'
        f"<w:Password>{password}</w:Password></w:UsernameToken></w:Security>"
        if password is not None
        else ""
    )
    head = f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{token}{header}</s:Header><s:Body>'
    return head.encode() + payload + b"</s:Body></s:Envelope>"


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}
