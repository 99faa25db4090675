"""The desk where feeds are read: `FeedDesk` where the store is.

Disclosure is decided again whenever something is shown: what may not be seen any more is voided in place, under the
same number. A page holds CloudEvents; a file what its subscription asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.directory import CLOUDEVENTS, Directory
from icjs_gateway.routing.drops import LISTED_MAX, Part, feed_of, manifest, ndjson, parts_of, suffix_of, xml
from icjs_gateway.routing.encoding import Encoder
from icjs_gateway.routing.feeds import Feed, Feeds, Numbered, Page
from icjs_gateway.routing.means import Clock

PAGE_BYTES_MAX = 4 * 1024 * 1024
"""Of one page. The first event is always there, however large."""


class Desk:
    """Reads, shows and acknowledges feeds."""

    def __init__(
        self, feeds: Feeds, directory: Directory, admission: Admission, encoder: Encoder, clock: Clock
    ) -> None:
        self._feeds = feeds
        self._directory = directory
        self._admission = admission
        self._encoder = encoder
        self._clock = clock

    async def read(self, feed: Feed, after: int | None, limit: int) -> bytes:
        seen, begins = await self._seen(feed, after, limit)
        events: list[bytes] = []
        room = PAGE_BYTES_MAX
        for each in seen:
            event = self._document(CLOUDEVENTS, each)
            room -= len(event)
            if events and room < 0:
                break
            events.append(event)
            begins = each.number
        return Page(events=tuple(events), next=begins).json

    async def manifest(self, subscription_id: str) -> bytes:
        wanted = self._wanted(subscription_id)
        standings = await self._feeds.standings(subscription_id)
        files = []
        for part in parts_of(standings, self._suffix(wanted))[:LISTED_MAX]:
            body, events = await self._file(subscription_id, wanted, part)
            files.append((part, body, events))
        return manifest(subscription_id, wanted, standings, files)

    async def part(self, subscription_id: str, name: str) -> bytes:
        wanted = self._wanted(subscription_id)
        part = Part.parse(name, self._suffix(wanted))
        standings = await self._feeds.standings(subscription_id)
        if part.last > max(each.last for each in standings if each.feed is part.feed):
            raise NotFound("There is no such file yet; the manifest lists those there are.")
        body, _ = await self._file(subscription_id, wanted, part)
        return body

    async def acknowledge(self, feed: Feed, number: int) -> None:
        if not await self._feeds.acknowledge(feed, number, self._clock.now()):
            raise NotFound(f"The feed has no number {number} yet; acknowledge what you have read.")

    async def refuse(self, feed: Feed, number: int, reason: str) -> None:
        if not await self._feeds.refuse(feed, number, reason, self._clock.now()):
            raise NotFound(f"Nothing waits under number {number}; it was acknowledged, or is not there yet.")

    async def _seen(self, feed: Feed, after: int | None, limit: int) -> tuple[Sequence[Numbered], int]:
        """What may be seen behind a number, and the number: behind the last acknowledgement where none is given."""
        begins, found = await self._feeds.read(feed, after, limit)
        rules = {each.head.delivery_id: rule for each in found if (rule := self._admission.rule(each.head))}
        hidden = {each.head.delivery_id: rules[each.head.delivery_id] for each in found if _is_hidden(each, rules)}
        if hidden:
            await self._feeds.hide(hidden, self._clock.now())
            _, found = await self._feeds.read(feed, begins, limit)
        # What was acknowledged before and may not be seen any more has no void: it is just not shown again.
        return [each for each in found if each.head.delivery_id not in rules], begins

    async def _file(self, subscription_id: str, wanted: str, part: Part) -> tuple[bytes, int]:
        """A part, and how many events it holds."""
        seen, _ = await self._seen(feed_of(subscription_id, part), part.first - 1, part.last - part.first + 1)
        entries = [
            (each.number, self._document(wanted, each), wanted == CLOUDEVENTS)
            for each in seen
            if each.number <= part.last
        ]
        body = ndjson(entries) if part.suffix == "ndjson" else xml(part, subscription_id, entries)
        return body, len(entries)

    def _document(self, wanted: str, each: Numbered) -> bytes:
        shown = self._admission.shown(each.head)
        if shown is None:
            raise NotFound("There is no such subscription of yours.")
        return self._encoder.encoded(wanted, each.head, each.position, shown, number=each.number).body

    def _wanted(self, subscription_id: str) -> str:
        subscription = self._directory.subscription(subscription_id)
        if subscription is None:
            raise NotFound("There is no such subscription of yours.")
        return subscription.deliver.contract

    def _suffix(self, wanted: str) -> str:
        contract = self._encoder.contract(wanted)
        return suffix_of(None if contract is None else contract.wire)


def _is_hidden(each: Numbered, rules: dict[str, str]) -> bool:
    return each.is_owed and each.head.delivery_id in rules
