"""The webhook channel: CloudEvents in structured mode, signed after Standard Webhooks.

Any 2xx acknowledges. A redirect is a failure like any other status; the outcome word says what was met.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from icjs_gateway.adapters.wire.outbound import Answered, NotSent, Outbound, Unknown
from icjs_gateway.adapters.wire.webhooks import webhook_headers
from icjs_gateway.routing.cloudevents import MEDIA_TYPE
from icjs_gateway.routing.directory import Directory, Subscription
from icjs_gateway.routing.ports import Clock
from icjs_gateway.routing.retry import Answer

_GONE, _TOO_MANY_REQUESTS = 410, 429


class WebhookCourier:
    """`Courier` over HTTP POST."""

    def __init__(self, outbound: Outbound, directory: Directory, clock: Clock, *, timeout_s: float) -> None:
        self._outbound = outbound
        self._directory = directory
        self._clock = clock
        self._timeout_s = timeout_s

    async def carry(self, subscription: Subscription, delivery_id: str, body: bytes) -> Answer:
        secret, url = self._directory.webhook_secret(subscription.id), subscription.deliver.url
        if secret is None or url is None:
            return Answer(acknowledged=False, outcome="no-secret")
        headers = webhook_headers(delivery_id, self._clock.now(), body, secret)
        headers["content-type"] = MEDIA_TYPE
        outcome = await self._outbound.post(url, body, headers=headers, timeout_s=self._timeout_s)
        match outcome:
            case Answered():
                return self._read(outcome)
            case NotSent(reason=reason) | Unknown(reason=reason):
                return Answer(acknowledged=False, outcome=reason, endpoint_down=True)

    def _read(self, answered: Answered) -> Answer:
        acknowledged = 200 <= answered.status < 300
        return Answer(
            acknowledged=acknowledged,
            outcome="acknowledged" if acknowledged else f"http-{answered.status}",
            endpoint_down=answered.status >= 500 or answered.status == _TOO_MANY_REQUESTS,
            gone=answered.status == _GONE,
            retry_after_s=self._retry_after_s(answered.headers.get("retry-after")),
        )

    def _retry_after_s(self, value: str | None) -> float | None:
        """Seconds, or an HTTP date (RFC 9110, 10.2.3); None for anything else."""
        if value is None:
            return None
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        return None if at.tzinfo is None else max(0.0, (at - self._clock.now()).total_seconds())
