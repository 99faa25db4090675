"""Rows of what is left to do about a message, written in the transaction that leaves it to do. Done in `follow_ups`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.routing.messages import Record
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared, unless_there


def leave_to_do(connection: Connection, left: Iterable[tuple[Record, FollowUp]]) -> None:
    """That is left to do about these messages; what is left already is not left twice."""
    rows = [
        {"identity": "/".join(record.identity), "step": what.value, "liberty": record.is_liberty}
        for record, what in left
    ]
    _LEAVE.write(connection, rows)


_LEAVE = Prepared(lambda dialect: unless_there(dialect, schema.follow_ups))
