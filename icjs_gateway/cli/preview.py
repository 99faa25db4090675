"""What a recipient would be told of a document, before anything is sent: its events in an outbound contract.

Shown as to the first of the contract's recipient classes, of a case without labels and before the gateway has linked or
numbered anything. What lies within a recipient's jurisdiction, and who is lodged in its jail, only the record can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from icjs_gateway.model.content import Content
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry.outbound import CompiledOutbound
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.directory import Partner, Permissions, Pillar
from icjs_gateway.routing.lanes import Head, Told
from icjs_gateway.routing.notices import notice

_NOT_YET = "not-yet-given"


def previews(
    content: Content, *, pillar: str, to: CompiledOutbound, disclosure: Disclosure, at: datetime
) -> Iterator[bytes]:
    """One document an event that the recipient may see."""
    recipient = Partner(
        id="recipient",
        name="Recipient",
        pillar=Pillar(to.pillar),
        may=Permissions(recipient_class=min(to.recipients)),
    )
    for event in content.events:
        told = Told(
            event_id=_NOT_YET,
            type=event.type,
            partner_id="sender",
            pillar=pillar,
            case_id=_NOT_YET,
            message_id=content.message_id,
            occurred_at=event.occurred_at,
            recorded_at=content.recorded_at or at,
            data=event.json,
            labels=frozenset(),
        )
        try:
            shown = disclosure.shown(told, recipient)
        except ValueError:
            continue
        head = Head(
            delivery_id=_NOT_YET,
            subscription_id=_NOT_YET,
            lane=_NOT_YET,
            liberty=EVENT_TYPES[event.type].liberty,
            attempts=0,
            replay=False,
            owed_at=told.recorded_at,
            told=told,
        )
        yield to.write(notice(head, 1, shown, environment="sandbox"))
