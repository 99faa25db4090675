"""Ports in memory: a gateway without a store, a registry or keys, for tests of what stands in front of them.

The contract is tiny: an XML `Note` or a JSON object with a message id, a State and a text. The ledger knows repeats
and conflicts, and nothing of cases.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.model.errors import Conflict, ContractViolation, NotFound, TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.registry import load_contracts
from icjs_gateway.registry.contracts import CompiledContracts
from icjs_gateway.registry.queries import CompiledQuery
from icjs_gateway.routing.attachments import File
from icjs_gateway.routing.case_index import Entry
from icjs_gateway.routing.cases import Gathered, HistoryPage
from icjs_gateway.routing.claim_desk import OwnersClaim
from icjs_gateway.routing.contracts import Document, Wire
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, Subscription
from icjs_gateway.routing.feeds import Feed
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.leaves import shaped
from icjs_gateway.routing.messages import MessageState, Outcome, Receipt, Record
from icjs_gateway.routing.ports import Decider, MessageStanding
from icjs_gateway.routing.progress import Step
from icjs_gateway.routing.receipts import signed_receipt
from tests.support.messages import PlainSigner

NOTE = "urn:icjs:test:note:1"


@cache
def packaged() -> CompiledContracts:
    """The contracts that come with the gateway."""
    return load_contracts()


@dataclass
class SetClock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 20, 11, 12, 11, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class NoteContract:
    """A contract of one element: `<Note><MessageId/><State/><Text/></Note>`, or the same in JSON.

    Its id may be given beside it.
    """

    id: str
    pillar: str
    wires: frozenset[Wire]
    root: str | None = f"{{{NOTE}}}Note"
    title: str = "A note"
    operation: str | None = "PushNote"

    def admit(self, document: Document) -> None:
        if document.wire is not Wire.JSON and document.root.tag != self.root:
            finding = Finding(code="ROOT", wire_path="/", line=document.root.sourceline, expected=self.root)
            raise ContractViolation("The root element is another one.", [finding])
        needed = ("Text",) if document.given_id is not None else ("MessageId", "Text")
        missing = [name for name in needed if self._said(document, name) is None]
        if missing:
            findings = [Finding(code="XSD-MISSING", wire_path=f"/Note/{name}", expected=name) for name in missing]
            raise ContractViolation("The note is not complete.", findings)

    def decode(self, document: Document) -> Content:
        text = self._said(document, "Text")
        if text == "untranslatable":
            raise TranslationFailed("No such text.", [Finding(code="NO-SUCH-TEXT", path="note.text")])
        if text == "explode":
            raise RuntimeError("Ramesh Kumar is in this message")
        state = self._said(document, "State")
        try:
            message_id = MessageId.parse(self._said(document, "MessageId") or document.given_id or "")
        except ValueError as error:
            raise TranslationFailed("No such id.", [Finding(code="MESSAGE-ID", expected=str(error))]) from None
        return Content(
            message_id=message_id,
            action=Action.NEW,
            thread=str(text),
            case=CaseReference(),
            events=(),
            attributes={} if state is None else {"state": state},
        )

    def encode(self, content: Content, wire: Wire) -> bytes:
        raise NotImplementedError

    def _said(self, document: Document, name: str) -> str | None:
        if document.wire is Wire.JSON:
            said = document.root.get(name[0].lower() + name[1:]) if isinstance(document.root, dict) else None
        else:
            said = document.root.findtext(f"{{{NOTE}}}{name}")
        return None if said is None else str(said)


@dataclass(frozen=True)
class ListedContracts:
    listed: tuple[NoteContract, ...]

    def get(self, contract_id: str) -> NoteContract:
        for contract in self.listed:
            if contract.id == contract_id:
                return contract
        raise NotFound("There is no such contract.", [Finding(code="CONTRACT-UNKNOWN", hint=self.listed[0].id)])

    def by_root(self, pillar: str, root: str) -> NoteContract | None:
        return next((c for c in self.listed if (c.pillar, c.root) == (pillar, root) and Wire.SOAP in c.wires), None)

    def all(self) -> Iterable[NoteContract]:
        return self.listed

    def query(self, exchange: str) -> CompiledQuery:
        return packaged().query(exchange)

    def query_by_root(self, pillar: str, root: str) -> CompiledQuery | None:
        return packaged().query_by_root(pillar, root)

    def queries(self) -> Iterable[CompiledQuery]:
        return packaged().queries()

    def wsdl(self, pillar: str, location: str, *, whole: bool = False) -> bytes:
        if pillar not in {contract.pillar for contract in self.listed}:
            raise NotFound("There is no such service.")
        return f"<definitions location='{location}'{' whole=' + repr('') if whole else ''}/>".encode()

    def wsdl_part(self, pillar: str, name: str, location: str) -> bytes:
        if name != "note.xsd":
            raise NotFound("There is no such schema.")
        return b"<schema/>"


@dataclass
class ListedDirectory:
    """Partners, with their secrets in clear: client secret and WS-Security password are the same."""

    partners: dict[str, Partner] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    subscribed: dict[str, Subscription] = field(default_factory=dict)
    version: int = 1

    def partner(self, partner_id: str) -> Partner | None:
        return self.partners.get(partner_id)

    def client(self, client_id: str, secret: str) -> Partner | None:
        return self.partners.get(client_id) if self.secrets.get(client_id) == secret else None

    username = client

    def active_partners(self) -> tuple[Partner, ...]:
        return tuple(self.partners[name] for name in sorted(self.partners))

    def query_secret(self, partner_id: str, exchange: str) -> str | None:
        return None

    def subscription(self, subscription_id: str) -> Subscription | None:
        return self.subscribed.get(subscription_id)

    def subscriptions(self) -> tuple[()]:
        return ()

    def webhook_secret(self, subscription_id: str) -> bytes | None:
        return None


@dataclass
class MemoryLedger:
    """Remembers receipts by identity; raises `fails_with` once if it is set."""

    kept: dict[tuple[str, str, str], tuple[bytes, bytes]] = field(default_factory=dict)
    commands: list[Record] = field(default_factory=list)
    fails_with: Exception | None = None

    async def record(self, command: Record, decider: Decider) -> Receipt:
        if self.fails_with is not None:
            raise self.fails_with
        self.commands.append(command)
        known = self.kept.get(command.identity)
        if known is not None:
            if known[0] != command.content_digest:
                raise Conflict("The same id came with other content.", [Finding(code="SAME-ID-OTHER-CONTENT")])
            return Receipt(json=known[1], replayed=True)
        receipt = signed_receipt(command, Outcome.PARKED, (), environment="sandbox", signer=PlainSigner())
        self.kept[command.identity] = (command.content_digest, receipt)
        return Receipt(json=receipt)


@dataclass
class MemoryFeed:
    """A feed of numbers without events: remembers what it was asked."""

    last: int = 10
    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def read(self, feed: Feed, after: int | None, limit: int) -> bytes:
        self.asked.append(("read", feed.key, after, limit))
        return b'{"events":[],"next":"%d"}' % (after or 0)

    async def manifest(self, subscription_id: str) -> bytes:
        self.asked.append(("manifest", subscription_id))
        told = {
            "subscription": subscription_id,
            "contract": "cloudevents",
            "acknowledged": {},
            "parts": [],
            "more": False,
        }
        return json.dumps(told).encode()

    async def part(self, subscription_id: str, name: str) -> bytes:
        self.asked.append(("part", subscription_id, name))
        return b""

    async def acknowledge(self, feed: Feed, number: int) -> None:
        self.asked.append(("acknowledge", feed.key, number))
        if number > self.last:
            raise NotFound("The feed has no such number.")

    async def refuse(self, feed: Feed, number: int, reason: str) -> None:
        self.asked.append(("refuse", feed.key, number, reason))


@dataclass
class MemoryAttachments:
    """Files by digest, and the events that name them."""

    files: dict[str, File] = field(default_factory=dict)
    events: dict[str, list[Told]] = field(default_factory=dict)

    async def named_by(self, sha256: str) -> AsyncIterator[Told]:
        for told in self.events.get(sha256, []):
            yield told

    async def file(self, sha256: str) -> File | None:
        return self.files.get(sha256)


@dataclass
class MemoryMessages:
    """Reads what a `MemoryLedger` kept."""

    ledger: MemoryLedger

    async def receipt(self, partner_id: str, contract_id: str, message_id: str) -> bytes | None:
        known = self.ledger.kept.get((partner_id, contract_id, message_id))
        return None if known is None else known[1]

    async def standing(self, partner_id: str, contract_id: str, message_id: str) -> MessageStanding | None:
        if (partner_id, contract_id, message_id) not in self.ledger.kept:
            return None
        return MessageStanding(
            message_id=message_id,
            contract=contract_id,
            state=MessageState.PARKED,
            received_at=datetime(2026, 11, 20, 11, 12, 11, tzinfo=UTC),
            events=({"event_id": "E1", "type": "icjs.note.written.v1"},),
            progress={"police-investigation": {"owed": 1, "delivered": 0, "consumed": 0, "acted": 0}},
        )


@dataclass
class MemoryCases:
    """Cases by what leads to them; without a history."""

    files: dict[str, CaseFile] = field(default_factory=dict)
    found: dict[tuple[str, str], str] = field(default_factory=dict)

    async def gather(
        self, asked: Set[Entry], further: Callable[[Sequence[CaseFile]], Set[Entry]] | None = None
    ) -> Gathered:
        ids = sorted({self.found[entry] for entry in asked if entry in self.found})
        return Gathered(files=tuple(self.files[case_id] for case_id in ids), as_of=None)

    async def file(self, case_id: str) -> CaseFile | None:
        return self.files.get(case_id)

    async def history(self, case_id: str, *, after: int, limit: int) -> HistoryPage:
        return HistoryPage(entries=(), is_last=True)

    async def told_by(self, case_id: str, at: datetime, *, most: int) -> tuple[()]:
        return ()


class NobodyLive:
    """A partner's own system that never answers."""

    async def ask(self, partner: Partner, exchange: str, question: Mapping[str, Any], timeout_s: float) -> None:
        return None


