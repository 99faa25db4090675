"""`/v1/subscriptions/{id}/events`, `/ack`, `/nack`: the pull feed, for the partner whose subscription it is.

Another partner's subscription, one that is not pulled and none at all are the same 404. Every read is audited, an empty
one too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps, parse_json
from icjs_gateway.api.bodies import read_body, wire_of
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import ContractViolation, Malformed, NotFound
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.feeds import Feed, FeedName

Endpoint = Callable[[Request], Awaitable[Response]]
_DIGITS_MAX = 18
_REASON_CHARACTERS_MAX = 200
_FEEDS = " or ".join(name.value for name in FeedName)


def feed_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    limits = gateway.limits

    async def get_subscription_events(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = _own(gateway, request, partner_id)
        after = _parameter(request, "after")
        limit = _parameter(request, "limit")
        most = limits.feed_events_max
        if limit is not None and not 1 <= limit <= most:
            raise _wrong_parameter("limit", f"a number from 1 to {most}")
        feed = Feed(subscription_id=subscription_id, name=_feed_name(request.query_params.get("feed"), "?feed"))
        page = await gateway.feeds.read(feed, after, limit or min(limits.feed_events, most))
        await _audit(gateway, request, Action.FEED_READ, partner_id, feed, after=after)
        return Response(page, media_type="application/json")

    return get_subscription_events


def ack_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def ack_subscription_events(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = _own(gateway, request, partner_id)
        said = await _said(gateway, request, {"number", "feed"})
        feed, number = _place(subscription_id, said)
        await gateway.feeds.acknowledge(feed, number)
        await _audit(gateway, request, Action.FEED_ACKNOWLEDGED, partner_id, feed, number=number)
        return Response(dumps({"feed": feed.name.value, "number": str(number)}), media_type="application/json")

    return ack_subscription_events


def nack_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def nack_subscription_event(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = _own(gateway, request, partner_id)
        said = await _said(gateway, request, {"number", "feed", "reason"})
        feed, number = _place(subscription_id, said)
        await gateway.feeds.refuse(feed, number, _reason(said.get("reason")))
        await _audit(gateway, request, Action.FEED_REFUSED, partner_id, feed, number=number)
        return Response(dumps({"feed": feed.name.value, "number": str(number)}), media_type="application/json")

    return nack_subscription_event


def _own(gateway: Gateway, request: Request, partner_id: str) -> str:
    subscription = gateway.directory.subscription(request.path_params["subscription_id"])
    if subscription is None or subscription.partner != partner_id or subscription.deliver.channel != "pull":
        raise NotFound("There is no such pull subscription of yours.")
    return subscription.id


def _parameter(request: Request, name: str) -> int | None:
    values = request.query_params.getlist(name)
    if not values:
        return None
    number = _number(values[0]) if len(values) == 1 else None
    if number is None:
        raise _wrong_parameter(name, "one number, in digits")
    return number


def _number(written: object) -> int | None:
    """A number as it stands in an event: digits. As JSON number it is taken too."""
    if isinstance(written, bool):
        return None
    if isinstance(written, int) and 0 <= written < 10**_DIGITS_MAX:
        return written
    if isinstance(written, str) and written.isascii() and written.isdigit() and len(written) <= _DIGITS_MAX:
        return int(written)
    return None


def _feed_name(written: Any, where: str) -> FeedName:
    if written is None:
        return FeedName.MAIN
    try:
        return FeedName(written)
    except ValueError:
        finding = Finding(code="PARAMETER", wire_path=where, expected=_FEEDS)
        raise Malformed(f"The feed is {_FEEDS}.", [finding]) from None


def _wrong_parameter(name: str, expected: str) -> Malformed:
    return Malformed(f"`{name}` is {expected}.", [Finding(code="PARAMETER", wire_path=f"?{name}", expected=expected)])


async def _said(gateway: Gateway, request: Request, known: set[str]) -> dict[str, Any]:
    """The members of a small JSON body. Raises what is wrong with it."""
    wire_of(request, {"application/json": Wire.JSON})
    root = parse_json(await read_body(request, gateway.limits.form_bytes_max), gateway.limits.json).root
    if not isinstance(root, dict):
        raise ContractViolation(
            "Send a JSON object.", [Finding(code="SCHEMA-VALUE", wire_path="", expected="an object")]
        )
    unknown = [Finding(code="SCHEMA-UNEXPECTED", wire_path=f"/{name[:40]}") for name in root if name not in known]
    if unknown:
        raise ContractViolation(f"Known members are {', '.join(sorted(known))}.", unknown)
    return root


def _place(subscription_id: str, said: dict[str, Any]) -> tuple[Feed, int]:
    number = _number(said.get("number"))
    if not number:
        expected = "a number of the feed, in digits"
        finding = Finding(code="SCHEMA-VALUE", wire_path="/number", expected=expected)
        raise ContractViolation(f"`number` is {expected}.", [finding])
    return Feed(subscription_id=subscription_id, name=_feed_name(said.get("feed"), "/feed")), number


def _reason(written: object) -> str:
    """One line for the operator who looks at the dead letter."""
    text = " ".join(written.split()) if isinstance(written, str) else ""
    if not 0 < len(text) <= _REASON_CHARACTERS_MAX:
        expected = f"text of 1 to {_REASON_CHARACTERS_MAX} characters"
        finding = Finding(code="SCHEMA-VALUE", wire_path="/reason", expected=expected)
        raise ContractViolation("Say why the event is refused.", [finding])
    return text


async def _audit(
    gateway: Gateway, request: Request, action: Action, partner_id: str, feed: Feed, **numbers: int | None
) -> None:
    facts: dict[str, object] = {
        "partner": partner_id,
        "subscription": feed.subscription_id,
        "feed": feed.name.value,
        "trace_id": trace_of(request.scope).trace_id,
    }
    facts |= {name: number for name, number in numbers.items() if number is not None}
    await gateway.intake.evidence.note(action.value, facts)
