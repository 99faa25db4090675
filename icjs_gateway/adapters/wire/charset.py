"""UTF-8 and nothing else: the first question about any body, asked before a parser sees it.

A parser that guesses encodings can be talked past a screen that does not (a DOCTYPE in UTF-16 or UTF-7). A
UTF-8 byte order mark is allowed in XML, whose specification allows it; RFC 8259 forbids it in JSON.
"""

from __future__ import annotations

import re

from icjs_gateway.model.errors import Malformed, UnsupportedMedia
from icjs_gateway.model.findings import Finding

UTF8_BOM = b"\xef\xbb\xbf"

_DECLARATION = re.compile(rb"<\?xml\s")
_VERSION = re.compile(rb"""\sversion\s*=\s*["']1\.0["']""")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")


def require_utf8(body: bytes, format_name: str) -> None:
    """Raises UnsupportedMedia for UTF-16 and UTF-32, Malformed for bytes that are not UTF-8.

    `format_name` (`XML`, `JSON`) heads the finding's code.
    """
    if b"\x00" in body[:2] or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _unsupported(format_name, "UTF-16 or UTF-32")
    if body.isascii():
        return
    try:
        body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        finding = Finding(code=f"{format_name}-NOT-UTF-8", line=line, expected="UTF-8")
        raise Malformed(f"The body holds bytes that are not UTF-8, on line {line}.", [finding]) from None


def require_declared_utf8(body: bytes) -> None:
    """Judge an XML declaration, if there is one: XML 1.0, and no encoding but UTF-8.

    Raises UnsupportedMedia for another encoding, Malformed for another version: XML 1.1 allows control
    characters and line ends that no other part of an exchange does.
    """
    start = len(UTF8_BOM) if body.startswith(UTF8_BOM) else 0
    if not _DECLARATION.match(body, start):
        return
    end = body.find(b"?>", start)
    if end < 0:
        end = len(body)
    named = _ENCODING.search(body, start, end)
    if named is not None and named[1].lower() not in (b"utf-8", b"utf8"):
        raise _unsupported("XML", named[1][:40].decode("ascii", "replace"))
    if not _VERSION.search(body, start, end):
        finding = Finding(code="XML-VERSION", line=1, expected="XML 1.0")
        raise Malformed("The body must be XML 1.0.", [finding])


def _unsupported(format_name: str, found: str) -> UnsupportedMedia:
    finding = Finding(code=f"{format_name}-CHARSET", line=1, expected="UTF-8", found=found)
    return UnsupportedMedia("The body must be UTF-8.", [finding])
