"""The head of an HTTP/1.1 request: what two readers might read differently, and the head without its Upgrade.

Framing says where a request ends (RFC 9112, 6). Whoever stands before the gateway and reads it otherwise lets a part
of one request through as another, so that a head that leaves a doubt is refused, never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

FRAMING = frozenset({b"host", b"content-length", b"transfer-encoding"})
"""The headers that `fault_of_head` looks at, in lower case."""

_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::[0-9]{1,5})?")


def fault_of_head(method: bytes, version: str, framing: Mapping[bytes, list[bytes]]) -> tuple[str, str] | None:
    """Code and sentence for what makes a head ambiguous; None where nothing does.

    `version` is `1.1`; `framing` has every value of each header of `FRAMING` that the request bears.
    """
    hosts = framing.get(b"host", [])
    codings = framing.get(b"transfer-encoding", [])
    lengths = framing.get(b"content-length", [])
    if method == b"CONNECT":
        return "HTTP-CONNECT", "The gateway is no proxy: send the request to the gateway's own address, by its path."
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return "HTTP-HOST", "A request has exactly one Host, a name or address with an optional port."
    if codings and lengths:
        return "HTTP-FRAMING", "A request has a Content-Length or a Transfer-Encoding, not both."
    if len(lengths) > 1 or (lengths and not lengths[0].isdigit()):
        return "HTTP-FRAMING", "A request has at most one Content-Length, a number."
    if codings and [coding.strip().lower() for coding in codings] != [b"chunked"]:
        return "HTTP-FRAMING", "The only Transfer-Encoding taken is chunked."
    if codings and version != "1.1":
        return "HTTP-FRAMING", "A Transfer-Encoding needs HTTP/1.1."
    return None


def declared_bytes(framing: Mapping[bytes, list[bytes]]) -> int:
    """Content-Length in bytes, 0 without one. Twenty digits are over any limit; Python reads no thousands."""
    lengths = framing.get(b"content-length")
    return int(lengths[0][:20]) if lengths else 0


def head_without_upgrade(method: bytes, url: bytes, version: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The bytes of a head, from its parsed parts, with no Upgrade header; the names are in lower case."""
    lines = [b"%b %b HTTP/%b" % (method, url, version.encode("ascii"))]
    lines += [b"%b: %b" % (name, value) for name, value in headers if name != b"upgrade"]
    return b"\r\n".join(lines) + b"\r\n\r\n"
