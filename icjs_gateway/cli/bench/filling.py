"""Filling a store with cases, fast: one FIR is recorded by the ledger itself, and its rows are copied many times.

What the copies differ in is what makes a case another: its ids and its FIR number. Their receipts and audit digests are
those of the first, so such a store is good for measuring what its size costs, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from icjs_gateway import bootstrap
from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.cli.bench.documents import FIR_CONTRACT
from icjs_gateway.registry import load_contracts
from icjs_gateway.routing.intake import Arrival, translate
from icjs_gateway.settings import Settings
from icjs_gateway.simulators.lives import Life, lives
from icjs_gateway.stores import schema
from icjs_gateway.stores.directory import load
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.ledger import run_records
from icjs_gateway.stores.ledger_rows import Command
from icjs_gateway.stores.prepared import Prepared

_FILLED = (schema.messages, schema.events, schema.cases, schema.case_identifiers, schema.audit_leaves)
_IDS = ("identity", "thread", "message_id", "event_id", "case_id", "identifier")
_BATCH = 5_000
_SEED = 23
_FIRST_NUMBER = 100_000_000
"""Of the copies: nine digits, which no other FIR of the suite has."""


def fill(environment: Mapping[str, str], partner_id: str, cases: int) -> None:
    """Give the empty store of these settings so many cases, told by this partner."""
    settings = Settings.from_environment(environment)
    store = bootstrap.open_store(settings, may_create=True)
    life = next(iter(lives(_SEED, cases=1, hearings=0)))
    with store.engine.begin() as connection:
        run_records(connection, [_command(settings, store, partner_id, life)])
        _copy(connection, life, cases - 1)
    store.engine.dispose()


def _command(settings: Settings, store: bootstrap.Store, partner_id: str, life: Life) -> Command:
    """The first FIR on its way to the ledger, as intake makes it."""
    partner = load(reader_of(store.engine), store.vault).partner(partner_id)
    assert partner is not None  # noqa: S101 - it was applied
    record = translate(
        Arrival(
            document=parse_json(life.fir_json),
            contract=load_contracts(None).get(FIR_CONTRACT),
            partner=partner,
            received_at=datetime.now(UTC),
        )
    )
    sealed = store.vault.seal(record.body, "/".join(record.identity).encode())
    return Command(record=record, decider=bootstrap.desk_bench(store, settings), sealed=sealed)


def _copy(connection: Connection, life: Life, times: int) -> None:
    number = str(life.fir["fir"]["number"])
    for table in _FILLED:
        inserting = Prepared(insert(table))
        for first in connection.execute(select(table)).mappings().all():
            copies = _copies(table, dict(first), number, times)
            while rows := list(islice(copies, _BATCH)):
                inserting.write(connection, rows)


def _copies(table: Table, first: dict[str, Any], number: str, times: int) -> Iterator[dict[str, Any]]:
    first.pop("seq", None)
    for copy in range(_FIRST_NUMBER, _FIRST_NUMBER + times):
        changed = {name: f"{first[name]}-{copy}" for name in _IDS if first.get(name) is not None}
        if f"/{number}/" in first.get("identifier", ""):
            changed["identifier"] = first["identifier"].replace(f"/{number}/", f"/{copy}/")
        if table is schema.cases:
            changed["snapshot"] = first["snapshot"].replace(b'"%b"' % number.encode(), b'"%d"' % copy)
        yield first | changed
