"""Alerts: the event that an alarm makes, and what is owed of it, in the transaction that tells of the alarm."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, select

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.alarms import FOR_OWNERS, Alarm
from icjs_gateway.routing.alerting import Alerter, Concern
from icjs_gateway.routing.places import Places
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.labels import newest_message
from icjs_gateway.stores.ledger_rows import write_told

_event = schema.events.c


def alert(connection: Connection, alarms: Sequence[Alarm], alerter: Alerter, at: datetime) -> None:
    """Owe an alert of each alarm that is about an event and a case. It is kept with the message of that event; of a
    word from without with the last message of the case, for its sender is told nothing."""
    events = _events(connection, {alarm.event_id for alarm in alarms if alarm.case_id is not None} - {None})
    files = ledger_facts.files(connection, {alarm.case_id for alarm in alarms if alarm.case_id is not None})
    for alarm in alarms:
        row, file = events.get(alarm.event_id or ""), files.get(alarm.case_id or "")
        if row is None or file is None:
            continue
        if alarm.code in FOR_OWNERS:
            concern = Concern(file=file, about=EVENT_TYPES[row.type].noun, jail=_present_in(row.places))
            write_told(connection, newest_message(connection, file.case_id), alerter.tell(alarm, concern, at), at)
        elif row.case_id is not None:
            accused, jail = _accused(row.type, row.data), Places.read(row.places).jail
            concern = Concern(file=file, accused=accused, person=row.person, jail=jail)
            write_told(connection, row.identity, alerter.tell(alarm, concern, at), at)


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
    """The person whom an order is about, by the members that a party has."""
    told = from_json(data)[EVENT_TYPES[event_type].noun].get("accused")
    if not isinstance(told, dict):
        return None
    return Party.model_validate({name: told[name] for name in Party.model_fields if name in told})
