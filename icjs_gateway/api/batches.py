"""`POST /v1/messages:batch?contract=`: many messages of one contract, for a system that uploads at the end of the day.

The body is NDJSON, a document a line (an XML document as a JSON string), or a zip, a document a member. The answer is
NDJSON too: for each, in the same order, its receipt byte for byte, or a problem document. It begins while the rest is
still being taken; whoever is cut off sends the same batch again, and gets the same receipts.

Blank lines and folders of a zip are no messages, and neither is what an operating system puts into a zip by itself
(`.DS_Store`): the header `icjs-ignored-members` counts and names those. A problem tells in `part` which line or member
it is of. Not promised: that a batch is taken whole. Each message stands alone.
"""

from __future__ import annotations

import asyncio
import zipfile
import zlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from io import BytesIO
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from icjs_gateway.adapters.wire.json import dumps, parse_json
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.api.bodies import header, parsed, read_body, require_plain
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.api.problems import problem_of
from icjs_gateway.api.refusals import Refusals
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import GatewayError, Malformed, NotFound, Rejected, TooLarge, UnsupportedMedia
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.access.permissions import require_push
from icjs_gateway.routing.batches import take_batch
from icjs_gateway.routing.contracts import Contract, Document, Wire
from icjs_gateway.routing.intake import Arrival
from icjs_gateway.routing.messages import Receipt

NDJSON, ZIP = "application/x-ndjson", "application/zip"
_TAKEN = {NDJSON: NDJSON, "application/ndjson": NDJSON, ZIP: ZIP}
_ENCRYPTED = 0x1
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_JUNK_FOLDERS = frozenset({"__MACOSX"})
_JUNK_NAMED_MAX = 10
_PART_CHARS_MAX = 200
Parts = Iterator[tuple[str, bytes | GatewayError]]
"""What a batch holds, each with what it is called: `line 3`, or the name of a zip's member."""


def batch_endpoint(gateway: Gateway, door: Door, refusals: Refusals) -> Callable[[Request], Awaitable[Response]]:
    limits = gateway.limits

    async def push_batch(request: Request) -> Response:
        received_at = gateway.clock.now()
        partner = door.partner(request)
        contract, body = None, None
        ignored: list[str] = []
        try:
            contract = _contract(gateway, request)
            require_push(partner, contract.id)
            form = _form(request)
            body = await read_body(request, limits.body_bytes_max)
            parts = _lines(body, limits, contract) if form == NDJSON else _members(body, limits, ignored)
        except Rejected as refusal:
            contract_id = contract.id if contract is not None else None
            await refusals.audit(refusal, partner=partner, contract_id=contract_id, body=body, received_at=received_at)
            raise
        trace = trace_of(request.scope)
        parse = (
            partial(parse_json, limits=limits.json)
            if Wire.JSON in contract.wires
            else partial(parse_xml, limits=limits.xml)
        )

        names: deque[str] = deque()

        async def arrivals() -> AsyncIterator[Arrival | GatewayError]:
            while (named := await asyncio.to_thread(next, parts, None)) is not None:
                name, part = named
                names.append(name)
                document = part if isinstance(part, GatewayError) else await _parsed(part, parse, limits)
                if isinstance(document, GatewayError):
                    if isinstance(document, Rejected):
                        await refusals.audit(
                            document, partner=partner, contract_id=contract.id, body=None, received_at=received_at
                        )
                    yield document
                    continue
                yield Arrival(
                    document=document,
                    contract=contract,
                    partner=partner,
                    received_at=received_at,
                    traceparent=trace.traceparent,
                )

        async def answers() -> AsyncIterator[bytes]:
            async for answer in take_batch(arrivals(), gateway.intake):
                name = names.popleft()
                if isinstance(answer, Receipt):
                    outcome = "replayed" if answer.replayed else "kept"
                    gateway.metrics.messages.labels(contract.id, "batch", outcome).inc()
                    yield answer.json + b"\n"
                else:
                    refusals.tell(answer, request.scope)
                    yield dumps(problem_of(answer, trace.trace_id).members() | {"part": name}) + b"\n"

        return StreamingResponse(answers(), media_type=NDJSON, headers=_told(ignored))

    return push_batch


def _contract(gateway: Gateway, request: Request) -> Contract:
    named = request.query_params.getlist("contract")
    if len(named) != 1:
        raise NotFound("Name one contract: /v1/messages:batch?contract=courts.hearing-outcome.v1")
    return gateway.contracts.get(named[0])


