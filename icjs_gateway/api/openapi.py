"""`/openapi.json` and `/docs`: the surface described, for machines and for people.

The description is written here, not derived from handlers, because the handlers take bytes; a test holds the
two together, address by address. What each contract's body looks like is in its schema, which the contract's
own page and the WSDL give. `/docs` is one page without scripts or anything fetched from elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.openapi_feeds import feeds
from icjs_gateway.api.openapi_inquiries import attachments, cases, claims, queries
from icjs_gateway.api.openapi_parts import PARAMETERS, RESPONSES, SCHEMAS, SECURITY_SCHEMES
from icjs_gateway.routing.contracts import Contract, Wire

Json = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]
_BEARER: list[Json] = [{"bearer": []}, {"clientCredentials": []}]
_MEDIA_TYPES = {Wire.XML: ("application/xml", "text/xml"), Wire.JSON: ("application/json",)}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "code{background:#f0f0f0;padding:.1em .3em}h2{margin:2rem 0 0;font-size:1.1rem}dt{font-weight:600}"
    "a:focus{outline:3px solid}"
)


def openapi_endpoint(gateway: Gateway) -> Endpoint:
    async def get_openapi(request: Request) -> Response:
        return Response(dumps(document(gateway)), media_type="application/json")

    return get_openapi


def docs_endpoint(gateway: Gateway) -> Endpoint:
    async def get_docs(request: Request) -> Response:
        policy = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
        return Response(_page(document(gateway)), 200, policy, "text/html; charset=utf-8")

    return get_docs


def document(gateway: Gateway) -> Json:
    """The OpenAPI 3.1 description of this gateway, with the contracts that it has."""
    contracts = sorted(gateway.contracts.all(), key=lambda contract: contract.id)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ICJS Gateway",
            "version": version("icjs-gateway"),
            "summary": "Message broker between police, courts, prisons, forensics and prosecution.",
            "x-environment": gateway.environment,
        },
        "paths": _that_may_fail(
            _messages(contracts)
            | queries(sorted(gateway.contracts.queries(), key=lambda query: query.id))
            | cases()
            | claims()
            | attachments()
            | _deliveries()
            | feeds()
            | _soap(contracts, sorted({query.pillar for query in gateway.contracts.queries()}))
            | _tokens()
            | _operations()
        ),
        "components": {
            "schemas": SCHEMAS,
            "responses": RESPONSES,
            "parameters": PARAMETERS,
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _that_may_fail(paths: Json) -> Json:
    """The same, each answering 500 when the gateway fails."""
    failed = _refs({"500": "Failed"})
    return {
        path: {method: told | {"responses": failed | told["responses"]} for method, told in operations.items()}
        for path, operations in paths.items()
    }


def _messages(contracts: list[Contract]) -> Json:
    taken = [contract for contract in contracts if contract.wires & _MEDIA_TYPES.keys()]
    media_types = sorted({name for contract in taken for wire in contract.wires for name in _MEDIA_TYPES.get(wire, ())})
    listed = "; ".join(f"{contract.id}: {contract.title}" for contract in taken)
    path = {"name": "contract", "in": "path", "required": True, "schema": {"type": "string"}, "description": listed}
    if taken:
        path["schema"] = {"type": "string", "enum": [contract.id for contract in taken]}
    receipt = {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}
    replayed = {"Idempotent-Replayed": {"schema": {"const": "true"}}}
    sender = {"401": "Unauthenticated", "404": "Problem", "400": "Problem", "503": "TryAgain"}
    return {
        "/v1/messages/{contract}": {
            "post": {
                "operationId": "push_message",
                "summary": "Push one message",
                "description": "Accepted means kept: the receipt leaves after the commit. A repeat gets it again.",
                "security": _BEARER,
                "parameters": [
                    path,
                    *({"$ref": f"#/components/parameters/{name}"} for name in ("idempotency_key", "traceparent")),
                ],
                "requestBody": {"required": True, "content": {name: {} for name in media_types}},
                "responses": {
                    "202": {"description": "Kept: the signed receipt.", "content": receipt},
                    "200": {"description": "A repeat: the first receipt.", "content": receipt, "headers": replayed},
                }
                | _problems("400", "403", "404", "409", "413", "415", "422")
                | _refs({"401": "Unauthenticated", "429": "TryAgain", "503": "TryAgain"}),
            }
        },
        "/v1/messages:batch": _batch(path),
        "/v1/messages/{message_id}": _read("get_message", "What became of a message", "Standing", sender),
        "/v1/receipts/{message_id}": _read("get_receipt", "The receipt again", "Receipt", sender),
    }


def _batch(contract: Json) -> Json:
    line = {"schema": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Receipt", "Problem")]}}
    return {
        "post": {
            "operationId": "push_batch",
            "summary": "Push many messages of one contract",
            "description": (
                "NDJSON, a document a line (an XML document as a JSON string), or a zip, a document a member. Answered "
                "in the same order, a receipt or a problem a line. Each message stands alone; the same batch again "
                "gets the same receipts."
            ),
            "security": _BEARER,
            "parameters": [contract | {"in": "query"}],
            "requestBody": {"required": True, "content": {"application/x-ndjson": {}, "application/zip": {}}},
            "responses": {"200": {"description": "An answer a message.", "content": {"application/x-ndjson": line}}}
            | _problems("400", "403", "404", "413", "415")
            | _refs({"401": "Unauthenticated"}),
        }
    }


def _deliveries() -> Json:
    path = {"name": "delivery_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        f"/v1/deliveries/{{delivery_id}}/{word}": {
            "post": {
                "operationId": f"note_{word}",
                "summary": summary,
                "description": "For the delivery's own recipient. The last word counts.",
                "security": _BEARER,
                "parameters": [path],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
                },
                "responses": {"200": {"description": "Noted.", "content": {"application/json": {}}}}
                | _problems("400", "404", "413", "415", "422")
                | _refs({"401": "Unauthenticated", "503": "TryAgain"}),
            }
        }
        for word, schema, summary in (
            ("consumed", "Consumed", "The recipient took it over, under a number of its own"),
            ("acted", "Acted", "What the recipient did about it, or why not"),
        )
    }


def _read(operation_id: str, summary: str, schema: str, refused: dict[str, str]) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "get": {
            "operationId": operation_id,
            "summary": f"{summary}, for its sender",
            "security": _BEARER,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in ("message_id", "contract")],
            "responses": {"200": {"description": summary, "content": content}} | _refs(refused),
        }
    }


def _soap(contracts: list[Contract], asked: list[str]) -> Json:
    pillars = sorted({contract.pillar for contract in contracts if Wire.SOAP in contract.wires} | set(asked))
    path = {"name": "pillar", "in": "path", "required": True, "schema": {"type": "string", "enum": pillars}}
    xml: Json = {"text/xml": {}}
    return {
        "/soap/{pillar}": {
            "post": {
                "operationId": "push_soap",
                "summary": "Push one message, or ask one question, in SOAP 1.1",
                "description": "Credentials are a WS-Security UsernameToken with PasswordText in the envelope.",
                "parameters": [path],
                "requestBody": {"required": True, "content": xml},
                "responses": {
                    "200": {"description": "Kept: the Receipt, the stored JSON in it; or the answer.", "content": xml},
                    "500": {"description": "A fault, with a Problem in its detail.", "content": xml},
                },
            },
            "get": {
                "operationId": "get_wsdl",
                "summary": "The service description and its schemas",
                "security": [],
                "parameters": [
                    path,
                    {"name": "wsdl", "in": "query", "allowEmptyValue": True, "schema": {"type": "string"}},
                    {"name": "xsd", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "WSDL 1.1 or XML Schema", "content": xml}} | _problems("404"),
            },
        }
    }


def _tokens() -> Json:
    form = {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/TokenRequest"}}}
    token = {"application/json": {"schema": {"$ref": "#/components/schemas/Token"}}}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/TokenError"}}}
    return {
        "/oauth2/token": {
            "post": {
                "operationId": "issue_token",
                "summary": "A bearer token for client credentials (RFC 6749, 4.4)",
                "security": [{"basic": []}, {}],
                "requestBody": {"required": True, "content": form},
                "responses": {
                    "200": {"description": "A token", "content": token},
                    "400": {"description": "The request is not as RFC 6749 has it", "content": error},
                    "401": {"description": "invalid_client", "content": error},
                }
                | _problems("413"),
            }
        },
        "/.well-known/jwks.json": _public("get_jwks", "The keys that receipts are signed with (RFC 7517)"),
    }


def _operations() -> Json:
    metrics = _public("get_metrics", "Counters for Prometheus; alarms for the operator's token alone", "text/plain")
    metrics["get"]["security"] = [{"bearer": []}]
    metrics["get"]["responses"] |= _refs({"401": "Unauthenticated"})
    ready = _public("readyz", "Whether requests should come here")
    ready["get"]["responses"]["503"] = {"description": "Not now; `reasons` says why"}
    return {
        "/livez": _public("livez", "Whether the process answers"),
        "/readyz": ready,
        "/metrics": metrics,
        "/openapi.json": _public("get_openapi", "This description"),
        "/docs": _public("get_docs", "This description, for reading", "text/html"),
    }


def _public(operation_id: str, summary: str, media_type: str = "application/json") -> Json:
    answered = {"200": {"description": summary, "content": {media_type: {}}}}
    return {"get": {"operationId": operation_id, "summary": summary, "security": [], "responses": answered}}


def _problems(*statuses: str) -> Json:
    return _refs(dict.fromkeys(statuses, "Problem"))


def _refs(named: dict[str, str]) -> Json:
    return {status: {"$ref": f"#/components/responses/{name}"} for status, name in named.items()}


def _page(described: Json) -> str:
    """The description as one static page."""
    sections = []
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            answers = "".join(
                f"<dt>{status}</dt><dd>{escape(_described(answer))}</dd>"
                for status, answer in operation["responses"].items()
            )
            sections.append(
                f"<section><h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation['summary'])}. "
                f"{escape(operation.get('description', ''))}</p><dl>{answers}</dl></section>"
            )
    title = f"{described['info']['title']} {described['info']['version']}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{escape(title)}</h1><p>{escape(described['info']['summary'])} "
        f'For machines: <a href="/openapi.json">/openapi.json</a>.</p>{"".join(sections)}</main></body></html>'
    )


def _described(answer: Json) -> str:
    reference = answer.get("$ref")
    text: str = RESPONSES[reference.rpartition("/")[2]]["description"] if reference else answer["description"]
    return text
