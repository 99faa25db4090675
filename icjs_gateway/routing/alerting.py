"""Alerts: court, jail and supervising police are told when an order about somebody's liberty went wrong, and the owners
of a case when somebody without standing spoke in it. Pure.

An alarm is for the gateway's operators; what it is about is for those who can act on it. The alert names the case, the
person and the event, and what went wrong by its code; it repeats nothing of the order.

Not promised: an alert about a message that names no case at all. Its sender has the finding in the receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.event_types import ALERTED
from icjs_gateway.model.payloads.alert import Alert
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.alarms import FOR_OWNERS, Alarm, AlarmCode
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Subscription
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.linking import addressed, opening
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.places import NOWHERE, Places
from icjs_gateway.routing.recipients import Addressed, RecipientList
from icjs_gateway.routing.recorded import Announced, RecordedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What an alarm is about: its case, the accused, and the name of the lane in which orders about them travel; or,
    of a word from without, by noun what it was of."""

    file: CaseFile
    accused: Party | None = None
    person: str | None = None
    jail: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerter:
    """Makes alerts for whoever has subscribed by now."""

    recipients: Callable[[], RecipientList]
    ids: Ids

    def tell(self, alarm: Alarm, concern: Concern, at: datetime) -> Announced:
        """The event, and the subscriptions that it is owed to."""
        jail = concern.jail if alarm.code is not AlarmCode.ORDER_CORRECTED_AFTER_ACTION else alarm.place or concern.jail
        is_for_owners = alarm.code in FOR_OWNERS
        alert = Alert(
            code=alarm.code.value,
            event_id=alarm.event_id,
            jail=jail,
            accused=concern.accused,
            place=alarm.place if is_for_owners else None,
            about=concern.about,
        )
        begins = opening(CaseReference(), concern.file, None)
        event = RecordedEvent(
            event_id=self.ids.new(),
            type=ALERTED,
            occurred_at=at,
            case_id=concern.file.case_id,
            data=begins + b',"alert":' + alert.model_dump_json(exclude_none=True).encode() + b"}",
            person=concern.person,
            places=Places(names_a_jail=True, jail=jail) if jail is not None else NOWHERE,
        )
        about = replace(addressed(concern.file.case, ALERTED), jails=(jail,) if jail is not None else ())
        owed = tuple(
            Owed(
                delivery_id=self.ids.new(),
                event_id=event.event_id,
                subscription_id=subscription.id,
                lane=f"{concern.file.case_id}/{concern.person or 'liberty'}",
                liberty=True,
            )
            for subscription in self._told(about, jail, is_for_owners)
        )
        return Announced(event=event, owed=owed)

    def _told(self, about: Addressed, jail: str | None, is_for_owners: bool) -> list[Subscription]:
        recipients = self.recipients()
        return recipients.owners(about, jail) if is_for_owners else recipients.alerted(about, jail)
