"""Asking partners' own systems: who is asked, what comes of it, and who is left alone for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from icjs_gateway.routing.breaker import BreakerPolicy
from icjs_gateway.routing.directory import Partner, Pillar, QueryEndpoint
from icjs_gateway.routing.live import LiveDesk, LiveLimits, SourceState

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Systems:
    """Partners' systems by id: an answer, None for a refusal, or an event that is waited for for ever."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def ask(self, partner: Partner, exchange: str, question: Mapping[str, Any], timeout_s: float) -> Any:
        self.asked.append(partner.id)
        answer = self.answers[partner.id]
        if isinstance(answer, asyncio.Event):
            await answer.wait()
        return answer


def jail(name: str, *, endpoint: bool = True) -> Partner:
    queries = {"inmate-status": QueryEndpoint(url="https://jail.example/status")} if endpoint else {}
    return Partner(id=name, name=name, pillar=Pillar.PRISONS, queries=queries)


def answered(at: datetime, **more: Any) -> dict[str, Any]:
    return {"answered_at": at, "inmates": []} | more


def desk(systems: Systems, clock: Clock | None = None, **limits: Any) -> LiveDesk:
    return LiveDesk(systems, clock or Clock(), LiveLimits(**{"deadline_s": 0.05} | limits))


async def states(asking: LiveDesk, *partners: Partner) -> list[SourceState]:
    return [source.state for source in await asking.ask(partners, "inmate-status", {})]


async def test_every_source_is_named_with_what_came_of_it() -> None:
    old = NOW - timedelta(hours=2)
    systems = Systems(a=answered(NOW), b=answered(old), c=None, d=asyncio.Event())
    stale_inside = answered(NOW, sources=[{"name": "roll", "as_of": old}])
    systems.answers["e"] = stale_inside
    partners = [*map(jail, "abcde"), jail("f", endpoint=False)]
    assert await states(desk(systems), *partners) == [
        SourceState.FRESH,
        SourceState.STALE,
        SourceState.NO_ANSWER,
        SourceState.NO_ANSWER,
        SourceState.STALE,
        SourceState.NOT_ASKED,
    ]


async def test_a_system_that_failed_a_few_times_is_left_alone_and_then_probed_once() -> None:
    systems, clock = Systems(a=None), Clock()
    asking = desk(systems, clock, breaker=BreakerPolicy(failures=2, first_s=10))
    for _ in range(4):
        assert await states(asking, jail("a")) == [SourceState.NO_ANSWER]
    assert systems.asked == ["a", "a"]
    systems.answers["a"] = answered(NOW)
    clock.at += timedelta(seconds=11)
    assert await states(asking, jail("a")) == [SourceState.FRESH]
    assert await states(asking, jail("a")) == [SourceState.FRESH]


async def test_a_system_that_hangs_counts_as_one_that_is_down() -> None:
    systems = Systems(a=asyncio.Event())
    asking = desk(systems, breaker=BreakerPolicy(failures=1, first_s=10))
    assert await states(asking, jail("a")) == [SourceState.NO_ANSWER]
    await asyncio.sleep(0)
    assert await states(asking, jail("a")) == [SourceState.NO_ANSWER]
    assert systems.asked == ["a"]


async def test_no_more_systems_are_asked_than_the_limit() -> None:
    systems = Systems(a=answered(NOW), b=answered(NOW))
    assert await states(desk(systems, sources_max=1), jail("a"), jail("b")) == [
        SourceState.FRESH,
        SourceState.NOT_ASKED,
    ]
