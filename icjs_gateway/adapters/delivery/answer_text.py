"""The text of a recipient's answer, in whatever encoding its server wrote it, and what it states.

What recipients send as messages is UTF-8 or refused. An answer is the last word on something that was sent: that it
was taken must not be lost on a byte order mark, on Latin-1, or on a media type that names the other format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from icjs_gateway.adapters.delivery.understanding import Understood, Word, is_good
from icjs_gateway.adapters.wire.outbound import Answered
from icjs_gateway.routing.answer_words import AnswerWords, Said, folded

_DECLARATION = re.compile(r"\A<\?xml\s[^>]*\?>\s*")
_REFUSING = frozenset({400, 404, 406, 409, 413, 415, 422})
"""Statuses that are about what was sent (RFC 9110, 15.5), and not about who sent it, when, or how often."""
_WORDS = {
    Said.ACCEPTED: Word.ACCEPTED,
    Said.REJECTED: Word.REJECTED,
    Said.BUSY: Word.BUSY,
    Said.FAILED: Word.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What an answer states: the recipient's number for what it took, its status, its reason."""

    number: str | None = None
    status: str | None = None
    reason: str | None = None


def text_of(answered: Answered) -> str:
    """The body as text, without byte order mark, XML declaration or blanks around it; empty if it was cut short."""
    body = answered.body if answered.is_whole else b""
    encodings = ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            return _DECLARATION.sub("", body.decode(encoding).strip(), count=1)
        except UnicodeDecodeError:
            continue
    return ""


def stated_by(members: Iterable[tuple[str, str | None]], words: AnswerWords) -> Stated | None:
    """What members of these names and texts state; None where one of them stands twice, and nothing can be told."""
    own = [(folded(name), text) for name, text in members]
    said = {name: text.strip() or None for name, text in own if text is not None}
    names = {"status", "reason", *words.number_members}
    if any([name for name, _ in own].count(each) > 1 for each in names):
        return None
    number = next((text for each in words.number_members if words.is_number(text := said.get(each))), None)
    return Stated(number=number, status=said.get("status"), reason=said.get("reason"))


def understood_of(stated: Stated | None, words: AnswerWords, status: int) -> Understood | None:
    """What a statement beside a status of HTTP comes to; None where the status alone decides.

    A number of the recipient's own acknowledges, unless a word says otherwise. A reason alone is a refusal only where
    the status of HTTP says so too, or says that all is well: beside a redirect, a 401 or a 5xx it is the reason why
    the endpoint took nothing, whatever was sent.
    """
    good = is_good(status)
    stated = stated or Stated()
    said = {words.said_by(stated.status), words.said_by(stated.reason)}
    for refusing in (Said.REJECTED, Said.BUSY, Said.FAILED):
        if refusing in said:
            return Understood(word=_WORDS[refusing], remark=stated.reason)
    if stated.number is not None or Said.ACCEPTED in said:
        if good:
            return Understood(word=Word.ACCEPTED, remark=stated.number)
    elif stated.reason is not None and (good or status in _REFUSING):
        return Understood(word=Word.REJECTED, remark=stated.reason)
    return Understood(word=Word.NONSENSE) if good else None
