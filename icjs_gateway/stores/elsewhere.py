"""Records that a message does not name, in which the person whom its order is about may be.

Looked for only for orders that free or hold a person, and only read: no lock is taken, for nothing of these cases
changes, and what they knew a moment ago is good enough to tell a jail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from icjs_gateway.model.case import Case
from icjs_gateway.routing.authority.elsewhere import NOWHERE_ELSE, Elsewhere, numbers_given, parents_of
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.correlation import CaseFile, identifier_text
from icjs_gateway.routing.jails import named_jail
from icjs_gateway.routing.messages import Record
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared, among
from icjs_gateway.stores.sent_on import came_from, sent_on

_CASES_MOST = 50
"""Cases that know a number; a number of one jail is another person's in another jail."""


def elsewhere(
    connection: Connection, record: Record, named: Iterable[CaseFile], *, is_parked: bool = False
) -> Elsewhere:
    """The records elsewhere that bear on a message which names these cases; once it is parked by prisoners' numbers,
    and by a CNR to which a case may have gone on."""
    if not record.is_liberty:
        return NOWHERE_ELSE
    files = {file.case_id: file for file in named}
    parents = {case_id: found for case_id, file in files.items() if (found := parents_of(file.case))}
    numbers = _numbers(record, files.values()) if is_parked else set()
    gone_on = _gone_on(connection, record) if is_parked and not files else ()
    if not parents and not numbers and not gone_on:
        return NOWHERE_ELSE
    return Elsewhere(
        parents={
            case_id: tuple(case for name, case in _registered(connection, keys) if name not in files)
            for case_id, keys in parents.items()
        },
        numbered=tuple(case for name, case in _numbered(connection, numbers) if name not in files),
        sent_on=gone_on,
    )


def _gone_on(connection: Connection, record: Record) -> tuple[Case, ...]:
    cnr = record.content.case.cnr
    if cnr is None:
        return ()
    return tuple((sent_on(connection, cnr) | came_from(connection, cnr, record.envelope.speaker)).values())


def _numbers(record: Record, files: Collection[CaseFile]) -> set[str]:
    """The prisoners' numbers by which a court orders, that none of the cases knows, where it names no jail."""
    events = record.content.events
    if record.envelope.speaker.kind is not PlaceKind.COURT:
        return set()
    given = numbers_given(event for event in events if named_jail(event) is None)
    return {
        number
        for number in given
        if not any(("pid", number) in person.numbers for file in files for person in file.case.persons)
    }


def _registered(connection: Connection, keys: Iterable[str]) -> list[tuple[str, Case]]:
    rows = _BY_IDENTIFIER.rows(connection, identifiers=sorted(identifier_text(("fir", key)) for key in keys))
    return [(case_id, Case.model_validate_json(snapshot)) for case_id, snapshot in rows]


def _numbered(connection: Connection, numbers: Collection[str]) -> list[tuple[str, Case]]:
    rows = _BY_NUMBER.rows(connection, numbers=sorted(numbers)) if numbers else []
    return [(case_id, Case.model_validate_json(snapshot)) for case_id, snapshot in rows]


_case, _held, _index = schema.cases.c, schema.case_identifiers.c, schema.case_index.c
_BY_IDENTIFIER = Prepared(
    select(_case.case_id, _case.snapshot)
    .join_from(schema.cases, schema.case_identifiers, _held.case_id == _case.case_id)
    .where(among(_held.identifier, "identifiers"))
    .distinct()
)
_BY_NUMBER = Prepared(
    select(_case.case_id, _case.snapshot)
    .join_from(schema.cases, schema.case_index, _index.case_id == _case.case_id)
    .where(_index.kind == "pid", among(_index.value, "numbers"))
    .order_by(_case.case_id)
    .limit(_CASES_MOST)
)
