"""The port to compiled contracts: what the broker asks of an exchange, whatever its wire.

A contract is a folder of data (schema, mapping, samples). `icjs_gateway.registry` compiles it; intake and dispatch
see only this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from icjs_gateway.model.content import Content
from icjs_gateway.routing.answer_words import AnswerWords
from icjs_gateway.routing.directory import RecipientClass


class Wire(StrEnum):
    """The form a document has on the wire. SOAP carries the XML form as its Body's child."""

    XML = "xml"
    SOAP = "soap"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed, well-formed, bounded document that no contract has judged yet.

    `root` is an XML element or a JSON value; `digest` is SHA-256 over its canonical form (exclusive C14N without
    comments, or JCS). `body` is what was sent, whole: for SOAP the envelope. `given_id` is the message id that came
    beside it, for contracts whose documents hold none.
    """

    wire: Wire
    root: Any = field(repr=False)
    body: bytes = field(repr=False)
    digest: bytes
    given_id: str | None = None


class Contract(Protocol):
    """One exchange at one major version, e.g. `courts.hearing-outcome.v1`."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def pillar(self) -> str: ...

    @property
    def wires(self) -> frozenset[Wire]: ...

    @property
    def root(self) -> str | None:
        """Clark name of the root element (`{namespace}Local`); None for JSON."""

    @property
    def operation(self) -> str | None:
        """SOAP operation, e.g. `PushHearingOutcome`."""

    def admit(self, document: Document) -> None:
        """Judge by the schema. Raises ContractViolation with every finding."""

    def decode(self, document: Document) -> Content:
        """Translate an admitted document. Raises TranslationFailed with every finding."""

    def encode(self, content: Content, wire: Wire) -> bytes:
        """The document that says this, serialised (for SOAP: the Body's child)."""


class QuerySide(Protocol):
    """What is asked, or what is answered."""

    def read(self, document: Document) -> dict[str, Any]:
        """What a document says, as a tree. Raises ContractViolation or TranslationFailed with every finding."""

    def write(self, tree: Mapping[str, Any], wire: Wire) -> bytes:
        """The document that says this, serialised (for SOAP: the Body's child)."""


class Query(Protocol):
    """One query at one major version, e.g. `prisons.inmate-status.v1`. It travels as SOAP and as JSON."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def pillar(self) -> str: ...

    @property
    def exchange(self) -> str:
        """`inmate-status`."""

    @property
    def operation(self) -> str:
        """SOAP operation, e.g. `GetInmateStatus`."""

    @property
    def root(self) -> str:
        """Clark name of the question's root element."""

    @property
    def request(self) -> QuerySide: ...

    @property
    def response(self) -> QuerySide: ...


class OutboundContract(Protocol):
    """One way to tell recipients of a pillar anything they may see, e.g. `prisons.order.v1`."""

    @property
    def id(self) -> str: ...

    @property
    def pillar(self) -> str: ...

    @property
    def wire(self) -> Wire: ...

    @property
    def namespace(self) -> str | None:
        """Of XML and SOAP: of the document and of its answer."""

    @property
    def soap_action(self) -> str | None:
        """Of a call-back by SOAP."""

    @property
    def recipients(self) -> frozenset[RecipientClass]:
        """Who may ask for it."""

    @property
    def acknowledgement(self) -> str:
        """What acknowledges: the recipient's `number`, or a document with a `status`."""

    @property
    def answer_words(self) -> AnswerWords:
        """The words that recipients answer in."""

    @property
    def without(self) -> frozenset[str]:
        """Members that this version does not have yet: what is written leaves them out."""

    def write(self, notice: Mapping[str, Any]) -> bytes:
        """The document that says this, serialised (for SOAP: the Body's child). Raises ValueError for what the
        contract has no place for."""


class Contracts(Protocol):
    """All compiled contracts."""

    def get(self, contract_id: str) -> Contract:
        """Raises NotFound, naming near ids."""

    def by_root(self, pillar: str, root: str) -> Contract | None:
        """The SOAP contract of a pillar whose payload has this root element."""

    def all(self) -> Iterable[Contract]: ...

    def outbound(self, contract_id: str) -> OutboundContract:
        """Raises NotFound, naming those there are."""

    def query(self, exchange: str) -> Query:
        """The query at `/v1/queries/{exchange}`. Raises NotFound."""

    def query_by_root(self, pillar: str, root: str) -> Query | None:
        """The query of a pillar that this SOAP payload asks."""

    def queries(self) -> Iterable[Query]: ...

    def wsdl(self, pillar: str, location: str, *, whole: bool = False) -> bytes:
        """The pillar's service description with its address; `whole` with its schemas in it. Raises NotFound."""

    def wsdl_part(self, pillar: str, name: str, location: str) -> bytes:
        """A schema that the WSDL imports, by file name. Raises NotFound."""
