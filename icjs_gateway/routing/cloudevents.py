"""Events as they leave: CloudEvents 1.0 in JSON, structured mode."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.authority.mark import mark_of
from icjs_gateway.routing.lanes import Head
from icjs_gateway.routing.notices import UNLINKED, is_unverified, source_of, subject_of

MEDIA_TYPE = "application/cloudevents+json"


def cloudevent(head: Head, position: int, data: bytes, *, environment: str, number: int | None = None) -> bytes:
    """One delivery as a CloudEvent. `id` is the event's and stable for ever; `deliveryid` is this subscription's.
    `data` is what is shown, as JSON, and goes along as it is; `number` is the delivery's place in a pull feed."""
    told = head.told
    _, noun, verb, version = told.type.split(".")
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": told.event_id,
        "source": source_of(told),
        "type": told.type,
        "subject": subject_of(told),
        "time": rfc3339(told.occurred_at),
        "datacontenttype": "application/json",
        "dataschema": f"urn:icjs:canonical:{noun}.{verb}:{version.removeprefix('v')}",
        "deliveryid": head.delivery_id,
        "lane": head.lane,
        "position": position,
        "recordedat": rfc3339(told.recorded_at),
        "environment": environment,
    }
    if number is not None:
        # A string: CloudEvents has integers of 32 bits only.
        event["number"] = str(number)
    if told.traceparent is not None:
        event["traceparent"] = told.traceparent
    if head.replay:
        event["replay"] = True
    if is_unverified(head):
        link = b',"link":' + _UNLINKED if told.case_id is None else b""
        authority = _json(mark_of(told.type, from_json(data), has_case=told.case_id is not None))
        data = data[:-1] + link + b',"authority":' + authority + b"}"
    return _json(event)[:-1] + b',"data":' + data + b"}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


_UNLINKED = _json(UNLINKED)
