"""`POST /v1/deliveries/{id}/consumed` and `/acted`: what a recipient says became of what it got.

A delivery is named by its `deliveryid`. Only its own recipient may speak of it; to anybody else there is no such
delivery. The last word counts: a jail that answered SURETY_PENDING says DONE when the person is out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints, model_validator
from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.json_bodies import Body, json_body
from icjs_gateway.routing.obligations import Answer, Reason, Result
from icjs_gateway.routing.progress import Consumed, Step

Endpoint = Callable[[Request], Awaitable[Response]]


class _Consumed(Body):
    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/ ()-]{1,64}$")] | None = None
    at: AwareDatetime


class _Acted(Body):
    result: Literal["DONE", "NOT_DONE"]
    at: AwareDatetime
    reason: Reason | None = None
    remarks: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None

    @model_validator(mode="after")
    def _says_why(self) -> _Acted:
        if (self.result == "NOT_DONE") is not (self.reason is not None):
            raise ValueError("a reason goes with NOT_DONE, and only with it")
        return self


def consumed_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def note_consumed(request: Request) -> Response:
        partner = door.partner(request)
        body = await json_body(request, _Consumed, gateway.limits)
        return await _note(gateway, request, partner.id, Consumed(at=body.at, number=body.number), "consumed")

    return note_consumed


def acted_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def note_acted(request: Request) -> Response:
        partner = door.partner(request)
        body = await json_body(request, _Acted, gateway.limits)
        answer = Answer(result=Result(body.result), at=body.at, reason=body.reason, remarks=body.remarks)
        return await _note(gateway, request, partner.id, answer, "acted")

    return note_acted


async def _note(gateway: Gateway, request: Request, partner_id: str, step: Step, word: str) -> Response:
    delivery_id = request.path_params["delivery_id"]
    await gateway.progress.note(partner_id, delivery_id, step)
    return Response(dumps({"delivery_id": delivery_id, "noted": word}), media_type="application/json")
