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

from icjs_gateway.routing.lanes import Admit, Head


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
class FeedStanding:
    """How far a feed is: the last number that was given, and the last one that was acknowledged."""

    feed: FeedName
    acked: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A delivery with its place in a feed, before disclosure. `is_owed` is false when it was acknowledged before."""

    head: Head
    position: int
    number: int
    is_owed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """What the sequencer asks for: number what is owed to pull subscriptions, of at most so many lanes."""

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

    async def standings(self, subscription_id: str) -> Sequence[FeedStanding]:
        """Of both feeds of a subscription; 0 where nothing has a number yet."""

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

    async def manifest(self, subscription_id: str) -> bytes:
        """What there is to fetch as files, as JSON. Raises NotFound."""

    async def part(self, subscription_id: str, name: str) -> bytes:
        """One of the files. Raises NotFound."""

    async def acknowledge(self, feed: Feed, number: int) -> None:
        """Raises NotFound when the feed has no such number."""

    async def refuse(self, feed: Feed, number: int, reason: str) -> None:
        """Raises NotFound when nothing waits under this number."""
