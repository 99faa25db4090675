"""Words of recipients' answers: what a status, a reason or a SOAP fault code says of a delivery."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_APART = re.compile(r"[\s_-]+")


class Said(StrEnum):
    """What a word says, by the name of its list in `canonical/answers.yaml`."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWords:
    """`words`, `no_number`, `number_members` are folded (`folded`); the members are in order of preference."""

    words: Mapping[str, Said]
    number_members: tuple[str, ...]
    no_number: frozenset[str]
    final_faults: frozenset[str]
    passing_faults: frozenset[str]

    def said_by(self, text: str | None) -> Said | None:
        """What a status or a reason says; None for a text that is no word of the lists."""
        return None if text is None else self.words.get(folded(text))

    def is_number(self, text: str | None) -> bool:
        """Whether this is a number that the recipient gave, and not its way to write that there is none."""
        return text is not None and folded(text) not in self.no_number

    def is_final_fault(self, code: str) -> bool:
        """Whether a fault with this code (without a prefix: `Client.NoSuchCase`) is for a person."""
        parts = folded(code).split(".")
        begins = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        return not begins.isdisjoint(self.final_faults) and begins.isdisjoint(self.passing_faults)


def folded(word: str) -> str:
    """The word as it is compared: without case, blanks, underscores, hyphens and what ends a sentence."""
    return _APART.sub("", word.strip().rstrip(".!").casefold()) or word.strip()
