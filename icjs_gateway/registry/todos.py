"""What is left to do in a scaffolded folder: every `TODO` with its place, and how it is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from icjs_gateway.registry.scaffolding import TODO

_WHAT = {
    "to:": "say which member of the event this is (docs/reference/events.md), or move the place to `unmapped` with a "
    "reason",
    "title:": "say in a few words what the documents are",
    "thread:": "say what two documents about the same thing have in common, e.g. "
    '"{fir.police_station.code}/{fir.number}/{fir.year}"; keep names of persons out of it',
    "state:": 'say where the document tells its State, e.g. "{fir.police_station.state}"',
    "verb:": "say what happens to the noun: registered, recorded ... (docs/reference/events.md)",
    "case:": "name the member that names the case, or write firs and cnr member by member",
}
_SAMPLES = "put a few real documents into samples/{kind}/ ({why}); `icjs-gateway contracts goldens` then writes theirs"
_WHY = {"valid": "as many kinds as there are", "invalid": "what must be refused"}


def todos(folder: Path) -> Iterator[str]:
    """One line each: file, line, and what to write. Folders with a TODO lack samples too, while they have none."""
    for declaration in sorted(folder.rglob("contract.yaml")):
        unfinished = [
            f"{file}:{number}: {_explained(line)}"
            for file in (declaration, declaration.with_name("mapping.yaml"))
            if file.is_file()
            for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
            if TODO in line
        ]
        yield from unfinished
        if unfinished:
            for kind, why in _WHY.items():
                if not any((declaration.parent / "samples" / kind).glob("*")):
                    yield f"{declaration.parent}: {_SAMPLES.format(kind=kind, why=why)}"


def _explained(line: str) -> str:
    what = next((words for key, words in _WHAT.items() if f"{key} {TODO}" in line or f"{key} case" in line), "fill in")
    likely = line.partition("# likely ")[2].strip()
    place = line.partition("wire: ")[2].split(",")[0].strip()
    about = f"{place}: " if place else ""
    return f"{about}{what}" + (f"; likely {likely}" if likely else "")
