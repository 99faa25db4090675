"""What crosses the line between a front and the core arrives as it was sent; errors too."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from icjs_gateway.channels.frontline import CoreLine, FrontLine, FrontProgress
from icjs_gateway.model.content import Action
from icjs_gateway.model.errors import Conflict, GatewayError, NotFound, Overloaded, StoreFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.feeds import Feed, FeedName
from icjs_gateway.routing.loops import Health
from icjs_gateway.routing.messages import Receipt, Record
from icjs_gateway.routing.obligations import Answer, Reason, Result
from icjs_gateway.routing.ports import Decider
from icjs_gateway.routing.progress import Consumed, Step
from tests.fakes import MemoryProgress
from tests.support.messages import MORNING, bail_order, bench, fir, outcome, record, with_order


class Core:
    """A ledger, evidence and progress that keep what they are given, or fail as they are told."""

    def __init__(self, fails: GatewayError | None = None) -> None:
        self.records: list[Record] = []
        self.notes: list[tuple[str, Mapping[str, Any]]] = []
        self.progress = MemoryProgress({"D-1": "hp-jail"})
        self.fails = fails

    def health(self) -> Health:
        return Health(reasons=["the loop watch has failed"], failures={"watch": 3}, set_aside={"dispatch": 1})

    async def record(self, command: Record, decider: Decider) -> Receipt:
        if self.fails is not None:
            raise self.fails
        self.records.append(command)
        return Receipt(json=b'{"hindi": "\xe0\xa4\x85"}', replayed=len(self.records) > 1)

    async def note(self, kind: str, facts: Mapping[str, Any]) -> None:
        self.notes.append((kind, facts))

    async def read(self, feed: Feed, after: int | None, limit: int) -> bytes:
        return f"{feed.key} {after} {limit}".encode()

    async def acknowledge(self, feed: Feed, number: int) -> None:
        raise NotFound(f"{feed.key} has no number {number}")

    async def refuse(self, feed: Feed, number: int, reason: str) -> None:
        self.notes.append((feed.key, {"number": number, "reason": reason}))


@asynccontextmanager
async def line(core: Core) -> AsyncIterator[FrontLine]:
    ours, theirs = socket.socketpair()
    core_line = CoreLine(core, core, core.progress, bench(), core, core.health, lambda: None)
    lost = asyncio.Event()
    front = FrontLine(lost.set)
    async with asyncio.TaskGroup() as tasks:
        core_task = tasks.create_task(core_line.run(ours))
        front_task = tasks.create_task(front.run(theirs))
        yield front
        front.close()
        await core_task
        await front_task
    assert lost.is_set()


@pytest.mark.parametrize(
    "content",
    [
        with_order(bail_order()),
        fir(),
        outcome(bail_for="A1"),
        outcome(action=Action.AMEND, refers_to="M-1"),
        outcome(firs=(), serial=7),
    ],
)
async def test_a_record_arrives_as_it_was_sent(content: Any) -> None:
    core, sent = Core(), record(content)
    async with line(core) as front:
        first = await front.record(sent, bench())
        again = await front.record(sent, bench())
    assert core.records == [sent, sent]
    assert (first.json, first.replayed, again.replayed) == (b'{"hindi": "\xe0\xa4\x85"}', False, True)


async def test_a_feed_is_read_and_answered_over_the_line() -> None:
    core, feed = Core(), Feed(subscription_id="hp-cases", name=FeedName.LIBERTY)
    async with line(core) as front:
        assert await front.read(feed, None, 5) == b"hp-cases/liberty None 5"
        assert await front.read(feed, 7, 5) == b"hp-cases/liberty 7 5"
        await front.refuse(feed, 7, "unreadable")
        with pytest.raises(NotFound, match="has no number 9"):
            await front.acknowledge(feed, 9)
    assert core.notes == [("hp-cases/liberty", {"number": 7, "reason": "unreadable"})]


async def test_many_at_once_each_get_their_own_answer() -> None:
    core = Core()
    async with line(core) as front:
        await asyncio.gather(*(front.record(record(fir(number)), bench()) for number in range(1, 40)))
        await front.note("message.refused", {"partner": "x"})
    assert {each.content.message_id for each in core.records} == {f"FIR-{number}" for number in range(1, 40)}
    assert core.notes == [("message.refused", {"partner": "x"})]


@pytest.mark.parametrize(
    "error",
    [
        Conflict("The same id.", [Finding(code="MESSAGE-ID-REUSED", found="M")]),
        Overloaded("Busy.", retry_after_s=7),
        StoreFailed("Not committed."),
    ],
)
async def test_an_error_of_the_core_is_the_fronts_error(error: GatewayError) -> None:
    async with line(Core(fails=error)) as front:
        with pytest.raises(type(error)) as raised:
            await front.record(record(fir()), bench())
    assert raised.value.detail == error.detail
    assert getattr(raised.value, "findings", None) == getattr(error, "findings", None)
    assert getattr(raised.value, "retry_after_s", None) == getattr(error, "retry_after_s", None)


async def test_who_waits_when_the_core_goes_is_told_so() -> None:
    ours, theirs = socket.socketpair()
    front = FrontLine(lambda: None)
    running = asyncio.create_task(front.run(theirs))
    waiting = asyncio.create_task(front.record(record(fir()), bench()))
    await asyncio.sleep(0)
    ours.close()
    with pytest.raises(StoreFailed):
        await waiting
    await running
    front.close()


@pytest.mark.parametrize(
    "step",
    [
        Consumed(at=MORNING, number="R/12"),
        Consumed(at=MORNING),
        Answer(result=Result.DONE, at=MORNING),
        Answer(result=Result.NOT_DONE, at=MORNING, reason=Reason.OTHER_CASE, remarks="दूसरा मुकदमा"),
    ],
)
async def test_what_a_recipient_says_arrives_as_it_was_said(step: Step) -> None:
    core = Core()
    async with line(core) as front:
        progress = FrontProgress(front)
        await progress.note("hp-jail", "D-1", step)
        with pytest.raises(NotFound):
            await progress.note("hp-police", "D-1", step)
    assert core.progress.steps == [("D-1", step)]


async def test_a_fault_of_the_core_fails_one_request_and_not_the_line() -> None:
    core = Core(KeyError("Ramesh"))  # type: ignore[arg-type]  # no error that the core raises on purpose
    async with line(core) as front:
        with capture_logs() as logs, pytest.raises(StoreFailed):
            await front.record(record(fir()), bench())
        core.fails = None
        assert not (await front.record(record(fir()), bench())).replayed
    [told] = [each for each in logs if each["event"] == "front.line-broke"]
    assert (told["op"], told["error"]) == ("record", "KeyError")
    assert "Ramesh" not in str(logs)


async def test_a_front_tells_how_the_core_is() -> None:
    async with line(Core()) as front:
        health = await front.health()
    assert (health.reasons, health.failures["watch"], health.set_aside["dispatch"]) == (
        ["the loop watch has failed"],
        3,
        1,
    )
