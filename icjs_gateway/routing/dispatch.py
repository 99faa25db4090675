"""Dispatch: what is owed is leased and delivered, until it is acknowledged.

A wake-up is only a hint: everything dispatch needs is in the store, so a lost wake-up costs latency and a crash costs
at most a repeat of what was in flight. Liberty lanes have workers of their own, so that no number of other deliveries,
however slow their recipients, can keep an order waiting; and no breaker holds them, they are its probe.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.breaker import BreakerPolicy
from icjs_gateway.routing.delivery import DispatchPorts, deliver
from icjs_gateway.routing.endpoints import Endpoints
from icjs_gateway.routing.faults import told_of
from icjs_gateway.routing.halts import HaltLimits, Halts
from icjs_gateway.routing.lanes import Claim, Leased, Leases

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchLimits:
    """Bounds of dispatch. A lease outlives the longest attempt; workers are deliveries in flight.

    Of the `per_endpoint` deliveries in flight to one endpoint a quarter, at least one, is for liberty events alone.
    """

    workers: int = 64
    liberty_workers: int = 16
    per_endpoint: int = 16
    lease_s: float = 60
    poll_s: float = 1.0
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    halts: HaltLimits = field(default_factory=HaltLimits)

    def room(self, *, liberty: bool) -> int:
        """Deliveries in flight to one endpoint, of both shares, beyond which this one starts no more."""
        regular = max(1, self.per_endpoint - max(1, self.per_endpoint // 4))
        return max(self.per_endpoint, regular + 1) if liberty else regular


class Workers:
    """One share of the workers: all liberty lanes, or all others."""

    def __init__(
        self,
        ports: DispatchPorts,
        limits: DispatchLimits,
        endpoints: Endpoints,
        in_flight: Counter[str],
        *,
        liberty: bool,
    ) -> None:
        self._ports = ports
        self._limits = limits
        self._endpoints = endpoints
        self._liberty = liberty
        self._most = limits.liberty_workers if liberty else limits.workers
        self._wake = asyncio.Event()
        self._in_flight = in_flight
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Something may be due. Safe to call at any time, any number of times."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Lease and deliver until stopped; then let what is in flight settle."""
        while not self._stopping:
            self._wake.clear()
            leases = await self._lease()
            for leased in leases.leased:
                self._start(leased)
            if not leases.leased:
                await self._rest(leases.next_due_at)
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _lease(self) -> Leases:
        free = self._most - len(self._tasks)
        if free <= 0:
            return _NOTHING
        now = self._ports.clock.now()
        claim = Claim(
            now=now,
            until=now + timedelta(seconds=self._limits.lease_s),
            most=free,
            liberty=self._liberty,
            per_endpoint=self._limits.room(liberty=self._liberty),
            busy=dict(self._in_flight),
            # No breaker and no 410 holds an order that frees or holds a person.
            closed=_NONE if self._liberty else self._endpoints.closed(now, self._in_flight),
            disabled=_NONE if self._liberty else self._endpoints.disabled,
        )
        try:
            return await self._ports.lanes.lease(claim, self._ports.admission.rule)
        except StoreFailed as failure:
            log.error(Action.LEASE_FAILED.value, detail=failure.detail)
            return _NOTHING

    def _start(self, leased: Leased) -> None:
        self._in_flight[leased.head.subscription_id] += 1
        task = asyncio.create_task(self._deliver(leased))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._finished(done, leased))

    async def _deliver(self, leased: Leased) -> None:
        answer = await deliver(leased, self._ports)
        if answer is not None:
            now = self._ports.clock.now()
            await self._endpoints.note(leased.head.subscription_id, answer, now, liberty=self._liberty)

    def _finished(self, task: asyncio.Task[None], leased: Leased) -> None:
        self._tasks.discard(task)
        self._in_flight[leased.head.subscription_id] -= 1
        if not self._in_flight[leased.head.subscription_id]:
            del self._in_flight[leased.head.subscription_id]
        if not task.cancelled() and (failure := task.exception()) is not None:
            # What came of it is not settled: the lease runs out and it is tried again; but somebody must look.
            log.error(Action.DELIVERY_BROKE.value, delivery_id=leased.head.delivery_id, **told_of(failure))
        self._wake.set()

    async def _rest(self, next_due_at: datetime | None) -> None:
        """Until woken, the next lane falls due, a breaker wants its probe, or the poll interval has passed."""
        now = self._ports.clock.now()
        awaited = [at for at in (next_due_at, self._endpoints.opens_at(now)) if at is not None]
        wait_s = min((max((at - now).total_seconds(), 0.005) for at in awaited), default=self._limits.poll_s)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), min(wait_s, self._limits.poll_s))


_NOTHING = Leases(leased=(), next_due_at=None)
_NONE: frozenset[str] = frozenset()


class Dispatcher:
    """All workers of this process."""

    def __init__(self, ports: DispatchPorts, limits: DispatchLimits) -> None:
        endpoints = Endpoints(ports.directory, limits.breaker)
        self._halts = Halts(ports.lanes, ports.clock, limits.halts, self.wake)
        in_flight: Counter[str] = Counter()
        self._shares = [Workers(ports, limits, endpoints, in_flight, liberty=liberty) for liberty in (True, False)]

    def wake(self) -> None:
        for share in self._shares:
            share.wake()

    async def run(self) -> None:
        await asyncio.gather(self._halts.run(), *(share.run() for share in self._shares))

    def stop(self) -> None:
        self._halts.stop()
        for share in self._shares:
            share.stop()
