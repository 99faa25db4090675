"""The part of the OpenAPI description that is about what partners fetch: pull feeds and file drops."""

from __future__ import annotations

from typing import Any

from icjs_gateway.routing.drops import MEDIA_TYPES

Json = dict[str, Any]
_BEARER: list[Json] = [{"bearer": []}, {"clientCredentials": []}]


def feeds() -> Json:
    """`/v1/subscriptions/{id}/events`, `/files`, `/ack`, `/nack`."""
    at = "/v1/subscriptions/{subscription_id}"
    place = {"application/json": {"schema": {"$ref": "#/components/schemas/FeedPlace"}}}
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/FeedRefusal"}}}
    page = {"application/json": {"schema": {"$ref": "#/components/schemas/FeedPage"}}}
    manifest = {"application/json": {"schema": {"$ref": "#/components/schemas/DropManifest"}}}
    part = {media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    answered = {"200": {"description": "The place in the feed", "content": place}}
    refused = {**_problems("400", "404"), "401": _ref("Unauthenticated"), "503": _ref("TryAgain")}
    refused_body = refused | _problems("413", "415", "422")
    subscription = {"$ref": "#/components/parameters/subscription_id"}
    read = [subscription, *({"$ref": f"#/components/parameters/{name}"} for name in ("after", "limit", "feed"))]
    return {
        f"{at}/events": {
            "get": {
                "operationId": "get_subscription_events",
                "summary": "Pull feed: what follows the last acknowledgement, or a number",
                "security": _BEARER,
                "parameters": read,
                "responses": {"200": {"description": "A page, in order of number", "content": page}} | refused,
            }
        },
        f"{at}/files": {
            "get": {
                "operationId": "get_subscription_files",
                "summary": "File drop: what there is to fetch, liberty traffic first",
                "security": _BEARER,
                "parameters": [subscription],
                "responses": {"200": {"description": "The manifest", "content": manifest}} | refused,
            }
        },
        f"{at}/files/{{name}}": {
            "get": {
                "operationId": "get_subscription_file",
                "summary": "File drop: one part, as NDJSON or XML",
                "security": _BEARER,
                "parameters": [subscription, name],
                "responses": {"200": {"description": "The events of its numbers", "content": part}} | refused,
            }
        },
        f"{at}/ack": {
            "post": {
                "operationId": "ack_subscription_events",
                "summary": "Pull feed: everything up to a number is taken",
                "security": _BEARER,
                "parameters": [subscription],
                "requestBody": {"required": True, "content": place},
                "responses": answered | refused_body,
            }
        },
        f"{at}/nack": {
            "post": {
                "operationId": "nack_subscription_event",
                "summary": "Pull feed: this one event is refused; the feed goes on behind it",
                "security": _BEARER,
                "parameters": [subscription],
                "requestBody": {"required": True, "content": refusal},
                "responses": answered | refused_body,
            }
        },
    }


def _problems(*statuses: str) -> Json:
    return {status: _ref("Problem") for status in statuses}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/responses/{name}"}
