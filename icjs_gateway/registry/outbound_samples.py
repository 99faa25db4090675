"""Samples of outbound contracts, and what is wrong with such a folder.

`samples/valid/X.xml` is a document as the gateway sends it, `X.golden.json` the notice that it says; written again, the
notice must say the same. `samples/invalid/X.xml` is refused by the schema, and its golden has the findings. The schema
itself, and what else is made from the rows, must be what the rows give today.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icjs_gateway.model.errors import ContractViolation
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
from icjs_gateway.registry.json_schema import JsonJudge
from icjs_gateway.registry.outbound import CompiledOutbound
from icjs_gateway.registry.written_schemas import acknowledgement_schema, json_schema, xsd
from icjs_gateway.registry.wsdl import Operation, describe_call_back
from icjs_gateway.registry.xsd import XsdJudge
from icjs_gateway.routing.contracts import Wire

ACKNOWLEDGEMENT = "Acknowledgement"


def read_admitted(contract: CompiledOutbound, body: bytes, parse: Parse) -> dict[str, Any]:
    """What a document of the contract says. Raises what a recipient would: Malformed, ContractViolation,
    TranslationFailed."""
    document = parse(body, Wire.JSON if contract.wire is Wire.JSON else Wire.XML)
    judge = (JsonJudge if contract.wire is Wire.JSON else XsdJudge)(contract.declaration, contract.form)
    if findings := judge.findings(document):
        raise ContractViolation(f"The document is not a valid {contract.title} ({contract.id}).", findings)
    return contract.read(document.root)


def made_files(contract: CompiledOutbound) -> Iterator[tuple[Path, str]]:
    """Every file that is made from the rows, with what it should hold."""
    declaration, group = contract.declaration, contract.form.table.group
    folder = declaration.folder
    if declaration.root is None or declaration.namespace is None:
        yield folder / "schema.json", json_schema(group, contract=contract.id, title=contract.title)
        yield (
            folder / "acknowledgement.schema.json",
            acknowledgement_schema(contract=contract.id, title=contract.title),
        )
        return
    yield (
        folder / "schema.xsd",
        xsd(group, root=declaration.root, namespace=declaration.namespace, title=contract.title),
    )
    if declaration.operation is not None:
        operation = Operation(
            name=declaration.operation,
            title=contract.title,
            root=declaration.root,
            namespace=declaration.namespace,
            schema_name="schema.xsd",
            response=ACKNOWLEDGEMENT,
        )
        yield folder / "service.wsdl", describe_call_back(contract.pillar, operation).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundSample:
    """One document of an outbound contract's samples."""

    contract: CompiledOutbound
    file: Path
    valid: bool

    @property
    def golden(self) -> Path:
        return self.file.with_name(self.file.stem + GOLDEN)


def samples_of(contract: CompiledOutbound) -> Iterator[OutboundSample]:
    """Every sample of a contract, valid ones first."""
    for file, valid in sample_files(contract.declaration.folder):
        yield OutboundSample(contract=contract, file=file, valid=valid)


def outcome(sample: OutboundSample, parse: Parse) -> Came:
    """What comes of a sample: the notice that it says, or its refusal."""
    return came_of(lambda: read_admitted(sample.contract, sample.file.read_bytes(), parse))


def faults_of(contract: CompiledOutbound, parse: Parse) -> Iterator[str]:
    """What is wrong with the folder, each with its file."""
    stale = False
    for file, text in made_files(contract):
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale = True
            yield f"{file}: is not what the rows give now; `icjs-gateway contracts goldens` writes it"
    if stale:
        return
    played = [(sample, outcome(sample, parse)) for sample in samples_of(contract)]
    yield from golden_faults(contract.declaration.folder, played)
    for sample, came in played:
        if "refused" not in came and read_admitted(contract, contract.write(came), parse) != came:
            yield f"{sample.file}: written again, it says something else"


def write_goldens(contract: CompiledOutbound, parse: Parse) -> Iterator[Path]:
    """Write what is made from the rows, and what comes of every sample now; gives the files that changed."""
    yield from write_changed(made_files(contract))
    yield from write_changed((sample.golden, rendered(outcome(sample, parse))) for sample in samples_of(contract))
