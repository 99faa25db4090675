"""Samples of contracts: `samples/valid/X.xml` goes with `X.golden.json`, the canonical content, `samples/invalid/X.xml`
with the findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import Rejected
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.registry.compiled import CompiledContract
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
from icjs_gateway.routing.contracts import Document, Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One document of a contract's samples."""

    contract: CompiledContract
    file: Path
    valid: bool

    @property
    def golden(self) -> Path:
        return self.file.with_name(self.file.stem + GOLDEN)

    @property
    def wire(self) -> Wire:
        return Wire.XML if self.contract.declaration.is_xml else Wire.JSON

    def document(self, parse: Parse) -> Document:
        return parse(self.file.read_bytes(), self.wire)


def samples_of(contract: CompiledContract) -> Iterator[Sample]:
    """Every sample of a contract, valid ones first."""
    for file, valid in sample_files(contract.declaration.folder):
        yield Sample(contract=contract, file=file, valid=valid)


def outcome(sample: Sample, parse: Parse) -> Came:
    """What comes of a sample: its content, or its refusal."""

    def read() -> Came:
        document = sample.document(parse)
        sample.contract.admit(document)
        return content_json(sample.contract.decode(document))

    return came_of(read)


def content_json(content: Content) -> dict[str, Any]:
    """Content as JSON values, absent members left out."""
    members: dict[str, Any] = {
        "message_id": content.message_id,
        "action": content.action.value,
        "refers_to": content.refers_to,
        "recorded_at": None if content.recorded_at is None else rfc3339(content.recorded_at),
        "thread": content.thread,
        "attributes": dict(content.attributes),
        "events": [
            {
                "type": event.type,
                "occurred_at": rfc3339(event.occurred_at),
                "data": event.data.model_dump(mode="json", exclude_none=True),
            }
            for event in content.events
        ],
        "findings": [finding.as_json() for finding in content.findings],
    }
    return {name: value for name, value in members.items() if value is not None}


def faults_of(contract: CompiledContract, parse: Parse) -> Iterator[str]:
    """What is wrong with a contract's samples, each with its file."""
    played = ((sample, outcome(sample, parse)) for sample in samples_of(contract))
    yield from golden_faults(contract.declaration.folder, played)
    for sample in samples_of(contract):
        if sample.valid and (fault := _not_the_same_again(sample, parse)) is not None:
            yield f"{sample.file}: {fault}"


def _not_the_same_again(sample: Sample, parse: Parse) -> str | None:
    """Why a sample that is read, written and read again is not what it was; None where it is."""
    contract = sample.contract
    try:
        content = contract.decode(sample.document(parse))
    except Rejected:
        return None  # Its golden tells.
    try:
        again = replace(parse(contract.encode(content, sample.wire), sample.wire), given_id=content.message_id)
        contract.admit(again)
        reread = contract.decode(again)
    except Rejected as refusal:
        told = "; ".join(f"{each.wire_path}: {each.code}, expected {each.expected}" for each in refusal.findings[:3])
        return f"what the table writes of it is refused: {told or refusal.detail}"
    if replace(reread, findings=()) != replace(content, findings=()):
        return "what the table writes of it is read as something else"
    return None


def write_goldens(contract: CompiledContract, parse: Parse) -> Iterator[Path]:
    """Write what comes of every sample now; gives the files that changed."""
    yield from write_changed((sample.golden, rendered(outcome(sample, parse))) for sample in samples_of(contract))
