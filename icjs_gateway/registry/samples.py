"""Samples and goldens: documents kept with a contract, and what is known to come of them.

`samples/valid/X.xml` goes with `X.golden.json`, the canonical content; `samples/invalid/X.xml` with the findings. A
missing golden is a fault and never written by the way: goldens are written on request only, and read before commit.

Parsing outside documents belongs to the wire, so the parser is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import Rejected
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.routing.contracts import Document, Wire

Parse = Callable[[bytes, Wire], Document]
GOLDEN = ".golden.json"


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
    for kind in ("valid", "invalid"):
        for file in sorted((contract.declaration.folder / "samples" / kind).glob("*")):
            if not file.name.endswith(GOLDEN):
                yield Sample(contract=contract, file=file, valid=kind == "valid")


def outcome(sample: Sample, parse: Parse) -> dict[str, Any]:
    """What comes of a sample: its content, or its findings and the class of the refusal."""
    try:
        document = sample.document(parse)
        sample.contract.admit(document)
        return content_json(sample.contract.decode(document))
    except Rejected as refusal:
        findings = [finding.as_json() for finding in refusal.findings]
        return {"refused": type(refusal).__name__, "findings": findings}


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
    samples = list(samples_of(contract))
    for kind, is_valid in (("valid", True), ("invalid", False)):
        if not any(sample.valid is is_valid for sample in samples):
            yield f"{contract.declaration.folder}: no samples/{kind}"
    for sample in samples:
        came = outcome(sample, parse)
        if sample.valid and "refused" in came:
            yield f"{sample.file}: refused: {json.dumps(came['findings'], ensure_ascii=False)}"
        elif not sample.valid and "refused" not in came:
            yield f"{sample.file}: accepted, but it is among the invalid ones"
        elif not sample.golden.is_file():
            yield f"{sample.file}: no {sample.golden.name}; `icjs-gateway contracts goldens` writes it"
        elif sample.golden.read_text(encoding="utf-8") != rendered(came):
            yield f"{sample.golden}: differs from what comes of {sample.file.name} now"


def write_goldens(contract: CompiledContract, parse: Parse) -> Iterator[Path]:
    """Write what comes of every sample now; gives the files that changed."""
    for sample in samples_of(contract):
        text = rendered(outcome(sample, parse))
        if not sample.golden.is_file() or sample.golden.read_text(encoding="utf-8") != text:
            sample.golden.write_text(text, encoding="utf-8")
            yield sample.golden


def rendered(came: dict[str, Any]) -> str:
    return json.dumps(came, ensure_ascii=False, indent=2) + "\n"
