"""The Dead Letter Channel: deliveries whose schedule is used up, which a person may replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.routing.ports import Vault
from icjs_gateway.stores import schema
from icjs_gateway.stores.settlements import remark_context

_delivery, _event = schema.deliveries.c, schema.events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One dead delivery: what, for whom, why."""

    delivery_id: str
    subscription_id: str
    event_id: str
    type: str
    lane: str
    position: int
    attempts: int
    outcome: str
    died_at: datetime
    remark: str | None
    """What its recipient said: the reason why it refuses."""


def dead_letters(
    engine: Engine, vault: Vault, *, subscription_id: str | None = None, limit: int = 1000
) -> list[DeadLetter]:
    """The oldest first."""
    wanted = (
        select(
            _delivery.delivery_id,
            _delivery.subscription_id,
            _delivery.event_id,
            _event.type,
            _delivery.lane,
            _delivery.position,
            _delivery.attempts,
            _delivery.outcome,
            _delivery.settled_at.label("died_at"),
            _delivery.remark,
        )
        .join_from(schema.deliveries, schema.events, _delivery.event_id == _event.event_id)
        .where(_delivery.state == DeliveryState.DEAD.value)
        .order_by(_delivery.seq)
        .limit(limit)
    )
    if subscription_id is not None:
        wanted = wanted.where(_delivery.subscription_id == subscription_id)
    with engine.connect() as connection:
        return [_letter(row, vault) for row in connection.execute(wanted)]


def _letter(row: Any, vault: Vault) -> DeadLetter:
    sealed = row.remark
    remark = None if sealed is None else vault.open_secret(sealed, remark_context(row.delivery_id))
    return DeadLetter(**{**row._mapping, "remark": remark})
