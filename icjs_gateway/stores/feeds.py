"""Feeds on the message store: reading what has a number, acknowledging up to one, refusing one.

An acknowledgement holds the feed's row, and so does whoever voids something in it (`voids.py`): so that nothing
appears behind an acknowledgement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, literal, select, update

from icjs_gateway.model.errors import StoreFailed
from icjs_gateway.model.payloads.voided import VoidReason
from icjs_gateway.routing.feeds import Feed, FeedName, FeedStanding, Numbered, Numbering
from icjs_gateway.routing.lanes import Admit, DeliveryState
from icjs_gateway.routing.set_aside import LoopName, RowsAside
from icjs_gateway.stores import schema
from icjs_gateway.stores.apart import may_be_of_a_row
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.evidence import write_settled
from icjs_gateway.stores.heads import head, told_deliveries
from icjs_gateway.stores.schema import OWED
from icjs_gateway.stores.sequences import Sequencing, run_sequences, run_sequences_apart
from icjs_gateway.stores.voids import stop_deliveries
from icjs_gateway.stores.writer import Writer

_delivery, _feed = schema.deliveries.c, schema.feeds.c
_ATTESTED = (
    _delivery.delivery_id,
    _delivery.event_id,
    _delivery.subscription_id,
    _delivery.superseded_by,
    _delivery.outcome,
)


class StoreFeeds:
    """`Feeds`: numbers and answers go through the writer, reading beside it."""

    def __init__(self, writer: Writer, reader: Engine, aside: RowsAside | None = None) -> None:
        self._writer = writer
        self._reader = reader
        self._aside = aside or RowsAside()

    async def sequence(self, wanted: Numbering, admit: Admit) -> bool:
        sequencing = Sequencing(wanted=wanted, admit=admit)
        try:
            more: bool = await self._writer.submit(run_sequences, sequencing)
        except StoreFailed as failure:
            if not may_be_of_a_row(failure.__cause__):
                raise
            more, faulty = await self._writer.submit(run_sequences_apart, sequencing)
            for delivery_id, fault in faulty:
                self._aside.note(LoopName.SEQUENCER, delivery_id, fault)
        return more

    async def read(self, feed: Feed, after: int | None, limit: int) -> tuple[int, Sequence[Numbered]]:
        return await asyncio.to_thread(self._read, feed, after, limit)

    async def standings(self, subscription_id: str) -> Sequence[FeedStanding]:
        return await asyncio.to_thread(self._standings, subscription_id)

    async def hide(self, rules: Mapping[str, str], at: datetime) -> None:
        await self._writer.submit(run_hides, _Hide(rules=rules, at=at))

    async def acknowledge(self, feed: Feed, number: int, at: datetime) -> bool:
        known: bool = await self._writer.submit(run_acks, _Ack(feed=feed, number=number, at=at), bounded=True)
        return known

    async def refuse(self, feed: Feed, number: int, reason: str, at: datetime) -> bool:
        refusal = _Refusal(feed=feed, number=number, reason=reason, at=at)
        known: bool = await self._writer.submit(run_refusals, refusal, bounded=True)
        return known

    def _standings(self, subscription_id: str) -> Sequence[FeedStanding]:
        feeds = {Feed(subscription_id=subscription_id, name=name).key: name for name in FeedName}
        with reading(self._reader) as connection:
            rows = connection.execute(
                select(_feed.feed_key, _feed.acked_number, _feed.last_number).where(_feed.feed_key.in_(feeds))
            ).all()
        known = {row.feed_key: row for row in rows}
        return [
            FeedStanding(feed=name, acked=known[key].acked_number, last=known[key].last_number)
            if key in known
            else FeedStanding(feed=name, acked=0, last=0)
            for key, name in feeds.items()
        ]

    def _read(self, feed: Feed, after: int | None, limit: int) -> tuple[int, Sequence[Numbered]]:
        with reading(self._reader) as connection:
            if after is None:
                acked = connection.scalar(select(_feed.acked_number).where(_feed.feed_key == feed.key))
                after = acked or 0
            rows = connection.execute(_PAGE, {"key": feed.key, "after": after, "limit_": limit}).all()
        return after, [
            Numbered(
                head=head(row),
                position=row.position,
                number=row.number,
                is_owed=row.state == DeliveryState.OWED.value,
            )
            for row in rows
        ]


_SHOWN = (DeliveryState.OWED.value, DeliveryState.DELIVERED.value)
_PAGE = (
    told_deliveries()
    .add_columns(_delivery.state)
    .where(_delivery.feed_key == bindparam("key"), _delivery.number > bindparam("after"), _delivery.state.in_(_SHOWN))
    .order_by(_delivery.number)
    .limit(bindparam("limit_"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hide:
    rules: Mapping[str, str]
    at: datetime


def run_hides(connection: Connection, hides: Sequence[_Hide]) -> list[None]:
    """Runs on the writer's thread, inside its transaction."""
    for each in hides:
        for delivery_id, rule in sorted(each.rules.items()):
            stop_deliveries(
                connection,
                [delivery_id],
                DeliveryState.WITHHELD,
                outcome=rule,
                reason=VoidReason.WITHHELD,
                at=each.at,
            )
    return [None] * len(hides)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ack:
    feed: Feed
    number: int
    at: datetime


