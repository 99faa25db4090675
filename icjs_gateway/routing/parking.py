"""Parking: what a message waits for that has no case yet, and what its events are meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action
from icjs_gateway.routing.authority.corroboration import Beside
from icjs_gateway.routing.correlation import CaseFile, Identifier, looked_up
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recorded import RecordedEvent
from icjs_gateway.routing.whereabouts import HeldElsewhere, Whereabouts, nowhere_else


def message_identifier(identity: str) -> Identifier:
    """What a correction waits for while the message it refers to is unknown."""
    return ("message", identity)


def thread_identifier(thread: tuple[str, str, str]) -> Identifier:
    """What a correction waits for that names no message: the first one of its thread, the same hearing or FIR."""
    return ("thread", "/".join(thread))


def came_as(command: Record) -> frozenset[Identifier]:
    """What a correction may have waited for that this message is: itself, over its wire or by its place, or the first
    one of its thread."""
    names = ("/".join(command.identity), command.place_identity)
    return frozenset((*(message_identifier(name) for name in names if name), thread_identifier(command.thread)))


def waits_for(command: Record) -> tuple[Identifier, ...]:
    """Everything whose coming may free a parked message: its case's keys, and what it corrects."""
    named = looked_up(command.content, command.envelope.home_state)
    if command.refers_to is not None:
        names = dict.fromkeys((command.refers_to, command.refers_to_of_place))
        return (*named, *(message_identifier(name) for name in names if name is not None))
    return named if command.content.action is Action.NEW else (*named, thread_identifier(command.thread))


def refusing(named: Iterable[CaseFile], refused: Set[str]) -> tuple[CaseFile, ...]:
    """Of the cases that a message names, those in which its speaker has no standing."""
    files = {file.case_id: file for file in named if file.case_id in refused}
    return tuple(files[case_id] for case_id in sorted(files))


def parked_events(
    command: Record,
    event_ids: Sequence[str],
    cases: Sequence[Case] = (),
    claimed: Sequence[Beside] = (),
    elsewhere: HeldElsewhere = nowhere_else,
) -> tuple[RecordedEvent, ...]:
    """The events of a parked message, and the places that they concern by themselves, by the records of `cases`, by
    what jails claim beside these, and by records elsewhere."""
    whereabouts = Whereabouts(cases, command.envelope.home_state, claimed, elsewhere)
    return tuple(
        RecordedEvent(
            event_id=event_id,
            type=event.type,
            occurred_at=event.occurred_at,
            case_id=None,
            data=event.json,
            places=whereabouts.places(event),
        )
        for event_id, event in zip(event_ids, command.content.events, strict=True)
    )
