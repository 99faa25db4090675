"""Statements of the hot path look things up by an index, however large the store is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Select

from icjs_gateway.stores import beside, elsewhere, ledger_facts, migrate, obligation_rows, orphans
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.prepared import Prepared

READ = {
    f"{module.__name__}.{name}": each
    for module in (ledger_facts, orphans, obligation_rows, beside, elsewhere)
    for name, each in vars(module).items()
    if isinstance(each, Prepared) and isinstance(each._statement, Select)
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{tmp_path / 'gateway.db'}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", READ)
def test_facts_are_looked_up_and_never_searched_for(connection: Connection, name: str) -> None:
    compiled = READ[name]._for(connection, ())
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.text}", ("[]",) * compiled.text.count("?")).all()
    steps = [row[3] for row in plan]
    assert any(step.startswith("SEARCH") for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN") and "json_each" not in step], steps
