"""Findings: what is wrong or worth knowing about a document, as data.

A finding is made where the fault is seen and shown to the sender unchanged, all of them at once. Its text is
safe to show and to log: it names codes, paths and expectations; `found` carries a value only where the sender
itself sent it, and never leaves the answer to that sender.

`expected` and `hint` are for the developer of a court's or a jail's system, who has no schema at hand: plain words, and
never a regular expression or a parser's sentence. Characters in `found` that nobody sees are shown by their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from icjs_gateway.model.invisible import named_in, shown


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

    def __post_init__(self) -> None:
        unseen = (
            None if self.found is None or (self.found.isascii() and self.found.isprintable()) else named_in(self.found)
        )
        if self.found is not None and unseen is not None:
            told = f"it holds {unseen}, which nobody sees: take it out"
            object.__setattr__(self, "hint", told if self.hint is None else f"{self.hint}; {told}")
            object.__setattr__(self, "found", shown(self.found))

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
