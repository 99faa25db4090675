"""Writing what a change makes of the cases that it reaches: snapshots, labels, identifiers, events, and the words by
which labels stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.correlation import CaseFile, identifier_text
from icjs_gateway.routing.label_words import child_subject, children_of, ground_of, label_of
from icjs_gateway.routing.recorded import RecordedEvent
from icjs_gateway.routing.remaking import changed
from icjs_gateway.stores import schema
from icjs_gateway.stores.claim_rows import PARTED, claim_row, correct_claims, word_row, write_claims
from icjs_gateway.stores.ledger_rows import write_cases
from icjs_gateway.stores.remade_cases import Reached

_event, _delivery, _claim = schema.events.c, schema.deliveries.c, schema.claims.c
NOTHING: frozenset[Any] = frozenset()


def write_change(
    connection: Connection,
    reached: Reached,
    severed: Mapping[str, Sequence[str]],
    at: datetime,
    struck: Set[tuple[str, str]] = NOTHING,
) -> dict[str, CaseFile]:
    """Write the cases that the change touches, and those for which `severed` tells what is severed from now on. Answers
    them as they are now. `struck` are words, by (case, subject), that go whoever said them."""
    files: dict[str, CaseFile] = {}
    for case_id in sorted({*reached.touched, *severed, *(case_id for case_id, _ in struck)}):
        known = reached.files[case_id]
        file = changed(
            known, reached.was.files[case_id], reached.now.files[case_id], severed.get(case_id, known.case.severed)
        )
        files[case_id] = _without_words(file, {subject for each, subject in struck if each == case_id})
    write_cases(connection, list(files.values()), files.keys())
    _rewrite_events(connection, reached)
    _claim_words(connection, reached, files, at)
    _hold_joined(connection, reached, at)
    return files


def _hold_joined(connection: Connection, reached: Reached, at: datetime) -> None:
    """The identifiers that belong to these cases from now on, by the word of the message that names them first, and
    those that do not any more."""
    if reached.parted:
        correct_claims(connection, [(name, reached.was.held[name]) for name in reached.parted], at, PARTED)
        held = schema.case_identifiers.c
        texts = [identifier_text(name) for name in reached.parted]
        connection.execute(delete(schema.case_identifiers).where(held.identifier.in_(texts)))
    rows = [
        claim_row(member.record, linked, name, at)
        for case_id in sorted(set(reached.joined.values()))
        for name, (member, linked) in reached.now.claims(case_id).items()
        if name in reached.joined
    ]
    if rows:
        connection.execute(
            insert(schema.case_identifiers),
            [{"identifier": row["subject"], "case_id": row["case_id"]} for row in rows],
        )
        write_claims(connection, rows)


def _without_words(file: CaseFile, subjects: Set[str]) -> CaseFile:
    if not subjects:
        return file
    on = {
        label: grounds
        - {ground for subject in subjects if label_of(subject) == label for _, ground in [ground_of(subject)]}
        for label, grounds in file.labels.on.items()
    }
    labels = replace(file.labels, on={label: grounds for label, grounds in on.items() if grounds})
    persons = tuple(
        person.model_copy(update={"is_child": None})
        if any(child_subject(number) in subjects for number in person.numbers)
        else person
        for person in file.case.persons
    )
    return replace(file, case=file.case.model_copy(update={"persons": persons}), labels=labels)


def _rewrite_events(connection: Connection, reached: Reached) -> None:
    """An event says of its case, and where its persons are, what the record knew: what it would know now."""
    before = {event.event_id: event for _, linked in reached.was.linked for event in linked.events}
    other = {
        event.event_id: (before[event.event_id], event)
        for _, linked in reached.now.linked
        for event in linked.events
        if event.event_id in before and _says(event) != _says(before[event.event_id])
    }
    if not other:
        return
    kept = connection.execute(select(_event.event_id, _event.data).where(_event.event_id.in_(list(other))))
    rows = [
        {
            "event": row.event_id,
            "shown": _spliced(bytes(row.data), *other[row.event_id]),
            "where": other[row.event_id][1].places.written(),
        }
        for row in kept
    ]
    connection.execute(_REWRITE, rows)


_REWRITE = (
    update(schema.events)
    .where(_event.event_id == bindparam("event"))
    .values(data=bindparam("shown"), places=bindparam("where"))
)


def _says(event: RecordedEvent) -> tuple[bytes, str | None]:
    return event.data, event.places.written()


def _spliced(kept: bytes, was: RecordedEvent, now: RecordedEvent) -> bytes:
    """The data of now, with what was added to it since it was recorded (`supersedes`)."""
    begins = was.data[:-1]
    return now.data[:-1] + kept[len(begins) :] if kept.startswith(begins) else kept


def _claim_words(connection: Connection, reached: Reached, files: Mapping[str, CaseFile], at: datetime) -> None:
    """A word that a message which left had said first, and one that stays says as well, is claimed by that."""
    standing = {
        (row.case_id, row.subject)
        for row in connection.execute(
            select(_claim.case_id, _claim.subject).where(
                _claim.case_id.in_(list(files)),
                _claim.kind.in_([ClaimKind.LABEL.value, ClaimKind.CHILD.value]),
                _claim.state.in_([ClaimState.STANDS.value, ClaimState.CONFIRMED.value]),
            )
        )
    }
    write_claims(connection, list(_unclaimed(reached, files, standing, at)))


def _unclaimed(
    reached: Reached, files: Mapping[str, CaseFile], standing: Set[tuple[str, str]], at: datetime
) -> Iterator[dict[str, Any]]:
    for (case_id, subject), (member, linked) in reached.now.words.items():
        if (case_id, subject) in standing or case_id not in files or not _is_said(files[case_id], subject):
            continue
        bases = dict(linked.edges) | {linked.case_id: linked.basis}
        yield word_row(member.record, case_id, subject, bases.get(case_id), at)


def _is_said(file: CaseFile, subject: str) -> bool:
    if label_of(subject) is None:
        return subject in children_of(file.case)
    label, ground = ground_of(subject)
    return ground in file.labels.on.get(label, frozenset())
