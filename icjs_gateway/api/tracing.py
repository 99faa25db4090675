"""W3C Trace Context: the id under which one exchange is found in every log, here and at the partner.

A `traceparent` that came with the request is continued; otherwise a trace is begun. `tracestate` is not kept:
the gateway adds nothing to it and need not pass on what others put there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_TRACEPARENT = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_SCOPE_KEY = "icjs.trace"


@dataclass(frozen=True, slots=True)
class Trace:
    """One request's place in a trace: its trace, its own span, its flags."""

    trace_id: str
    span_id: str
    flags: str = "01"

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"

    @classmethod
    def begun(cls) -> Trace:
        fresh = os.urandom(24).hex()
        return cls(fresh[:32], fresh[32:])

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Trace:
        """The trace of the caller continued, or a new one where it sent none that is valid."""
        sent = [value for name, value in headers if name == b"traceparent"]
        match = _TRACEPARENT.fullmatch(sent[0]) if len(sent) == 1 else None
        if match is None or not _is_valid(match):
            return cls.begun()
        return cls(match[2].decode(), os.urandom(8).hex(), match[4].decode())


def _is_valid(match: re.Match[bytes]) -> bool:
    version, trace_id, span_id, _, rest = match.groups()
    known_length = version != b"00" or rest is None
    return version != b"ff" and known_length and trace_id.strip(b"0") != b"" and span_id.strip(b"0") != b""


def begin_trace(scope: Any) -> Trace:
    """Put the request's trace into its scope. Done once, at the boundary."""
    trace = Trace.of(scope["headers"])
    scope[_SCOPE_KEY] = trace
    return trace


def endpoint_of(scope: Any) -> str:
    """The name of the endpoint that took the request: one of a closed list, good as a label."""
    return getattr(scope.get("endpoint"), "__name__", "none")


def trace_of(scope: Any) -> Trace:
    """The trace of a request that came through the boundary."""
    trace: Trace = scope[_SCOPE_KEY]
    return trace
