"""What the gateway itself tells a sender of a message that was parked."""

from __future__ import annotations

from typing import Literal

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.model.text import Text


class Settled(Canonical):
    """The message went on to its case, or a named person dismissed it with a reason."""

    message_id: MessageId
    contract: Text
    state: Literal["recorded", "dismissed"]
    reason: Text | None = None


class MessageData(EventData):
    """`data` of `icjs.message.settled.v1`."""

    message: Settled
