"""What a recipient's answer comes to: only a 2xx acknowledges; the rest says whether to wait, and how long."""

from __future__ import annotations

import pytest

from icjs_gateway.adapters.delivery.courier import PartnerCourier
from icjs_gateway.adapters.wire.outbound import Outbound
from icjs_gateway.routing.directory import Deliver, Subscription
from icjs_gateway.routing.encoding import Encoded
from icjs_gateway.routing.retry import Answer
from tests.fakes import SetClock
from tests.integration.test_wire_outbound import LOOPBACK, endpoint, says
from tests.support.messages import subscription


class OneSecret:
    def webhook_secret(self, subscription_id: str) -> str | None:
        return "s" * 16


def to(url: str) -> Subscription:
    return subscription().model_copy(update={"deliver": Deliver(channel="webhook", url=url)})


async def answered(status: int, *headers: str) -> Answer:
    """What the courier reads when an endpoint answers so."""
    head = "\r\n".join((f"HTTP/1.1 {status} X", *headers, "Content-Length: 0", "", ""))
    async with endpoint(says(head.encode())) as partner, Outbound(LOOPBACK) as outbound:
        courier = PartnerCourier(outbound, OneSecret(), SetClock(), timeout_s=10)  # type: ignore[arg-type]
        return await courier.carry(to(partner.url), "D-1", Encoded(body=b"{}", contract=None))


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_a_2xx_acknowledges(status: int) -> None:
    assert await answered(status) == Answer(acknowledged=True, outcome="acknowledged")


@pytest.mark.parametrize("status", [302, 400, 409, 422, 500, 503])
async def test_only_a_2xx_acknowledges(status: int) -> None:
    answer = await answered(status)
    assert (answer.acknowledged, answer.outcome) == (False, f"http-{status}")
    assert answer.endpoint_down is (status >= 500)


async def test_what_a_recipient_asks_to_wait_is_heard() -> None:
    assert (await answered(503, "Retry-After: 120")).retry_after_s == 120
    in_two_minutes = "Retry-After: Fri, 20 Nov 2026 11:14:11 GMT"
    assert (await answered(429, in_two_minutes)).retry_after_s == 120
    for nonsense in ("soon", "Mon, 01 Jan 2026 00:00:00 +99999999999999999999", "Mon, 01 Jan 99999 00:00:00 GMT", "-1"):
        assert (await answered(503, f"Retry-After: {nonsense}")).retry_after_s is None


async def test_gone_is_the_recipients_own_word() -> None:
    assert (await answered(410)).gone
    assert not (await answered(404)).gone
