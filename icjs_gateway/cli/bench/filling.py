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
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.cli.bench.documents import FIR_CONTRACT
from icjs_gateway.registry import load_contracts
from icjs_gateway.routing.access.listed_places import NOTHING_LISTED
from icjs_gateway.routing.authority.places import NO_PLACES
from icjs_gateway.routing.contracts import Document
from icjs_gateway.routing.intake import Arrival, translate
from icjs_gateway.settings import Settings
from icjs_gateway.simulators.lives import Life, lives
from icjs_gateway.stores import schema
from icjs_gateway.stores.directory import load
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.ledger import run_records
from icjs_gateway.stores.ledger_rows import Command
from icjs_gateway.stores.prepared import Prepared

_FILLED = (
    *(schema.messages, schema.events, schema.cases, schema.case_identifiers),
    *(schema.case_index, schema.audit_leaves),
)
_IDS = ("identity", "thread", "message_id", "event_id", "case_id", "identifier")
_PID = "HPPID"
BAIL_CONTRACT = "courts.bail-order.v1"
_BATCH = 5_000
_SEED = 23
_FIRST_NUMBER = 100_000_000
"""Of the copies: nine digits, which no other FIR of the suite has."""


def pid_of(copy: int) -> str:
    """The prisoner's number of the inmate in a copy, from 0."""
    return f"{_PID}{_FIRST_NUMBER + copy}"


def fill(environment: Mapping[str, str], partner_id: str, cases: int, *, court: str | None = None) -> None:
    """Give the empty store of these settings so many cases, told by this partner; with a court, an inmate in each."""
    settings = Settings.from_environment(environment)
    store = bootstrap.open_store(settings, may_create=True)
    life = next(iter(lives(_SEED, cases=1, hearings=0)))
    with store.engine.begin() as connection:
        told = _translated(settings, store, partner_id, FIR_CONTRACT, parse_json(life.fir_json))
        run_records(connection, [told])
        if court is not None:
            order = parse_xml(_bail_order(life))
            run_records(connection, [_translated(settings, store, court, BAIL_CONTRACT, order)])
        _copy(connection, life, cases - 1)
    store.engine.dispose()


def _bail_order(life: Life) -> bytes:
    """Bail for the first accused of a case, who waits in jail for sureties."""
    fir, station = life.fir["fir"], life.fir["fir"]["policeStation"]
    number = f"<Number>{fir['number']}</Number><Year>{fir['year']}</Year>"
    case = (
        f"<FIR><State>{station['state']}</State><PoliceStationCode>{station['code']}</PoliceStationCode>{number}</FIR>"
    )
    return (
        '<BailOrder xmlns="urn:icjs:courts:bail-order:1"><MessageId>BENCH-BAIL</MessageId><Action>NEW</Action>'
        f"<Court><Establishment>HPKN02</Establishment></Court><Case>{case}</Case>"
        f"<Person><Serial>{fir['accused'][0]['serial']}</Serial><PID>{_PID}{fir['number']}</PID></Person>"
        '<Jail code="HPDJ04"/><Decision>GRANTED</Decision><OrderedOn>2026-11-20</OrderedOn><Sureties>2</Sureties>'
        f'<Order><Digest algorithm="sha-256">{"0" * 64}</Digest></Order></BailOrder>'
    ).encode()


def _translated(
    settings: Settings, store: bootstrap.Store, partner_id: str, contract_id: str, document: Document
) -> Command:
    """A message on its way to the ledger, as intake makes it."""
    partner = load(reader_of(store.engine), store.vault).partner(partner_id)
    assert partner is not None  # noqa: S101 - it was applied
    record = translate(
        Arrival(
            document=document,
            contract=load_contracts(None).get(contract_id),
            partner=partner,
            received_at=datetime.now(UTC),
        ),
        NO_PLACES,
        NOTHING_LISTED,
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
            snapshot = first["snapshot"].replace(b'"%b"' % number.encode(), b'"%d"' % copy)
            snapshot = snapshot.replace(f"/{number}/".encode(), f"/{copy}/".encode())
            changed["snapshot"] = snapshot.replace(f"{_PID}{number}".encode(), f"{_PID}{copy}".encode())
        if table is schema.case_index:
            changed["value"] = f"{_PID}{copy}"
        yield first | changed
