"""Code lists: what a source's codes and words mean, by list, source, version and date.

A file `contracts/codelists/*.csv` has the columns `list, version, valid_from, raw, code, text`. A list named
`purposes/HPKN02` belongs to that establishment; `purposes` is everybody's, where the text decides. The newest version
answers; its name goes along with every answer, so that what a wrong table said can be found again.

Not promised: that a code is known. The unknown are kept as they came, and told.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from icjs_gateway.model.errors import Misconfigured

COLUMNS = ["list", "version", "valid_from", "raw", "code", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """One version of one list. `id` is `purposes/HPKN02@1`."""

    id: str
    valid_from: date
    by_raw: Mapping[str, str] = field(default_factory=dict)
    by_text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """One row of a file of code lists. `line` counts from 1."""

    name: str
    version: int
    since: date
    raw: str
    code: str
    text: str
    file: Path
    line: int


CodeLists = Mapping[str, CodeList]
"""By name without version."""


def plain_words(text: str) -> str:
    """What two spellings of one phrase share: letters in one case, single blanks, no full stop."""
    return " ".join(text.casefold().rstrip(". ").split())


def read_codelists(files: Iterable[Path]) -> CodeLists:
    """The newest version of every list. Raises Misconfigured."""
    versions: dict[tuple[str, int], list[CodeRow]] = {}
    for row in read_codelist_rows(files):
        versions.setdefault((row.name, row.version), []).append(row)
    newest: dict[str, CodeList] = {}
    for (name, version), entries in sorted(versions.items()):
        newest[name] = CodeList(
            id=f"{name}@{version}",
            valid_from=max(entry.since for entry in entries),
            by_raw={entry.raw: entry.code for entry in entries if entry.raw},
            by_text={plain_words(entry.text): entry.code for entry in entries if entry.text},
        )
    return newest


def read_codelist_rows(files: Iterable[Path]) -> Iterator[CodeRow]:
    """Every row of these files. Raises Misconfigured."""
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream, strict=True)
            if rows.fieldnames != COLUMNS:
                raise Misconfigured(f"{file}:1: expected the columns {', '.join(COLUMNS)}")
            for row in rows:
                yield _row(row, file, rows.line_num)


def _row(row: dict[str, str | None], file: Path, line: int) -> CodeRow:
    try:
        version, since = int(row["version"] or ""), date.fromisoformat(row["valid_from"] or "")
    except ValueError:
        raise Misconfigured(f"{file}:{line}: version is a number and valid_from a date (YYYY-MM-DD)") from None
    name, raw, code, text = (row[column] or "" for column in ("list", "raw", "code", "text"))
    if not (name and code and (raw or text)) or None in row:
        raise Misconfigured(f"{file}:{line}: a row needs list, code, and raw or text")
    return CodeRow(name=name, version=version, since=since, raw=raw, code=code, text=text, file=file, line=line)
