"""`Lanes` on the message store: the port's face; leasing and settling are in modules of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, update

from icjs_gateway.routing.lanes import Claim, Head, LaneState, Leased, Settlement
from icjs_gateway.stores import schema
from icjs_gateway.stores.lanes import Lease, run_leases
from icjs_gateway.stores.settlements import run_settlements
from icjs_gateway.stores.writer import Writer

_lane = schema.lanes.c


class StoreLanes:
    """Leases and settlements go through the writer; looking for the next due time reads beside it."""

    def __init__(self, writer: Writer, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader

    async def lease(self, claim: Claim, admit: Callable[[Head], str | None]) -> Sequence[Leased]:
        leased: list[Leased] = await self._writer.submit(run_leases, Lease(claim=claim, admit=admit))
        return leased

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[bool]:
        settled: list[bool] = await asyncio.gather(
            *(self._writer.submit(run_settlements, each) for each in settlements)
        )
        return settled

    async def next_due(self, *, liberty: bool) -> datetime | None:
        return await asyncio.to_thread(self._next_due, liberty)

    def _next_due(self, liberty: bool) -> datetime | None:
        """The least of the due times of ready and waiting lanes, and of the ends of leases."""
        with self._reader.connect() as connection:
            due = [
                connection.scalar(
                    select(func.min(_lane.due_at)).where(_lane.liberty == liberty, _lane.state == state.value)
                )
                for state in (LaneState.READY, LaneState.WAITING)
            ]
        return min((at for at in due if at is not None), default=None)

    async def release(self, tokens: Sequence[str]) -> None:
        await self._writer.submit(run_releases, tuple(tokens))


def run_releases(connection: Connection, released: Sequence[tuple[str, ...]]) -> list[None]:
    """Give leases back unused. Runs on the writer's thread, inside its transaction."""
    tokens = [token for each in released for token in each]
    connection.execute(
        update(schema.lanes)
        .where(_lane.token.in_(tokens), _lane.state == LaneState.LEASED.value)
        .values(state=LaneState.READY.value, token=None, leased_until=None)
    )
    return [None] * len(released)


def reclaim_all(connection: Connection) -> int:
    """Take back every lease: for the start of the only process that writes, whose former life held them."""
    done = connection.execute(
        update(schema.lanes)
        .where(_lane.state == LaneState.LEASED.value)
        .values(state=LaneState.READY.value, token=None, leased_until=None)
    )
    return done.rowcount
