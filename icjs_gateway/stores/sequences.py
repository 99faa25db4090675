"""Numbering: one sequencer per store gives what is owed to pull subscriptions its position and its number.

A lane of a pull subscription lives only until everything in it has a number; it is what tells the sequencer where to
look. A delivery that commits late brings its lane with it, so nothing is skipped, whatever its `seq`. On PostgreSQL an
advisory lock sees to it that one gateway at a time gives numbers; all are written in the transaction that gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Connection, bindparam, delete, insert, select, update

from icjs_gateway.model.event_types import VOIDED
from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.feeds import Feed, FeedName, Numbering
from icjs_gateway.routing.lanes import Admit, DeliveryState, LaneState
from icjs_gateway.routing.set_aside import AGAIN_MOST_S
from icjs_gateway.stores import schema
from icjs_gateway.stores.apart import each_alone
from icjs_gateway.stores.heads import head, last_positions, told_deliveries
from icjs_gateway.stores.locking import lock_names
from icjs_gateway.stores.schema import HALTED, OWED, Instant
from icjs_gateway.stores.voids import attest_stopped, fill_positions

_lane, _delivery, _feed = schema.lanes.c, schema.deliveries.c, schema.feeds.c
_DELIVERIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequencing:
    """The command."""

    wanted: Numbering
    admit: Admit


def run_sequences(connection: Connection, commands: Sequence[Sequencing]) -> list[bool]:
    """Whether each left more to do. Runs on the writer's thread, inside its transaction."""
    lock_names(connection, ["sequencer"])
    return [_sequence(connection, command) for command in commands]


def _sequence(connection: Connection, command: Sequencing) -> bool:
    lanes = _lanes(connection, command.wanted)
    if not lanes:
        return False
    _settle(connection, connection.execute(_UNNUMBERED, {"lane_keys": lanes}).all(), command)
    return _end(connection, lanes, command.wanted)


def _settle(connection: Connection, rows: Sequence[Any], command: Sequencing) -> None:
    """Number what may be seen, and stop what may not."""
    superseded = [row for row in rows if row.superseded_by is not None]
    rules = [(row, command.admit(head(row))) for row in rows if row.superseded_by is None]
    withheld = [(row, rule) for row, rule in rules if rule is not None]
    _stop(connection, [(row, "superseded") for row in superseded], DeliveryState.SUPERSEDED, command.wanted.now)
    _stop(connection, withheld, DeliveryState.WITHHELD, command.wanted.now)
    _number(connection, [row for row, rule in rules if rule is None])


def _end(connection: Connection, lanes: Sequence[str], wanted: Numbering) -> bool:
    """End the lanes in which everything has a number. Whether there is more to do at once."""
    ended = connection.execute(_END, {"lane_keys": lanes}).rowcount
    return ended < len(lanes) or len(lanes) == wanted.most


Apart = tuple[bool, Sequence[tuple[str, Exception]]]
"""Whether there is more to do at once; and the deliveries that were set aside, by id, with what each failed of."""


def run_sequences_apart(connection: Connection, commands: Sequence[Sequencing]) -> list[Apart]:
    """The same, each lane apart from the others. Runs on the writer's thread, inside its transaction."""
    lock_names(connection, ["sequencer"])
    return [_sequence_apart(connection, command) for command in commands]


def _sequence_apart(connection: Connection, command: Sequencing) -> Apart:
    """A lane stops at a delivery that fails, and is looked at again later; in a liberty lane what is behind it goes on
    at once."""
    aside: list[tuple[str, Exception]] = []
    well: list[str] = []
    for key in _lanes(connection, command.wanted):
        faulty = _numbered_alone(connection, key, command)
        aside += faulty
        if faulty:
            again_at = command.wanted.now + timedelta(seconds=AGAIN_MOST_S)
            connection.execute(_WAIT, {"key": key, "state": LaneState.WAITING.value, "again_at": again_at})
        else:
            well.append(key)
    return (_end(connection, well, command.wanted) if well else False), aside


def _numbered_alone(connection: Connection, key: str, command: Sequencing) -> list[tuple[str, Exception]]:
    faulty: list[tuple[str, Exception]] = []

    def settle(owed: Any) -> None:
        _settle(connection, connection.execute(_UNNUMBERED_ONE, {"seq_": owed.seq}).all(), command)

    owed = connection.execute(_UNNUMBERED_OF, {"key": key}).all()
    for each, _, fault in each_alone(connection, owed, settle):
        if fault is not None:
            faulty.append((each.delivery_id, fault))
            if not each.liberty:
                break
    return faulty


_WAIT = (
    update(schema.lanes)
    .where(_lane.lane_key == bindparam("key"))
    .values(state=bindparam("state"), due_at=bindparam("again_at"))
)


