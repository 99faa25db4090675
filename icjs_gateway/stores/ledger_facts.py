"""Reading the facts of a batch: a handful of queries, however many commands.

Every query asks for one list of text keys, so that its cost follows the batch and not the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

from sqlalchemy import Connection, exists, func, literal, or_, select

from icjs_gateway.model.case import Case
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import standing_identifier
from icjs_gateway.routing.correlation import CaseFile, Identifier, identifier_text
from icjs_gateway.routing.decisions import Known
from icjs_gateway.routing.labels import Labelling
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared, among

_message = schema.messages.c
_SAMENESS = (
    _message.message_id,
    _message.digest,
    _message.content_digest,
    _message.receipt,
    _message.state,
    _message.speaker,
)


def known(connection: Connection, identities: Set[str]) -> dict[str, Known]:
    """The messages of these identities."""
    return {identity: message for identity, _, message in known_over_any_wire(connection, identities, frozenset())}


def known_over_any_wire(
    connection: Connection, identities: Set[str], of_places: Set[str]
) -> list[tuple[str, str | None, Known]]:
    """The messages of these identities or of these place identities, the oldest first: each with both of its own."""
    rows = _KNOWN.rows(connection, identities=identities, of_places=of_places)
    return [(identity, of_place, _known(*sameness)) for identity, of_place, *sameness in rows]


def latest(connection: Connection, threads: Set[str]) -> dict[str, Known]:
    """The newest message of each of these threads."""
    return _by_key(_LATEST.rows(connection, threads=threads))


def threads_of(connection: Connection, identities: Set[str]) -> dict[str, str]:
    """The thread of each of these messages that there is."""
    return dict(_THREADS.rows(connection, identities=identities)) if identities else {}


def corrected(connection: Connection, threads: Set[str]) -> set[str]:
    """Those of these threads of which a message was corrected after the newest of them came."""
    return {thread for (thread,) in _CORRECTED.rows(connection, threads=threads)} if threads else set()


_THREADS = Prepared(select(_message.identity, _message.thread).where(among(_message.identity, "identities")))
_ITS_NEWEST = schema.messages.alias("newest")
_CORRECTION = schema.messages.alias("correction")
_CORRECTED = Prepared(
    select(_message.thread)
    .join_from(schema.messages, _CORRECTION, _CORRECTION.c.refers_to == _message.identity)
    .where(
        among(_message.thread, "threads"),
        _CORRECTION.c.seq
        > select(func.max(_ITS_NEWEST.c.seq)).where(_ITS_NEWEST.c.thread == _message.thread).scalar_subquery(),
    )
    .distinct()
)
_KNOWN = Prepared(
    select(_message.identity, _message.place_identity, *_SAMENESS)
    .where(or_(among(_message.identity, "identities"), among(_message.place_identity, "of_places")))
    .order_by(_message.seq)
)
_NEWEST = select(func.max(_message.seq)).where(among(_message.thread, "threads")).group_by(_message.thread)
_LATEST = Prepared(select(_message.thread, *_SAMENESS).where(_message.seq.in_(_NEWEST)))


def _by_key(rows: Iterable[Any]) -> dict[str, Known]:
    return {key: _known(*sameness) for key, *sameness in rows}


def _known(message_id: str, digest: bytes, content_digest: bytes, receipt: bytes, state: str, speaker: str) -> Known:
    return Known(
        message_id=message_id,
        digest=digest,
        content_digest=content_digest,
        receipt=receipt,
        state=MessageState(state),
        speaker=Speaker.read(speaker),
    )


def cases_of(connection: Connection, named: Set[Identifier]) -> dict[Identifier, str]:
    """The id of the case that holds each of these identifiers, for those that any case holds."""
    if not named:
        return {}
    by_text = {identifier_text(identifier): identifier for identifier in named}
    return {by_text[text]: case_id for text, case_id in _CASES_OF.rows(connection, identifiers=by_text)}


_CASES_OF = Prepared(
    select(schema.case_identifiers.c.identifier, schema.case_identifiers.c.case_id).where(
        among(schema.case_identifiers.c.identifier, "identifiers")
    )
)


def files(connection: Connection, case_ids: Set[str]) -> dict[str, CaseFile]:
    """The snapshots of these cases, which are held until the commit."""
    return files_and_awaited(connection, case_ids)[0]


def files_and_awaited(connection: Connection, case_ids: Set[str]) -> tuple[dict[str, CaseFile], set[str]]:
    """The same, and the ids of those cases in which somebody waits for standing."""
    if not case_ids:
        return {}, set()
    found: dict[str, CaseFile] = {}
    awaited: set[str] = set()
    for case_id, version, snapshot, labelling, is_awaited in _FILES.rows(connection, case_ids=case_ids):
        case, labels = Case.model_validate_json(snapshot), Labelling.read(labelling)
        found[case_id] = CaseFile(case_id=case_id, version=version, case=case, labels=labels)
        if is_awaited:
            awaited.add(case_id)
    return found, awaited


_case = schema.cases.c
_IS_AWAITED = exists().where(
    schema.waiting.c.identifier == literal(identifier_text(standing_identifier(""))) + _case.case_id
)
_FILES = Prepared(
    select(_case.case_id, _case.version, _case.snapshot, _case.labelling, _IS_AWAITED)
    .where(among(_case.case_id, "case_ids"))
    .order_by(_case.case_id)
    .with_for_update()
)
