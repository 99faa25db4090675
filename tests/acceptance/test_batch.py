"""A batch at the end of the day: killed in the middle and sent again, nothing is lost and nothing doubled."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from icjs_gateway.client import GatewayClient, Receipt
from icjs_gateway.client.receipts import Outcome
from icjs_gateway.simulators.lives import lives
from tests.acceptance.gateway import serving

SECRET = "hp-courts-0123456789abcdef"
PARTNERS = f"""
partners:
  - id: hp-courts
    name: District Courts, Himachal Pradesh
    pillar: courts
    jurisdiction: {{state: HP}}
    credentials: [{{type: client-secret, client_id: hp-courts, secret: {SECRET}}}]
    may: {{push: ["courts.*"]}}
"""
CONTRACT = "courts.hearing-outcome.v1"


@pytest.mark.timeout(120)
async def test_a_batch_that_was_cut_off_is_resumed_by_repeating_it(tmp_path: Path) -> None:
    outcomes = [outcome.xml for life in lives(5, cases=40, hearings=10) for outcome in life.outcomes]
    async with serving(tmp_path, PARTNERS) as gateway, GatewayClient(gateway.url, "hp-courts", SECRET) as court:
        before = await court.push(CONTRACT, outcomes[0], "application/xml")
        sending = asyncio.create_task(court.push_batch(CONTRACT, outcomes, "application/xml"))
        await until_some_are_answered(gateway.url)
        await gateway.kill()
        await gateway.start()
        # The client itself sends the batch again until it has every answer.
        answers = await sending
        again = await court.push_batch(CONTRACT, outcomes, "application/xml")
    assert [type(answer) for answer in answers] == [Receipt] * len(outcomes)
    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    assert receipts[0].stored == before.stored, "what was taken before the batch is the same message in it"
    assert [each.outcome for each in receipts] == [Outcome.PARKED] * len(outcomes)
    assert [each.stored for each in again if isinstance(each, Receipt)] == [each.stored for each in receipts]
    events = [event.event_id for each in receipts for event in each.events]
    assert len(events) == len(set(events))


async def until_some_are_answered(url: str) -> None:
    """Wait until the batch is under way."""
    async with httpx.AsyncClient() as http:
        while True:
            with suppress(httpx.TransportError):
                told = (await http.get(f"{url}/metrics")).text
                kept = [line for line in told.splitlines() if 'channel="batch"' in line and "_total" in line]
                if any(float(line.rpartition(" ")[2]) > 0 for line in kept):
                    return
