"""`/soap/{pillar}`: every SOAP contract of a pillar at one address; SOAP 1.1, document/literal bare.

The Body child's name chooses the contract, the UsernameToken tells who calls, and from there a message goes
the same way as over HTTP. Every answer to a POST is SOAP: the receipt, or a fault with HTTP 500 as SOAP 1.1
says (6.2), made from the same problem as its REST twin. SOAPAction is not read. The service description is
public.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.soap import (
    Envelope,
    EnvelopeRefused,
    FaultCode,
    envelope,
    fault,
    open_envelope,
    receipt_envelope,
)
from icjs_gateway.api.bodies import SOAP_MEDIA_TYPES, header, parsed, read_body, wire_of
from icjs_gateway.api.boundary import report_failure
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.messages import accept
from icjs_gateway.api.problems import Problem, problem_of, unexpected
from icjs_gateway.api.queries import answered
from icjs_gateway.api.refusals import Refusals
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import ContractViolation, GatewayError, NotFound, Rejected, Unauthenticated
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.words import nearest
from icjs_gateway.routing.contracts import Contract, Contracts, Wire
from icjs_gateway.routing.directory import Partner

MEDIA_TYPE = "text/xml; charset=utf-8"
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")
Endpoint = Callable[[Request], Awaitable[Response]]


def soap_endpoint(gateway: Gateway, door: Door, refusals: Refusals) -> Endpoint:
    async def push_soap(request: Request) -> Response:
        trace = trace_of(request.scope)
        try:
            return await _push(request, gateway, door, refusals)
        except ClientDisconnect:
            raise
        except GatewayError as error:
            refusals.tell(error, request.scope)
            return _fault(_code_of(error), problem_of(error, trace.trace_id))
        except Exception as error:
            # A SOAP client reads faults, not problem documents, so the last resort has a twin here.
            report_failure(error, trace, gateway.metrics)
            return _fault(FaultCode.SERVER, unexpected(trace.trace_id))

    return push_soap


def wsdl_endpoint(gateway: Gateway) -> Endpoint:
    async def get_wsdl(request: Request) -> Response:
        pillar = request.path_params["pillar"]
        asked = {name.lower(): value for name, value in request.query_params.items()}
        location = _location(request, gateway.base_url)
        if "singlewsdl" in asked:
            description = gateway.contracts.wsdl(pillar, location, whole=True)
        elif "wsdl" in asked:
            description = gateway.contracts.wsdl(pillar, location)
        elif "xsd" in asked:
            description = gateway.contracts.wsdl_part(pillar, asked["xsd"], location)
        else:
            raise NotFound("Ask for the service description with ?wsdl; messages are sent by POST.")
        return Response(description, media_type=MEDIA_TYPE)

    return get_wsdl


async def _push(request: Request, gateway: Gateway, door: Door, refusals: Refusals) -> Response:
    received_at = gateway.clock.now()
    wire_of(request, SOAP_MEDIA_TYPES)
    body = await read_body(request, gateway.limits.body_bytes_max)
    opening = partial(open_envelope, limits=gateway.limits.xml)
    opened = await parsed(body, opening, gateway.limits.parsed_at_once_bytes_max)
    partner = door.user(request, opened.username, opened.password)
    query = gateway.contracts.query_by_root(request.path_params["pillar"], opened.operation_root)
    if query is not None:
        try:
            answer = await answered(gateway, request, opened.payload, query, partner)
        except Rejected as refusal:
            await refusals.audit(
                refusal, partner=partner, contract_id=query.id, body=opened.sent, received_at=received_at
            )
            raise
        return Response(envelope(answer), 200, media_type=MEDIA_TYPE)
    contract = await _operation(request.path_params["pillar"], opened, gateway, refusals, partner, received_at)
    receipt = await accept(gateway, request, opened.payload, contract, partner, received_at)
    headers = {"idempotent-replayed": "true"} if receipt.replayed else {}
    return Response(receipt_envelope(receipt.json), 200, headers, MEDIA_TYPE)


async def _operation(
    pillar: str, opened: Envelope, gateway: Gateway, refusals: Refusals, partner: Partner, received_at: datetime
) -> Contract:
    """The contract that the payload's root names. Raises ContractViolation (audited) when this pillar has none."""
    contract = gateway.contracts.by_root(pillar, opened.operation_root)
    if contract is not None and Wire.SOAP in contract.wires:
        return contract
    refusal = ContractViolation(
        "This service has no operation for the element in the Body.",
        [
            Finding(
                code="OPERATION-UNKNOWN",
                wire_path="/",
                line=opened.payload.root.sourceline,
                expected=" or ".join(_roots(gateway.contracts, pillar)) or "another service",
                found=opened.operation_root[:200],
                hint=_nearest_root(opened.operation_root, _roots(gateway.contracts, pillar)),
            )
        ],
    )
    await refusals.audit(refusal, partner=partner, contract_id=None, body=opened.sent, received_at=received_at)
    raise refusal


def _roots(contracts: Contracts, pillar: str) -> list[str]:
    pushed = [
        contract.root
        for contract in contracts.all()
        if contract.pillar == pillar and contract.root is not None and Wire.SOAP in contract.wires
    ]
    return sorted([*pushed, *(query.root for query in contracts.queries() if query.pillar == pillar)])


def _nearest_root(found: str, roots: list[str]) -> str | None:
    """The operation that is meant, it seems: its name is another, or its namespace."""
    name = found.rpartition("}")[2]
    for root in roots:
        namespace, _, known = root[1:].partition("}")
        if known == name:
            return f"{name} stands in another namespace, or in none: it belongs in {namespace}"
    known_names = {root.rpartition("}")[2]: root for root in roots}
    near = nearest(name, known_names)
    return None if near is None else f"did you mean {near}, in the namespace {known_names[near][1:].partition('}')[0]}?"


def _code_of(error: GatewayError) -> FaultCode:
    match error:
        case EnvelopeRefused():
            return error.code
        case Unauthenticated():
            return FaultCode.FAILED_AUTHENTICATION
        case Rejected():
            return FaultCode.CLIENT
        case _:
            return FaultCode.SERVER


def _fault(code: FaultCode, problem: Problem) -> Response:
    # WWW-Authenticate belongs to HTTP's 401; Retry-After holds for a fault too.
    headers = {name: value for name, value in problem.headers.items() if name != "www-authenticate"}
    return Response(fault(code, problem.detail, problem.members()), 500, headers, MEDIA_TYPE)


def _location(request: Request, base_url: str | None) -> str:
    """Where the service is: as configured, or as the caller reached it."""
    if base_url is None:
        host = header(request, b"host") or ""
        if not _HOST.fullmatch(host):
            raise NotFound("The Host header does not name a host.")
        base_url = f"{request.scope['scheme']}://{host}"
    return f"{base_url.rstrip('/')}/soap/{request.path_params['pillar']}"
