"""One contract, compiled: admission by its schema, translation by its table."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Protocol

from icjs_gateway.mappings.codelists import CodeLists
from icjs_gateway.mappings.contradictions import NOTHING_COMPARED, Contradictions
from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.mappings.translator import Translator, compile_translator
from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import ContractViolation, TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.declarations import Declaration
from icjs_gateway.registry.json_lines import with_lines
from icjs_gateway.registry.json_schema import JsonJudge
from icjs_gateway.registry.reshape import Reshape
from icjs_gateway.registry.reshaping import Shaped, read_reshape
from icjs_gateway.registry.xsd import XsdJudge
from icjs_gateway.routing.authority.speaker import KIND_OF_ATTRIBUTE
from icjs_gateway.routing.contracts import Document, Wire


class Judge(Protocol):
    """Judges a document by a schema."""

    def findings(self, document: Document) -> list[Finding]:
        """Everything that is wrong; empty when nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledContract:
    """Satisfies `routing.contracts.Contract`. Safe to share between threads."""

    declaration: Declaration
    judge: Judge
    translator: Translator
    reshape: Reshape | None = None

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
    def wires(self) -> frozenset[Wire]:
        return self.declaration.wires

    @property
    def root(self) -> str | None:
        if self.declaration.root is None:
            return None
        return f"{{{self.declaration.namespace}}}{self.declaration.root}"

    @property
    def operation(self) -> str | None:
        return self.declaration.operation

    def admit(self, document: Document) -> None:
        """Judge by the schema. Raises ContractViolation with every finding."""
        findings = self.judge.findings(document)
        if findings:
            raise ContractViolation(f"The document is not a valid {self.title} ({self.id}).", findings)

    def decode(self, document: Document) -> Content:
        """Translate an admitted document. Raises TranslationFailed with every finding."""
        try:
            root = document.root if self.reshape is None else self.reshape.inward(document.root)
            content = self.translator.read(root, document.given_id or document.digest.hex())
        except TranslationFailed as failure:
            raise TranslationFailed(failure.detail, self._placed(document, failure.findings)) from None
        if content.findings:
            return replace(content, findings=self._placed(document, content.findings))
        return content

    def encode(self, content: Content, wire: Wire) -> bytes:
        """The document that says this, serialised. Raises TranslationFailed."""
        if wire not in self.wires:
            raise TranslationFailed(f"{self.id} does not travel as {wire.value}.")
        if wire is Wire.JSON:
            told = self.translator.write_json(content)
            written = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        else:
            written = self.translator.write_xml(content)
        return written if self.reshape is None else self.reshape.outward(written)

    def _placed(self, document: Document, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Where it stands in what was sent. JSON values do not know their lines; the few findings there are get them
        here."""
        if self.reshape is not None:
            findings = self.reshape.as_sent(findings)
        return with_lines(document.body, findings) if document.wire is Wire.JSON else findings


def compile_contract(
    declaration: Declaration, lists: CodeLists, contradictions: Contradictions = NOTHING_COMPARED
) -> CompiledContract:
    """Compile schema and mapping of a declared contract. Raises Misconfigured."""
    mapping = read_yaml(declaration.folder / "mapping.yaml")
    translator = compile_translator(
        mapping,
        declaration.keys,
        lists,
        root=declaration.root,
        namespace=declaration.namespace,
        contradictions=contradictions,
    )
    if declaration.pillar != "prosecution" and KIND_OF_ATTRIBUTE.keys().isdisjoint(translator.keys.attributes):
        places = ", ".join(KIND_OF_ATTRIBUTE)
        raise declaration.keys.wrong(f"attributes names no speaking place; its documents speak for one of: {places}")
    reshape = read_reshape(mapping, declaration.namespace)
    seen = translator if reshape is None else Shaped(translator, reshape)
    judge: Judge = XsdJudge(declaration, seen) if declaration.is_xml else JsonJudge(declaration, seen)
    return CompiledContract(declaration=declaration, judge=judge, translator=translator, reshape=reshape)
