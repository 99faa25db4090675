"""A batch: many messages of one contract, each accepted or refused by itself, answered in the order they came.

Every message goes through intake like one that comes alone; a batch is no transaction. Messages of one case are taken
one after another, so that their order holds with several writers too; others wait for nobody, and share commits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from icjs_gateway.model.errors import GatewayError, Rejected
from icjs_gateway.routing.correlation import identifiers
from icjs_gateway.routing.intake import Arrival, IntakePorts, refused, translate
from icjs_gateway.routing.messages import Receipt, Record

IN_FLIGHT_MAX = 64
"""Messages of one batch that wait for their commit at once."""


@dataclass(slots=True)
class _Pending:
    names: frozenset[str]
    answer: asyncio.Task[Receipt | GatewayError]


async def take_batch(
    arrivals: AsyncIterator[Arrival | GatewayError], ports: IntakePorts
) -> AsyncIterator[Receipt | GatewayError]:
    """The answer to each message, in order. What could not even be read comes as its error, and is its own answer."""
    pending: deque[_Pending] = deque()
    try:
        async for arrival in arrivals:
            while len(pending) >= IN_FLIGHT_MAX:
                yield await pending.popleft().answer
            pending.append(await _begin(arrival, ports, pending))
        while pending:
            yield await pending.popleft().answer
    finally:
        for left in pending:
            left.answer.cancel()


async def _begin(arrival: Arrival | GatewayError, ports: IntakePorts, pending: deque[_Pending]) -> _Pending:
    if isinstance(arrival, GatewayError):
        return _Pending(frozenset(), _done(arrival))
    try:
        record = translate(arrival, ports.places(), ports.listed())
    except Rejected as refusal:
        await ports.evidence.note("message.refused", refused(arrival, refusal))
        return _Pending(frozenset(), _done(refusal))
    names = _names(record)
    before = [each.answer for each in pending if not names.isdisjoint(each.names)]
    if before:
        await asyncio.wait(before)
    answer = asyncio.ensure_future(_recorded(record, ports))
    # It has to be queued before the next one is.
    await asyncio.sleep(0)
    return _Pending(names, answer)


async def _recorded(record: Record, ports: IntakePorts) -> Receipt | GatewayError:
    try:
        return await ports.ledger.record(record, ports.decider)
    except GatewayError as error:
        return error


def _names(record: Record) -> frozenset[str]:
    """What two messages of one case have in common: their thread, or a key of the case."""
    named = identifiers(record.content.case, record.envelope.home_state)
    return frozenset({"/".join(record.thread), *(f"{kind}:{value}" for kind, value in named)})


def _done(error: GatewayError) -> asyncio.Task[Receipt | GatewayError]:
    async def answer() -> Receipt | GatewayError:
        return error

    return asyncio.ensure_future(answer())
