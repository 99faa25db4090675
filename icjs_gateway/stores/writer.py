"""Group commit: many commands, one transaction, one fsync.

Commands queue; a writer takes whatever waits, runs each kind as a set, commits, and only then answers everybody. A
batch that fails is redone one by one, so that one bad command fails alone. A full queue refuses what is bounded.

SQLite has one writer, a thread with a connection of its own, and a batch is one transaction. PostgreSQL has several,
which take from the same queue; there each kind of a batch is a transaction of its own, so that locks are always taken
in one order (see `locking`), and what lost a race is done again. Commands that were submitted at once have no order
among several writers; one that is submitted after the answer to another always comes after it.
"""

from __future__ import annotations

import asyncio
import queue
import random
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from icjs_gateway.model.errors import GatewayError, Overloaded, StoreFailed
from icjs_gateway.routing.actions import Action
from icjs_gateway.stores.engine import has_one_writer
from icjs_gateway.stores.locking import may_succeed_again, reason

log = structlog.get_logger(__name__)

Run = Callable[[Connection, Sequence[Any]], Sequence[Any]]
"""Runs commands of one kind as a set inside the open transaction; one result a command, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterLimits:
    """Bounds of the queue and of one transaction. `writers` counts on PostgreSQL only.

    After a batch of `crowd` commands or more the next one is waited for `linger_s`, so that it is worth its fsync,
    unless `worthwhile` many wait already; a command that comes alone never waits.
    """

    writers: int = 1
    queue_max: int = 10_000
    batch_max: int = 256
    crowd: int = 4
    worthwhile: int = 12
    linger_s: float = 0.01
    retry_after_s: int = 2
    tries: int = 6


@dataclass(slots=True, eq=False)
class _Job:
    run: Run
    command: Any
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class Writer:
    """All that this process writes. `start` and `stop` frame its life."""

    def __init__(self, engine: Engine, limits: WriterLimits) -> None:
        self._engine = engine
        self._limits = limits
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._alone = has_one_writer(engine)
        self._threads = [
            threading.Thread(target=self._work, name=f"store-writer-{number}", daemon=True)
            for number in range(1 if self._alone else limits.writers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is queued, then end."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    @property
    def depth(self) -> int:
        """Commands waiting."""
        return self._jobs.qsize()

    async def submit(self, run: Run, command: Any, *, bounded: bool = False) -> Any:
        """The command's result, once it is committed. Raises StoreFailed, or Overloaded when `bounded` and full."""
        if bounded and self._jobs.qsize() >= self._limits.queue_max:
            raise Overloaded("The gateway is busy; nothing was taken.", retry_after_s=self._limits.retry_after_s)
        loop = asyncio.get_running_loop()
        job = _Job(run, command, loop, loop.create_future())
        self._jobs.put(job)
        return await job.future

    def _work(self) -> None:
        """Write until told to stop. A connection that cannot be had fails what waits for it, never the thread."""
        while True:
            try:
                with self._engine.connect() as connection:
                    self._write(connection)
                    return
            except Exception as fault:
                log.error(Action.WRITER_BROKE.value, reason=reason(fault))
                if self._refuse_one(fault):
                    return

    def _write(self, connection: Connection) -> None:
        crowded = False
        while (first := self._jobs.get()) is not None:
            if crowded and self._jobs.qsize() < self._limits.worthwhile:
                time.sleep(self._limits.linger_s)
            batch, last = self._batch(first)
            crowded = len(batch) >= self._limits.crowd
            for jobs in self._transactions(batch):
                _answer(self._committed(connection, jobs))
            if last:
                return

    def _refuse_one(self, fault: Exception) -> bool:
        """Fail the command that waits longest, so that it is not kept waiting; answers whether to stop instead."""
        job = self._jobs.get()
        if job is not None:
            _answer([(job, None, fault)])
        return job is None

    def _batch(self, first: _Job) -> tuple[list[_Job], bool]:
        batch = [first]
        while len(batch) < self._limits.batch_max:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _transactions(self, batch: list[_Job]) -> list[list[_Job]]:
        return [batch] if self._alone else list(_by_kind(batch).values())

    def _committed(self, connection: Connection, jobs: list[_Job]) -> list[_Answer]:
        """The answers of one transaction, retried while that may help, then command by command."""
        failure: Exception | None = None
        for attempt in range(1 if self._alone else self._limits.tries):
            if attempt:
                # Whoever won the race is let through; two that collide do not collide in step.
                time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311 - guards nothing
            try:
                return _transact(connection, jobs)
            except Exception as fault:
                failure = fault
                if self._alone or not may_succeed_again(fault):
                    break
                log.info(Action.STORE_RETRIED.value, commands=len(jobs), attempt=attempt, reason=reason(fault))
        if len(jobs) == 1:
            _tell(failure)
            return [(jobs[0], None, failure)]
        return [answer for job in jobs for answer in self._committed(connection, [job])]


def _tell(failure: Exception | None) -> None:
    """Log what a command failed of: what sort, and where it rose; never its text, which may quote what was sent."""
    if failure is None or isinstance(failure, GatewayError):
        return
    frames = traceback.extract_tb(failure.__traceback__)[-6:]
    at = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    log.error(Action.COMMIT_FAILED.value, reason=reason(failure), at=at)


_Answer = tuple[_Job, Any, Exception | None]


def _by_kind(batch: list[_Job]) -> dict[Run, list[_Job]]:
    kinds: dict[Run, list[_Job]] = {}
    for job in batch:
        kinds.setdefault(job.run, []).append(job)
    return kinds


def _transact(connection: Connection, batch: list[_Job]) -> list[_Answer]:
    """One transaction: every kind of command as a set, in the order in which kinds first appear."""
    answers: list[_Answer] = []
    with connection.begin():
        for run, jobs in _by_kind(batch).items():
            results = run(connection, [job.command for job in jobs])
            answers += [(job, result, None) for job, result in zip(jobs, results, strict=True)]
    return answers


def _answer(answers: list[_Answer]) -> None:
    """Wake each loop once with everything that is its."""
    loops: dict[asyncio.AbstractEventLoop, list[_Answer]] = {}
    for answer in answers:
        loops.setdefault(answer[0].loop, []).append(answer)
    for loop, mine in loops.items():
        # A loop that closed meanwhile has nobody left to tell; the commit stands.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, mine)


def _resolve(answers: list[_Answer]) -> None:
    for job, result, failure in answers:
        if job.future.done():
            continue
        if failure is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(_translated(failure))


def _translated(failure: Exception) -> Exception:
    if isinstance(failure, GatewayError):
        return failure
    kind = "database" if isinstance(failure, SQLAlchemyError) else "store"
    translated = StoreFailed(f"The {kind} could not commit; nothing was accepted. Send the message again.")
    translated.__cause__ = failure
    return translated
