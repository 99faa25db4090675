"""JSON bodies of the gateway's own surface: parsed by the hardened parser, judged by a closed shape.

Everything wrong is told at once, as findings with a JSON pointer; what was sent is never repeated.
"""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.api.bodies import parsed, read_body, wire_of
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.model.errors import ContractViolation
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.words import shape_fault
from icjs_gateway.routing.contracts import Wire

BODY_BYTES_MAX = 64 * 1024
"""More than any of these bodies needs."""


class Body(BaseModel):
    """Base of a request's shape: closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Shape = TypeVar("Shape", bound=Body)


async def json_body(request: Request, shape: type[Shape], limits: ApiLimits) -> Shape:
    """The request's body as this shape. Raises UnsupportedMedia, TooLarge, Malformed, ContractViolation."""
    wire_of(request, {"application/json": Wire.JSON})
    body = await read_body(request, BODY_BYTES_MAX)
    document = await parsed(body, partial(parse_json, limits=limits.json), limits.parsed_at_once_bytes_max)
    try:
        return shape.model_validate(document.root)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise ContractViolation(
            "The body does not have the shape it should.", [_finding(each) for each in faults]
        ) from None


def _finding(fault: object) -> Finding:
    assert isinstance(fault, dict)  # noqa: S101 - pydantic's own
    pointer = "".join(f"/{step}" for step in fault["loc"])
    return Finding(code="REQUEST-SHAPE", wire_path=pointer or "/", expected=shape_fault(fault))
