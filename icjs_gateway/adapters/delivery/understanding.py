"""What a recipient said to a delivery, and what that comes to: one table for all channels.

An answer is read by what its contract says of it (`json_answer`, `xml_answer`); whatever it is, it becomes one of these
words, and the word decides. A body that says nothing where a number or a status was agreed is no acknowledgement: some
proxy may have answered, and what was sent may lie nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from icjs_gateway.adapters.wire.outbound import Answered
from icjs_gateway.routing.retry import Answer

REMARK_CHARS_MAX = 200


class Word(StrEnum):
    """What an answer says, as the outcome of an attempt tells it."""

    ACCEPTED = "acknowledged"
    REJECTED = "rejected"
    """The recipient's own word that it does not take this one, with a reason."""
    BUSY = "busy"
    FAILED = "recipient-failed"
    """Its own failure, told as a fault."""
    NOTHING = "no-acknowledgement"
    """A good status, and no word that anything was taken."""
    NONSENSE = "not-understood"
    """A good status, and something that is not an answer of the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A reading of an answer's body. `remark` is the recipient's number for what it took, or its reason."""

    word: Word
    remark: str | None = None


ReadBody = Callable[[Answered], Understood | None]
"""Reads an answer's body; None where it says nothing that counts, so that the status alone decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    acknowledged: bool = False
    endpoint_down: bool = False
    final: bool = False


MEANINGS: Mapping[Word, _Meaning] = {
    Word.ACCEPTED: _Meaning(acknowledged=True),
    Word.REJECTED: _Meaning(final=True),
    Word.BUSY: _Meaning(endpoint_down=True),
    Word.FAILED: _Meaning(endpoint_down=True),
    Word.NOTHING: _Meaning(endpoint_down=True),
    Word.NONSENSE: _Meaning(endpoint_down=True),
}
"""What each word comes to: taken; a person's to look at; or tried again, as at an endpoint that is not well."""

_GONE, _TOO_MANY_REQUESTS = 410, 429


def answer_of(answered: Answered, read: ReadBody, retry_after_s: float | None) -> Answer:
    """What an attempt met. A gone endpoint is gone, whatever it says; otherwise its words count before its status."""
    if answered.status == _GONE:
        return Answer(acknowledged=False, outcome=f"http-{_GONE}", gone=True)
    understood = read(answered)
    if understood is None:
        return Answer(
            acknowledged=False,
            outcome=f"http-{answered.status}",
            endpoint_down=answered.status >= 500 or answered.status == _TOO_MANY_REQUESTS,
            retry_after_s=retry_after_s,
        )
    meaning = MEANINGS[understood.word]
    return Answer(
        acknowledged=meaning.acknowledged,
        outcome=understood.word.value,
        endpoint_down=meaning.endpoint_down,
        final=meaning.final,
        retry_after_s=retry_after_s,
        remark=None if understood.remark is None else understood.remark[:REMARK_CHARS_MAX],
    )


def is_good(status: int) -> bool:
    return 200 <= status < 300


def any_good_status(answered: Answered) -> Understood | None:
    """Of a webhook: a 2xx acknowledges, whatever stands in it."""
    return Understood(word=Word.ACCEPTED) if is_good(answered.status) else None
