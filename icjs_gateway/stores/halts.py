"""Lanes whose dead head has halted them for long enough: its place goes to a void, and they go on.

The dead delivery stays dead; a person may still have it sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.stores import schema
from icjs_gateway.stores.schema import HALTED
from icjs_gateway.stores.voids import stop_deliveries

_lane = schema.lanes.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The command: let at most so many lanes go on whose time is up by now."""

    now: datetime
    most: int


def run_sweeps(connection: Connection, sweeps: Sequence[Sweep]) -> list[tuple[str, ...]]:
    """The dead deliveries that were passed by. Runs on the writer's thread, inside its transaction."""
    return [_sweep(connection, sweep) for sweep in sweeps]


def _sweep(connection: Connection, sweep: Sweep) -> tuple[str, ...]:
    due = connection.scalars(
        select(_lane.delivery_id)
        .where(_lane.state == HALTED, _lane.due_at <= sweep.now, _lane.delivery_id.is_not(None))
        .order_by(_lane.due_at)
        .limit(sweep.most)
        # What another gateway is passing by, or a person is replaying, is its own.
        .with_for_update(skip_locked=True)
    ).all()
    if not due:
        return ()
    reason = VoidReason.UNDELIVERABLE
    return stop_deliveries(connection, due, DeliveryState.DEAD, outcome="passed-by", reason=reason, at=sweep.now)
