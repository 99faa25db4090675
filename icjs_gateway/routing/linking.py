"""Linking: a message and its case come together. Pure.

What linking makes is the same whether it happens on arrival or later, when what a parked message waited for has come:
its events with their case, the case with the events folded in, the identifiers it now holds, and who is owed what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from icjs_gateway.model.case import Case, clubbed, fold, rank_of
from icjs_gateway.model.content import Action, CaseReference, Content, FirReference
from icjs_gateway.routing.correlation import CaseFile, Identifier, case_of, identifiers, roots_a_case
from icjs_gateway.routing.lane_names import is_liberty, lane_of
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recipients import Addressed, RecipientList

if TYPE_CHECKING:
    from icjs_gateway.routing.ports import Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An event with its id and, unless parked, its case. `data` is what recipients are shown before disclosure."""

    event_id: str
    type: str
    occurred_at: datetime
    case_id: str | None
    data: bytes

    @property
    def liberty(self) -> bool:
        return is_liberty(self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What the transaction writes besides the message itself."""

    case_id: str
    events: tuple[RecordedEvent, ...]
    cases: tuple[CaseFile, ...]
    claims: tuple[tuple[Identifier, str], ...]
    owed: tuple[Owed, ...]
    """What the sender of a parked message is told."""


def home_of(command: Record, cases: Mapping[Identifier, CaseFile], *, referred: bool, ids: Ids) -> CaseFile | None:
    """The case that a message belongs to: known by an exact key, or new with a FIR; None when it has to wait.

    A correction of something unknown waits too, even when its case is known.
    """
    content = command.content
    if content.action is not Action.NEW and not referred:
        return None
    found = case_of(identifiers(content.case, command.envelope.home_state), cases)
    if found is None and roots_a_case(content):
        return CaseFile(case_id=f"case-{ids.new()}", version=0, case=Case())
    return found


def link(
    command: Record,
    home: CaseFile,
    cases: Mapping[Identifier, CaseFile],
    *,
    event_ids: Sequence[str],
    recipients: RecipientList,
    ids: Ids,
) -> Linked:
    """Fold a message into its case. Other cases that it names learn of the proceeding, and stay their own."""
    state = command.envelope.home_state
    known = _fold(command, home)
    others = {
        file.case_id: _fold(command, file, edges_only=True) for file in cases.values() if file.case_id != home.case_id
    }
    # Every event of a message names the same case in the same words: these are put in their place once, for all.
    begins = opening(command.content.case, known, state)
    said = len(case_member(command.content.case.model_dump_json(exclude_none=True).encode()))
    events = tuple(
        RecordedEvent(
            event_id=event_id,
            type=event.type,
            occurred_at=event.occurred_at,
            case_id=home.case_id,
            data=begins + event.json[said:],
        )
        for event_id, event in zip(event_ids, command.content.events, strict=True)
    )
    named = identifiers(command.content.case, state)
    return Linked(
        case_id=home.case_id,
        events=events,
        cases=(known, *others.values()),
        claims=tuple((identifier, home.case_id) for identifier in named if identifier not in cases),
        owed=tuple(_owed(command.content, events, known, recipients, ids)),
    )


def addressed(case: Case, event_type: str) -> Addressed:
    """What a subscription's filter looks at: every FIR and CNR of the case counts."""
    firs = case.firs
    return Addressed(
        type=event_type,
        firs=tuple(str(key) for fir in firs if (key := fir.key()) is not None),
        cnrs=case.cnrs,
        stations=tuple({fir.police_station_code for fir in firs if fir.police_station_code is not None}),
        districts=tuple({fir.district for fir in firs if fir.district is not None}),
        states=tuple({fir.state for fir in firs if fir.state is not None}),
    )


def opening(told: CaseReference, home: CaseFile, default_state: str | None) -> bytes:
    """The member `case` of `data` as the record knows it: its id and all its FIRs, beside what the message said."""
    said = {str(fir.key(default_state) or fir.number): fir for fir in told.firs}
    firs = [_fir_json(fir, said.get(str(fir.key() or fir.number))) for fir in home.case.firs]
    cnr = told.cnr or next(iter(home.case.cnrs), None)
    members = told.model_dump(mode="json", exclude_none=True, exclude={"firs", "cnr"})
    case = {"id": home.case_id, "firs": firs} | ({"cnr": cnr} if cnr else {}) | members
    return case_member(json.dumps(case, ensure_ascii=False, separators=(",", ":")).encode())


def case_member(written: bytes) -> bytes:
    """As `data` begins: the case is its first member."""
    return b'{"case":' + written


def _owed(
    content: Content, events: Sequence[RecordedEvent], home: CaseFile, recipients: RecipientList, ids: Ids
) -> list[Owed]:
    where = addressed(home.case, "")
    return [
        Owed(
            delivery_id=ids.new(),
            event_id=recorded.event_id,
            subscription_id=subscription.id,
            lane=lane_of(event, home.case_id),
            liberty=recorded.liberty,
        )
        for recorded, event in zip(events, content.events, strict=True)
        for subscription in recipients.owed(replace(where, type=event.type))
    ]


def _fold(command: Record, file: CaseFile, *, edges_only: bool = False) -> CaseFile:
    """The case with the message's events folded in; a clubbed FIR's own case learns the edge alone."""
    envelope, content = command.envelope, command.content
    source, state = f"{envelope.pillar}:{envelope.partner_id}", envelope.home_state
    if edges_only:
        case = clubbed(file.case, content.case, source=source, default_state=state)
    else:
        recorded_at = content.recorded_at or envelope.received_at
        content_hash = command.content_digest.hex()[:16]
        told = [
            (event, rank_of(event, pillar=envelope.pillar, recorded_at=recorded_at, content_hash=content_hash))
            for event in content.events
        ]
        case = fold(file.case, told, source=source, default_state=state)
    return CaseFile(case_id=file.case_id, version=file.version + 1, case=case)


def _fir_json(known: FirReference, said: FirReference | None) -> dict[str, Any]:
    members = known.model_dump(mode="json", exclude_none=True)
    return members if said is None else members | said.model_dump(mode="json", exclude_none=True)
