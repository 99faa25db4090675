"""An answer in JSON: `{"acknowledgementNumber": ...}`, or a reason why not.

    {"acknowledgementNumber": "KL/2026/118"}                      taken
    {"status": "BUSY", "reason": "maintenance until 18:00"}       again later
    {"reason": "no such station"}                                 not taken

A reason without a status is a refusal only where the status of HTTP says so too, or says that all is well: beside a
redirect, a 401 or a 5xx it is the reason why the endpoint took nothing, whatever was sent.
"""

from __future__ import annotations

from typing import Any

from icjs_gateway.adapters.delivery.understanding import Understood, Word, is_good
from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.outbound import Answered
from icjs_gateway.model.errors import Rejected

_REFUSING = frozenset({400, 404, 406, 409, 413, 415, 422})
"""Statuses that are about what was sent (RFC 9110, 15.5), and not about who sent it, when, or how often."""
_STATUSES = {"ACCEPTED": Word.ACCEPTED, "REJECTED": Word.REJECTED, "BUSY": Word.BUSY}


def read_json(answered: Answered) -> Understood | None:
    """Reads an answer of a contract with `acknowledgement: number`."""
    good = is_good(answered.status)
    if not answered.body.strip():
        return Understood(word=Word.NOTHING) if good else None
    told = _object(answered)
    number, status, reason = (_word(told, name) for name in ("acknowledgementNumber", "status", "reason"))
    word = _STATUSES.get(status or "")
    if word is Word.ACCEPTED or (word is None and status is None and number is not None and reason is None):
        return Understood(word=Word.ACCEPTED, remark=number) if good else None
    if word is not None:
        return Understood(word=word, remark=reason)
    if reason is not None and (good or answered.status in _REFUSING):
        return Understood(word=Word.REJECTED, remark=reason)
    return Understood(word=Word.NONSENSE) if good else None


def _object(answered: Answered) -> dict[str, Any]:
    """What the body says, empty where it is no JSON object, or was too long to be read whole."""
    if not answered.is_whole:
        return {}
    try:
        root = parse_json(answered.body).root
    except Rejected:
        return {}
    return root if isinstance(root, dict) else {}


def _word(told: dict[str, Any], name: str) -> str | None:
    """A member that says something: a text that is not blank, or a number that stands for one."""
    value = told.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None
