"""Opening lanes: whatever is owed has a lane, from the commit that owes it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, false, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from icjs_gateway.routing.lanes import LaneState
from icjs_gateway.stores import schema

_lane = schema.lanes.c


def open_lanes(connection: Connection, owed: Sequence[Mapping[str, Any]]) -> None:
    """A lane for every new delivery, due at once.

    A lane that exists keeps its state and its turn; but a liberty lane that waits, because something in it failed,
    goes on with what is new. Lanes that exist are held until the commit: otherwise one of them could end meanwhile,
    for want of a delivery that nobody else sees yet.
    """
    rows = {
        row["lane_key"]: {
            "lane_key": row["lane_key"],
            "subscription_id": row["subscription_id"],
            "its": row["subscription_id"],
            "liberty": row["liberty"],
            "state": LaneState.READY.value,
            "due_at": row["owed_at"],
        }
        for row in owed
    }
    if not rows:
        return
    held = hold_lanes(connection, set(rows))
    missing = [rows[key] for key in sorted(set(rows) - set(held))]
    if missing:
        connection.execute(_opening(connection.dialect.name), missing)
    hurried = [
        {"key": key, "due_at": rows[key]["due_at"]}
        for key, state in held.items()
        if rows[key]["liberty"] and state is LaneState.WAITING
    ]
    if hurried:
        connection.execute(_HURRY, hurried)


def hold_lanes(connection: Connection, keys: Set[str]) -> dict[str, LaneState]:
    """The states of those of these lanes that exist, held until the commit; always in one order (see `locking`)."""
    rows = connection.execute(
        select(_lane.lane_key, _lane.state).where(_lane.lane_key.in_(keys)).order_by(_lane.lane_key).with_for_update()
    )
    return {key: LaneState(state) for key, state in rows}


@cache
def _opening(dialect_name: str) -> Any:
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    insert = dialect.insert(schema.lanes).values(pulled=_IS_PULLED)
    # Where another one opened it in this very moment, the row is written nevertheless: so that it is held.
    return insert.on_conflict_do_update(index_elements=["lane_key"], set_={"liberty": insert.excluded.liberty})


_subscription = schema.subscriptions.c
_IS_PULLED = func.coalesce(
    select(_subscription.pulled).where(_subscription.subscription_id == bindparam("its")).scalar_subquery(),
    false(),
)
_HURRY = (
    update(schema.lanes)
    .where(_lane.lane_key == bindparam("key"))
    .values(state=LaneState.READY.value, due_at=bindparam("due_at"))
)
