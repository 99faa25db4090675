"""The rows of a table in this package."""

from __future__ import annotations

import csv
from importlib.resources import files
from io import StringIO


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Every row of `name.csv`, by the names of its columns."""
    table = files("icjs_gateway.model.names").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(StringIO(table), strict=True))