def _form(request: Request) -> str:
    require_plain(request)
    media_type = (header(request, b"content-type") or "").partition(";")[0].strip().lower()
    if media_type not in _TAKEN:
        finding = Finding(code="MEDIA-TYPE", expected=f"{NDJSON} or {ZIP}", found=media_type[:80] or None)
        raise UnsupportedMedia(f"Send a batch as {NDJSON} or {ZIP}.", [finding])
    return _TAKEN[media_type]


async def _parsed(part: bytes, parse: Callable[[bytes], Document], limits: ApiLimits) -> Document | GatewayError:
    try:
        return await parsed(part, parse, limits.parsed_at_once_bytes_max)
    except Rejected as refusal:
        return refusal


def _lines(body: bytes, limits: ApiLimits, contract: Contract) -> Parts:
    """The documents of the lines. Raises TooLarge for too many."""
    lines = [(f"line {number}", line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    _bounded(len(lines), limits)
    if Wire.JSON in contract.wires:
        return iter(lines)
    return ((name, _unquoted(line, limits)) for name, line in lines)


def _unquoted(line: bytes, limits: ApiLimits) -> bytes | GatewayError:
    """The XML document that a line holds as a JSON string."""
    try:
        value = parse_json(line, limits=limits.json).root
    except Rejected as refusal:
        return refusal
    if not isinstance(value, str):
        finding = Finding(code="LINE-NO-DOCUMENT", expected="an XML document as a JSON string")
        return Malformed("A line of a batch of XML documents is a JSON string.", [finding])
    return value.encode()


def _members(body: bytes, limits: ApiLimits, ignored: list[str]) -> Parts:
    """The documents of a zip, in its order. Raises Malformed for what is no zip, TooLarge for one that holds too
    much. `ignored` takes the names of what an operating system put there."""
    try:
        archive = zipfile.ZipFile(BytesIO(body))
        everything = [each for each in archive.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Malformed("The body is no zip.", [Finding(code="ZIP-MALFORMED", expected="a zip file")]) from None
    ignored += [each.filename for each in everything if _is_junk(each.filename)]
    files = [each for each in everything if not _is_junk(each.filename)]
    _bounded(len(everything), limits)
    if sum(each.file_size for each in files) > limits.batch_bytes_max:
        finding = Finding(code="BATCH-TOO-LARGE", expected=f"at most {limits.batch_bytes_max} bytes unpacked")
        raise TooLarge("The zip holds too much; send several.", [finding])
    return ((each.filename[:_PART_CHARS_MAX], _member(archive, each, limits)) for each in files)


def _is_junk(member: str) -> bool:
    """Whether an operating system put this member into the zip by itself: resource forks and settings of a folder."""
    *folders, name = member.replace("\\", "/").split("/")
    return name in _JUNK or name.startswith("._") or not _JUNK_FOLDERS.isdisjoint(folders)


def _told(ignored: list[str]) -> dict[str, str]:
    """The header that counts and names what was ignored: `2; __MACOSX/._a.xml, .DS_Store`, names percent-encoded."""
    if not ignored:
        return {}
    named = ", ".join(quote(name[:_PART_CHARS_MAX]) for name in ignored[:_JUNK_NAMED_MAX])
    return {"icjs-ignored-members": f"{len(ignored)}; {named}"}


def _member(archive: zipfile.ZipFile, file: zipfile.ZipInfo, limits: ApiLimits) -> bytes | GatewayError:
    """One member, unpacked no further than a body may be long, whatever it says of its own length."""
    if file.flag_bits & _ENCRYPTED or file.compress_type not in _PACKED:
        finding = Finding(code="ZIP-MALFORMED", expected="members without a password, stored or deflated")
        return Malformed("A member of the zip is encrypted, or not deflated.", [finding])
    try:
        with archive.open(file) as opened:
            content = opened.read(limits.body_bytes_max + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError):
        finding = Finding(
            code="ZIP-MALFORMED", expected="a member that can be unpacked", hint="the zip is damaged: make it anew"
        )
        return Malformed("A member of the zip cannot be unpacked.", [finding])
    if len(content) > limits.body_bytes_max:
        finding = Finding(code="BODY-TOO-LARGE", expected=f"at most {limits.body_bytes_max} bytes")
        return TooLarge(f"A member of the zip is over the limit of {limits.body_bytes_max} bytes.", [finding])
    return content


def _bounded(messages: int, limits: ApiLimits) -> None:
    if messages > limits.batch_messages_max:
        finding = Finding(code="BATCH-TOO-LARGE", expected=f"at most {limits.batch_messages_max} messages")
        raise TooLarge("The batch holds too many messages; send several.", [finding])
