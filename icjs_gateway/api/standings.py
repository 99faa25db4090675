"""`GET /v1/receipts/{message_id}` and `/v1/messages/{message_id}`: what became of a message, for its sender alone.

Another partner's message, a malformed id and an unknown contract are all 404: the answer tells nobody what
exists. Every read is audited, an empty one too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import Malformed, NotFound
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.ports import MessageStanding

Endpoint = Callable[[Request], Awaitable[Response]]


def receipt_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def get_receipt(request: Request) -> Response:
        partner_id = door.partner(request).id
        contract_id, message_id = _asked(request)
        receipt = await gateway.messages.receipt(partner_id, contract_id, message_id)
        await _audit(gateway, request, Action.RECEIPT_READ, partner_id, found=receipt is not None)
        if receipt is None:
            raise _none(message_id)
        return Response(receipt, media_type="application/json")

    return get_receipt


def standing_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def get_message(request: Request) -> Response:
        partner_id = door.partner(request).id
        contract_id, message_id = _asked(request)
        standing = await gateway.messages.standing(partner_id, contract_id, message_id)
        await _audit(gateway, request, Action.MESSAGE_READ, partner_id, found=standing is not None)
        if standing is None:
            raise _none(message_id)
        return Response(dumps(_members(standing)), media_type="application/json")

    return get_message


def _asked(request: Request) -> tuple[str, MessageId]:
    contract_ids = request.query_params.getlist("contract")
    if len(contract_ids) != 1 or not contract_ids[0]:
        raise Malformed(
            "Name the contract of the message once: ?contract=courts.hearing-outcome.v1",
            [Finding(code="PARAMETER", wire_path="?contract", expected="one contract id")],
        )
    raw = request.path_params["message_id"]
    if not MessageId.pattern.fullmatch(raw):
        raise NotFound("There is no message of yours with such an id.")
    return contract_ids[0], MessageId(raw)


def _none(message_id: MessageId) -> NotFound:
    return NotFound(f"There is no message {message_id} of yours under this contract.")


async def _audit(gateway: Gateway, request: Request, action: Action, partner_id: str, *, found: bool) -> None:
    """Keep a leaf of the read. Only ids that were found are kept as sent: those are the sender's own."""
    facts: dict[str, object] = {"partner": partner_id, "found": found, "trace_id": trace_of(request.scope).trace_id}
    if found:
        facts |= {"contract": request.query_params["contract"], "message_id": request.path_params["message_id"]}
    await gateway.intake.evidence.note(action.value, facts)


def _members(standing: MessageStanding) -> dict[str, object]:
    return {
        "message_id": standing.message_id,
        "contract": standing.contract,
        "state": standing.state.value,
        "received_at": rfc3339(standing.received_at),
        "events": [_written(event) for event in standing.events],
        "progress": {recipient: dict(counts) for recipient, counts in standing.progress.items()},
    } | ({"settled": _written(standing.settled)} if standing.settled is not None else {})


def _written(told: Mapping[str, Any]) -> dict[str, Any]:
    """With instants as the surface writes them."""
    shown = {name: rfc3339(value) if isinstance(value, datetime) else value for name, value in told.items()}
    if "acted" in told:
        shown["acted"] = [_written(each) for each in told["acted"]]
    return shown
