"""Audit leaves: one for every message, refusal, read and act, in the shape of its kind (`routing/leaves.py`).

A leaf is the salted digest of its facts, so that erasing facts leaves the tree of digests intact. Leaves are written
unchained in the transaction of what they attest; sequencing and signing of tree heads come after.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from icjs_gateway.routing.lanes import DeliveryState
from icjs_gateway.routing.leaves import shaped
from icjs_gateway.routing.means import Clock
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared
from icjs_gateway.stores.writer import Writer


def leaf_row(kind: str, facts: Mapping[str, Any], noted_at: datetime) -> dict[str, Any]:
    """A row of `audit_leaves`. The digest follows RFC 9162's leaf prefix: SHA-256(0x00 || salt || facts).

    Raises KeyError or ValueError for a kind or a member that is not in the table of kinds.
    """
    salt = secrets.token_bytes(16)
    written = json.dumps(shaped(kind, facts), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.sha256(b"\x00" + salt + written).digest()
    return {"kind": kind, "noted_at": noted_at, "salt": salt, "digest": digest, "facts": written}


def write_leaves(connection: Connection, kind: str, facts: Iterable[Mapping[str, Any]], noted_at: datetime) -> None:
    """Write leaves of one kind as a set, in the transaction of what they attest."""
    _INSERT_LEAVES.write(connection, [leaf_row(kind, each, noted_at) for each in facts])


def write_settled(connection: Connection, deliveries: Iterable[Any], at: datetime, *, state: DeliveryState) -> None:
    """Write the leaves of deliveries that ended so, as a set. Each has the members `delivery_id`, `event_id`,
    `subscription_id`, `outcome` and `superseded_by`."""
    facts = [
        {
            "delivery_id": each.delivery_id,
            "event_id": each.event_id,
            "subscription": each.subscription_id,
            "state": state.value,
            "outcome": each.outcome,
            "superseded_by": each.superseded_by,
        }
        for each in deliveries
    ]
    write_leaves(connection, "delivery.settled", facts, at)


class StoreEvidence:
    """`Evidence` on the message store."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    async def note(self, kind: str, facts: Mapping[str, Any]) -> None:
        await self._writer.submit(run_leaves, leaf_row(kind, facts, self._clock.now()), bounded=True)


def run_leaves(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[None]:
    """Write a batch of leaves. Runs on the writer's thread, inside its transaction."""
    _INSERT_LEAVES.write(connection, rows)
    return [None] * len(rows)


_INSERT_LEAVES = Prepared(insert(schema.audit_leaves))
