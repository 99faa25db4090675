"""Reading what became of messages. Reads run beside the writer, on connections of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, func, select

from icjs_gateway.model.event_types import GATEWAYS_OWN, SETTLED
from icjs_gateway.routing.lane_names import UNVERIFIED_LANES
from icjs_gateway.routing.messages import MessageState, Outcome
from icjs_gateway.routing.places import Places
from icjs_gateway.routing.ports import MessageStanding
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.message_outcomes import acted_of, settlement_of

_message, _event, _delivery, _progress = schema.messages.c, schema.events.c, schema.deliveries.c, schema.progress.c
_NEWEST = 1000
"""Messages among which the latest instant of receipt is looked for. The last one of all may have come after the clock
went back already; one of a wrong year long ago says nothing of today."""


class StoreMessages:
    """`Messages` on the message store. `class_of` tells the recipient class of a subscription: progress is told by
    class, so that a sender never learns who subscribed. `serves` tells whether a subscription is that of a jail."""

    def __init__(
        self, reader: Engine, class_of: Callable[[str], str], serves: Callable[[str, str | None], bool]
    ) -> None:
        self._reader = reader
        self._class_of = class_of
        self._serves = serves

    async def receipt(self, partner_id: str, contract_id: str, message_id: str) -> bytes | None:
        return await asyncio.to_thread(self._receipt, f"{partner_id}/{contract_id}/{message_id}")

    async def standing(self, partner_id: str, contract_id: str, message_id: str) -> MessageStanding | None:
        return await asyncio.to_thread(self._standing, f"{partner_id}/{contract_id}/{message_id}")

    def _receipt(self, identity: str) -> bytes | None:
        with reading(self._reader) as connection:
            return connection.scalar(select(_message.receipt).where(_message.identity == identity))

    def _standing(self, identity: str) -> MessageStanding | None:
        with reading(self._reader) as connection:
            message = connection.execute(
                select(
                    _message.message_id,
                    _message.contract_id,
                    _message.state,
                    _message.received_at,
                    _message.receipt,
                ).where(_message.identity == identity)
            ).one_or_none()
            if message is None:
                return None
            state = MessageState(message.state)
            if state is MessageState.RECORDED and _is_unshown(connection, identity, message.receipt):
                state = MessageState.PARKED
            is_parked = state is MessageState.PARKED
            acted = acted_of(connection, identity, self._class_of, self._serves, _IS_OF_ITS_CASE, is_parked=is_parked)
            return MessageStanding(
                message_id=message.message_id,
                contract=message.contract_id,
                state=state,
                received_at=message.received_at,
                events=_events_of(connection, identity, acted, with_case=not is_parked),
                progress=self._progress_of(connection, identity, is_parked=is_parked),
                settled=settlement_of(connection, identity, state),
            )

    def _progress_of(self, connection: Connection, identity: str, *, is_parked: bool) -> dict[str, dict[str, int]]:
        """Of a message that waits for its case only what went to the jail that it names: who else has the order, a
        record says of which its sender may not know. Nor does it tell of jails that have the person by another case."""
        rows = connection.execute(
            select(_delivery.subscription_id, _delivery.state, func.count(), _event.places)
            .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
            .where(_event.identity == identity, _event.type.not_in(GATEWAYS_OWN), _IS_OF_ITS_CASE)
            .group_by(_delivery.subscription_id, _delivery.state, _event.places)
        )
        steps = connection.execute(
            select(
                _delivery.subscription_id,
                _progress.step,
                func.count(_delivery.delivery_id.distinct()),
                _event.places,
            )
            .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
            .join(schema.progress, _progress.delivery_id == _delivery.delivery_id)
            .where(_event.identity == identity, _event.type.not_in(GATEWAYS_OWN), _IS_OF_ITS_CASE)
            .group_by(_delivery.subscription_id, _progress.step, _event.places)
        )
        progress: dict[str, dict[str, int]] = {}
        for subscription_id, word, count, places in (*rows, *steps):
            if is_parked and not self._serves(subscription_id, Places.read(places).jail):
                continue
            of_class = progress.setdefault(self._class_of(subscription_id), {})
            of_class[word] = of_class.get(word, 0) + count
        return progress


_IS_OF_ITS_CASE = _event.case_id.is_(None) | ~_delivery.lane.like(_event.case_id + UNVERIFIED_LANES)
"""Whether a recipient is owed an event by the record of the event's own case."""


def _is_unshown(connection: Connection, identity: str, receipt: bytes) -> bool:
    """Whether the message stands in a case of which its sender may not know: receipted as parked, and never told of."""
    if from_json(receipt).get("outcome") != Outcome.PARKED.value:
        return False
    told = select(_event.seq).where(_event.identity == identity, _event.type == SETTLED)
    return connection.scalar(told.limit(1)) is None


def _events_of(
    connection: Connection, identity: str, acted: Mapping[str, tuple[Mapping[str, Any], ...]], *, with_case: bool
) -> tuple[Mapping[str, Any], ...]:
    rows = connection.execute(
        select(_event.event_id, _event.type, _event.case_id)
        .where(_event.identity == identity, _event.type.not_in(GATEWAYS_OWN))
        .order_by(_event.seq)
    )
    return tuple(
        {"event_id": row.event_id, "type": row.type}
        | ({"case_id": row.case_id} if row.case_id and with_case else {})
        | ({"acted": acted[row.event_id]} if row.event_id in acted else {})
        for row in rows
    )


def newest_receipt(reader: Engine) -> datetime | None:
    """The latest instant at which one of the newest messages was received; None in an empty store."""
    newest = select(_message.received_at).order_by(_message.seq.desc()).limit(_NEWEST).subquery()
    with reading(reader) as connection:
        found: datetime | None = connection.scalar(select(func.max(newest.c.received_at)))
    return found
