"""The courier: one POST to a recipient's endpoint, in the manner of its channel, and what the answer comes to.

    channel    what is sent                                   how it is shown to be ours        what acknowledges
    webhook    a CloudEvent in structured mode                HMAC after Standard Webhooks      any 2xx
    json, xml  a document of the outbound contract            the same                          what the contract says
    soap       the same in a SOAP 1.1 envelope                a UsernameToken, and the same     the same, or a fault

A redirect is a failure like any other status. What the network does becomes an outcome, never an exception.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from icjs_gateway.adapters.delivery.answers import reader_of
from icjs_gateway.adapters.delivery.understanding import answer_of
from icjs_gateway.adapters.wire.outbound import Answered, NotSent, Outbound, Unknown
from icjs_gateway.adapters.wire.soap_answers import asking_envelope
from icjs_gateway.adapters.wire.webhooks import webhook_headers
from icjs_gateway.routing.cloudevents import MEDIA_TYPE
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.directory import Directory, Subscription
from icjs_gateway.routing.encoding import Encoded
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.retry import Answer

_MEDIA_TYPES = {
    Wire.JSON: "application/json",
    Wire.XML: "application/xml; charset=utf-8",
    Wire.SOAP: "text/xml; charset=utf-8",
}


class PartnerCourier:
    """`Courier` over HTTP POST."""

    def __init__(self, outbound: Outbound, directory: Directory, clock: Clock, *, timeout_s: float) -> None:
        self._outbound = outbound
        self._directory = directory
        self._clock = clock
        self._timeout_s = timeout_s

    async def carry(self, subscription: Subscription, delivery_id: str, encoded: Encoded) -> Answer:
        secret, url = self._directory.webhook_secret(subscription.id), subscription.deliver.url
        if secret is None or url is None:
            return Answer(acknowledged=False, outcome="no-secret")
        body, headers = _written(encoded, subscription, secret)
        headers |= webhook_headers(delivery_id, self._clock.now(), body, secret)
        outcome = await self._outbound.post(url, body, headers=headers, timeout_s=self._timeout_s)
        match outcome:
            case Answered():
                wait_s = self._retry_after_s(outcome.headers.get("retry-after"))
                return answer_of(outcome, reader_of(encoded.contract), wait_s)
            case NotSent(reason=reason) | Unknown(reason=reason):
                return Answer(acknowledged=False, outcome=reason, endpoint_down=True)

    def _retry_after_s(self, value: str | None) -> float | None:
        """Seconds, or an HTTP date (RFC 9110, 10.2.3); None for anything else."""
        if value is None:
            return None
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, OverflowError):  # An offset of more digits than a day has seconds is the latter.
            return None
        return None if at.tzinfo is None else max(0.0, (at - self._clock.now()).total_seconds())


def _written(encoded: Encoded, subscription: Subscription, secret: str) -> tuple[bytes, dict[str, str]]:
    contract = encoded.contract
    if contract is None:
        return encoded.body, {"content-type": MEDIA_TYPE}
    headers = {"content-type": _MEDIA_TYPES[contract.wire]}
    if contract.wire is not Wire.SOAP:
        return encoded.body, headers
    headers["soapaction"] = f'"{contract.soap_action}"'
    deliver = subscription.deliver
    return asking_envelope(
        encoded.body, username=deliver.username or "", password=secret, must_understand=deliver.must_understand
    ), headers
