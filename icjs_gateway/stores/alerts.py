"""Alerts: the event that an alarm makes, and what is owed of it, in the transaction that tells of the alarm."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, select

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.access.jurisdiction import case_of
from icjs_gateway.routing.alarms import FOR_OWNERS, Alarm, AlarmCode
from icjs_gateway.routing.alerting import Alerter, Asked, Concern
from icjs_gateway.routing.authority.rules import Verifier
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.places import Places
from icjs_gateway.routing.verifiers import Unverified
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.labels import newest_message
from icjs_gateway.stores.ledger_rows import write_told

_event, _message = schema.events.c, schema.messages.c


def alert(connection: Connection, alarms: Sequence[Alarm], alerter: Alerter, at: datetime) -> Sequence[Alarm]:
    """Owe an alert of each alarm that is about an event and a case. It is kept with the message of that event; of a
    word from without with the last message of the case, for its sender is told nothing. Whoever is to verify an order
    is asked beside that, whether its case is known or not.

    Answers the same alarms, with how many they reached.
    """
    events = _events(connection, {alarm.event_id for alarm in alarms} - {None})
    files = ledger_facts.files(connection, {alarm.case_id for alarm in alarms if alarm.case_id is not None})
    told: list[Alarm] = []
    for alarm in alarms:
        row, file = events.get(alarm.event_id or ""), files.get(alarm.case_id or "")
        asked: Sequence[Owed] = ()
        if row is not None and alarm.code is AlarmCode.VERIFY_OVERDUE:
            asked = _ask(connection, alarm, row, alerter, at)
            alarm = replace(alarm, reached=len(asked))
        if row is not None and alarm.code is AlarmCode.MARK_NOT_SHOWN:
            warned = alerter.warn(alarm, EVENT_TYPES[row.type].noun, Places.read(row.places).jail, at)
            write_told(connection, row.identity, warned, at)
            alarm = replace(alarm, reached=len(warned.owed))
        if row is not None and file is not None and alarm.code in FOR_OWNERS:
            concern = Concern(file=file, about=EVENT_TYPES[row.type].noun, jail=_present_in(row.places))
            owners = alerter.tell(alarm, concern, at, but=asked)
            write_told(connection, newest_message(connection, file.case_id), owners, at)
            if alarm.place == Verifier.CASE_COURT.value:
                alarm = replace(alarm, reached=len(asked) + alerter.are_courts(owners.owed))
        elif row is not None and file is not None and row.case_id is not None:
            accused, jail = _accused(row.type, row.data), Places.read(row.places).jail
            concern = Concern(file=file, accused=accused, person=row.person, jail=jail)
            write_told(connection, row.identity, alerter.tell(alarm, concern, at), at)
        told.append(alarm)
    return told


def _ask(connection: Connection, alarm: Alarm, order: Any, alerter: Alerter, at: datetime) -> Sequence[Owed]:
    """Ask whom a step of verification names. What of the order's case is used to find them its sender said itself."""
    who = Verifier(alarm.place or "")
    message = connection.execute(
        select(_message.speaker, _message.home_state, _message.message_id).where(_message.identity == order.identity)
    ).one()
    jail = connection.scalar(
        select(schema.obligations.c.jail).where(schema.obligations.c.key == alarm.subject.removesuffix(f"/{who.value}"))
    )
    case = case_of(order.data) if order.case_id is None else {}
    states = {fir["state"] for fir in case.get("firs", ()) if fir.get("state") is not None}
    asked = Asked(
        who=who,
        about=Unverified(
            issuer=Speaker.read(message.speaker),
            jail=jail,
            cnr=case.get("cnr"),
            states=tuple(sorted(states or {state for state in (message.home_state,) if state is not None})),
        ),
        message_id=message.message_id,
        noun=EVENT_TYPES[order.type].noun,
        named_jail=Places.read(order.places).jail,
    )
    announced = alerter.ask(alarm, asked, at)
    if announced.owed:
        write_told(connection, order.identity, announced, at)
    return announced.owed


def _events(connection: Connection, event_ids: Set[str | None]) -> dict[str, Any]:
    if not event_ids:
        return {}
    rows = connection.execute(
        select(
            _event.event_id, _event.identity, _event.case_id, _event.type, _event.person, _event.places, _event.data
        ).where(_event.event_id.in_(event_ids))
    )
    return {row.event_id: row for row in rows}


def _present_in(places: str | None) -> str | None:
    """The jail of record of the one person whom an entry of another jail's register is about."""
    lodged = Places.read(places).lodged
    return lodged[0] if len(lodged) == 1 else None


def _accused(event_type: str, data: bytes) -> Party | None:
    """The person whom an order is about, by the members that a party has; None of what is about nobody, as a void."""
    noun = from_json(data).get(EVENT_TYPES[event_type].noun)
    told = noun.get("accused") if isinstance(noun, dict) else None
    if not isinstance(told, dict):
        return None
    return Party.model_validate({name: told[name] for name in Party.model_fields if name in told})
