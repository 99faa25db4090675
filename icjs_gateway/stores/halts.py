"""Lanes whose dead head has halted them for long enough: its place goes to a void, and they go on.

The dead delivery stays dead; a person may still have it sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.routing.set_aside import AGAIN_MOST_S
from icjs_gateway.stores import schema
from icjs_gateway.stores.apart import each_alone
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


def run_sweeps_apart(connection: Connection, sweeps: Sequence[Sweep]) -> list[Apart]:
    """The same, each lane apart from the others. Runs on the writer's thread, inside its transaction."""
    return [_sweep_apart(connection, sweep) for sweep in sweeps]


Apart = tuple[tuple[str, ...], Sequence[tuple[str, Exception]]]
"""The dead deliveries that were passed by; and those that were set aside, with what each failed of."""


def _sweep(connection: Connection, sweep: Sweep) -> tuple[str, ...]:
    due = _due(connection, sweep)
    return _pass_by(connection, due, sweep) if due else ()


def _sweep_apart(connection: Connection, sweep: Sweep) -> Apart:
    passed: list[str] = []
    aside: list[tuple[str, Exception]] = []
    due = _due(connection, sweep)
    for each, gone_on, fault in each_alone(connection, due, lambda each: _pass_by(connection, [each], sweep)):
        if fault is None:
            passed.extend(gone_on or ())
        else:
            again_at = sweep.now + timedelta(seconds=AGAIN_MOST_S)
            halted = update(schema.lanes).where(_lane.state == HALTED, _lane.delivery_id == each)
            connection.execute(halted.values(due_at=again_at))
            aside.append((each, fault))
    return tuple(passed), aside


def _due(connection: Connection, sweep: Sweep) -> Sequence[str]:
    return connection.scalars(
        select(_lane.delivery_id)
        .where(_lane.state == HALTED, _lane.due_at <= sweep.now, _lane.delivery_id.is_not(None))
        .order_by(_lane.due_at)
        .limit(sweep.most)
        # What another gateway is passing by, or a person is replaying, is its own.
        .with_for_update(skip_locked=True)
    ).all()


def _pass_by(connection: Connection, dead: Sequence[str], sweep: Sweep) -> tuple[str, ...]:
    reason = VoidReason.UNDELIVERABLE
    return stop_deliveries(connection, dead, DeliveryState.DEAD, outcome="passed-by", reason=reason, at=sweep.now)
