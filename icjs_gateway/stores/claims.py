"""Claims as a person reads them: which identifiers and messages came to which case, by whose word, and what became of
that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from icjs_gateway.model.case import Case
from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.stores import schema

_claim = schema.claims.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim. Without `identity` and `speaker` where it was made before claims were kept."""

    number: int
    kind: ClaimKind
    subject: str
    case_id: str
    identity: str | None
    speaker: str | None
    basis: str | None
    state: ClaimState
    made_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    reason: str | None


_COLUMNS = (
    _claim.seq.label("number"),
    *(_claim[name] for name in Claim.__slots__ if name != "number"),
)


def claims(
    engine: Engine, *, case_id: str | None = None, state: ClaimState | None = None, limit: int = 1000
) -> list[Claim]:
    """The oldest first."""
    wanted = select(*_COLUMNS).order_by(_claim.seq).limit(limit)
    if case_id is not None:
        wanted = wanted.where(_claim.case_id == case_id)
    if state is not None:
        wanted = wanted.where(schema.IS_REFUSED if state is ClaimState.REFUSED else _claim.state == state.value)
    with engine.connect() as connection:
        return [_read(row) for row in connection.execute(wanted)]


def legacy_count(engine: Engine) -> int:
    """How many claims from before claims were kept nobody has judged."""
    with engine.connect() as connection:
        counted = select(func.count()).where(_claim.state == ClaimState.LEGACY.value)
        return connection.scalar(counted) or 0


def legacy(engine: Engine, *, case_id: str | None = None) -> Iterator[tuple[Claim, Case]]:
    """What was held before claims were kept, each with its case as it is now."""
    wanted = (
        select(*_COLUMNS, schema.cases.c.snapshot)
        .join_from(schema.claims, schema.cases, schema.cases.c.case_id == _claim.case_id)
        .where(_claim.state == ClaimState.LEGACY.value)
        .order_by(_claim.seq)
    )
    if case_id is not None:
        wanted = wanted.where(_claim.case_id == case_id)
    with engine.connect() as connection:
        for row in connection.execute(wanted.execution_options(yield_per=1000)):
            yield _read(row), Case.model_validate_json(row.snapshot)


def claim_of(connection: Connection, number: int) -> Claim:
    """The claim of this number. Raises NotFound."""
    row = connection.execute(select(*_COLUMNS).where(_claim.seq == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no claim {number}.")
    return _read(row)


def claims_within(connection: Connection, case_id: str) -> list[Claim]:
    """Every claim of a case, the oldest first."""
    return [
        _read(row)
        for row in connection.execute(select(*_COLUMNS).where(_claim.case_id == case_id).order_by(_claim.seq))
    ]


def claims_made_by(connection: Connection, identity: str) -> list[Claim]:
    """Every claim that a message made for its case and those that learnt of it, the oldest first."""
    event, edge = schema.events.c, schema.claims.alias("edge").c
    told = select(edge.case_id).where(edge.identity == identity, edge.kind == ClaimKind.EDGE.value)
    own = select(event.case_id).where(event.identity == identity, event.case_id.is_not(None))
    rows = connection.execute(
        select(*_COLUMNS).where(_claim.case_id.in_(told.union(own)), _claim.identity == identity).order_by(_claim.seq)
    )
    return [_read(row) for row in rows]


def _read(row: Any) -> Claim:
    members = {name: getattr(row, name) for name in Claim.__slots__}
    return Claim(**{**members, "kind": ClaimKind(members["kind"]), "state": ClaimState(members["state"])})
