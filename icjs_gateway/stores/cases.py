"""Reading cases: found by any of their numbers, with everything that those who are asked for lead to.

A question is answered by one connection in a statement or two, however many cases it leads to: looked for are sets of
index entries, and a case comes with the entry that leads to it. Only the snapshots of cases that concern somebody are
decoded. What a store of a hundred thousand cases costs more than one of a thousand is a level or two of an index.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, select

from icjs_gateway.model.case import Case
from icjs_gateway.model.event_types import GATEWAYS_OWN, SETTLED
from icjs_gateway.model.names.states import canonical_state
from icjs_gateway.routing.case_index import Entry
from icjs_gateway.routing.cases import Gathered, History, HistoryPage, ToldMessage
from icjs_gateway.routing.correlation import CaseFile, identifier_text
from icjs_gateway.routing.labels import Labelling
from icjs_gateway.routing.labels import names_of as labels_of
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.messages import Channel
from icjs_gateway.routing.places import Places
from icjs_gateway.routing.ports import Sealed, Vault
from icjs_gateway.routing.recorded import told_again
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.prepared import Prepared, among
from icjs_gateway.stores.schema import EPOCH

_case, _event, _message, _index = schema.cases.c, schema.events.c, schema.messages.c, schema.case_index.c
_IDENTIFIERS = frozenset({"cnr", "fir", "fir-reg"})
_ROUNDS_MAX = 3
"""Whom a jail names leads to cases, and those to others: further than this nobody is followed."""

Further = Callable[[Sequence[CaseFile]], Set[Entry]]


class StoreCases:
    """`Cases` on the message store."""

    def __init__(self, reader: Engine, vault: Vault, *, cases_max: int = 50) -> None:
        self._reader = reader
        self._vault = vault
        self._cases_max = cases_max

    async def gather(self, asked: Set[Entry], further: Further | None = None) -> Gathered:
        return await asyncio.to_thread(self._gather, asked, further)

    async def file(self, case_id: str) -> CaseFile | None:
        return await asyncio.to_thread(self._file, case_id)

    async def history(self, case_id: str, *, after: int, limit: int) -> HistoryPage:
        return await asyncio.to_thread(self._history, case_id, after, limit)

    async def told_by(self, case_id: str, at: datetime, *, most: int) -> Sequence[ToldMessage]:
        return await asyncio.to_thread(self._told_by, case_id, at, most)

    def _gather(self, asked: Set[Entry], further: Further | None) -> Gathered:
        rows: dict[str, Any] = {}
        files: list[CaseFile] = []
        looked_for: set[Entry] = set()
        wanted, is_whole = set(asked), True
        with reading(self._reader) as connection:
            for _ in range(_ROUNDS_MAX):
                looked_for |= wanted
                found = {row[0]: row for row in _found(connection, wanted, self._cases_max + 1) if row[0] not in rows}
                room = self._cases_max - len(rows)
                is_whole = is_whole and len(found) <= room
                read = [found[case_id] for case_id in sorted(found)[:room]]
                rows |= {row[0]: row for row in read}
                files += map(_case_file, read)
                if further is None or not read:
                    break
                wanted = set(further(files)) - looked_for
                if not wanted:
                    break
        return Gathered(files=tuple(files), as_of=_as_of(rows.values()), is_whole=is_whole)

    def _file(self, case_id: str) -> CaseFile | None:
        with reading(self._reader) as connection:
            return next(map(_case_file, _BY_ID.rows(connection, case_id=case_id)), None)

    def _told_by(self, case_id: str, at: datetime, most: int) -> Sequence[ToldMessage]:
        """A message that was parked is in its case since it was linked, which its sender was told of."""
        with reading(self._reader) as connection:
            rows = connection.execute(
                select(_event.identity, _event.type, _event.occurred_at, _event.recorded_at, _event.data)
                .where(_event.case_id == case_id)
                .order_by(_event.seq)
                .limit(most)
            ).all()
            linked_at = {row.identity: row.recorded_at for row in rows if row.type == SETTLED}
            told: dict[str, list[Any]] = {}
            for row in rows:
                if row.type not in GATEWAYS_OWN and linked_at.get(row.identity, row.recorded_at) <= at:
                    told.setdefault(row.identity, []).append(row)
            messages = connection.execute(
                select(schema.messages).where(_message.identity.in_(list(told))).order_by(_message.seq)
            ).all()
        return [told_message(message, told[message.identity], self._vault) for message in messages]

    def _history(self, case_id: str, after: int, limit: int) -> HistoryPage:
        with reading(self._reader) as connection:
            labels = connection.scalar(select(_case.labels).where(_case.case_id == case_id))
            rows = connection.execute(
                select(schema.events, _message.partner_id, _message.pillar, _message.message_id)
                .join_from(schema.events, schema.messages, _message.identity == _event.identity)
                .where(_event.case_id == case_id, _event.seq > after)
                .order_by(_event.seq)
                .limit(limit)
            ).all()
        return HistoryPage(
            entries=tuple(
                History(
                    number=row.seq,
                    told=Told(
                        event_id=row.event_id,
                        type=row.type,
                        partner_id=row.partner_id,
                        pillar=row.pillar,
                        case_id=case_id,
                        message_id=row.message_id,
                        occurred_at=row.occurred_at,
                        recorded_at=row.recorded_at,
                        data=row.data,
                        places=Places.read(row.places),
                        labels=labels_of(labels or ""),
                    ),
                )
                for row in rows
            ),
            is_last=len(rows) < limit,
        )


def told_message(row: Any, events: Sequence[Any], vault: Vault) -> ToldMessage:
    """A message as it came, from its row and those of its events."""
    sealed = Sealed(key_id=row.key_id, wrapped_key=row.wrapped_key, ciphertext=row.body)
    pillar = row.pillar
    return ToldMessage(
        contract_id=row.contract_id,
        channel=Channel(row.channel),
        source=f"{pillar}:{row.partner_id}",
        pillar=pillar,
        home_state=row.home_state and canonical_state(row.home_state),
        recorded_at=row.told_at,
        received_at=row.received_at,
        content_hash=row.content_digest.hex()[:16],
        body=vault.open(sealed, row.identity.encode()),
        events=tuple(told_again(each.type, each.occurred_at, each.data) for each in events),
    )


def _found(connection: Connection, wanted: Set[Entry], at_most: int) -> Iterator[Any]:
    """The rows of the cases that these lead to; of those that entries of one kind lead to so many, by their ids."""
    kinds: dict[str, list[str]] = {}
    identifiers = []
    for entry in wanted:
        if entry[0] in _IDENTIFIERS:
            identifiers.append(identifier_text(entry))
        else:
            kinds.setdefault(entry[0], []).append(entry[1])
    if identifiers:
        yield from _BY_IDENTIFIER.rows(connection, identifiers=identifiers, at_most=at_most)
    for kind, values in kinds.items():
        yield from _BY_INDEX.rows(connection, kind=kind, values=values, at_most=at_most)


def _case_file(row: Any) -> CaseFile:
    case_id, version, snapshot, labelling, _ = row
    return CaseFile(
        case_id=case_id,
        version=version,
        case=Case.model_validate_json(snapshot),
        labels=Labelling.read(labelling),
    )


def _as_of(rows: Iterable[Any]) -> datetime | None:
    """When the last of all that is known of these cases was recorded."""
    latest = max((row[-1] for row in rows if row[-1] is not None), default=None)
    return None if latest is None else EPOCH + timedelta(microseconds=latest)


_LATEST = (
    select(_event.recorded_at).where(_event.case_id == _case.case_id).order_by(_event.seq.desc()).limit(1)
).scalar_subquery()
_ROW = select(_case.case_id, _case.version, _case.snapshot, _case.labelling, _LATEST)
_BY_ID = Prepared(_ROW.where(_case.case_id == bindparam("case_id")))


def _led_to_by(entries: Select[Any]) -> Prepared:
    return Prepared(_ROW.where(_case.case_id.in_(entries)).order_by(_case.case_id).limit(bindparam("at_most")))


_BY_IDENTIFIER = _led_to_by(
    select(schema.case_identifiers.c.case_id).where(among(schema.case_identifiers.c.identifier, "identifiers"))
)
_BY_INDEX = _led_to_by(select(_index.case_id).where(_index.kind == bindparam("kind"), among(_index.value, "values")))
