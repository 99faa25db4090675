"""Relay: an order that names a jail reaches that jail at once, even while its message is parked.

Anticipatory bail reaches the police of the station that it names alike, which must not arrest.

What waits at the exceptions desk for its case must not wait in the jail's mail too. The event itself goes out,
flagged as unlinked, in a lane of its message; when the case is known `icjs.order.linked` follows in the same lane, and
the order is not sent again.

Not promised: that a jail which is named by its name alone is found. Systems are addressed by codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import EVENT_TYPES, ORDER_LINKED, person_of
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.bail import ANTICIPATORY, BailData
from icjs_gateway.model.payloads.jail import Jail
from icjs_gateway.model.payloads.order import LinkedOrder, OrderData
from icjs_gateway.routing.directory import Subscription
from icjs_gateway.routing.jails import named_jail
from icjs_gateway.routing.lanes import Owed
from icjs_gateway.routing.means import Ids
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.named_places import with_station
from icjs_gateway.routing.obligations import Obligation, confirmation_of, holding_of, verification_of
from icjs_gateway.routing.recipients import Addressed, RecipientList
from icjs_gateway.routing.recorded import RecordedEvent, spliced
from icjs_gateway.routing.superseding import order_of

Relayed = frozenset[tuple[str, str]]
"""(event id, subscription id) of what a jail was owed while the message was parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """An order names a jail, and no system of that jail has subscribed for it."""

    event_id: str
    jail: Jail

    def finding(self) -> Finding:
        return Finding(
            code="JAIL-NOT-SERVED",
            severity=Severity.WARN,
            found=self.jail.code or self.jail.name,
            expected="a jail whose system has subscribed for such orders",
            hint="the order is kept, and the gateway's operators are alerted; bring it to the jail by other means too",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """What goes out of a parked message, which jails nobody serves, and what of it somebody has to verify."""

    owed: tuple[Owed, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    to_verify: tuple[Obligation, ...] = ()


def unserved_jails(command: Record, parked: Sequence[RecordedEvent], recipients: RecipientList) -> tuple[Unserved, ...]:
    """The jails that the orders of a parked message name, and that nobody serves. None of a message without events."""
    return tuple(
        Unserved(event_id=recorded.event_id, jail=jail)
        for recorded, event in zip(parked, command.content.events, strict=False)
        if recorded.liberty
        and (jail := named_jail(event)) is not None
        and not _serving(command, event, jail, recipients)
    )


def relay(command: Record, parked: Sequence[RecordedEvent], recipients: RecipientList, ids: Ids) -> Relay:
    """The orders of a parked message to the jails that they name, and to those that have or claim the person.

    Where a person is, the record of a case says that the message names, also one in which its speaker has no standing:
    no doubt about papers stops what frees or holds a person.
    """
    owed: list[Owed] = []
    to_verify: list[Obligation] = []
    identity = "/".join(command.identity)
    for recorded, event in zip(parked, command.content.events, strict=True):
        if not recorded.liberty:
            continue
        jail = named_jail(event)
        serving = {each.id: each for each in _serving(command, event, jail, recipients)} if jail is not None else {}
        having = {code for code in (*recorded.places.lodged, *recorded.places.claimed) if code is not None}
        for code in sorted(having):
            serving |= {each.id: each for each in _serving(command, event, Jail(code=code), recipients)}
        if isinstance(event.data, BailData) and event.data.bail.kind == ANTICIPATORY:
            serving |= {each.id: each for each in recipients.police(_at_its_stations(command, event))}
        owed += (_owed(command, recorded.event_id, name, ids) for name in sorted(serving))
        jails: set[str | None] = {*having, *({jail.code} if jail is not None and jail.code is not None else ())}
        order = order_of(recorded.event_id, event)
        to_verify += (
            asked
            for code in (sorted(jails, key=str) or [None])
            if (asked := verification_of(order, identity, code)) is not None
        )
        if (held := holding_of(order, identity)) is not None:
            to_verify.append(held)
    to_verify += confirmations(command, [recorded.event_id for recorded in parked])
    unserved = unserved_jails(command, parked, recipients)
    return Relay(owed=tuple(owed), unserved=unserved, to_verify=tuple(to_verify))


def confirmations(command: Record, event_ids: Sequence[str]) -> tuple[Obligation, ...]:
    """What the court is asked that gave these orders, as long as they have no case of which it may know."""
    identity = "/".join(command.identity)
    return tuple(
        asked
        for event_id, event in zip(event_ids, command.content.events, strict=False)
        if EVENT_TYPES[event.type].liberty
        and (asked := confirmation_of(order_of(event_id, event), identity)) is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """`icjs.order.linked` events, and to whom they are owed."""

    events: tuple[RecordedEvent, ...] = ()
    owed: tuple[Owed, ...] = ()


def follow(
    command: Record, events: Sequence[RecordedEvent], relayed: Relayed, *, begins: bytes, at: datetime, ids: Ids
) -> Follow:
    """What those are told that got these orders unlinked. `begins` is the case as the record knows it."""
    told: list[RecordedEvent] = []
    owed: list[Owed] = []
    for recorded, event in zip(events, command.content.events, strict=False):
        subscriptions = sorted(name for event_id, name in relayed if event_id == recorded.event_id)
        jail, person = named_jail(event), person_of(event)
        if not subscriptions or person is None:
            continue
        order = LinkedOrder(event_id=recorded.event_id, type=recorded.type, accused=person, jail=jail)
        said = Event(type=ORDER_LINKED, occurred_at=at, data=OrderData(case=command.content.case, order=order))
        linked = RecordedEvent(
            event_id=ids.new(),
            type=ORDER_LINKED,
            occurred_at=at,
            case_id=recorded.case_id,
            data=spliced(said, begins),
            places=recorded.places,
        )
        told.append(linked)
        owed += (_owed(command, linked.event_id, name, ids) for name in subscriptions)
    return Follow(events=tuple(told), owed=tuple(owed))


def _owed(command: Record, event_id: str, subscription_id: str, ids: Ids) -> Owed:
    """In the lane of the message, so that the link follows its order."""
    return Owed(
        delivery_id=ids.new(),
        event_id=event_id,
        subscription_id=subscription_id,
        lane=f"message:{command.content.message_id}",
        liberty=True,
    )


def _serving(command: Record, event: Event, jail: Jail, recipients: RecipientList) -> list[Subscription]:
    return recipients.serving(jail.code, _addressed(command, event.type, jail)) if jail.code else []


def _at_its_stations(command: Record, event: Event) -> Addressed:
    """By the stations of the FIRs that the document names, and the one where the arrest is feared: where its court sits
    does not count."""
    home = command.envelope.home_state
    firs = tuple(fir.model_copy(update={"state": fir.state or home}) for fir in command.content.case.firs)
    return with_station(Addressed.by(event.type, firs, ()), event)


def _addressed(command: Record, event_type: str, jail: Jail) -> Addressed:
    """By what the document itself says: there is no case to look at."""
    told, home = command.content.case, command.envelope.home_state
    said = Addressed.by(event_type, told.firs, (told.cnr,) if told.cnr is not None else (), default_state=home)
    return replace(
        said,
        states=tuple({*said.states, home} if home is not None else said.states),
        jails=(jail.code,) if jail.code is not None else (),
    )
