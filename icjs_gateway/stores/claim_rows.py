"""Rows of claims, written in the transaction that makes or settles them. Read and changed by a person in `claims`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.authority.rules import Basis
from icjs_gateway.routing.correlation import Identifier, identifier_text
from icjs_gateway.routing.label_words import label_of
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import Record
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared

_claim = schema.claims.c
_BY_MESSAGE = [kind.value for kind in (ClaimKind.IDENTIFIER, ClaimKind.EDGE, ClaimKind.LABEL, ClaimKind.CHILD)]
CORRECTED = "corrected by its court"
"""The reason of a claim to a CNR that the court itself gave free."""
PARTED = "its case is labelled"
"""The reason of a claim to a CNR that a label keeps apart from its case."""


def write_claims(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Rows that `claim_row` and `refused_rows` made."""
    _INSERT.write(connection, rows)


def claim_row(record: Record, linked: Linked, identifier: Identifier, at: datetime) -> dict[str, Any]:
    """An identifier belongs to a case from now on, by the word of this message."""
    return _row(
        record,
        ClaimKind.IDENTIFIER,
        identifier_text(identifier),
        linked.case_id,
        at,
        basis=linked.basis.value if linked.basis is not None else None,
    )


def learnt_rows(record: Record, linked: Linked, at: datetime) -> Iterator[dict[str, Any]]:
    """What cases learnt of a message beside its identifiers: other cases of it, any case of labels and children."""
    bases = dict(linked.edges) | {linked.case_id: linked.basis}
    for case_id, _ in linked.edges:
        yield _row(record, ClaimKind.EDGE, "/".join(record.identity), case_id, at, basis=_written(bases[case_id]))
    for case_id, subject in linked.words:
        yield word_row(record, case_id, subject, bases.get(case_id), at)


def word_row(record: Record, case_id: str, subject: str, basis: Basis | None, at: datetime) -> dict[str, Any]:
    """A label stands on a ground, or somebody is marked as a child, by the word of this message."""
    kind = ClaimKind.LABEL if label_of(subject) is not None else ClaimKind.CHILD
    return _row(record, kind, subject, case_id, at, basis=_written(basis))


def _written(basis: Basis | None) -> str | None:
    return basis.value if basis is not None else None


def refused_rows(record: Record, refused: Iterable[str], at: datetime) -> Iterator[dict[str, Any]]:
    """A message named these cases, and its speaker has no standing in them."""
    identity = "/".join(record.identity)
    for case_id in sorted(refused):
        yield _row(record, ClaimKind.WITHOUT, identity, case_id, at, state=ClaimState.REFUSED)


def refused_in(connection: Connection, identity: str) -> set[str]:
    """The cases in which a message was refused, and has not been accepted or rejected since."""
    return set(connection.scalars(select(_claim.case_id).where(_claim.identity == identity, schema.IS_REFUSED)))


def note_link(connection: Connection, record: Record, linked: Linked, at: datetime, *, by: str, reason: str) -> None:
    """A person linked this message to a case."""
    basis = linked.basis.value if linked.basis is not None else None
    row = _row(record, ClaimKind.LINK, "/".join(record.identity), linked.case_id, at, basis=basis)
    write_claims(connection, [row | {"settled_at": at, "settled_by": by, "reason": reason}])


def claim_message(connection: Connection, identity: str, speaker: str, case_id: str, at: datetime) -> int:
    """A message that came to a case by itself, under identifiers that the case held: that it belongs there. Answers the
    claim's number."""
    row: dict[str, Any] = {
        "kind": ClaimKind.LINK.value,
        "subject": identity,
        "identity": identity,
        "speaker": speaker,
        "basis": None,
    }
    row |= {"case_id": case_id, "state": ClaimState.STANDS.value, "made_at": at}
    number: int = connection.execute(insert(schema.claims).values(**row).returning(_claim.seq)).scalar_one()
    return number


def correct_claims(
    connection: Connection, released: Iterable[tuple[Identifier, str]], at: datetime, reason: str = CORRECTED
) -> None:
    """Identifiers are a case's no more: a court gave them free, or a label keeps them apart."""
    for identifier, case_id in released:
        connection.execute(
            update(schema.claims)
            .where(
                _claim.case_id == case_id,
                _claim.kind == ClaimKind.IDENTIFIER.value,
                _claim.subject == identifier_text(identifier),
                _claim.state != ClaimState.WITHDRAWN.value,
            )
            .values(state=ClaimState.WITHDRAWN.value, settled_at=at, reason=reason)
        )


def accept_refused(connection: Connection, identity: str, linked: Linked, at: datetime) -> None:
    """A message that was refused in a case is linked to it: its speaker has standing now, or a person decided so."""
    stands = linked.basis is not None
    connection.execute(
        update(schema.claims)
        .where(_claim.identity == identity, schema.IS_REFUSED, _claim.case_id == linked.case_id)
        .values(
            state=(ClaimState.STANDS if stands else ClaimState.CONFIRMED).value,
            basis=linked.basis.value if linked.basis is not None else None,
            settled_at=at,
        )
    )


def reject_refused(connection: Connection, identity: str, at: datetime, *, by: str, reason: str) -> None:
    """A person dismissed a message that was refused."""
    connection.execute(
        update(schema.claims)
        .where(_claim.identity == identity, schema.IS_REFUSED)
        .values(state=ClaimState.REJECTED.value, settled_at=at, settled_by=by, reason=reason)
    )


def settle_claim(connection: Connection, number: int, state: ClaimState, at: datetime, *, by: str, reason: str) -> None:
    """A person decided about a claim."""
    connection.execute(
        update(schema.claims)
        .where(_claim.seq == number)
        .values(state=state.value, settled_at=at, settled_by=by, reason=reason)
    )


def settle_label(connection: Connection, case_id: str, label: str, at: datetime, *, by: str, reason: str) -> None:
    """A person took a label from a case, whoever gave it."""
    connection.execute(
        update(schema.claims)
        .where(
            _claim.case_id == case_id,
            _claim.kind == ClaimKind.LABEL.value,
            _claim.subject.startswith(f"label:{label}/", autoescape=True),
            _claim.state.in_([ClaimState.STANDS.value, ClaimState.CONFIRMED.value]),
        )
        .values(state=ClaimState.WITHDRAWN.value, settled_at=at, settled_by=by, reason=reason)
    )


def settle_made_by(
    connection: Connection,
    case_ids: Iterable[str],
    identities: Sequence[str],
    state: ClaimState,
    at: datetime,
    *,
    by: str,
    reason: str,
) -> None:
    """A person decided about all that these messages claimed for these cases: identifiers, edges, labels, children."""
    connection.execute(
        update(schema.claims)
        .where(
            _claim.case_id.in_(list(case_ids)),
            _claim.kind.in_(_BY_MESSAGE),
            _claim.state == ClaimState.STANDS.value,
            _claim.identity.in_(identities),
        )
        .values(state=state.value, settled_at=at, settled_by=by, reason=reason)
    )


def _row(
    record: Record,
    kind: ClaimKind,
    subject: str,
    case_id: str,
    at: datetime,
    *,
    basis: str | None = None,
    state: ClaimState = ClaimState.STANDS,
) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "subject": subject,
        "case_id": case_id,
        "identity": "/".join(record.identity),
        "speaker": record.envelope.speaker.written(),
        "basis": basis,
        "state": state.value,
        "made_at": at,
        "settled_at": None,
        "settled_by": None,
        "reason": None,
    }


_INSERT = Prepared(insert(schema.claims))
