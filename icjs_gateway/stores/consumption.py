"""Consumed by registering a case, and what is not consumed yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, Select, delete, func, insert, select

from icjs_gateway.routing.consumption import Consumption, Unconsumed
from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading

_delivery, _event = schema.deliveries.c, schema.events.c
_subscription, _progress = schema.subscriptions.c, schema.progress.c


def consume(connection: Connection, consumed: Sequence[Consumption], at: datetime) -> None:
    """Note it of every delivery of such a report to that court, once."""
    for each in consumed:
        open_ones = connection.execute(
            _open()
            .join(schema.subscriptions, _subscription.subscription_id == _delivery.subscription_id)
            .where(_event.case_id == each.case_id, _subscription.partner_id == each.partner_id)
        ).all()
        rows = [
            {
                "delivery_id": row.delivery_id,
                "step": "consumed",
                "at": each.step.at,
                "noted_at": at,
                "number": each.step.number,
            }
            for row in open_ones
            if each.report_number in (None, _number(row.data))
        ]
        if rows:
            connection.execute(insert(schema.progress), rows)


def unconsume(connection: Connection, consumed: Sequence[Consumption]) -> None:
    """Take it back of every delivery of the case's reports to that court, where it was noted of just this."""
    for each in consumed:
        of_case = (
            select(_delivery.delivery_id)
            .join_from(schema.deliveries, schema.events, _event.event_id == _delivery.event_id)
            .join(schema.subscriptions, _subscription.subscription_id == _delivery.subscription_id)
            .where(schema.IS_REPORT, _event.case_id == each.case_id, _subscription.partner_id == each.partner_id)
        )
        connection.execute(
            delete(schema.progress).where(
                _progress.delivery_id.in_(of_case),
                _progress.step == "consumed",
                _progress.at == each.step.at,
                _progress.number == each.step.number,
            )
        )


def unconsumed(
    reader: Engine, *, subscriptions: Collection[str], before: datetime, limit: int = 1000
) -> list[Unconsumed]:
    """Reports that these subscriptions, courts', have had since before then and have not consumed; the oldest first."""
    wanted = _open().where(
        _delivery.state == DeliveryState.DELIVERED.value,
        _delivery.settled_at <= before,
        _delivery.subscription_id.in_(subscriptions),
    )
    with reading(reader) as connection:
        rows = connection.execute(wanted.order_by(_delivery.settled_at, _delivery.seq).limit(limit)).all()
    return [
        Unconsumed(
            delivery_id=row.delivery_id,
            case_id=row.case_id,
            report_number=_number(row.data),
            subscription_id=row.subscription_id,
            delivered_at=row.settled_at,
        )
        for row in rows
    ]


def unconsumed_count(reader: Engine, *, subscriptions: Collection[str], before: datetime) -> int:
    """How many these are."""
    wanted = _open().where(
        _delivery.state == DeliveryState.DELIVERED.value,
        _delivery.settled_at <= before,
        _delivery.subscription_id.in_(subscriptions),
    )
    with reading(reader) as connection:
        return connection.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _open() -> Select[tuple[str, str, str, datetime, bytes]]:
    """Deliveries of reports that nobody consumed."""
    done = select(_progress.seq).where(_progress.delivery_id == _delivery.delivery_id, _progress.step == "consumed")
    return (
        select(
            _delivery.delivery_id,
            _event.case_id,
            _delivery.subscription_id,
            _delivery.settled_at,
            _event.data,
        )
        .join_from(schema.events, schema.deliveries, _event.event_id == _delivery.event_id)
        .where(schema.IS_REPORT, ~done.exists())
    )


def _number(data: bytes) -> str:
    return str(from_json(data)["final_report"]["number"])
