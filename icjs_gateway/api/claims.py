"""`GET /v1/claims` and `POST /v1/claims/{number}/confirm`, `/reject`: what an owner says of words from without.

To whoever is not an owner of the case there is no such claim.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.json_bodies import Body, json_body
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.claim_desk import OwnersClaim
from icjs_gateway.routing.directory import Partner

Endpoint = Callable[[Request], Awaitable[Response]]
Decide = Callable[[Partner, int, str], Awaitable[OwnersClaim]]


class _Decision(Body):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


def claims_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def get_claims(request: Request) -> Response:
        partner = door.partner(request)
        found = await gateway.claims.refused(partner)
        facts = {"partner": partner.id, "count": len(found), "trace_id": trace_of(request.scope).trace_id}
        await gateway.intake.evidence.note(Action.CLAIMS_READ.value, facts)
        return Response(dumps({"claims": [_members(each) for each in found]}), media_type="application/json")

    return get_claims


def confirm_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def confirm_claim(request: Request) -> Response:
        return await _decided(gateway, door, request, gateway.claims.confirm)

    return confirm_claim


def reject_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def reject_claim(request: Request) -> Response:
        return await _decided(gateway, door, request, gateway.claims.reject)

    return reject_claim


async def _decided(gateway: Gateway, door: Door, request: Request, decide: Decide) -> Response:
    partner = door.partner(request)
    body = await json_body(request, _Decision, gateway.limits)
    number = request.path_params["number"]
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NotFound(f"There is no claim {number[:40]}.")
    claim = await decide(partner, int(number), body.reason)
    return Response(dumps(_members(claim)), media_type="application/json")


def _members(claim: OwnersClaim) -> dict[str, object]:
    members = {
        "number": claim.number,
        "kind": claim.kind.value,
        "case_id": claim.case_id,
        "identifier": claim.identifier,
        "place": claim.place,
        "state": claim.state.value,
        "made_at": rfc3339(claim.made_at) if claim.made_at is not None else None,
    }
    return {name: value for name, value in members.items() if value is not None}
