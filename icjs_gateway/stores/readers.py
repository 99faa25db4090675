"""Reading what became of messages. Reads run beside the writer, on connections of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from icjs_gateway.model.event_types import GATEWAYS_OWN
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.ports import MessageStanding
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading

_message, _event, _delivery, _progress = schema.messages.c, schema.events.c, schema.deliveries.c, schema.progress.c


class StoreMessages:
    """`Messages` on the message store. `class_of` tells the recipient class of a subscription: progress is told by
    class, so that a sender never learns who subscribed."""

    def __init__(self, reader: Engine, class_of: Callable[[str], str]) -> None:
        self._reader = reader
        self._class_of = class_of

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
                select(_message.message_id, _message.contract_id, _message.state, _message.received_at).where(
                    _message.identity == identity
                )
            ).one_or_none()
            if message is None:
                return None
            return MessageStanding(
                message_id=message.message_id,
                contract=message.contract_id,
                state=MessageState(message.state),
                received_at=message.received_at,
                events=_events_of(connection, identity),
                progress=self._progress_of(connection, identity),
            )

    def _progress_of(self, connection: Connection, identity: str) -> dict[str, dict[str, int]]:
        rows = connection.execute(
            select(_delivery.subscription_id, _delivery.state, func.count())
            .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
            .where(_event.identity == identity, _event.type.not_in(GATEWAYS_OWN))
            .group_by(_delivery.subscription_id, _delivery.state)
        )
        steps = connection.execute(
            select(_delivery.subscription_id, _progress.step, func.count(_delivery.delivery_id.distinct()))
            .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
            .join(schema.progress, _progress.delivery_id == _delivery.delivery_id)
            .where(_event.identity == identity, _event.type.not_in(GATEWAYS_OWN))
            .group_by(_delivery.subscription_id, _progress.step)
        )
        progress: dict[str, dict[str, int]] = {}
        for subscription_id, word, count in (*rows, *steps):
            of_class = progress.setdefault(self._class_of(subscription_id), {})
            of_class[word] = of_class.get(word, 0) + count
        return progress


def _events_of(connection: Connection, identity: str) -> tuple[Mapping[str, Any], ...]:
    rows = connection.execute(
        select(_event.event_id, _event.type, _event.case_id)
        .where(_event.identity == identity, _event.type.not_in(GATEWAYS_OWN))
        .order_by(_event.seq)
    )
    return tuple(
        {"event_id": row.event_id, "type": row.type} | ({"case_id": row.case_id} if row.case_id else {}) for row in rows
    )
