"""Parked messages whose case is there are judged again, when the directory of places gives them other standing.

In bounded steps, each a transaction of its own: a running gateway goes on between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select, union

from icjs_gateway.routing.correlation import Identifier
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import schema
from icjs_gateway.stores.exceptions import until_no_race_is_lost
from icjs_gateway.stores.ledger_locks import hold_names
from icjs_gateway.stores.orphans import judge_parked, link_waiting, load_orphan

_message, _waiting, _held = schema.messages.c, schema.waiting.c, schema.case_identifiers.c
STEP = 50
"""Messages in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAgain:
    """How many messages were judged again, and how many of these found their case."""

    judged: int
    linked: int


def waiting_for_standing(engine: Engine) -> list[str]:
    """The parked messages that name a case which is there, in the order in which they came."""
    refused = select(_waiting.identity).where(_waiting.identifier.startswith("standing:", autoescape=True))
    known = select(_waiting.identity).join(schema.case_identifiers, _held.identifier == _waiting.identifier)
    wanted = (
        select(_message.identity)
        .where(
            _message.state == MessageState.PARKED.value,
            _message.identity.in_(union(refused, known).subquery().select()),
        )
        .order_by(_message.seq)
    )
    with engine.connect() as connection:
        return list(connection.scalars(wanted))


def judge_again(
    engine: Engine,
    identities: Sequence[str],
    bench: Bench,
    at: datetime,
    on_step: Callable[[int], None] = lambda _: None,
) -> JudgedAgain:
    """Judge these parked messages again, each by the directory of `bench`. `on_step` is told how many are done."""
    linked = 0
    for start in range(0, len(identities), STEP):
        some = identities[start : start + STEP]
        linked += _step(engine, some, bench, at)
        on_step(start + len(some))
    return JudgedAgain(judged=len(identities), linked=linked)


@until_no_race_is_lost
def _step(engine: Engine, identities: Sequence[str], bench: Bench, at: datetime) -> int:
    with engine.begin() as connection:
        return _judged(connection, identities, bench, at)


def _judged(connection: Connection, identities: Sequence[str], bench: Bench, at: datetime) -> int:
    waiting = [orphan for each in identities if (orphan := load_orphan(connection, each)) is not None]
    held = hold_names(connection, [orphan.record for orphan in waiting])
    arrived: set[Identifier] = set()
    linked = 0
    for each in waiting:
        # Now that it is held: it may have been linked meanwhile.
        orphan = load_orphan(connection, each.identity)
        if orphan is None:
            continue
        freed = judge_parked(connection, orphan, bench, at)
        arrived |= freed
        linked += bool(freed)
    link_waiting(connection, arrived, bench, held, at)
    return linked
