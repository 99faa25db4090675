"""Who read a case, by the leaves of the audit: partner, purpose, instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, select

from icjs_gateway.stores import schema

_leaf = schema.audit_leaves.c
_READS = ("case.read", "cases.searched", "case-status.asked", "inmate-status.asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRead:
    """One read of a case, or an answer in which it was."""

    kind: str
    at: datetime
    partner_id: str
    purpose: str | None


def reads_of(engine: Engine, case_id: str, since: datetime | None) -> list[CaseRead]:
    """The oldest first; all that are kept where `since` is None."""
    with engine.connect() as connection:
        return list(_reads(connection, case_id, since))


def _reads(connection: Connection, case_id: str, since: datetime | None) -> Iterator[CaseRead]:
    wanted = select(_leaf.kind, _leaf.noted_at, _leaf.facts).where(_leaf.kind.in_(_READS)).order_by(_leaf.seq)
    if since is not None:
        wanted = wanted.where(_leaf.noted_at >= since)
    sought = case_id.encode()
    for row in connection.execute(wanted.execution_options(yield_per=1000)):
        # Most leaves are of other cases: they are not read.
        if sought not in bytes(row.facts):
            continue
        facts = from_json(row.facts)
        if case_id in (facts.get("cases") or ()):
            yield CaseRead(
                kind=row.kind, at=row.noted_at, partner_id=facts["partner"], purpose=_purpose(facts.get("purpose"))
            )


def _purpose(told: object) -> str | None:
    return None if told is None else str(told)
