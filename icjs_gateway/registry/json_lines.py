"""The lines of JSON values, found again in the body: for the few findings that there are, never on the hot path.

One pass over a body that is known to be well formed, however many findings there are. A large body gets no lines: the
pointers still tell where, and a refusal must not cost more than a message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from icjs_gateway.mappings.reading import pointer_step
from icjs_gateway.model.findings import Finding

BODY_BYTES_MAX = 512 * 1024

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def lines_of(body: bytes, pointers: Collection[str]) -> Mapping[str, int]:
    """The line, from 1, of the value at each JSON pointer; of what is around it where the value is missing."""
    if len(body) > BODY_BYTES_MAX or not pointers:
        return {}
    wanted = {pointer.rstrip("/") for pointer in pointers}
    ancestors = {above for pointer in wanted for above in _ancestors(pointer)}
    found = _scan(body.decode("utf-8", "replace"), wanted | ancestors)
    return {
        pointer: next(found[above] for above in _ancestors(pointer.rstrip("/")) if above in found)
        for pointer in pointers
    }


def _ancestors(pointer: str) -> list[str]:
    """A pointer and those of everything around it, the nearest first."""
    steps = pointer.split("/")
    return ["/".join(steps[:length]) for length in range(len(steps), 0, -1)]


def _scan(text: str, wanted: set[str]) -> dict[str, int]:
    """Walk the tokens, knowing at each value where it is."""
    found: dict[str, int] = {}
    around: list[tuple[str, int | None]] = []  # (pointer, index of the next item, or None for an object)
    here, expects_name = "", False
    line, counted = 1, 0
    for token in _TOKEN.finditer(text):
        first = token[0]
        if first == ",":
            above, index = around[-1]
            expects_name = index is None
            if index is not None:
                around[-1] = (above, index + 1)
                here = f"{above}/{index + 1}"
            continue
        if first in "}]":
            around.pop()
            continue
        if first == ":":
            expects_name = False
            continue
        if expects_name:
            here = f"{around[-1][0]}/{pointer_step(json.JSONDecoder().decode(first))}"
            continue
        if here in wanted and here not in found:
            line += text.count("\n", counted, token.start())
            counted = token.start()
            found[here] = line
        if first == "{":
            around.append((here, None))
            expects_name = True
        elif first == "[":
            around.append((here, 0))
            here = f"{here}/0"
    return found


def with_lines(body: bytes, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings with the lines of their pointers."""
    lines = lines_of(body, {finding.wire_path for finding in findings if finding.wire_path is not None})
    return tuple(replace(finding, line=lines.get(finding.wire_path or "")) for finding in findings)
