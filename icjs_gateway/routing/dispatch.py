"""Dispatch: what is owed is leased, disclosed, encoded, sent and settled, until it is acknowledged.

A wake-up is only a hint: everything dispatch needs is in the store, so a lost wake-up costs latency and a crash costs
at most a repeat of what was in flight. Liberty lanes have workers of their own, so that no number of other deliveries,
however slow their recipients, can keep an order waiting.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.routing.access.view import rule_against, view
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.cloudevents import cloudevent
from icjs_gateway.routing.directory import Directory, Subscription
from icjs_gateway.routing.lanes import Claim, Head, Leased, Settlement
from icjs_gateway.routing.ports import Clock, Lanes
from icjs_gateway.routing.retry import LIBERTY_POLICY, Answer, RetryPolicy, decide

log = structlog.get_logger(__name__)


class Courier(Protocol):
    """Carries one encoded delivery to a recipient's endpoint and reads the answer. Never raises for network causes."""

    async def carry(self, subscription: Subscription, delivery_id: str, body: bytes) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchLimits:
    """Bounds of dispatch. A lease outlives the longest attempt; workers are deliveries in flight."""

    workers: int = 64
    liberty_workers: int = 16
    per_endpoint: int = 16
    lease_s: float = 60
    poll_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPorts:
    """What dispatch needs of the world."""

    lanes: Lanes
    directory: Directory
    courier: Courier
    clock: Clock
    jitter: Callable[[], float]
    environment: str


class Workers:
    """One share of the workers: all liberty lanes, or all others."""

    def __init__(self, ports: DispatchPorts, limits: DispatchLimits, *, liberty: bool) -> None:
        self._ports = ports
        self._limits = limits
        self._liberty = liberty
        self._most = limits.liberty_workers if liberty else limits.workers
        self._wake = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Something may be due. Safe to call at any time, any number of times."""
        self._wake.set()

    async def run(self) -> None:
        """Lease and deliver until stopped; then let what is in flight settle."""
        while not self._stopping:
            self._wake.clear()
            try:
                leased = await self._lease()
            except StoreFailed as failure:
                log.error(Action.LEASE_FAILED.value, detail=failure.detail)
                leased = []
            for lease in leased:
                self._start(lease)
            if not leased:
                await self._rest()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _lease(self) -> Sequence[Leased]:
        free = self._most - len(self._tasks)
        if free <= 0:
            return []
        now = self._ports.clock.now()
        claim = Claim(
            now=now,
            until=now + timedelta(seconds=self._limits.lease_s),
            most=free,
            liberty=self._liberty,
            per_endpoint=self._limits.per_endpoint,
            busy=dict(self._busy),
        )
        return await self._ports.lanes.lease(claim, self._rule_against)

    def _rule_against(self, head: Head) -> str | None:
        subscription = self._ports.directory.subscription(head.subscription_id)
        recipient = self._ports.directory.partner(subscription.partner) if subscription else None
        if subscription is None or recipient is None or subscription.state != "active":
            return "SUBSCRIPTION-REVOKED"
        return rule_against(head.told.type, head.told.data, recipient)

    def _start(self, leased: Leased) -> None:
        self._busy[leased.head.subscription_id] += 1
        task = asyncio.create_task(deliver(leased, self._ports))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._finished(done, leased))

    def _finished(self, task: asyncio.Task[None], leased: Leased) -> None:
        self._tasks.discard(task)
        self._busy[leased.head.subscription_id] -= 1
        if not task.cancelled() and (failure := task.exception()) is not None:
            # The lease runs out and the delivery is tried again; nothing is lost, but somebody must look.
            log.error(Action.DELIVERY_BROKE.value, delivery_id=leased.head.delivery_id, error=type(failure).__name__)
        self._wake.set()

    async def _rest(self) -> None:
        """Until woken, the next lane falls due, or the poll interval passes: whichever is first."""
        wait_s = self._limits.poll_s
        due = await self._ports.lanes.next_due(liberty=self._liberty)
        if due is not None and len(self._tasks) < self._most:
            wait_s = min(wait_s, max((due - self._ports.clock.now()).total_seconds(), 0.01))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait_s)


async def deliver(leased: Leased, ports: DispatchPorts) -> None:
    """One attempt: disclose, encode, sign and send, settle."""
    head = leased.head
    subscription = ports.directory.subscription(head.subscription_id)
    recipient = ports.directory.partner(subscription.partner) if subscription else None
    if subscription is None or recipient is None:
        await ports.lanes.release([leased.token])
        return
    body = cloudevent(leased, view(head.told.data, recipient), environment=ports.environment)
    began = ports.clock.now()
    answer = await ports.courier.carry(subscription, head.delivery_id, body)
    ended = ports.clock.now()
    verdict = decide(policy_of(subscription, head), head.attempts + 1, answer, ended, ports.jitter())
    settlement = Settlement(
        leased=leased,
        verdict=verdict,
        attempted_at=began,
        took_ms=round((ended - began).total_seconds() * 1000),
        outcome=answer.outcome,
    )
    [settled] = await ports.lanes.settle([settlement])
    if not settled:
        log.warning(Action.LEASE_LOST.value, delivery_id=head.delivery_id)


def policy_of(subscription: Subscription, head: Head) -> RetryPolicy:
    """Liberty events keep their own schedule; others the subscription's, or the default."""
    if head.liberty:
        return LIBERTY_POLICY
    if subscription.retry == "default":
        return RetryPolicy()
    return RetryPolicy(waits_s=subscription.retry)


class Dispatcher:
    """All workers of this process."""

    def __init__(self, ports: DispatchPorts, limits: DispatchLimits) -> None:
        self._shares = [Workers(ports, limits, liberty=True), Workers(ports, limits, liberty=False)]

    def wake(self) -> None:
        for share in self._shares:
            share.wake()

    async def run(self) -> None:
        await asyncio.gather(*(share.run() for share in self._shares))

    def stop(self) -> None:
        for share in self._shares:
            share.stop()
