"""`/v1/subscriptions/{id}/events`, `/ack`, `/nack`: the pull feed, for the partner whose subscription it is.

Another partner's subscription, one that is not pulled and none at all are the same 404. Every read is audited, an empty
one too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.json_bodies import Body, json_body
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import Malformed, NotFound
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.feeds import Feed, FeedName

Endpoint = Callable[[Request], Awaitable[Response]]
_DIGITS_MAX = 18
_REASON_CHARACTERS_MAX = 200


def feed_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    limits = gateway.limits

    async def get_subscription_events(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = own_subscription(gateway, request, partner_id, "pull")
        after = _parameter(request, "after")
        limit = _parameter(request, "limit")
        most = limits.feed_events_max
        if limit is not None and not 1 <= limit <= most:
            raise _wrong_parameter("limit", f"a number from 1 to {most}")
        feed = Feed(subscription_id=subscription_id, name=_feed_parameter(request))
        page = await gateway.feeds.read(feed, after, limit or min(limits.feed_events, most))
        await _audit(gateway, request, Action.FEED_READ, partner_id, feed, after=after)
        return Response(page, media_type="application/json")

    return get_subscription_events


def ack_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    limits = gateway.limits

    async def ack_subscription_events(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = own_subscription(gateway, request, partner_id, "pull", "file")
        place = await json_body(request, _Place, limits)
        feed = Feed(subscription_id=subscription_id, name=place.feed)
        await gateway.feeds.acknowledge(feed, place.number)
        await _audit(gateway, request, Action.FEED_ACKNOWLEDGED, partner_id, feed, number=place.number)
        return place.answer()

    return ack_subscription_events


def nack_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    limits = gateway.limits

    async def nack_subscription_event(request: Request) -> Response:
        partner_id = door.partner(request).id
        subscription_id = own_subscription(gateway, request, partner_id, "pull", "file")
        refusal = await json_body(request, _Refusal, limits)
        feed = Feed(subscription_id=subscription_id, name=refusal.feed)
        await gateway.feeds.refuse(feed, refusal.number, refusal.reason)
        await _audit(gateway, request, Action.FEED_REFUSED, partner_id, feed, number=refusal.number)
        return refusal.answer()

    return nack_subscription_event


def own_subscription(gateway: Gateway, request: Request, partner_id: str, *channels: str) -> str:
    """The subscription that the address names, if it is the partner's own and of one of these channels."""
    subscription = gateway.directory.subscription(request.path_params["subscription_id"])
    if subscription is None or subscription.partner != partner_id or subscription.deliver.channel not in channels:
        raise NotFound("There is no such subscription of yours that is fetched so.")
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
    if isinstance(written, int) and not isinstance(written, bool) and 0 <= written < 10**_DIGITS_MAX:
        return written
    if isinstance(written, str) and written.isascii() and written.isdigit() and len(written) <= _DIGITS_MAX:
        return int(written)
    return None


def _given(written: object) -> int:
    """A number that a feed may have given."""
    if not (number := _number(written)):
        raise ValueError("a number of the feed, in digits")
    return number


def _one_line(written: object) -> str:
    """For the operator who looks at the dead letter."""
    text = " ".join(written.split()) if isinstance(written, str) else ""
    if not 0 < len(text) <= _REASON_CHARACTERS_MAX:
        raise ValueError(f"text of 1 to {_REASON_CHARACTERS_MAX} characters")
    return text


class _Place(Body):
    """A place in a feed."""

    number: Annotated[int, BeforeValidator(_given)]
    feed: FeedName = FeedName.MAIN

    def answer(self) -> Response:
        return Response(dumps({"feed": self.feed.value, "number": str(self.number)}), media_type="application/json")


class _Refusal(_Place):
    """Why the event in this place is refused."""

    reason: Annotated[str, BeforeValidator(_one_line)]


def _feed_parameter(request: Request) -> FeedName:
    values = request.query_params.getlist("feed") or [FeedName.MAIN.value]
    if len(values) != 1 or values[0] not in {name.value for name in FeedName}:
        raise _wrong_parameter("feed", " or ".join(name.value for name in FeedName))
    return FeedName(values[0])


def _wrong_parameter(name: str, expected: str) -> Malformed:
    return Malformed(f"`{name}` is {expected}.", [Finding(code="PARAMETER", wire_path=f"?{name}", expected=expected)])


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
