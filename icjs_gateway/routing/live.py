"""Asking partners' own systems live: in parallel, each named with what came of it, within one deadline.

A source that hangs costs no more than the deadline; one that failed a few times is left alone for a while (`breaker`)
and told as `NO_ANSWER` at once. What a source answers is shown beside the record and never merged into it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from icjs_gateway.routing.breaker import Breaker, BreakerPolicy
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.means import Clock

Tree = dict[str, Any]


class SourceState(StrEnum):
    """What came of a source of an answer."""

    FRESH = "FRESH"
    STALE = "STALE"
    NO_ANSWER = "NO_ANSWER"
    NOT_ASKED = "NOT_ASKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source by name, as of when, and what it answered in the words of the query's contract."""

    name: str
    state: SourceState
    as_of: datetime | None = None
    answer: Tree | None = None

    def tree(self) -> Tree:
        """As an answer names it."""
        return {"name": self.name, "state": self.state.value} | ({"as_of": self.as_of} if self.as_of else {})


class LiveSystem(Protocol):
    async def ask(self, partner: Partner, exchange: str, question: Mapping[str, Any], timeout_s: float) -> Tree | None:
        """The answer of a partner's own system; None for none, for whatever reason. Never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLimits:
    """What asking live may cost."""

    deadline_s: float = 3.0
    sources_max: int = 16
    stale_after_s: float = 900.0
    """A source that says it answered as of longer ago is told as stale."""
    breaker: BreakerPolicy = field(default_factory=lambda: BreakerPolicy(failures=3, first_s=5.0))


class LiveDesk:
    """Asks, and remembers whom not to ask for a while. One a process."""

    def __init__(self, system: LiveSystem, clock: Clock, limits: LiveLimits | None = None) -> None:
        self._system = system
        self._clock = clock
        self._limits = limits or LiveLimits()
        self._breakers: dict[tuple[str, str], Breaker] = {}
        self._in_flight: Counter[tuple[str, str]] = Counter()

    async def ask(self, partners: Sequence[Partner], exchange: str, question: Mapping[str, Any]) -> list[Source]:
        """Ask all of these at once; those without an endpoint, and those over the limit, are not asked."""
        asked = [partner for partner in partners if exchange in partner.queries][: self._limits.sources_max]
        tasks = {partner.id: asyncio.create_task(self._ask(partner, exchange, question)) for partner in asked}
        if tasks:
            await asyncio.wait(tasks.values(), timeout=self._limits.deadline_s)
        sources = []
        for partner in partners:
            task = tasks.get(partner.id)
            if task is None:
                sources.append(Source(name=partner.id, state=SourceState.NOT_ASKED))
            elif task.done():
                sources.append(self._source(partner, task.result()))
            else:
                task.cancel()
                sources.append(Source(name=partner.id, state=SourceState.NO_ANSWER))
        return sources

    async def _ask(self, partner: Partner, exchange: str, question: Mapping[str, Any]) -> Tree | None:
        key = (partner.id, exchange)
        breaker = self._breakers.get(key, Breaker())
        if breaker.is_open(self._clock.now(), self._in_flight[key]):
            return None
        self._in_flight[key] += 1
        answer = None
        try:
            answer = await self._system.ask(partner, exchange, question, self._limits.deadline_s)
        finally:
            # Also where the deadline cancelled it: a source that hangs is one that is down.
            self._in_flight[key] -= 1
            breaker = self._breakers.get(key, Breaker())
            now, policy = self._clock.now(), self._limits.breaker
            self._breakers[key] = breaker.after(down=answer is None, now=now, policy=policy)
        return answer

    def _source(self, partner: Partner, answer: Tree | None) -> Source:
        if answer is None:
            return Source(name=partner.id, state=SourceState.NO_ANSWER)
        as_of = _as_of(answer)
        stale = as_of < self._clock.now() - timedelta(seconds=self._limits.stale_after_s)
        state = SourceState.STALE if stale else SourceState.FRESH
        return Source(name=partner.id, state=state, as_of=as_of, answer=answer)


def _as_of(answer: Tree) -> datetime:
    """As of when a source says that its answer is: the oldest of its own sources, else when it answered."""
    told = [source["as_of"] for source in answer.get("sources", ()) if source.get("as_of") is not None]
    found: datetime = min(told, default=answer["answered_at"])
    return found


def not_asked(partners: Sequence[Partner]) -> list[Source]:
    """Sources that would know, and were not asked."""
    return [Source(name=partner.id, state=SourceState.NOT_ASKED) for partner in partners]
