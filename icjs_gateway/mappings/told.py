"""One event on its way between a document and its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """One event before its data is validated: where it came from in the tree, its type, and its own member."""

    path: str
    type: str
    noun: str
    told: dict[str, Any]
