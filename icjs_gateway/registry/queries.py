"""Query contracts: a question and its answer, each in XML and JSON, in one folder.

    contract.yaml          id, title, pillar, `direction: query`, wires, namespace, operation, request, response
    schema.xsd             both root elements: what a WSDL imports
    request.schema.json    response.schema.json
    request.yaml           response.yaml: one table each, for both wires (`mappings/twins`)
    samples/               request and response documents of both kinds, by how their names begin

Whoever asks sends a question that is admitted and read like a message; the answer is written from the record by the
same sort of table, and held to its schema in tests. Who may ask is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from icjs_gateway.mappings.codelists import CodeLists
from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.mappings.twins import Form, Tree, compile_form
from icjs_gateway.model.errors import ContractViolation, TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.declarations import CONTRACT_ID, schema_name
from icjs_gateway.registry.json_lines import with_lines
from icjs_gateway.registry.json_schema import JsonJudge
from icjs_gateway.registry.xsd import XsdJudge
from icjs_gateway.routing.contracts import Document, Wire

QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryDeclaration:
    """The contract.yaml of a query. `request` and `response` are root elements."""

    folder: Path
    id: str
    title: str
    pillar: str
    namespace: str
    operation: str
    request: str
    response: str

    @property
    def exchange(self) -> str:
        """The last part of its address: `inmate-status`."""
        return self.id.split(".")[1]

    @property
    def schema_file(self) -> Path:
        return self.folder / "schema.xsd"

    @property
    def schema_name(self) -> str:
        return schema_name(self.id)

    @property
    def defined_by(self) -> tuple[str, ...]:
        return ("request.yaml", "response.yaml", "schema.xsd", "request.schema.json", "response.schema.json")


class _Judge(Protocol):
    def findings(self, document: Document) -> list[Finding]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Schema:
    schema_file: Path
    root: str | None = None
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The question, or the answer, of a query in both forms."""

    title: str
    forms: Mapping[Wire, Form]
    judges: Mapping[Wire, _Judge]

    def read(self, document: Document) -> Tree:
        """What a document says. Raises ContractViolation or TranslationFailed with every finding."""
        wire = Wire.JSON if document.wire is Wire.JSON else Wire.XML
        if findings := self.judges[wire].findings(document):
            raise ContractViolation(f"The document is not a valid {self.title}.", findings)
        try:
            return self.forms[wire].read(document.root)
        except TranslationFailed as failure:
            if wire is Wire.XML:
                raise
            raise TranslationFailed(failure.detail, with_lines(document.body, failure.findings)) from None

    def write(self, tree: Mapping[str, Any], wire: Wire) -> bytes:
        """The document that says this."""
        return self.forms[Wire.JSON if wire is Wire.JSON else Wire.XML].write(tree)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledQuery:
    """Satisfies `routing.contracts.Query`."""

    declaration: QueryDeclaration
    request: Side
    response: Side

    @property
    def id(self) -> str:
        return self.declaration.id

    @property
    def title(self) -> str:
        return self.declaration.title

    @property
    def pillar(self) -> str:
        return self.declaration.pillar

    @property
    def exchange(self) -> str:
        return self.declaration.exchange

    @property
    def operation(self) -> str:
        return self.declaration.operation

    @property
    def root(self) -> str:
        return f"{{{self.declaration.namespace}}}{self.declaration.request}"


def is_query(folder: Path) -> bool:
    """Whether a contract folder is that of a query."""
    members = read_yaml(folder / "contract.yaml").members(optional=None)
    return "direction" in members and members["direction"].text() == QUERY


def compile_query(folder: Path, lists: CodeLists) -> CompiledQuery:
    """Read and compile the folder of a query. Raises Misconfigured."""
    root = read_yaml(folder / "contract.yaml")
    members = root.members(
        required=(
            *("id", "title", "pillar", "direction", "wires", "namespace", "operation"),
            *("request", "response", "sensitivity"),
        )
    )
    if not CONTRACT_ID.fullmatch(members["id"].text()):
        raise members["id"].wrong("an id is like prisons.inmate-status.v1")
    if sorted(members["wires"].texts()) != ["json", "soap"]:
        raise members["wires"].wrong("a query travels as soap and json")
    text = {name: members[name].text() for name in members if name not in ("wires", "direction", "sensitivity")}
    declaration = QueryDeclaration(folder=folder, **text)
    return CompiledQuery(
        declaration=declaration,
        request=_side(declaration, "request", declaration.request, lists),
        response=_side(declaration, "response", declaration.response, lists),
    )


def _side(declaration: QueryDeclaration, name: str, root: str, lists: CodeLists) -> Side:
    table = read_yaml(declaration.folder / f"{name}.yaml")
    forms = {
        Wire.XML: compile_form(table, lists, root=root, namespace=declaration.namespace),
        Wire.JSON: compile_form(table, lists),
    }
    xsd = _Schema(schema_file=declaration.schema_file, root=root, namespace=declaration.namespace)
    json_schema = _Schema(schema_file=declaration.folder / f"{name}.schema.json")
    judges: dict[Wire, _Judge] = {
        Wire.XML: XsdJudge(xsd, forms[Wire.XML]),
        Wire.JSON: JsonJudge(json_schema, forms[Wire.JSON]),
    }
    return Side(title=f"{name} of {declaration.title} ({declaration.id})", forms=forms, judges=judges)
