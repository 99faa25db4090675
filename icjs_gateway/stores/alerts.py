"""Alerts: the event that an alarm makes, and what is owed of it, in the transaction that tells of the alarm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic_core import from_json
from sqlalchemy import Connection, select

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.alarms import Alarm
from icjs_gateway.routing.alerting import Alerter, Concern
from icjs_gateway.routing.places import Places
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.ledger_rows import write_told

_event = schema.events.c


def alert(connection: Connection, alarms: Sequence[Alarm], alerter: Alerter, at: datetime) -> None:
    """Owe an alert of each alarm that is about an event of a case. The event is kept with the message of that one."""
    about = {alarm.event_id: alarm for alarm in alarms if alarm.case_id is not None and alarm.event_id is not None}
    if not about:
        return
    rows = connection.execute(
        select(_event.event_id, _event.identity, _event.case_id, _event.type, _event.person, _event.places, _event.data)
        .where(_event.event_id.in_(about), _event.case_id.is_not(None))
        .order_by(_event.seq)
    ).all()
    files = ledger_facts.files(connection, {row.case_id for row in rows})
    for row in rows:
        concern = Concern(
            file=files[row.case_id],
            accused=_accused(row.type, row.data),
            person=row.person,
            jail=Places.read(row.places).jail,
        )
        write_told(connection, row.identity, alerter.tell(about[row.event_id], concern, at), at)


def _accused(event_type: str, data: bytes) -> Party | None:
    """The person whom an order is about, by the members that a party has."""
    told = from_json(data)[EVENT_TYPES[event_type].noun].get("accused")
    if not isinstance(told, dict):
        return None
    return Party.model_validate({name: told[name] for name in Party.model_fields if name in told})
