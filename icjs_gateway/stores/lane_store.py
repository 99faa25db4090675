"""`Lanes` on the message store: the port's face; leasing and settling are in modules of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, update

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.routing.lanes import Claim, Head, LaneState, Leases, Settlement
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.set_aside import LoopName, RowsAside
from icjs_gateway.stores import schema
from icjs_gateway.stores.apart import may_be_of_a_row
from icjs_gateway.stores.halts import Sweep, run_sweeps, run_sweeps_apart
from icjs_gateway.stores.lanes import Lease, run_leases, run_leases_apart
from icjs_gateway.stores.settlements import LONG_AGO, Settle, remark_context, run_settlements
from icjs_gateway.stores.writer import Writer

_lane = schema.lanes.c


class StoreLanes:
    """Leases and settlements go through the writer, many in one transaction. `node` is this gateway's name on its
    leases."""

    def __init__(self, writer: Writer, vault: Vault, node: str = "", aside: RowsAside | None = None) -> None:
        self._writer = writer
        self._vault = vault
        self._node = node
        self._aside = aside or RowsAside()

    async def lease(self, claim: Claim, admit: Callable[[Head], str | None]) -> Leases:
        lease = Lease(claim=claim, admit=admit, node=self._node)
        try:
            leases: Leases = await self._writer.submit(run_leases, lease)
        except StoreFailed as failure:
            if not may_be_of_a_row(failure.__cause__):
                raise
            leases, faulty = await self._writer.submit(run_leases_apart, lease)
            self._note(LoopName.DISPATCH_LIBERTY if claim.liberty else LoopName.DISPATCH, faulty)
        return leases

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[bool]:
        settled: list[bool] = await asyncio.gather(
            *(self._writer.submit(run_settlements, self._sealed(each)) for each in settlements)
        )
        return settled

    def _sealed(self, settlement: Settlement) -> Settle:
        """What a recipient says may name somebody."""
        if settlement.remark is None:
            return Settle(settlement=settlement)
        context = remark_context(settlement.leased.head.delivery_id)
        return Settle(settlement=settlement, remark=self._vault.seal_secret(settlement.remark, context))

    async def pass_by_dead(self, now: datetime, most: int) -> Sequence[str]:
        sweep = Sweep(now=now, most=most)
        try:
            passed: tuple[str, ...] = await self._writer.submit(run_sweeps, sweep)
        except StoreFailed as failure:
            if not may_be_of_a_row(failure.__cause__):
                raise
            passed, faulty = await self._writer.submit(run_sweeps_apart, sweep)
            self._note(LoopName.HALTED_LANES, faulty)
        return passed

    def _note(self, loop: LoopName, faulty: Sequence[tuple[str, Exception]]) -> None:
        for delivery_id, fault in faulty:
            self._aside.note(loop, delivery_id, fault)

    async def release(self, tokens: Sequence[str]) -> None:
        await self._writer.submit(run_releases, tuple(tokens))


def run_releases(connection: Connection, released: Sequence[tuple[str, ...]]) -> list[None]:
    """Give leases back unused. Runs on the writer's thread, inside its transaction."""
    tokens = [token for each in released for token in each]
    connection.execute(
        update(schema.lanes)
        .where(_lane.token.in_(tokens), _lane.state == LaneState.LEASED.value)
        .values(state=LaneState.READY.value, token=None, node=None, due_at=LONG_AGO, delivery_id=None)
    )
    return [None] * len(released)
