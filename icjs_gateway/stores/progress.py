"""`Progress` on the message store. Each word of a recipient is kept; of several the last one counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.jails import may_answer
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.obligations import Answer
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.progress import Consumed, Step
from icjs_gateway.stores import schema
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.obligation_rows import answer_obligations
from icjs_gateway.stores.writer import Writer

_delivery, _subscription = schema.deliveries.c, schema.subscriptions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    partner: Partner
    delivery_id: str
    step: Step
    noted_at: datetime
    remarks: bytes | None = None


class StoreProgress:
    """Remarks are a person's words and are kept encrypted."""

    def __init__(self, writer: Writer, vault: Vault, clock: Clock, partner_of: Callable[[str], Partner | None]) -> None:
        self._writer = writer
        self._partner_of = partner_of
        self._vault = vault
        self._clock = clock

    async def note(self, partner_id: str, delivery_id: str, step: Step) -> None:
        said = step.remarks if isinstance(step, Answer) else None
        sealed = self._vault.seal_secret(said, delivery_id.encode()) if said is not None else None
        partner = self._partner_of(partner_id)
        if partner is not None:
            note = _Note(
                partner=partner, delivery_id=delivery_id, step=step, noted_at=self._clock.now(), remarks=sealed
            )
            if await self._writer.submit(run_notes, note, bounded=True):
                return
        raise NotFound("There is no delivery of yours with such an id.")


def run_notes(connection: Connection, notes: Sequence[_Note]) -> list[bool]:
    """Runs on the writer's thread, inside its transaction. False where there is no such delivery."""
    return [_run(connection, note) for note in notes]


def _run(connection: Connection, note: _Note) -> bool:
    delivery = connection.execute(
        select(_delivery.event_id, _delivery.subscription_id)
        .join_from(schema.deliveries, schema.subscriptions, _delivery.subscription_id == _subscription.subscription_id)
        .where(
            _delivery.delivery_id == note.delivery_id,
            _delivery.position.is_not(None),
            _subscription.partner_id == note.partner.id,
        )
    ).one_or_none()
    if delivery is None:
        return False
    connection.execute(insert(schema.progress), [_row(note)])
    connection.execute(insert(schema.audit_leaves), [leaf_row("delivery.progressed", _facts(note), note.noted_at)])
    if isinstance(note.step, Answer):
        answer_obligations(
            connection,
            delivery.event_id,
            delivery.subscription_id,
            note.step,
            lambda _, decision, jail: may_answer(note.partner, decision, jail),
        )
    return True


def _row(note: _Note) -> dict[str, Any]:
    step = note.step
    row: dict[str, Any] = {
        "delivery_id": note.delivery_id,
        "step": "consumed" if isinstance(step, Consumed) else "acted",
        "at": step.at,
        "noted_at": note.noted_at,
        "number": None,
        "result": None,
        "reason": None,
        "remarks": note.remarks,
    }
    if isinstance(step, Consumed):
        return row | {"number": step.number}
    return row | {"result": step.result.value, "reason": step.reason.value if step.reason is not None else None}


def _facts(note: _Note) -> dict[str, Any]:
    kept = {name: value for name, value in _row(note).items() if name in ("step", "number", "result", "reason")}
    return {"partner": note.partner.id, "delivery_id": note.delivery_id, "at": rfc3339(note.step.at)} | kept
