"""Pull feeds: what a partner fetches by itself, in order of a number without gaps.

A pull subscription has two feeds, so that a liberty event never waits behind others: `liberty`, and `main` for the
rest. What is owed gets its number from the sequencer (`routing/sequencer.py`), after commit and disclosure; here it is
shown, acknowledged and refused. Disclosure is decided again when it is shown: what may not be seen any more is voided
in place, under the same number.

Not promised: that a number stands for ever. What was refused comes again only when a person replays it, and a replay
has a number of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.cloudevents import cloudevent
from icjs_gateway.routing.lanes import Admit, Head
from icjs_gateway.routing.ports import Clock

PAGE_BYTES_MAX = 4 * 1024 * 1024
"""Of one page. The first event is always there, however large."""


class FeedName(StrEnum):
    MAIN = "main"
    LIBERTY = "liberty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed of one subscription."""

    subscription_id: str
    name: FeedName

    @property
    def key(self) -> str:
        return f"{self.subscription_id}/{self.name.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A delivery with its place in a feed, before disclosure. `is_owed` is false when it was acknowledged before."""

    head: Head
    position: int
    number: int
    is_owed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """What the sequencer asks for: number what is owed to these subscriptions, of at most so many lanes."""

    subscription_ids: frozenset[str]
    now: datetime
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a reader gets: CloudEvents in JSON, in order of number, and the number to go on behind."""

    events: tuple[bytes, ...]
    next: int

    @property
    def json(self) -> bytes:
        return b'{"events":[%s],"next":"%d"}' % (b",".join(self.events), self.next)


class Feeds(Protocol):
    """The store's side of feeds."""

    async def sequence(self, wanted: Numbering, admit: Admit) -> bool:
        """Give numbers. True when there is more to do at once."""

    async def read(self, feed: Feed, after: int | None, limit: int) -> tuple[int, Sequence[Numbered]]:
        """Where the reading starts (behind the last acknowledgement where `after` is None), and what follows."""

    async def hide(self, rules: Mapping[str, str], at: datetime) -> None:
        """Withhold these deliveries under these rules, each voided in its place."""

    async def acknowledge(self, feed: Feed, number: int, at: datetime) -> bool:
        """Everything up to this number is delivered. False when the feed has no such number yet."""

    async def refuse(self, feed: Feed, number: int, reason: str, at: datetime) -> bool:
        """This one is dead. False when it is not waiting under this number."""


class FeedDesk(Protocol):
    """What the HTTP surface asks for a partner whose subscription it is."""

    async def read(self, feed: Feed, after: int | None, limit: int) -> bytes:
        """A page, as JSON."""

    async def acknowledge(self, feed: Feed, number: int) -> None:
        """Raises NotFound when the feed has no such number."""

    async def refuse(self, feed: Feed, number: int, reason: str) -> None:
        """Raises NotFound when nothing waits under this number."""


class Desk:
    """`FeedDesk` where the store is."""

    def __init__(self, feeds: Feeds, admission: Admission, clock: Clock, environment: str) -> None:
        self._feeds = feeds
        self._admission = admission
        self._clock = clock
        self._environment = environment

    async def read(self, feed: Feed, after: int | None, limit: int) -> bytes:
        begins, found = await self._feeds.read(feed, after, limit)
        rules = {each.head.delivery_id: rule for each in found if (rule := self._admission.rule(each.head))}
        hidden = {each.head.delivery_id: rules[each.head.delivery_id] for each in found if _is_hidden(each, rules)}
        if hidden:
            await self._feeds.hide(hidden, self._clock.now())
            _, found = await self._feeds.read(feed, begins, limit)
        # What was acknowledged before and may not be seen any more has no void: it is just not shown again.
        return self._page([each for each in found if each.head.delivery_id not in rules], begins).json

    def _page(self, shown: Sequence[Numbered], begins: int) -> Page:
        events: list[bytes] = []
        room = PAGE_BYTES_MAX
        for each in shown:
            event = self._event(each)
            room -= len(event)
            if events and room < 0:
                break
            events.append(event)
            begins = each.number
        return Page(events=tuple(events), next=begins)

    def _event(self, each: Numbered) -> bytes:
        shown = self._admission.shown(each.head)
        if shown is None:
            raise NotFound("There is no such subscription of yours.")
        return cloudevent(each.head, each.position, shown, environment=self._environment, number=each.number)

    async def acknowledge(self, feed: Feed, number: int) -> None:
        if not await self._feeds.acknowledge(feed, number, self._clock.now()):
            raise NotFound(f"The feed has no number {number} yet; acknowledge what you have read.")

    async def refuse(self, feed: Feed, number: int, reason: str) -> None:
        if not await self._feeds.refuse(feed, number, reason, self._clock.now()):
            raise NotFound(f"Nothing waits under number {number}; it was acknowledged, or is not there yet.")


def _is_hidden(each: Numbered, rules: Mapping[str, str]) -> bool:
    return each.is_owed and each.head.delivery_id in rules
