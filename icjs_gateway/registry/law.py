"""Reading the tables of `contracts/law/`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from icjs_gateway.mappings.law.books import Law, correspondence, offence
from icjs_gateway.model.errors import Misconfigured

_R = TypeVar("_R")


@cache
def load_law(folder: Path) -> Law:
    """The tables of a folder of contracts, once; whoever needs no law never reads them. Raises Misconfigured."""
    return Law(
        correspondences=_rows(folder / "law" / "concordance.csv", correspondence),
        offences=_rows(folder / "law" / "offence_schedule.csv", offence),
    )


def _rows(file: Path, read: Callable[[Mapping[str, str]], _R]) -> tuple[_R, ...]:
    rows: list[_R] = []
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            lines = csv.DictReader(stream, strict=True)
            for row in lines:
                try:
                    rows.append(read(row))
                except (KeyError, ValueError) as fault:
                    raise Misconfigured(f"{file}:{lines.line_num}: {fault}") from None
    except OSError as fault:
        raise Misconfigured(f"{file}: cannot be read: {fault.strerror}") from fault
    return tuple(rows)
