"""What the sender of a message may know of its end: how it was settled at the exceptions desk, and what recipients did
about its orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, select

from icjs_gateway.model.event_types import GATEWAYS_OWN, SETTLED
from icjs_gateway.routing.authority.claims import ClaimKind
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.obligations import VERIFY, ObligationState
from icjs_gateway.routing.places import Places
from icjs_gateway.stores import schema

_event, _delivery, _progress = schema.events.c, schema.deliveries.c, schema.progress.c
_claim, _obligation = schema.claims.c, schema.obligations.c

OPERATOR, GATEWAY, JAIL = "operator", "gateway", "jail"


def settlement_of(connection: Connection, identity: str, state: MessageState) -> Mapping[str, Any] | None:
    """How a parked message was settled, as its sender was told: `state`, `reason` where there is one, `at`, and `by`,
    an operator or the gateway itself. Who the operator is, the audit knows. None for a message that is not settled."""
    told = connection.execute(
        select(_event.occurred_at, _event.data)
        .where(_event.identity == identity, _event.type == SETTLED)
        .order_by(_event.seq.desc())
        .limit(1)
    ).one_or_none()
    if told is None:
        return None
    said = from_json(told.data)["message"]
    if said["state"] != state.value:
        return None
    by_hand = state is MessageState.DISMISSED or _is_linked_by_hand(connection, identity)
    settled = {"state": said["state"], "at": told.occurred_at, "by": OPERATOR if by_hand else GATEWAY}
    return settled | ({"reason": said["reason"]} if said.get("reason") else {})


def _is_linked_by_hand(connection: Connection, identity: str) -> bool:
    by_hand = select(_claim.seq).where(
        _claim.kind == ClaimKind.LINK.value, _claim.identity == identity, _claim.settled_by.is_not(None)
    )
    return connection.scalar(by_hand.limit(1)) is not None


def acted_of(
    connection: Connection,
    identity: str,
    class_of: Callable[[str], str],
    serves: Callable[[str, str | None], bool],
    is_of_its_case: Any,
    *,
    is_parked: bool,
) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """By event what recipients did about it: `result`, `reason` where it was not done, `at`, and `by`, the recipient's
    class, or `jail` for a jail's own document. Of several words of one recipient the last; never remarks, nor in which
    other case somebody is held. Of a message that waits for its case only the word of the jail that it names, as
    `progress` has it."""
    mine = (_event.identity == identity, _event.type.not_in(GATEWAYS_OWN))
    noted = connection.execute(
        select(
            _event.event_id,
            _event.places,
            _delivery.delivery_id,
            _delivery.subscription_id,
            _progress.result,
            _progress.reason,
            _progress.at,
        )
        .join_from(schema.progress, schema.deliveries, _progress.delivery_id == _delivery.delivery_id)
        .join(schema.events, _event.event_id == _delivery.event_id)
        .where(*mine, is_of_its_case, _progress.step == "acted")
        .order_by(_progress.noted_at, _progress.seq)
    ).all()
    last = {row.delivery_id: row for row in noted}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in last.values():
        if not is_parked or serves(row.subscription_id, Places.read(row.places).jail):
            found.setdefault(row.event_id, []).append(_word(row, row.at, class_of(row.subscription_id)))
    for row in () if is_parked else _by_document(connection, mine, {row.subscription_id for row in noted}):
        found.setdefault(row.event_id, []).append(_word(row, row.answered_at, JAIL))
    return {event_id: tuple(words) for event_id, words in found.items()}


def _by_document(connection: Connection, mine: tuple[Any, ...], noted_by: set[str]) -> list[Any]:
    """Obligations of these events that a jail answered by a document of its own."""
    rows = connection.execute(
        select(
            _event.event_id, _obligation.answered_by, _obligation.answered_at, _obligation.result, _obligation.reason
        )
        .join_from(
            schema.events,
            schema.obligations,
            (_obligation.order_event_id == _event.event_id) | (_obligation.notice_event_id == _event.event_id),
        )
        .where(*mine, _obligation.state == ObligationState.ANSWERED.value, _obligation.decision != VERIFY)
        .order_by(_obligation.answered_at)
    ).all()
    return [row for row in rows if "/" in (row.answered_by or "") and row.answered_by not in noted_by]


def _word(row: Any, at: Any, by: str) -> Mapping[str, Any]:
    return {"by": by, "result": row.result, "at": at} | ({"reason": row.reason} if row.reason else {})
