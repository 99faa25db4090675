"""Goldens: what is known to come of a sample, kept beside it.

Samples stand in `samples/valid` and `samples/invalid` of a contract's folder. A missing golden is a fault and never
written by the way: goldens are written on request only, and read before commit. Parsing outside documents belongs to
the wire, so the parser is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from icjs_gateway.model.errors import Rejected
from icjs_gateway.routing.contracts import Document, Wire

Parse = Callable[[bytes, Wire], Document]
GOLDEN = ".golden.json"

Came = dict[str, Any]
"""What came of a sample: what it says, or `refused` with the class of the refusal and its findings."""


class Sample(Protocol):
    """A document of a folder's samples. Those that are `valid` are taken, the others refused."""

    @property
    def file(self) -> Path: ...

    @property
    def valid(self) -> bool: ...

    @property
    def golden(self) -> Path: ...


def sample_files(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Every sample of a contract's folder, and whether it is a valid one; these first."""
    for kind in ("valid", "invalid"):
        for file in sorted((folder / "samples" / kind).glob("*")):
            if not file.name.endswith(GOLDEN):
                yield file, kind == "valid"


def came_of(read: Callable[[], Came]) -> Came:
    """What reading a sample gives, its refusal included."""
    try:
        return read()
    except Rejected as refusal:
        findings = [finding.as_json() for finding in refusal.findings]
        return {"refused": type(refusal).__name__, "findings": findings}


def golden_faults(folder: Path, played: Iterable[tuple[Sample, Came]]) -> Iterator[str]:
    """What is wrong with the samples of a folder, each with its file."""
    played = list(played)
    for kind, is_valid in (("valid", True), ("invalid", False)):
        if not any(sample.valid is is_valid for sample, _ in played):
            yield f"{folder}: no samples/{kind}"
    for sample, came in played:
        if sample.valid and "refused" in came:
            yield f"{sample.file}: refused: {json.dumps(came['findings'], ensure_ascii=False)}"
        elif not sample.valid and "refused" not in came:
            yield f"{sample.file}: accepted, but it is among the invalid ones"
        elif not sample.golden.is_file():
            yield f"{sample.file}: no {sample.golden.name}; `icjs-gateway contracts goldens` writes it"
        elif sample.golden.read_text(encoding="utf-8") != rendered(came):
            yield f"{sample.golden}: differs from what comes of {sample.file.name} now"


def write_changed(files: Iterable[tuple[Path, str]]) -> Iterator[Path]:
    """Write the files that hold something else now; gives those."""
    for file, text in files:
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            yield file


def rendered(came: Came) -> str:
    return json.dumps(came, ensure_ascii=False, indent=2) + "\n"
