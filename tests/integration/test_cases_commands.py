"""`cases check` on a real store: quiet where nothing is wrong, 1 where two FIRs are one case."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from sqlalchemy import text

from icjs_gateway.stores.engine import open_engine
from tests.integration.test_commands import home, recorded, run
from tests.support.messages import fir

__all__ = ["home"]


def test_a_fused_case_is_told_in_lines_and_as_json_with_exit_code_1(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, fir(112), fir(113)))
    quiet = run("cases", "check")
    assert (quiet.exit_code, quiet.output) == (0, "fused cases: 0\n")
    case_id = _fused(home)
    told = run("cases", "check")
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        f"{case_id}  by a message that names them together",
        "  FIR HP/2011007/112/2026",
        "  FIR HP/2011007/113/2026",
        "  hp-police/police.fir.v1/FIR-112",
        "fused cases: 1",
    ]
    as_json = run("cases", "check", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.output) == {
        "case_id": case_id,
        "firs": ["HP/2011007/112/2026", "HP/2011007/113/2026"],
        "numbers": [],
        "messages": ["hp-police/police.fir.v1/FIR-112"],
    }


def _fused(home: Path) -> str:
    """The first case holds the key of the second FIR too, as after a message that named both."""
    engine = open_engine(f"sqlite:///{home}/var/icjs/gateway.db")
    with engine.begin() as connection:
        first = connection.execute(
            text("SELECT case_id FROM case_identifiers WHERE identifier = 'fir:HP/2011007/112/2026'")
        ).scalar_one()
        connection.execute(text("UPDATE case_identifiers SET case_id = :first"), {"first": first})
        connection.execute(text("DELETE FROM cases WHERE case_id <> :first"), {"first": first})
    engine.dispose()
    return str(first)
