"""`/livez`, `/readyz`, `/metrics`: what runs the gateway asks these. The first two are public and say little.

`/metrics` needs the operator's token; a partner's shows what is counted at the door, and nothing that the store tells.
Only where the server listens on loopback may a caller on the same machine do without a token; a request that a proxy
forwarded is not such a caller.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address

from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.bodies import header
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.model.errors import StoreFailed

_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})
Endpoint = Callable[[Request], Awaitable[Response]]


async def livez(request: Request) -> Response:
    """The process answers. Nothing else is checked: a failing store is no reason to kill it."""
    return Response(dumps({"status": "alive"}), media_type="application/json")


def readyz_endpoint(gateway: Gateway) -> Endpoint:
    async def readyz(request: Request) -> Response:
        reasons = list((await gateway.health()).reasons)
        members = {"status": "not ready" if reasons else "ready", "reasons": reasons}
        headers = {"retry-after": "1"} if reasons else {}
        return Response(dumps(members), 503 if reasons else 200, headers, "application/json")

    return readyz


def metrics_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    metrics = gateway.metrics

    async def get_metrics(request: Request) -> Response:
        told = [metrics.registry]
        if _is_operator(request, gateway):
            told.append(metrics.of_the_store)
            metrics.loops_are(await gateway.health())
            with suppress(StoreFailed):
                # A store that does not answer is told of by `/readyz`; what is counted here is told all the same.
                metrics.alarms_are(await gateway.alarms())
                metrics.reports_unconsumed.set(await gateway.unconsumed())
        else:
            door.partner(request)
        return Response(b"".join(map(generate_latest, told)), media_type=CONTENT_TYPE_LATEST)

    return get_metrics


def _is_operator(request: Request, gateway: Gateway) -> bool:
    if gateway.host_is_loopback and _came_from_here(request):
        return True
    scheme, _, token = (header(request, b"authorization") or "").partition(" ")
    expected = gateway.metrics_token
    return (
        expected is not None
        and scheme.lower() == "bearer"
        and hmac.compare_digest(token.strip().encode(), expected.encode())
    )


def _came_from_here(request: Request) -> bool:
    if request.client is None or any(name in _FORWARDED for name, _ in request.scope["headers"]):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
