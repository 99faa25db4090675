"""What the sender of a parked message is told when it is settled: linked to its case, or dismissed by a person.

It is the gateway's own word, an event of its own about the message, owed to the sender's subscriptions alone.
"""

from __future__ import annotations

from datetime import datetime

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import SETTLED
from icjs_gateway.model.payloads.message import MessageData, Settled
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.linking import addressed, opening
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.recorded import Announced, RecordedEvent, spliced


def tell_linked(command: Record, home: CaseFile, *, at: datetime, recipients: RecipientList, ids: Ids) -> Announced:
    """The message has its case."""
    event = _event(command, state="recorded", reason=None, at=at)
    shown = spliced(event, opening(command.content.case, home, command.envelope.home_state))
    return _told(command, home.case, home.case_id, shown, at=at, recipients=recipients, ids=ids)


def tell_dismissed(command: Record, reason: str, *, at: datetime, recipients: RecipientList, ids: Ids) -> Announced:
    """A person dismissed the message, for this reason."""
    event = _event(command, state="dismissed", reason=reason, at=at)
    state = command.envelope.home_state
    firs = tuple(fir.model_copy(update={"state": fir.state or state}) for fir in command.content.case.firs)
    return _told(command, Case(firs=firs), None, event.json, at=at, recipients=recipients, ids=ids)


def _event(command: Record, *, state: str, reason: str | None, at: datetime) -> Event:
    told = {
        "message_id": command.content.message_id,
        "contract": command.envelope.contract_id,
        "state": state,
        "reason": reason,
    }
    data = MessageData(case=command.content.case, message=Settled.model_validate(told))
    return Event(type=SETTLED, occurred_at=at, data=data)


def _told(
    command: Record,
    case: Case,
    case_id: str | None,
    data: bytes,
    *,
    at: datetime,
    recipients: RecipientList,
    ids: Ids,
) -> Announced:
    event = RecordedEvent(event_id=ids.new(), type=SETTLED, occurred_at=at, case_id=case_id, data=data)
    owed = tuple(
        Owed(
            delivery_id=ids.new(),
            event_id=event.event_id,
            subscription_id=subscription.id,
            lane=case_id or f"message:{command.content.message_id}",
            liberty=False,
        )
        for subscription in recipients.owed_to(command.envelope.partner_id, addressed(case, SETTLED))
    )
    return Announced(event=event, owed=owed)
