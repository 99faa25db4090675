"""Group commit: many commands, one writer thread, one transaction, one fsync.

Commands queue; the writer takes whatever waits, runs each kind as a set, commits, and only then answers everybody. A
batch that fails is redone one by one, so that one bad command fails alone. A full queue refuses what is bounded.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from icjs_gateway.model.errors import GatewayError, Overloaded, StoreFailed

Run = Callable[[Connection, Sequence[Any]], Sequence[Any]]
"""Runs commands of one kind as a set inside the open transaction; one result a command, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterLimits:
    """Bounds of the writer's queue and of one transaction."""

    queue_max: int = 10_000
    batch_max: int = 256
    retry_after_s: int = 2


@dataclass(slots=True, eq=False)
class _Job:
    run: Run
    command: Any
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class Writer:
    """The one writer connection of this process. `start` and `stop` frame its life."""

    def __init__(self, engine: Engine, limits: WriterLimits) -> None:
        self._engine = engine
        self._limits = limits
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._jobs.put(None)
        self._thread.join()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

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
        with self._engine.connect() as connection:
            while (first := self._jobs.get()) is not None:
                batch, last = self._batch(first)
                self._commit(connection, batch)
                if last:
                    return

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

    def _commit(self, connection: Connection, batch: list[_Job]) -> None:
        try:
            answers = _transact(connection, batch)
        except Exception as failure:
            answers = [(batch[0], None, failure)] if len(batch) == 1 else _one_by_one(connection, batch)
        _answer(answers)


def _transact(connection: Connection, batch: list[_Job]) -> list[tuple[_Job, Any, Exception | None]]:
    """One transaction: every kind of command as a set, in the order in which kinds first appear."""
    kinds: dict[Run, list[_Job]] = {}
    for job in batch:
        kinds.setdefault(job.run, []).append(job)
    answers: list[tuple[_Job, Any, Exception | None]] = []
    with connection.begin():
        for run, jobs in kinds.items():
            results = run(connection, [job.command for job in jobs])
            answers += [(job, result, None) for job, result in zip(jobs, results, strict=True)]
    return answers


def _one_by_one(connection: Connection, batch: list[_Job]) -> list[tuple[_Job, Any, Exception | None]]:
    answers: list[tuple[_Job, Any, Exception | None]] = []
    for job in batch:
        try:
            answers += _transact(connection, [job])
        except Exception as failure:
            answers.append((job, None, failure))
    return answers


def _answer(answers: list[tuple[_Job, Any, Exception | None]]) -> None:
    """Wake each loop once with everything that is its."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[_Job, Any, Exception | None]]] = {}
    for answer in answers:
        loops.setdefault(answer[0].loop, []).append(answer)
    for loop, mine in loops.items():
        # A loop that closed meanwhile has nobody left to tell; the commit stands.
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, mine)


def _resolve(answers: list[tuple[_Job, Any, Exception | None]]) -> None:
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
