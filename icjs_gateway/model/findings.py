"""Findings: what is wrong or worth knowing about a document, as data.

A finding is made where the fault is seen and shown to the sender unchanged, all of them at once. Its text is
safe to show and to log: it names codes, paths and expectations; `found` carries a value only where the sender
itself sent it, and never leaves the answer to that sender.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does: an error refuses the message, a hold parks it, a warning is told and goes along."""

    ERROR = "error"
    HOLD = "hold"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in a document.

    `path` is canonical (`hearing.accused[2].name`) and a JSON pointer in `wire_path` counts from 0; an XPath in
    `wire_path` counts from 1 and starts at the payload's root. `line` counts from 1 in the body as sent.
    """

    code: str
    severity: Severity = Severity.ERROR
    path: str | None = None
    wire_path: str | None = None
    line: int | None = None
    expected: str | None = None
    found: str | None = None
    hint: str | None = None

    def as_json(self) -> dict[str, str | int]:
        """The members that are present, in the order of the public surface."""
        members = {
            "code": self.code,
            "severity": self.severity.value,
            "path": self.path,
            "wire_path": self.wire_path,
            "line": self.line,
            "expected": self.expected,
            "found": self.found,
            "hint": self.hint,
        }
        return {name: value for name, value in members.items() if value is not None}
