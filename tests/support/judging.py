"""Messages before the border: what the rules find about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, CaseReference, Content, Event
from icjs_gateway.model.event_types import EVENT_TYPES, payload_of
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.border import judged
from icjs_gateway.routing.messages import Channel, Envelope, Record
from tests.support.messages import MORNING, fir_reference
from tests.support.stories import Teller

COURT = Teller()
_A1 = {"serial": "A1"}


def told(*parts: tuple[str, dict[str, Any]], **where: Any) -> tuple[Event, ...]:
    """The events of a court's message."""
    return COURT.tell(*parts, **where).events


def said(kind: str, /, *, about: dict[str, Any] | None = _A1, **members: Any) -> tuple[Event, ...]:
    """The event of a message of any type (`inmate.admitted`), about one accused or about none."""
    event_type = f"icjs.{kind}.v1"
    noun = EVENT_TYPES[event_type].noun
    case = CaseReference(firs=(fir_reference(),))
    told = ({"accused": about} if about is not None else {}) | members
    data = payload_of(event_type).model_validate({"case": case, noun: told})
    return (Event(type=event_type, occurred_at=MORNING, data=data),)


def received(events: Sequence[Event], *, action: Action = Action.NEW, at: datetime = MORNING) -> Record:
    """The command that intake makes of these events."""
    is_fir = events[0].type.startswith("icjs.fir")
    content = Content(
        message_id=MessageId("M-1"), action=action, thread="t", case=events[0].data.case, events=tuple(events)
    )
    envelope = Envelope(
        partner_id="hp-police" if is_fir else "hp-courts",
        pillar="police" if is_fir else "courts",
        home_state="HP",
        speaker=Speaker(kind=PlaceKind.STATION if is_fir else PlaceKind.COURT, state="HP"),
        contract_id="police.fir.v1" if is_fir else "courts.hearing-outcome.v1",
        channel=Channel.HTTP,
        media_type="application/xml",
        received_at=at,
        digest=content.digest(),
    )
    return Record(envelope=envelope, body=b"<sent/>", content=content, content_digest=content.digest())


def found(message: Record, case: Case | None = None) -> list[Finding]:
    """Everything the border says of a message."""
    return list(judged(message, case).content.findings)


def codes(message: Record, case: Case | None = None) -> list[str]:
    return [finding.code for finding in found(message, case)]
