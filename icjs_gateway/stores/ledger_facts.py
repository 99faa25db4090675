"""Reading the facts of a batch: a handful of queries, however many commands.

Every query is one `IN` over a text key, so that its cost follows the batch and not the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

from sqlalchemy import Connection, func, select

from icjs_gateway.model.case import Case
from icjs_gateway.routing.access.labels import Labelling
from icjs_gateway.routing.correlation import CaseFile, Identifier
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.recording import Known
from icjs_gateway.stores import schema

_message = schema.messages.c
_SAMENESS = (_message.message_id, _message.digest, _message.content_digest, _message.receipt, _message.state)


def known(connection: Connection, identities: Set[str]) -> dict[str, Known]:
    """The messages of these identities."""
    return _by_key(connection.execute(select(_message.identity, *_SAMENESS).where(_message.identity.in_(identities))))


def latest(connection: Connection, threads: Set[str]) -> dict[str, Known]:
    """The newest message of each of these threads."""
    newest = select(func.max(_message.seq)).where(_message.thread.in_(threads)).group_by(_message.thread)
    return _by_key(connection.execute(select(_message.thread, *_SAMENESS).where(_message.seq.in_(newest))))


def _by_key(rows: Iterable[Any]) -> dict[str, Known]:
    return {
        key: Known(
            message_id=message_id,
            digest=digest,
            content_digest=content_digest,
            receipt=receipt,
            state=MessageState(state),
        )
        for key, message_id, digest, content_digest, receipt, state in rows
    }


def identifier_text(identifier: Identifier) -> str:
    """`kind:value`, the form in which an identifier is unique in the store."""
    kind, value = identifier
    return f"{kind}:{value}"


def cases_of(connection: Connection, named: Set[Identifier]) -> dict[Identifier, str]:
    """The id of the case that holds each of these identifiers, for those that any case holds."""
    if not named:
        return {}
    by_text = {identifier_text(identifier): identifier for identifier in named}
    columns = schema.case_identifiers.c
    rows = connection.execute(select(columns.identifier, columns.case_id).where(columns.identifier.in_(by_text)))
    return {by_text[text]: case_id for text, case_id in rows}


def files(connection: Connection, case_ids: Set[str]) -> dict[str, CaseFile]:
    """The snapshots of these cases, which are held until the commit."""
    if not case_ids:
        return {}
    columns = schema.cases.c
    rows = connection.execute(
        select(columns.case_id, columns.version, columns.snapshot, columns.labelling)
        .where(columns.case_id.in_(case_ids))
        .order_by(columns.case_id)
        .with_for_update()
    )
    return {
        case_id: CaseFile(
            case_id=case_id,
            version=version,
            case=Case.model_validate_json(snapshot),
            labels=Labelling.read(labelling),
        )
        for case_id, version, snapshot, labelling in rows
    }
