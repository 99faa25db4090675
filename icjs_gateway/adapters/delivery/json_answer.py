"""An answer in JSON: `{"acknowledgementNumber": ...}`, or a reason why not.

    {"acknowledgementNumber": "KL/2026/118"}                      taken
    {"status": "BUSY", "reason": "maintenance until 18:00"}       again later
    {"reason": "no such station"}                                 not taken

The words are data (`canonical/answers.yaml`).
"""

from __future__ import annotations

from typing import Any

from icjs_gateway.adapters.delivery.answer_text import Stated, stated_by
from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.model.errors import Rejected
from icjs_gateway.routing.answer_words import AnswerWords


def stated_in_json(text: str, words: AnswerWords) -> Stated | None:
    """What a JSON object states, or a list of one; None for anything else."""
    try:
        root = parse_json(text.encode()).root
    except Rejected:
        return None
    if isinstance(root, list) and len(root) == 1:
        [root] = root
    if not isinstance(root, dict):
        return None
    return stated_by(((name, _text(value)) for name, value in root.items()), words)


def _text(value: Any) -> str | None:
    """A text, or a number or truth value that stands for one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | str) else None
