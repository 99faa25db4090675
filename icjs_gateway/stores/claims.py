"""Claims as a person reads them: which identifiers and messages came to which case, by whose word, and what became of
that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

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


def claim_of(connection: Connection, number: int) -> Claim:
    """The claim of this number. Raises NotFound."""
    row = connection.execute(select(*_COLUMNS).where(_claim.seq == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no claim {number}.")
    return _read(row)


def _read(row: object) -> Claim:
    members = dict(row._mapping)  # type: ignore[attr-defined]
    return Claim(**{**members, "kind": ClaimKind(members["kind"]), "state": ClaimState(members["state"])})
