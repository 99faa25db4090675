"""Alerts: court, jail and supervising police are told when an order about somebody's liberty went wrong, and the owners
of a case when somebody without standing spoke in it; whoever is to verify an order is asked to. Pure.

An alarm is for the gateway's operators; what it is about is for those who can act on it. The alert names the case, the
person and the event, and what went wrong by its code; it repeats nothing of the order.

Not promised: an alert about a message that names no case at all, but for an order that somebody has to verify. Its
sender has the finding in the receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from icjs_gateway.model.content import CaseReference
from icjs_gateway.model.event_types import ALERTED
from icjs_gateway.model.instants import IST
from icjs_gateway.model.payloads.alert import Alert, AlertData
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.alarms import FOR_OWNERS, Alarm, AlarmCode
from icjs_gateway.routing.authority.mark import UNVERIFIED
from icjs_gateway.routing.authority.rules import Verifier
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Pillar, Subscription
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.linking import addressed, opening
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.places import NOWHERE, Places
from icjs_gateway.routing.recipients import Addressed, RecipientList
from icjs_gateway.routing.recorded import Announced, RecordedEvent
from icjs_gateway.routing.verifiers import Unverified


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
class Asked:
    """Who is to look at an order that nobody verified: an event of the noun `noun`, of the message `message_id`.
    `named_jail` is the jail that the order itself names: all that its court is told of jails."""

    who: Verifier
    about: Unverified
    message_id: str
    noun: str
    named_jail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerter:
    """Makes alerts for whoever has subscribed by now."""

    recipients: Callable[[], RecipientList]
    ids: Ids

    def ask(self, alarm: Alarm, asked: Asked, at: datetime) -> Announced:
        """An alert for whom a step of verification names, by place, and the subscriptions that it is owed to. It has
        the number of the message, the jail and the step, and nothing of a case."""
        alert = Alert(
            code=alarm.code.value,
            event_id=alarm.event_id,
            jail=asked.about.jail if asked.who is not Verifier.ISSUING_COURT else asked.named_jail,
            place=asked.who.value,
            about=asked.noun,
        )
        subscriptions = self.recipients().asked(ALERTED, asked.who, asked.about, at.astimezone(IST).date())
        # Not behind the order itself: a jail that did not take the order is asked all the same.
        return self._addressed(alert, subscriptions, f"verify:{asked.message_id}", at)

    def warn(self, alarm: Alarm, noun: str, jail: str | None, at: datetime) -> Announced:
        """An alert for a recipient that has an order without the mark which it should bear: `place` says the mark."""
        alert = Alert(code=alarm.code.value, event_id=alarm.event_id, jail=jail, place=UNVERIFIED, about=noun)
        subscriptions = self.recipients().of_the_partner(alarm.place or "", ALERTED)
        return self._addressed(alert, subscriptions, f"mark:{alarm.event_id}", at)

    def _addressed(self, alert: Alert, to: Sequence[Subscription], lane: str, at: datetime) -> Announced:
        event = RecordedEvent(
            event_id=self.ids.new(),
            type=ALERTED,
            occurred_at=at,
            case_id=None,
            data=AlertData(case=CaseReference(), alert=alert).model_dump_json(exclude_none=True).encode(),
            places=Places(names_a_jail=True, jail=alert.jail) if alert.jail is not None else NOWHERE,
        )
        owed = tuple(
            Owed(
                delivery_id=self.ids.new(),
                event_id=event.event_id,
                subscription_id=subscription.id,
                lane=lane,
                liberty=True,
            )
            for subscription in to
        )
        return Announced(event=event, owed=owed)

    def are_courts(self, owed: Sequence[Owed]) -> int:
        """How many of these deliveries are owed to courts."""
        recipients = self.recipients()
        return sum(recipients.partner_of(each.subscription_id).pillar is Pillar.COURTS for each in owed)

    def tell(self, alarm: Alarm, concern: Concern, at: datetime, but: Sequence[Owed] = ()) -> Announced:
        """The event, and the subscriptions that it is owed to: not to partners who are told by `but` already."""
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
        told = {self.recipients().partner_of(each.subscription_id).id for each in but}
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
            if subscription.partner not in told
        )
        return Announced(event=event, owed=owed)

    def _told(self, about: Addressed, jail: str | None, is_for_owners: bool) -> list[Subscription]:
        recipients = self.recipients()
        return recipients.owners(about, jail) if is_for_owners else recipients.alerted(about, jail)
