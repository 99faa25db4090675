"""The part of the OpenAPI description that is about asking: queries by their contracts, and cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from icjs_gateway.routing.contracts import Query

Json = dict[str, Any]
_BEARER: list[Json] = [{"bearer": []}, {"clientCredentials": []}]
_JSON: Json = {"application/json": {"schema": {"type": "object"}}}
_REFUSED: Json = {
    **{status: {"$ref": "#/components/responses/Problem"} for status in ("400", "403", "404")},
    "401": {"$ref": "#/components/responses/Unauthenticated"},
    "503": {"$ref": "#/components/responses/TryAgain"},
}
_PURPOSE: Json = {
    "name": "ICJS-Purpose",
    "in": "header",
    "schema": {"type": "string"},
    "description": "why the case is read: audited, and one of the partner's purposes; needed where it has several",
}
_EXPLAIN: Json = {
    "name": "explain",
    "in": "query",
    "schema": {"const": "disclosure"},
    "description": "tell field by field what was withheld, and under which rule",
}
_CASE_ID: Json = {"name": "case_id", "in": "path", "required": True, "schema": {"type": "string"}}


def queries(asked: Sequence[Query]) -> Json:
    """`POST /v1/queries/{exchange}`."""
    listed = "; ".join(f"{query.exchange}: {query.title} ({query.id})" for query in asked)
    path: Json = {
        "name": "exchange",
        "in": "path",
        "required": True,
        "description": listed,
        "schema": {"type": "string"},
    }
    if asked:
        path["schema"] = {"type": "string", "enum": [query.exchange for query in asked]}
    unfit = {status: {"$ref": "#/components/responses/Problem"} for status in ("413", "415", "422")}
    return {
        "/v1/queries/{exchange}": {
            "post": {
                "operationId": "ask_query",
                "summary": "Ask one question",
                "description": "Answered from the record and, with `live`, by the systems that would know, each named.",
                "security": _BEARER,
                "parameters": [path],
                "requestBody": {"required": True, "content": _JSON},
                "responses": {"200": {"description": "The answer.", "content": _JSON}} | _REFUSED | unfit,
            }
        }
    }


def attachments() -> Json:
    """`GET /v1/attachments/{sha256}`."""
    path = {"name": "sha256", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
    file = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "/v1/attachments/{sha256}": {
            "get": {
                "operationId": "get_attachment",
                "summary": "A file that an event names by its digest: an order, a laboratory's report",
                "security": _BEARER,
                "parameters": [path, _PURPOSE],
                "responses": {"200": {"description": "The file, as it came", "content": file}} | _REFUSED,
            }
        }
    }


def claims() -> Json:
    """`GET /v1/claims` and the decisions about one."""
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
    reason = {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string"}}}
    listed = {
        "operationId": "get_claims",
        "summary": "Words of places without standing in the caller's own cases: which place, when, never what was said",
        "security": _BEARER,
        "responses": {"200": {"description": "The oldest first", "content": _JSON}} | _REFUSED,
    }
    found: Json = {"/v1/claims": {"get": listed}}
    unfit = {status: {"$ref": "#/components/responses/Problem"} for status in ("409", "413", "415", "422")}
    for word, summary in (
        ("confirm", "Stand for a claim: its message is linked to the case"),
        ("reject", "Refuse a word from without, or withdraw an identifier"),
    ):
        decided = {
            "operationId": f"{word}_claim",
            "summary": f"{summary}; for an owner of the case",
            "security": _BEARER,
            "parameters": [number],
            "requestBody": {"required": True, "content": {"application/json": {"schema": reason}}},
            "responses": {"200": {"description": "The claim as it is now", "content": _JSON}} | _REFUSED | unfit,
        }
        found[f"/v1/claims/{{number}}/{word}"] = {"post": decided}
    return found


def cases() -> Json:
    """`GET /v1/cases` and below."""
    looked_for = [_query(name, about) for name, about in _LOOKED_FOR.items()]
    as_of = _query("as_of", "as the gateway had recorded it by this instant (RFC 3339)")
    page = [_query("after", "`next` of the page before"), _query("limit", "entries on a page, at most 500")]
    at = "/v1/cases/{case_id}"
    return {
        "/v1/cases": _get("find_cases", "Cases by one of their numbers, as this caller may see them", looked_for),
        at: _get("get_case", "A case as this caller may see it", [_CASE_ID, as_of]),
        f"{at}/timeline": _get(
            "get_case_timeline", "What happened in a case, one line in words an event", [_CASE_ID, *page]
        ),
        f"{at}/events": _get("get_case_events", "The events of a case, each disclosed", [_CASE_ID, *page]),
    }


_LOOKED_FOR = {
    "fir": "STATE/STATION-CODE/NUMBER/YEAR, e.g. HP/2011007/112/2026",
    "cnr": "the number of a proceeding",
    "pid": "a prisoner's number",
    "lab_case": "a laboratory's case, by its number or LABORATORY/NUMBER",
}


def _query(name: str, about: str) -> Json:
    return {"name": name, "in": "query", "schema": {"type": "string"}, "description": about}


def _get(operation_id: str, summary: str, parameters: list[Json]) -> Json:
    return {
        "get": {
            "operationId": operation_id,
            "summary": summary,
            "security": _BEARER,
            "parameters": [*parameters, _PURPOSE, _EXPLAIN],
            "responses": {"200": {"description": summary, "content": _JSON}} | _REFUSED,
        }
    }
