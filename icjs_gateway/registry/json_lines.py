"""The line of a JSON value, found again in the body: for the few findings that there are, never on the hot path.

The body is known to be well formed. Scanning costs one pass a finding and stops at the value.
"""

from __future__ import annotations

import json
import re

_BLANK = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\]}]+')


def line_of(body: bytes, pointer: str | None) -> int | None:
    """The line, from 1, of the value that a JSON pointer names, or of the nearest value around a missing one."""
    if pointer is None:
        return None
    text = body.decode("utf-8", "replace")
    at = _BLANK.match(text).end()  # type: ignore[union-attr]  # a pattern that matches nothing matches always
    for step in pointer.split("/")[1:]:
        inner = _child(text, at, step.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        at = inner
    return text.count("\n", 0, at) + 1


def _child(text: str, at: int, step: str) -> int | None:
    """Where the member or item of the value at `at` begins."""
    opened = text[at : at + 1]
    if opened not in ("{", "["):
        return None
    at = _skip(text, at + 1)
    index = 0
    while text[at] not in "]}":
        if opened == "{":
            end = _SCALAR.match(text, at).end()  # type: ignore[union-attr]  # well formed: a name stands here
            name = json.JSONDecoder().decode(text[at:end])
            at = _skip(text, _skip(text, end) + 1)
        else:
            name = str(index)
        if name == step:
            return at
        at = _skip(text, _end(text, at))
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return None


def _end(text: str, at: int) -> int:
    """Behind the value at `at`. Counts brackets, so depth costs no recursion."""
    depth = 0
    while True:
        if text[at] in "{[":
            depth, at = depth + 1, at + 1
        elif text[at] in "}]":
            depth, at = depth - 1, at + 1
        elif text[at] in ",:":
            at += 1
        else:
            at = _SCALAR.match(text, at).end()  # type: ignore[union-attr]  # well formed: a scalar stands here
        if depth == 0:
            return at
        at = _skip(text, at)


def _skip(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr]  # as above