def _lanes(connection: Connection, wanted: Numbering) -> list[str]:
    """Lanes with something that has no number: those of liberty events first, then the longest waiting."""
    lanes: list[str] = []
    for liberty in (True, False):
        due = {"liberty": liberty, "now": wanted.now, "most": wanted.most - len(lanes)}
        lanes += connection.scalars(_DUE_LANES, due)
    return lanes


_DUE_LANES = (
    select(_lane.lane_key)
    .where(
        _lane.pulled,
        _lane.liberty == bindparam("liberty", type_=Boolean),
        _lane.state != HALTED,
        _lane.due_at <= bindparam("now", type_=Instant),
    )
    .order_by(_lane.due_at)
    .limit(bindparam("most"))
    # What is being recorded now is looked at when it is committed.
    .with_for_update(skip_locked=True)
)


_UNNUMBERED = (
    told_deliveries()
    .where(
        _delivery.lane_key.in_(bindparam("lane_keys", expanding=True)),
        _delivery.state == OWED,
        _delivery.number.is_(None),
    )
    .order_by(_delivery.seq)
    .limit(_DELIVERIES_AT_ONCE)
)
_UNNUMBERED_OF = (
    select(_delivery.seq, _delivery.delivery_id, _delivery.liberty)
    .where(_delivery.lane_key == bindparam("key"), _delivery.state == OWED, _delivery.number.is_(None))
    .order_by(_delivery.seq)
    .limit(_DELIVERIES_AT_ONCE)
)
_UNNUMBERED_ONE = told_deliveries().where(_delivery.seq == bindparam("seq_"))


_REASONS = {DeliveryState.WITHHELD: VoidReason.WITHHELD, DeliveryState.SUPERSEDED: VoidReason.SUPERSEDED}


def _stop(connection: Connection, stopped: Sequence[tuple[Any, str]], state: DeliveryState, now: datetime) -> None:
    """What had its place, as a replay has, leaves it to a void, which gets its number next."""
    if not stopped:
        return
    rows = [{"seq_": row.seq, "state": state.value, "why": why, "at": now} for row, why in stopped]
    connection.execute(_STOP, rows)
    attest_stopped(connection, [row.seq for row, _ in stopped], state, now)
    fill_positions(connection, [row for row, _ in stopped if row.type != VOIDED], _REASONS[state], now)


_STOP = (
    update(schema.deliveries)
    .where(_delivery.seq == bindparam("seq_"))
    .values(state=bindparam("state"), outcome=bindparam("why"), settled_at=bindparam("at"))
)


def _number(connection: Connection, rows: Sequence[Any]) -> None:
    if not rows:
        return
    feeds = {_feed_of(row).key: _feed_of(row) for row in rows}
    numbers = _last_numbers(connection, feeds)
    positions = last_positions(connection, {row.lane_key for row in rows if row.position is None})
    given = []
    for row in rows:
        key, position = _feed_of(row).key, row.position
        numbers[key] += 1
        if position is None:
            position = positions[row.lane_key] = positions.get(row.lane_key, 0) + 1
        given.append({"seq_": row.seq, "given": position, "key": key, "number_": numbers[key]})
    connection.execute(_GIVE, given)
    connection.execute(_LAST, [{"key": key, "last": last} for key, last in sorted(numbers.items())])


def _feed_of(row: Any) -> Feed:
    return Feed(subscription_id=row.subscription_id, name=FeedName.LIBERTY if row.liberty else FeedName.MAIN)


def _last_numbers(connection: Connection, feeds: dict[str, Feed]) -> dict[str, int]:
    """The last number given in each feed; one that is new begins at 0."""
    rows = connection.execute(
        select(_feed.feed_key, _feed.last_number)
        .where(_feed.feed_key.in_(feeds))
        .order_by(_feed.feed_key)
        .with_for_update()
    )
    known = {row.feed_key: row.last_number for row in rows}
    new = sorted(feeds.keys() - known.keys())
    if new:
        connection.execute(
            insert(schema.feeds), [{"feed_key": key, "last_number": 0, "acked_number": 0} for key in new]
        )
    return known | dict.fromkeys(new, 0)


_GIVE = (
    update(schema.deliveries)
    .where(_delivery.seq == bindparam("seq_"))
    .values(position=bindparam("given"), feed_key=bindparam("key"), number=bindparam("number_"))
)
_LAST = update(schema.feeds).where(_feed.feed_key == bindparam("key")).values(last_number=bindparam("last"))

_LEFT = select(_delivery.seq).where(
    _delivery.lane_key == _lane.lane_key, _delivery.state == OWED, _delivery.number.is_(None)
)
_END = delete(schema.lanes).where(
    _lane.lane_key.in_(bindparam("lane_keys", expanding=True)), ~_LEFT.correlate(schema.lanes).exists()
)
