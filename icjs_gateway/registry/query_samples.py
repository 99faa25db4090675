"""Samples of queries, and what is wrong with a query's folder: coverage, leaf by leaf, in both forms.

`samples/valid/request-plain.json` is a question in JSON, `response-full.xml` an answer in XML. The golden is the tree
that comes of it, or the findings. An answer is written again in the other form and must say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from icjs_gateway.model.instants import rfc3339
from icjs_gateway.registry.coverage import differences
from icjs_gateway.registry.goldens import (
    GOLDEN,
    Came,
    Parse,
    came_of,
    golden_faults,
    rendered,
    sample_files,
    write_changed,
)
from icjs_gateway.registry.leaves import Leaves, document_leaves, json_document, table_leaves, xsd_document
from icjs_gateway.registry.places import Place, losses
from icjs_gateway.registry.queries import CompiledQuery, Side
from icjs_gateway.routing.contracts import Document, Wire


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
    for file, valid in sample_files(query.declaration.folder):
        yield QuerySample(query=query, file=file, valid=valid)


def outcome(sample: QuerySample, parse: Parse) -> Came:
    """What comes of a sample: its tree, or its refusal."""
    return came_of(lambda: plain(sample.side.read(sample.document(parse))))


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
    played = ((sample, outcome(sample, parse)) for sample in samples_of(query))
    yield from golden_faults(query.declaration.folder, played)


def write_goldens(query: CompiledQuery, parse: Parse) -> Iterator[Path]:
    """Write what comes of every sample now; gives the files that changed."""
    yield from write_changed((sample.golden, rendered(outcome(sample, parse))) for sample in samples_of(query))


def query_faults(query: CompiledQuery) -> Iterator[str]:
    """Where schemas and tables say different things: a leaf that only one of them has, a need, a repetition, a code;
    and what a schema lets in that no row could read."""
    declaration = query.declaration
    for name, root, side in (
        ("request", declaration.request, query.request),
        ("response", declaration.response, query.response),
    ):
        xsd = xsd_document(declaration.schema_file, root)
        yield from _parted(f"{name} in XML", xsd, table_leaves(side.forms[Wire.XML].table.group))
        schema = json_document(declaration.folder / f"{name}.schema.json")
        yield from _parted(f"{name} in JSON", schema, table_leaves(side.forms[Wire.JSON].table.group))


def _parted(where: str, document: Place, table: Leaves) -> Iterator[str]:
    schema = document_leaves(document)
    yield from (f"{where}: {path or 'the document'}: {reason}" for path, reason in losses(document))
    for leaf in sorted(schema.keys() ^ table.keys()):
        one, other = ("schema", "table") if leaf in schema else ("table", "schema")
        yield f"{where}: {leaf}: the {one} has it, the {other} does not"
    for leaf, reason in differences(schema, table):
        yield f"{where}: {leaf}: {reason}"
