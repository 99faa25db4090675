"""Problem documents (RFC 9457): every refusal in one form, from one table.

`KINDS` alone says which status, type and title an error of the tree has; REST answers and SOAP faults are
both rendered from the `Problem` made here. Texts come from the errors, which promise that they are safe to
show. An unexpected exception becomes a problem that says nothing of its cause: that is in the log, under the
trace id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.model.errors import (
    Conflict,
    ContractViolation,
    Forbidden,
    GatewayError,
    Malformed,
    NotFound,
    Overloaded,
    Rejected,
    StoreFailed,
    TooLarge,
    TranslationFailed,
    Unauthenticated,
    UnsupportedMedia,
)
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.words import shape_fault

MEDIA_TYPE = "application/problem+json"
STORE_RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem: its HTTP status, the last part of its type, its title."""

    status: int
    slug: str
    title: str

    @property
    def type(self) -> str:
        return f"urn:icjs:problem:{self.slug}"


KINDS: dict[type[GatewayError], Kind] = {
    Malformed: Kind(400, "malformed", "The request cannot be parsed"),
    Unauthenticated: Kind(401, "unauthenticated", "Credentials are missing or wrong"),
    Forbidden: Kind(403, "forbidden", "This is not allowed to you"),
    NotFound: Kind(404, "not-found", "There is no such thing here"),
    Conflict: Kind(409, "conflict", "The same id came with other content"),
    TooLarge: Kind(413, "too-large", "The body is over the limit"),
    UnsupportedMedia: Kind(415, "unsupported-media-type", "This media type is not taken here"),
    ContractViolation: Kind(422, "contract-violation", "The document breaks its contract's schema"),
    TranslationFailed: Kind(422, "translation-failed", "The document cannot be translated"),
    Rejected: Kind(400, "rejected", "The request was refused"),
    Overloaded: Kind(503, "overloaded", "The gateway is at its limit"),
    StoreFailed: Kind(503, "store-failed", "The gateway cannot keep its record at the moment"),
    GatewayError: Kind(500, "unexpected", "Something went wrong in the gateway"),
}
METHOD_NOT_ALLOWED = Kind(405, "method-not-allowed", "This address does not take that method")
INVALID_REQUEST = Kind(422, "invalid-request", "The request does not have the shape it should")
UNEXPECTED = KINDS[GatewayError]

_FRAMEWORK = {404: KINDS[NotFound], 405: METHOD_NOT_ALLOWED, 413: KINDS[TooLarge], 500: UNEXPECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of one request."""

    kind: Kind
    detail: str
    trace_id: str
    findings: Sequence[Finding] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def members(self) -> dict[str, Any]:
        """The document, in the order of the public surface. `findings` is present even when empty."""
        return {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "trace_id": self.trace_id,
            "findings": [finding.as_json() for finding in self.findings],
        }

    def response(self) -> Response:
        return Response(dumps(self.members()), self.kind.status, self.headers, MEDIA_TYPE)


def kind_of(error: GatewayError) -> Kind:
    """The kind of the error's class, or of its nearest ancestor in the table."""
    return next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)


def problem_of(error: GatewayError, trace_id: str, *, had_token: bool = False) -> Problem:
    """What a caller is told of an error of the tree. `had_token`: it came with credentials, right or wrong."""
    kind = kind_of(error)
    if kind is UNEXPECTED:
        return unexpected(trace_id)
    findings = error.findings if isinstance(error, Rejected) else ()
    return Problem(
        kind=kind, detail=error.detail, trace_id=trace_id, findings=findings, headers=_headers(error, had_token)
    )


def unexpected(trace_id: str) -> Problem:
    """What a caller is told of a fault of ours: nothing but where to ask."""
    return Problem(
        kind=UNEXPECTED,
        detail="The gateway failed; nothing was accepted. Send it again, or ask the operator with the trace id.",
        trace_id=trace_id,
    )


def problem_of_framework(error: HTTPException, trace_id: str) -> Problem:
    """FastAPI's own answers (unknown address, wrong method) in the gateway's form."""
    phrase = HTTPStatus(error.status_code).phrase
    kind = _FRAMEWORK.get(error.status_code) or Kind(error.status_code, phrase.lower().replace(" ", "-"), phrase)
    headers = dict(error.headers or {})
    return Problem(kind=kind, detail=f"{kind.title}.", trace_id=trace_id, headers=headers)


def problem_of_validation(error: RequestValidationError, trace_id: str) -> Problem:
    """FastAPI's validation errors as findings, without the values that were sent."""
    findings = [
        Finding(code="REQUEST-SHAPE", wire_path="/" + "/".join(map(str, fault["loc"])), expected=shape_fault(fault))
        for fault in error.errors()
    ]
    return Problem(kind=INVALID_REQUEST, detail=f"{INVALID_REQUEST.title}.", trace_id=trace_id, findings=findings)


def _headers(error: GatewayError, had_token: bool) -> dict[str, str]:
    match error:
        case Unauthenticated():
            # RFC 6750, 3.1: no error code for who showed nothing.
            shown = ', error="invalid_token"' if had_token else ""
            return {"www-authenticate": f'Bearer realm="icjs"{shown}'}
        case Overloaded():
            return {"retry-after": str(error.retry_after_s)}
        case StoreFailed():
            return {"retry-after": str(STORE_RETRY_AFTER_S)}
        case _:
            return {}
