"""Samples of queries, and what is wrong with a query's folder: coverage, leaf by leaf, in both forms.

`samples/valid/request-plain.json` is a question in JSON, `response-full.xml` an answer in XML. The golden is the tree
that comes of it, or the findings. An answer is written again in the other form and must say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from icjs_gateway.model.errors import Rejected
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.registry.coverage import differences
from icjs_gateway.registry.leaves import Leaves, json_leaves, table_leaves, xsd_leaves
from icjs_gateway.registry.queries import CompiledQuery, Side
from icjs_gateway.registry.samples import GOLDEN, rendered
from icjs_gateway.routing.contracts import Document, Wire

Parse = Callable[[bytes, Wire], Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySample:
    """One document of a query's samples."""

    query: CompiledQuery
    file: Path
    valid: bool

    @property
    def golden(self) -> Path:
        return self.file.with_name(f"{self.file.name}{GOLDEN}")

    @property
    def wire(self) -> Wire:
        return Wire.JSON if self.file.suffix == ".json" else Wire.XML

    @property
    def side(self) -> Side:
        return self.query.request if self.file.name.startswith("request") else self.query.response

    def document(self, parse: Parse) -> Document:
        return parse(self.file.read_bytes(), self.wire)


def samples_of(query: CompiledQuery) -> Iterator[QuerySample]:
    """Every sample of a query, valid ones first."""
    for kind in ("valid", "invalid"):
        for file in sorted((query.declaration.folder / "samples" / kind).glob("*")):
            if not file.name.endswith(GOLDEN):
                yield QuerySample(query=query, file=file, valid=kind == "valid")


def outcome(sample: QuerySample, parse: Parse) -> dict[str, Any]:
    """What comes of a sample: its tree, or its findings and the class of the refusal."""
    try:
        tree: dict[str, Any] = plain(sample.side.read(sample.document(parse)))
    except Rejected as refusal:
        findings = [finding.as_json() for finding in refusal.findings]
        return {"refused": type(refusal).__name__, "findings": findings}
    return tree


def plain(value: Any) -> Any:
    """A tree in JSON's own types."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def faults_of(query: CompiledQuery, parse: Parse) -> Iterator[str]:
    """What is wrong with a query's samples, each with its file."""
    samples = list(samples_of(query))
    for kind, is_valid in (("valid", True), ("invalid", False)):
        if not any(sample.valid is is_valid for sample in samples):
            yield f"{query.declaration.folder}: no samples/{kind}"
    for sample in samples:
        came = outcome(sample, parse)
        if sample.valid is ("refused" in came):
            yield f"{sample.file}: {'refused' if sample.valid else 'accepted'}, which it should not be"
        elif not sample.golden.is_file():
            yield f"{sample.file}: no {sample.golden.name}; `icjs-gateway contracts goldens` writes it"
        elif sample.golden.read_text(encoding="utf-8") != rendered(came):
            yield f"{sample.golden}: differs from what comes of {sample.file.name} now"


def write_goldens(query: CompiledQuery, parse: Parse) -> Iterator[Path]:
    """Write what comes of every sample now; gives the files that changed."""
    for sample in samples_of(query):
        text = rendered(outcome(sample, parse))
        if not sample.golden.is_file() or sample.golden.read_text(encoding="utf-8") != text:
            sample.golden.write_text(text, encoding="utf-8")
            yield sample.golden


def query_faults(query: CompiledQuery) -> Iterator[str]:
    """Where schemas and tables say different things: a leaf that only one of them has, a need, a repetition, a code."""
    declaration = query.declaration
    for name, root, side in (
        ("request", declaration.request, query.request),
        ("response", declaration.response, query.response),
    ):
        xsd = xsd_leaves(declaration.schema_file, root)
        yield from _parted(f"{name} in XML", xsd, table_leaves(side.forms[Wire.XML].table.group))
        schema = json_leaves(declaration.folder / f"{name}.schema.json")
        yield from _parted(f"{name} in JSON", schema, table_leaves(side.forms[Wire.JSON].table.group))


def _parted(where: str, schema: Leaves, table: Leaves) -> Iterator[str]:
    for leaf in sorted(schema.keys() ^ table.keys()):
        one, other = ("schema", "table") if leaf in schema else ("table", "schema")
        yield f"{where}: {leaf}: the {one} has it, the {other} does not"
    for fault in differences(schema, table):
        yield f"{where}: {fault}"
