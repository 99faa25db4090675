"""The parts that the OpenAPI description is put together from: shapes, answers, parameters, ways to authenticate."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "string", "pattern": "^[0-9]{1,18}$"}
_FEED: Json = {"enum": ["main", "liberty"], "default": "main"}
_INSTANT: Json = {"type": "string", "format": "date-time"}


def _object(required: tuple[str, ...], **properties: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": properties}


def _list_of(schema: str) -> Json:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}}


SCHEMAS: Json = {
    "Finding": _object(
        ("code", "severity"),
        code=_TEXT,
        severity={"enum": ["error", "hold", "warn"]},
        path={**_TEXT, "description": "where in the canonical model; list positions count from 0"},
        wire_path={**_TEXT, "description": "XPath (counts from 1) or JSON pointer (counts from 0)"},
        line={"type": "integer", "minimum": 1},
        expected=_TEXT,
        found=_TEXT,
        hint=_TEXT,
    ),
    "Problem": _object(
        ("type", "title", "status", "detail", "trace_id", "findings"),
        type={"type": "string", "format": "uri"},
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        trace_id={"type": "string", "pattern": "^[0-9a-f]{32}$"},
        findings=_list_of("Finding"),
        part={**_TEXT, "description": "in the answer to a batch: the line or the zip's member that this is of"},
    ),
    "ReceiptEvent": _object(("event_id", "type"), event_id=_TEXT, type=_TEXT, case_id=_TEXT),
    "Receipt": _object(
        (
            *("message_id", "contract", "partner", "environment", "digest", "received_at", "outcome"),
            *("events", "findings", "signature"),
        ),
        message_id={"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
        contract=_TEXT,
        partner=_TEXT,
        environment={"enum": ["demo", "sandbox", "live"]},
        digest={**_TEXT, "description": "sha-256 over the payload's canonical form"},
        received_at=_INSTANT,
        outcome={"enum": ["accepted", "parked", "suppressed"]},
        events=_list_of("ReceiptEvent"),
        findings=_list_of("Finding"),
        same_as={**_TEXT, "description": "the first message with this content, where the outcome is suppressed"},
        signature={**_TEXT, "description": "compact JWS, detached payload: the other members in JCS form"},
    ),
    "Standing": _object(
        ("message_id", "contract", "state", "received_at", "events", "progress"),
        message_id=_TEXT,
        contract=_TEXT,
        state={"enum": ["recorded", "parked", "dismissed", "suppressed"]},
        received_at=_INSTANT,
        events={
            "type": "array",
            "items": {
                "type": "object",
                "description": "event_id, type, case_id; `acted`: what recipients did about it, each `by` (a recipient "
                "class, or `jail` by its own document), `result`, `reason` and `at`",
            },
        },
        settled={
            "type": "object",
            "description": "of a message that was parked: `state`, `reason`, `at`, and `by`: operator or gateway",
        },
        progress={
            "type": "object",
            "description": "by recipient class: deliveries owed, delivered, consumed, acted on",
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    ),
    "Consumed": _object(("at",), number={**_TEXT, "description": "the recipient's own"}, at=_INSTANT),
    "Acted": _object(
        ("result", "at"),
        result={"enum": ["DONE", "NOT_DONE"]},
        at=_INSTANT,
        reason={"enum": ["SURETY_PENDING", "OTHER_CASE", "IDENTITY", "ORDER_UNCLEAR", "OTHER"]},
        remarks=_TEXT,
    ),
    "FeedPage": _object(
        ("events", "next"),
        events={"type": "array", "items": {"type": "object", "description": "a CloudEvent; `number` is its place"}},
        next={**_NUMBER, "description": "to go on behind: `after` of the next page"},
    ),
    "DropManifest": _object(
        ("subscription", "contract", "acknowledged", "parts", "more"),
        subscription=_TEXT,
        contract=_TEXT,
        acknowledged={"type": "object", "description": "by feed, the number up to which everything is taken"},
        parts={"type": "array", "items": {"type": "object", "description": "name, feed, first, last, bytes, sha256"}},
        more={"type": "boolean", "description": "whether there is more than this manifest lists"},
    ),
    "FeedPlace": _object(("number",), number=_NUMBER, feed=_FEED),
    "FeedRefusal": _object(
        ("number", "reason"), number=_NUMBER, feed=_FEED, reason={**_TEXT, "minLength": 1, "maxLength": 200}
    ),
    "TokenRequest": _object(
        ("grant_type",), grant_type={"const": "client_credentials"}, client_id=_TEXT, client_secret=_TEXT
    ),
    "Token": _object(
        ("access_token", "token_type", "expires_in"),
        access_token=_TEXT,
        token_type={"const": "Bearer"},
        expires_in={"type": "integer", "description": "seconds"},
    ),
    "TokenError": _object(
        ("error",),
        error={"enum": ["invalid_request", "invalid_client", "unsupported_grant_type"]},
        error_description=_TEXT,
    ),
}

_PROBLEM: Json = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

RESPONSES: Json = {
    "Problem": {"description": "Refused: a problem document with every finding.", "content": _PROBLEM},
    "Unauthenticated": {
        "description": "Credentials are missing or wrong.",
        "headers": {"WWW-Authenticate": {"schema": _TEXT}},
        "content": _PROBLEM,
    },
    "Failed": {
        "description": "The gateway failed, and its operator finds why by the trace id. Send the same again.",
        "content": _PROBLEM,
    },
    "TryAgain": {
        "description": "Nothing was taken; try again later.",
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}},
        "content": _PROBLEM,
    },
}

PARAMETERS: Json = {
    "message_id": {
        "name": "message_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
    },
    "contract": {"name": "contract", "in": "query", "required": True, "schema": _TEXT},
    "subscription_id": {"name": "subscription_id", "in": "path", "required": True, "schema": _TEXT},
    "after": {
        "name": "after",
        "in": "query",
        "schema": _NUMBER,
        "description": "the number to go on behind; without it the last acknowledged",
    },
    "limit": {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    },
    "feed": {"name": "feed", "in": "query", "schema": _FEED},
    "idempotency_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "pattern": '^"?[A-Za-z0-9._:-]{1,64}"?$'},
        "description": "the message's id, only for contracts whose documents hold none",
    },
    "traceparent": {
        "name": "traceparent",
        "in": "header",
        "schema": _TEXT,
        "description": "W3C Trace Context; continued when valid",
    },
}

SECURITY_SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic", "description": "client_secret_basic, at the token endpoint only"},
    "clientCredentials": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": {}}},
    },
}