@dataclass
class MemoryProgress:
    """Takes every word about the deliveries that it is told of."""

    deliveries: dict[str, str] = field(default_factory=dict)
    """Whose each delivery is."""
    steps: list[tuple[str, Step]] = field(default_factory=list)

    async def note(self, partner_id: str, delivery_id: str, step: Step) -> None:
        if self.deliveries.get(delivery_id) != partner_id:
            raise NotFound("There is no delivery of yours with such an id.")
        self.steps.append((delivery_id, step))


@dataclass
class MemoryEvidence:
    """Keeps notes in a list."""

    notes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    async def note(self, kind: str, facts: Mapping[str, Any]) -> None:
        self.notes.append((kind, shaped(kind, facts)))


def partner(partner_id: str, *, pillar: Pillar = Pillar.COURTS, push: tuple[str, ...] = ("*",)) -> Partner:
    return Partner(
        id=partner_id,
        name=partner_id,
        pillar=pillar,
        jurisdiction=Jurisdiction(state="HP"),
        may=Permissions(push=push),
    )


class NoClaims:
    """`ClaimDesk` where nobody spoke without standing."""

    async def refused(self, owner: Partner) -> Sequence[OwnersClaim]:
        return ()

    async def confirm(self, owner: Partner, number: int, reason: str) -> OwnersClaim:
        raise NotFound(f"There is no claim {number}.")

    async def reject(self, owner: Partner, number: int, reason: str) -> OwnersClaim:
        raise NotFound(f"There is no claim {number}.")
