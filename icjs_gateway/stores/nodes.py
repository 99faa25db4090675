"""Which gateway holds a lease, so that one that was killed takes its leases back when it starts again.

On SQLite only one process writes, and every lease is its own. On a PostgreSQL that several share, a lease carries its
gateway's name, and who has a name holds a lock on it as long as it lives (the database lets go of it when the
connection ends, as it does at a kill -9). A second gateway under the same name, by a copied setting, gets a name for
this life only: so that nobody ever takes back what another one is delivering. Leases of a gateway that does not come
back run out by themselves.

Not promised: that a name is still held when the database dropped the connection of a gateway that lives. Only a
second gateway that is given the same name just then would notice.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, Engine, text, update
from sqlalchemy.exc import DBAPIError

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.lanes import LaneState
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import has_one_writer
from icjs_gateway.stores.locking import name_key
from icjs_gateway.stores.settlements import LONG_AGO

log = structlog.get_logger(__name__)
_lane = schema.lanes.c
_PATIENCE_S = 5
"""The database may still be busy with the last statement of a former life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A gateway's name on its leases, and the connection that holds it."""

    name: str
    connection: Connection | None = None

    def release(self) -> None:
        """Let another life have the name."""
        if self.connection is not None:
            # Closed for good: a connection that goes back to the pool would keep its lock.
            self.connection.invalidate()
            self.connection.close()


def take_node(engine: Engine, name: str) -> Node:
    """The wanted name; or, where another gateway that lives has it, one for this life only. Blocking."""
    if has_one_writer(engine):
        return Node(name=name)
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        connection.execute(text(f"SET lock_timeout = '{_PATIENCE_S}s'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": name_key(f"node {name}")})
    except DBAPIError as fault:
        connection.invalidate()
        connection.close()
        if getattr(fault.orig, "sqlstate", None) != _NOT_GRANTED:
            raise
        log.warning(Action.NODE_NAME_TAKEN.value, node=name)
        return Node(name=f"{name}/{secrets.token_hex(8)}")
    return Node(name=name, connection=connection)


_NOT_GRANTED = "55P03"


def reclaim(connection: Connection, node: Node) -> int:
    """Take back the leases that a former life of this gateway held. Answers how many."""
    taken = update(schema.lanes).where(_lane.state == LaneState.LEASED.value)
    if connection.dialect.name != "sqlite":
        taken = taken.where(_lane.node == node.name)
    done = connection.execute(
        taken.values(state=LaneState.READY.value, token=None, node=None, due_at=LONG_AGO, delivery_id=None)
    )
    return done.rowcount