def run_acks(connection: Connection, acks: Sequence[_Ack]) -> list[bool]:
    """Runs on the writer's thread, inside its transaction. One feed's row is held at a time, in one order."""
    known: dict[int, bool] = {}
    for index in sorted(range(len(acks)), key=lambda each: acks[each].feed.key):
        known[index] = _acknowledge(connection, acks[index])
    return [known[index] for index in range(len(acks))]


def _acknowledge(connection: Connection, ack: _Ack) -> bool:
    last, acked = _held(connection, ack.feed)
    if ack.number > last:
        return False
    if ack.number <= acked:
        return True
    taken = connection.execute(
        update(schema.deliveries)
        .where(
            _delivery.feed_key == ack.feed.key,
            _delivery.number > acked,
            _delivery.number <= ack.number,
            _delivery.state == OWED,
        )
        .values(
            state=DeliveryState.DELIVERED.value,
            attempts=_delivery.attempts + 1,
            settled_at=ack.at,
            outcome="acknowledged",
        )
        .returning(*_ATTESTED)
    ).all()
    write_settled(connection, taken, ack.at, state=DeliveryState.DELIVERED)
    connection.execute(update(schema.feeds).where(_feed.feed_key == ack.feed.key).values(acked_number=ack.number))
    return True


def _held(connection: Connection, feed: Feed) -> tuple[int, int]:
    """(last number given, last one acknowledged), the feed's row held until the commit."""
    row = connection.execute(
        select(_feed.last_number, _feed.acked_number).where(_feed.feed_key == feed.key).with_for_update()
    ).one_or_none()
    return (0, 0) if row is None else (row.last_number, row.acked_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    feed: Feed
    number: int
    reason: str
    at: datetime


def run_refusals(connection: Connection, refusals: Sequence[_Refusal]) -> list[bool]:
    """Runs on the writer's thread, inside its transaction."""
    known: dict[int, bool] = {}
    for index in sorted(range(len(refusals)), key=lambda each: refusals[each].feed.key):
        known[index] = _refuse(connection, refusals[index])
    return [known[index] for index in range(len(refusals))]


def _refuse(connection: Connection, refusal: _Refusal) -> bool:
    """Dead, and the feed goes on behind it. Saying it again changes nothing."""
    _held(connection, refusal.feed)
    here = (_delivery.feed_key == refusal.feed.key) & (_delivery.number == refusal.number)
    refused = connection.execute(
        update(schema.deliveries)
        .where(here, _delivery.state == OWED)
        .values(
            state=DeliveryState.DEAD.value,
            attempts=_delivery.attempts + 1,
            settled_at=refusal.at,
            outcome=f"refused: {refusal.reason}",
        )
        # What the recipient says may name somebody: it is no part of the leaf.
        .returning(*_ATTESTED[:-1], literal("refused").label("outcome"))
    ).all()
    if refused:
        write_settled(connection, refused, refusal.at, state=DeliveryState.DEAD)
        return True
    dead = select(_delivery.seq).where(here, _delivery.state == DeliveryState.DEAD.value)
    return connection.scalar(dead.limit(1)) is not None
