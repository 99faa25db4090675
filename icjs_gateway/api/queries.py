"""`POST /v1/queries/{exchange}` and the SOAP operations of queries: a question in, an answer out, by its contract.

The question is admitted and read like a message, and refused with every finding; an answer is never stored. Who asks
what is decided, and audited, where it is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.api.bodies import parsed, read_body, wire_of
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.refusals import Refusals
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import NotFound, Rejected
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.contracts import Document, Query, Wire
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.inquiries import case_status, inmate_status
from icjs_gateway.routing.inquiries.asking import InquiryPorts

_log = structlog.stdlib.get_logger("icjs_gateway.api")
Tree = dict[str, Any]
Answer = Callable[[Tree, Partner, InquiryPorts], Awaitable[Tree]]
QUESTION_BYTES_MAX = 64 * 1024

ANSWERS: Mapping[str, Answer] = {
    inmate_status.CONTRACT: inmate_status.inmate_status,
    case_status.CONTRACT: case_status.case_status,
}
"""What answers which query."""


def query_endpoint(gateway: Gateway, door: Door, refusals: Refusals) -> Callable[[Request], Awaitable[Response]]:
    parse = partial(parse_json, limits=gateway.limits.json)

    async def ask_query(request: Request) -> Response:
        received_at = gateway.clock.now()
        partner = door.partner(request)
        query, body = None, None
        try:
            query = gateway.contracts.query(request.path_params["exchange"])
            wire_of(request, {"application/json": Wire.JSON})
            body = await read_body(request, QUESTION_BYTES_MAX)
            document = await parsed(body, parse, gateway.limits.parsed_at_once_bytes_max)
            answer = await answered(gateway, request, document, query, partner)
        except Rejected as refusal:
            contract_id = query.id if query is not None else None
            await refusals.audit(refusal, partner=partner, contract_id=contract_id, body=body, received_at=received_at)
            raise
        return Response(answer, media_type="application/json")

    return ask_query


async def answered(gateway: Gateway, request: Request, document: Document, query: Query, partner: Partner) -> bytes:
    """The answer, in the form in which the question came. Raises Rejected with every finding, StoreFailed."""
    answer = ANSWERS.get(query.id)
    if answer is None:
        raise NotFound("This gateway has the contract of that query, and nothing that answers it.")
    tree = await answer(query.request.read(document), partner, gateway.inquiries)
    line = partial(
        _log.info,
        Action.INQUIRY_ANSWERED.value,
        trace_id=trace_of(request.scope).trace_id,
        partner=partner.id,
        contract=query.id,
        partial=tree["partial"],
    )
    # The log is for operators, the leaf of the audit is the evidence: whoever asked waits for that one only.
    asyncio.get_running_loop().call_soon(line)
    return query.response.write(tree, document.wire)
