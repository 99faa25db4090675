"""`POST /v1/messages/{contract}`: push one message, as XML or JSON.

The steps before intake: who is it, which contract, is it of a media type and size that is taken, is it well
formed. The answer is the stored receipt byte for byte: 202 the first time, 200 and `Idempotent-Replayed:
true` for a repeat.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.api.bodies import MEDIA_TYPES, header, parsed, read_body, wire_of
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.refusals import Refusals
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import Rejected
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.contracts import Contract, Document, Wire
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.intake import Arrival, intake
from icjs_gateway.routing.messages import Receipt

_log = structlog.stdlib.get_logger("icjs_gateway.api")


def push_endpoint(gateway: Gateway, door: Door, refusals: Refusals) -> Callable[[Request], Awaitable[Response]]:
    limits = gateway.limits
    parsers: Mapping[Wire, Callable[[bytes], Document]] = {
        Wire.XML: partial(parse_xml, limits=limits.xml),
        Wire.JSON: partial(parse_json, limits=limits.json),
    }

    async def push_message(request: Request) -> Response:
        received_at = gateway.clock.now()
        partner = door.partner(request)
        contract, body = None, None
        try:
            contract = gateway.contracts.get(request.path_params["contract"])
            taken = {name: wire for name, wire in MEDIA_TYPES.items() if wire in contract.wires}
            wire = wire_of(request, taken)
            body = await read_body(request, limits.body_bytes_max)
            document = await parsed(body, parsers[wire], limits.parsed_at_once_bytes_max)
            if (key := header(request, b"idempotency-key")) is not None:
                document = replace(document, given_id=_unquoted(key))
        except Rejected as refusal:
            contract_id = contract.id if contract is not None else None
            await refusals.audit(refusal, partner=partner, contract_id=contract_id, body=body, received_at=received_at)
            raise
        receipt = await accept(gateway, request, document, contract, partner, received_at)
        if receipt.replayed:
            return Response(receipt.json, 200, {"idempotent-replayed": "true"}, "application/json")
        return Response(receipt.json, 202, media_type="application/json")

    return push_message


def _unquoted(key: str) -> str:
    """Some write the key as a string of RFC 9651, in quotation marks."""
    return key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key


async def accept(
    gateway: Gateway,
    request: Request,
    document: Document,
    contract: Contract,
    partner: Partner,
    received_at: datetime,
) -> Receipt:
    """Give a parsed document to intake, then count and log what it came to."""
    trace = trace_of(request.scope)
    arrival = Arrival(
        document=document,
        contract=contract,
        partner=partner,
        received_at=received_at,
        traceparent=trace.traceparent,
    )
    receipt = await intake(arrival, gateway.intake)
    outcome = "replayed" if receipt.replayed else "kept"
    channel = "soap" if document.wire is Wire.SOAP else "http"
    gateway.metrics.messages.labels(contract.id, channel, outcome).inc()
    _log.info(
        Action.MESSAGE_ACCEPTED.value,
        trace_id=trace.trace_id,
        partner=partner.id,
        contract=contract.id,
        channel=channel,
        digest=document.digest.hex(),
        outcome=outcome,
    )
    return receipt
