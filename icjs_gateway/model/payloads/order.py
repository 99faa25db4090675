"""What the gateway tells a jail that acted on an unlinked order: the case is known now. `icjs.order.linked.v1`."""

from __future__ import annotations

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.jail import Jail
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.text import Token


class LinkedOrder(Canonical):
    """The order that was told before, by its event's id; it is not told again."""

    event_id: Token
    type: Token
    accused: Party
    jail: Jail | None = None
    """Absent where the order names none: it went to who has the person, or to the police."""


class OrderData(EventData):
    """`data` of `icjs.order.linked.v1`; its case is the one that the order belongs to."""

    order: LinkedOrder
