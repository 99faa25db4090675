"""What a body is and how much of it there may be, decided before any parser sees it.

Whatever is refused here leaves the rest of the body unread. To discard it, or to close the connection in a way that
lets the client read its answer, is the server's business: a plain close would reset the connection under the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

from icjs_gateway.model.errors import Malformed, TooLarge, UnsupportedMedia
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.contracts import Wire

MEDIA_TYPES: Mapping[str, Wire] = {
    "application/xml": Wire.XML,
    "text/xml": Wire.XML,
    "application/json": Wire.JSON,
}
SOAP_MEDIA_TYPES: Mapping[str, Wire] = {"text/xml": Wire.SOAP}
Parsed = TypeVar("Parsed")
_FOUND_CHARS_MAX = 80
_MEDIA_HINTS = {
    "application/soap+xml": "that is SOAP 1.2: set the client to SOAP 1.1, whose media type is text/xml",
    "multipart/related": "that is MTOM or SOAP with attachments: turn it off, a file stands inline in the message",
    "multipart/form-data": "that is a form with a file: send the message itself as the body",
    "application/x-www-form-urlencoded": "that is a form, which many clients send by themselves: name the Content-Type",
}
"""What clients send by mistake, and what to do."""
_UTF8 = frozenset({"utf-8", "utf8"})


def header(request: Request, name: bytes) -> str | None:
    """The one value of a header. Raises Malformed when it came twice: which one counts is anybody's guess."""
    values = [value for key, value in request.scope["headers"] if key == name]
    if len(values) > 1:
        shown = name.decode()
        raise Malformed(
            f"The header {shown} came more than once.",
            [Finding(code="HEADER-REPEATED", expected=f"one header {shown}", found=shown)],
        )
    return values[0].decode("latin-1") if values else None


def wire_of(request: Request, taken: Mapping[str, Wire]) -> Wire:
    """The wire that the request's media type names among those `taken`. Raises UnsupportedMedia."""
    require_plain(request)
    media_type, _, rest = (header(request, b"content-type") or "").partition(";")
    wire = taken.get(media_type.strip().lower())
    if wire is None:
        raise _unsupported(
            "MEDIA-TYPE",
            f"Send the body as {' or '.join(sorted(taken))}.",
            sorted(taken),
            media_type or "no Content-Type",
            hint=_MEDIA_HINTS.get(media_type.strip().lower()),
        )
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in _UTF8:
            raise _unsupported("CHARSET", "The body must be UTF-8.", ["charset=utf-8, or none"], value)
    return wire


def require_plain(request: Request) -> None:
    """Raises UnsupportedMedia for a body under a Content-Encoding. `identity` says that there is none (RFC 9110)."""
    coding = header(request, b"content-encoding")
    if coding is not None and any(each.strip().lower() not in ("", "identity") for each in coding.split(",")):
        raise _unsupported(
            "CONTENT-ENCODING", "Send the body without a Content-Encoding.", ["no Content-Encoding"], coding
        )


async def read_body(request: Request, bytes_max: int) -> bytes:
    """The whole body. Raises TooLarge as soon as its declared length, or what has come of it, is over the limit."""
    declared = header(request, b"content-length")
    if declared is not None and _is_over(declared, bytes_max):
        raise _too_large(bytes_max)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > bytes_max:
            raise _too_large(bytes_max)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def parsed(body: bytes, parse: Callable[[bytes], Parsed], at_once_bytes_max: int) -> Parsed:
    """What the parser makes of the body, without holding up other requests when it is large."""
    if len(body) <= at_once_bytes_max:
        return parse(body)
    return await asyncio.to_thread(parse, body)


def _is_over(declared: str, bytes_max: int) -> bool:
    """What is no number is the server's business. Twenty digits are over any limit, thousands Python will not read."""
    if not (declared.isascii() and declared.isdigit()):
        return False
    return len(declared) >= 20 or int(declared) > bytes_max


def _too_large(bytes_max: int) -> TooLarge:
    finding = Finding(code="BODY-TOO-LARGE", expected=f"at most {bytes_max} bytes")
    return TooLarge(f"The body is over the limit of {bytes_max} bytes.", [finding])


def _unsupported(
    code: str, detail: str, expected: Iterable[str], found: str, *, hint: str | None = None
) -> UnsupportedMedia:
    shown = found.strip()[:_FOUND_CHARS_MAX] or None
    return UnsupportedMedia(detail, [Finding(code=code, expected=" or ".join(expected), found=shown, hint=hint)])
