"""The FastAPI application: one table of addresses, and the boundary around them.

Endpoints are plain `Request -> Response`; FastAPI's per-request models and dependencies are not used, because
the hot path is parsing and the store, and nothing else. A new address is one more row there.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from icjs_gateway.api.attachments import attachment_endpoint
from icjs_gateway.api.batches import batch_endpoint
from icjs_gateway.api.boundary import Boundary
from icjs_gateway.api.cases import case_endpoint, events_endpoint, search_endpoint, timeline_endpoint
from icjs_gateway.api.claims import claims_endpoint, confirm_endpoint, reject_endpoint
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.deliveries import acted_endpoint, consumed_endpoint
from icjs_gateway.api.drops import manifest_endpoint, part_endpoint
from icjs_gateway.api.feeds import ack_endpoint, feed_endpoint, nack_endpoint
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.messages import push_endpoint
from icjs_gateway.api.oauth import jwks_endpoint, token_endpoint
from icjs_gateway.api.openapi import docs_endpoint, openapi_endpoint
from icjs_gateway.api.operations import livez, metrics_endpoint, readyz_endpoint
from icjs_gateway.api.problems import problem_of_framework, problem_of_validation
from icjs_gateway.api.queries import query_endpoint
from icjs_gateway.api.refusals import Refusals
from icjs_gateway.api.soap import soap_endpoint, wsdl_endpoint
from icjs_gateway.api.standings import receipt_endpoint, standing_endpoint
from icjs_gateway.api.tracing import trace_of

__all__ = ["Gateway", "create_app"]


def create_app(gateway: Gateway, *, lifespan: Any = None) -> FastAPI:
    """The application around what was injected. `lifespan` is Starlette's, for whoever starts and stops the rest."""
    refusals = Refusals(gateway)
    door = Door(gateway)
    app = FastAPI(
        title="ICJS Gateway",
        version=version("icjs-gateway"),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Its own tracing would note query strings, which name FIRs and people.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
    )
    routes = [
        # The hot ones come first: the router tries them in this order.
        ("POST", "/v1/messages/{contract}", push_endpoint(gateway, door, refusals)),
        ("POST", "/v1/messages:batch", batch_endpoint(gateway, door, refusals)),
        ("POST", "/soap/{pillar}", soap_endpoint(gateway, door, refusals)),
        ("POST", "/v1/queries/{exchange}", query_endpoint(gateway, door, refusals)),
        ("GET", "/soap/{pillar}", wsdl_endpoint(gateway)),
        ("GET", "/v1/cases", search_endpoint(gateway, door)),
        ("GET", "/v1/cases/{case_id}", case_endpoint(gateway, door)),
        ("GET", "/v1/cases/{case_id}/timeline", timeline_endpoint(gateway, door)),
        ("GET", "/v1/cases/{case_id}/events", events_endpoint(gateway, door)),
        ("GET", "/v1/messages/{message_id}", standing_endpoint(gateway, door)),
        ("GET", "/v1/receipts/{message_id}", receipt_endpoint(gateway, door)),
        ("GET", "/v1/claims", claims_endpoint(gateway, door)),
        ("POST", "/v1/claims/{number}/confirm", confirm_endpoint(gateway, door)),
        ("POST", "/v1/claims/{number}/reject", reject_endpoint(gateway, door)),
        ("POST", "/v1/deliveries/{delivery_id}/consumed", consumed_endpoint(gateway, door)),
        ("POST", "/v1/deliveries/{delivery_id}/acted", acted_endpoint(gateway, door)),
        ("GET", "/v1/attachments/{sha256}", attachment_endpoint(gateway, door)),
        ("GET", "/v1/subscriptions/{subscription_id}/events", feed_endpoint(gateway, door)),
        ("GET", "/v1/subscriptions/{subscription_id}/files", manifest_endpoint(gateway, door)),
        ("GET", "/v1/subscriptions/{subscription_id}/files/{name}", part_endpoint(gateway, door)),
        ("POST", "/v1/subscriptions/{subscription_id}/ack", ack_endpoint(gateway, door)),
        ("POST", "/v1/subscriptions/{subscription_id}/nack", nack_endpoint(gateway, door)),
        ("POST", "/oauth2/token", token_endpoint(gateway, refusals)),
        ("GET", "/.well-known/jwks.json", jwks_endpoint(gateway)),
        ("GET", "/livez", livez),
        ("GET", "/readyz", readyz_endpoint(gateway)),
        ("GET", "/metrics", metrics_endpoint(gateway, door)),
        ("GET", "/openapi.json", openapi_endpoint(gateway)),
        ("GET", "/docs", docs_endpoint(gateway)),
    ]
    for method, path, endpoint in routes:
        app.add_route(path, endpoint, methods=[method], name=endpoint.__name__)
    app.exception_handlers[HTTPException] = _framework_error
    app.exception_handlers[RequestValidationError] = _validation_error
    app.add_middleware(Boundary, refusals=refusals, metrics=gateway.metrics)
    return app


async def _framework_error(request: Request, error: HTTPException) -> Response:
    response = problem_of_framework(error, trace_of(request.scope).trace_id).response()
    if error.status_code == 405:
        # Two endpoints may share an address; the framework names the methods of one.
        methods = {
            method
            for route in request.app.routes
            if isinstance(route, Route) and route.path_regex.match(request.url.path)
            for method in route.methods or ()
        }
        response.headers["allow"] = ", ".join(sorted(methods))
    return response


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    return problem_of_validation(error, trace_of(request.scope).trace_id).response()
