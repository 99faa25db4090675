"""Acceptance is the commit: no receipt before it, none without it, and it is on disk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event, func, select

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import has_one_writer
from icjs_gateway.stores.ledger import StoreLedger
from tests.conformance.conftest import Store
from tests.support.messages import fir, record

WAIT_S = 20


@contextmanager
def at_commit(store: Store, act: object) -> Iterator[None]:
    """`act(connection)` in the very moment before the database is told to commit."""
    event.listen(store.engine, "commit", act)
    try:
        yield
    finally:
        event.remove(store.engine, "commit", act)


async def test_no_receipt_leaves_before_its_commit(store: Store) -> None:
    committing, go_on = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        committing.set()
        assert go_on.wait(WAIT_S)

    with at_commit(store, hold):
        # By the ledger itself: the store of these tests follows a message up before it hands its receipt on.
        taking = asyncio.create_task(StoreLedger.record(store.ledger, record(fir()), store.deciding))
        assert await asyncio.to_thread(committing.wait, WAIT_S)
        # Whatever was answered until now has reached this loop by now.
        for _ in range(3):
            await asyncio.sleep(0)
        answered_before = taking.done()
        go_on.set()
        receipt = await taking
    assert not answered_before
    assert receipt.json


async def test_a_commit_that_fails_gives_no_receipt_and_leaves_nothing(store: Store) -> None:
    def fail(connection: Connection) -> None:
        # As a database does whose disk is full: what was begun is gone.
        connection.connection.rollback()
        raise OSError("the disk is full")

    with at_commit(store, fail), pytest.raises(StoreFailed):
        await store.take(fir())
    with store.engine.connect() as connection:
        tables = (schema.messages, schema.events, schema.cases, schema.deliveries, schema.audit_leaves)
        assert [connection.scalar(select(func.count()).select_from(table)) for table in tables] == [0] * len(tables)


async def test_a_commit_is_on_disk(store: Store) -> None:
    with store.engine.connect() as connection:
        if has_one_writer(store.engine):
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
