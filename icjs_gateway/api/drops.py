"""`/v1/subscriptions/{id}/files` and `/files/{name}`: the file drop, for the partner whose subscription it is.

Acknowledged like a pull feed (`feeds.py`). Every read is audited with the name of the file.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.api.credentials import Door
from icjs_gateway.api.feeds import Endpoint, own_subscription
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.drops import MEDIA_TYPES


def manifest_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def get_subscription_files(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = own_subscription(gateway, request, partner_id, "file")
        manifest = await gateway.feeds.manifest(subscription_id)
        await _audit(gateway, request, partner_id, subscription_id, "manifest.json")
        return Response(manifest, media_type="application/json")

    return get_subscription_files


def part_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def get_subscription_file(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = own_subscription(gateway, request, partner_id, "file")
        name = request.path_params["name"]
        body = await gateway.feeds.part(subscription_id, name)
        await _audit(gateway, request, partner_id, subscription_id, name)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "ETag": f'"{hashlib.sha256(body).hexdigest()}"',
            "X-Content-Type-Options": "nosniff",
        }
        return Response(body, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)

    return get_subscription_file


async def _audit(gateway: Gateway, request: Request, partner_id: str, subscription_id: str, name: str) -> None:
    facts = {
        "partner": partner_id,
        "subscription": subscription_id,
        "file": name,
        "trace_id": trace_of(request.scope).trace_id,
    }
    await gateway.intake.evidence.note(Action.FEED_READ.value, facts)
