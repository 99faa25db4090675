"""States by one code: keys that were written with a former code of their State (TS, OR, UA) are written with its own.

What senders said stays as they said it, and is read by the code of today. Where both spellings of one key are held, by
two cases, neither is changed: a person looks (`icjs-gateway cases check`).
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json, to_json

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_CODES = {"CT": "CG", "DN": "DD", "DH": "DD", "OR": "OD", "PO": "PY", "TS": "TG", "UA": "UK", "UT": "UK"}
_KINDS = ("station", "court", "jail", "laboratory", "office")
_KEYS = (
    # table, column, what stands before the State
    ("case_identifiers", "identifier", ("fir:", "fir-reg:")),
    ("waiting", "identifier", ("fir:", "succeeded:", "fir-reg:", *(f"message:{kind}/" for kind in _KINDS))),
    ("claims", "subject", ("fir:", "fir-reg:")),
    ("claims", "speaker", tuple(f"{kind}/" for kind in _KINDS)),
    ("messages", "speaker", tuple(f"{kind}/" for kind in _KINDS)),
    ("messages", "place_identity", tuple(f"{kind}/" for kind in _KINDS)),
    ("messages", "refers_to", tuple(f"{kind}/" for kind in _KINDS)),
    ("case_index", "value", ("",)),
)
_UNIQUE = {
    "case_identifiers": "other.identifier = :begins || substr(t.identifier, :length)",
    "waiting": "other.identity = t.identity AND other.identifier = :begins || substr(t.identifier, :length)",
    "case_index": (
        "other.kind = t.kind AND other.case_id = t.case_id AND other.value = :begins || substr(t.value, :length)"
    ),
}


def upgrade() -> None:
    connection = op.get_bind()
    for former, code in _CODES.items():
        for table, column, before in _KEYS:
            for prefix in before:
                _rewrite(connection, table, column, f"{prefix}{former}/", f"{prefix}{code}/")
        connection.execute(sa.text("UPDATE messages SET home_state = :code WHERE home_state = :former"),
                           {"code": code, "former": former})  # fmt: skip
        connection.execute(sa.text("UPDATE places SET state = :code WHERE state = :former"),
                           {"code": code, "former": former})  # fmt: skip
    _rewrite_cases(connection)


def _rewrite(connection: sa.Connection, table: str, column: str, former: str, begins: str) -> None:
    unless = _UNIQUE.get(table)
    kind = " AND t.kind = 'hold'" if table == "case_index" else ""
    free = f" AND NOT EXISTS (SELECT 1 FROM {table} AS other WHERE {unless})" if unless else ""  # noqa: S608
    connection.execute(
        sa.text(
            f"UPDATE {table} AS t SET {column} = :begins || substr(t.{column}, :length)"  # noqa: S608  (names of ours)
            f" WHERE substr(t.{column}, 1, :length - 1) = :former{kind}{free}"
        ),
        {"begins": begins, "length": len(former) + 1, "former": former},
    )


def _rewrite_cases(connection: sa.Connection) -> None:
    """The keys in snapshots, one case after the other."""
    last = ""
    while True:
        found = connection.execute(
            sa.text("SELECT case_id, snapshot FROM cases WHERE case_id > :last ORDER BY case_id LIMIT 200"),
            {"last": last},
        ).all()
        if not found:
            return
        last = found[-1].case_id
        changed = [
            {"case_id": each.case_id, "snapshot": to_json(now)}
            for each in found
            if (now := _by_own_codes(was := from_json(each.snapshot))) != was
        ]
        if changed:
            connection.execute(sa.text("UPDATE cases SET snapshot = :snapshot WHERE case_id = :case_id"), changed)


def _by_own_codes(told: Any) -> Any:
    """A snapshot with the keys of its FIRs rewritten. Names of lanes are no keys: deliveries stand in them."""
    if isinstance(told, dict):
        return {
            _own(name): inner if name == "lanes" else _state(name, _by_own_codes(inner)) for name, inner in told.items()
        }
    if isinstance(told, list):
        return [_by_own_codes(each) for each in told]
    return _own(told) if isinstance(told, str) else told


def _state(name: str, value: Any) -> Any:
    return _CODES.get(value, value) if name == "state" and isinstance(value, str) else value


def _own(text: str) -> str:
    return _FIR.sub(lambda match: f"{_CODES[match[1]]}/{match[2]}", text)


_FIR = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(_CODES)})/([A-Za-z0-9-]{{1,20}}/[1-9][0-9]{{0,8}}/[0-9]{{4}})(?![0-9])")
