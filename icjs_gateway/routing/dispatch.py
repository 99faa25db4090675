"""Dispatch: what is owed is leased and delivered, until it is acknowledged.

A wake-up is only a hint: everything dispatch needs is in the store, so a lost wake-up costs latency and a crash costs
at most a repeat of what was in flight. Liberty lanes have workers of their own, so that no number of other deliveries,
however slow their recipients, can keep an order waiting; and no breaker holds them, they are its probe.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.breaker import BreakerPolicy
from icjs_gateway.routing.delivery import DispatchPorts, deliver
from icjs_gateway.routing.endpoints import Endpoints
from icjs_gateway.routing.faults import told_of
from icjs_gateway.routing.halts import HaltLimits, Halts
from icjs_gateway.routing.lanes import Claim, Leased, Leases
from icjs_gateway.routing.loops import Loops
from icjs_gateway.routing.set_aside import LoopName

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
        loops: Loops,
        *,
        liberty: bool,
    ) -> None:
        self._ports = ports
        self._limits = limits
        self._endpoints = endpoints
        self._liberty = liberty
        self._most = limits.liberty_workers if liberty else limits.workers
        self._in_flight = in_flight
        self._tasks: set[asyncio.Task[None]] = set()
        name = LoopName.DISPATCH_LIBERTY if liberty else LoopName.DISPATCH
        self.loop = loops.add(name, Action.LEASE_FAILED, self._turn, ended=self._settled)

    async def _turn(self) -> float:
        """Lease, and start to deliver what was leased."""
        leases = await self._lease()
        for leased in leases.leased:
            self._start(leased)
        return 0 if leases.leased else self._rest_s(leases.next_due_at)

    async def _settled(self) -> None:
        """Let what is in flight settle."""
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
            disabled=self._endpoints.unserved | (_NONE if self._liberty else self._endpoints.disabled),
        )
        return await self._ports.lanes.lease(claim, self._ports.admission.rule)

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
        self.loop.wake()

    def _rest_s(self, next_due_at: datetime | None) -> float:
        """Until the next lane falls due, a breaker wants its probe, or the poll interval has passed."""
        now = self._ports.clock.now()
        awaited = [at for at in (next_due_at, self._endpoints.opens_at(now)) if at is not None]
        wait_s = min((max((at - now).total_seconds(), 0.005) for at in awaited), default=self._limits.poll_s)
        return min(wait_s, self._limits.poll_s)


_NOTHING = Leases(leased=(), next_due_at=None)
_NONE: frozenset[str] = frozenset()


class Dispatcher:
    """All workers of this process."""

    def __init__(self, ports: DispatchPorts, limits: DispatchLimits, loops: Loops) -> None:
        endpoints = Endpoints(ports.directory, limits.breaker)
        in_flight: Counter[str] = Counter()
        self._shares = [
            Workers(ports, limits, endpoints, in_flight, loops, liberty=liberty) for liberty in (True, False)
        ]
        Halts(ports.lanes, ports.clock, limits.halts, self.wake, loops)

    def wake(self) -> None:
        """Something may be due. Safe to call at any time, any number of times."""
        for share in self._shares:
            share.loop.wake()
