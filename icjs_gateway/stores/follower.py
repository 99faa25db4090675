"""Following the directory and the places: what is in memory catches up with the store when a version counter moves.

Another process (`partners apply`, `places apply`) may change the store at any time; a running gateway sees it within
the poll interval. One statement reads both counters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import structlog
from sqlalchemy import Connection, Engine, select

from icjs_gateway.routing.access.listed_places import NOTHING_LISTED, ListedPlaces
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.authority.places import NO_PLACES, Places
from icjs_gateway.routing.directory import Partner, Subscription
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.set_aside import LoopName, RowsAside
from icjs_gateway.stores import places, schema
from icjs_gateway.stores.directory import Snapshot, load, run_disables
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.writer import Writer

log = structlog.get_logger(__name__)


class DirectoryFollower:
    """`Directory`, always answering from the newest snapshot seen, with the recipient list that goes with it."""

    def __init__(
        self,
        reader: Engine,
        writer: Writer,
        vault: Vault,
        changed: Callable[[], None],
        *,
        poll_s: float = 1.0,
        aside: RowsAside | None = None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._vault = vault
        self._changed = changed
        self._poll_s = poll_s
        self._aside = aside or RowsAside()
        self._snapshot = Snapshot(version=-1)
        self._places, self._places_version = NO_PLACES, 0
        self.recipients = RecipientList((), lambda _: None)
        self.listed_places = NOTHING_LISTED
        self.refresh()

    def refresh(self) -> bool:
        """Read the store's directory and places if they moved. Answers whether one did. Blocking.

        Raises what one of them could not be read of; the other one is in force all the same.
        """
        before = self._seen
        with reading(self._reader) as connection:
            version, places_version = _versions(connection)
        with ExitStack() as both:
            if places_version != self._places_version:
                both.callback(self._read_places)
            if version != self._snapshot.version:
                both.callback(self._read_directory)
        return self._seen != before

    def _read_directory(self) -> None:
        snapshot = load(self._reader, self._vault, self._snapshot)
        self.recipients = RecipientList(snapshot.subscriptions(), snapshot.partner, lambda: self._places)
        self.listed_places = ListedPlaces(snapshot.active())
        self._snapshot = snapshot

    def _read_places(self) -> None:
        with reading(self._reader) as connection:
            _, version = _versions(connection)
            self._places, self._places_version = places.places_of(connection), version

    @property
    def _seen(self) -> tuple[int, int]:
        return self._snapshot.version, self._places_version

    async def turn(self) -> float:
        """One turn of the loop that follows: what is known stays in force until the store answers again."""
        before = self._seen
        try:
            await asyncio.to_thread(self.refresh)
        finally:
            if self._seen != before:
                log.info(Action.DIRECTORY_CHANGED.value, version=self.version, places_version=self._places_version)
                log.info(Action.PLACES_IN_FORCE.value, states=self._places.states)
                self._changed()
        for row in self._snapshot.faults.keys() - self._aside.rows(LoopName.DIRECTORY):
            self._aside.note(LoopName.DIRECTORY, row, self._snapshot.faults[row])
        return self._poll_s

    async def disable(self, subscription_id: str) -> None:
        await self._writer.submit(run_disables, subscription_id)
        await asyncio.to_thread(self.refresh)

    @property
    def places(self) -> Places:
        """The directory of places. Each change of it is a new object."""
        return self._places

    @property
    def disabled(self) -> frozenset[str]:
        return self._snapshot.disabled

    @property
    def closed(self) -> frozenset[str]:
        return self._snapshot.closed

    @property
    def pulled(self) -> frozenset[str]:
        return self._snapshot.pulled

    def courts(self) -> frozenset[str]:
        """Ids of the subscriptions of courts."""
        return self._snapshot.courts()

    @property
    def version(self) -> int:
        return self._snapshot.version

    def partner(self, partner_id: str) -> Partner | None:
        return self._snapshot.partner(partner_id)

    def active_partners(self) -> tuple[Partner, ...]:
        return self._snapshot.active()

    def query_secret(self, partner_id: str, exchange: str) -> str | None:
        return self._snapshot.query_secrets.get((partner_id, exchange))

    def subscription(self, subscription_id: str) -> Subscription | None:
        return self._snapshot.subscription(subscription_id)

    def subscriptions(self) -> tuple[Subscription, ...]:
        return self._snapshot.subscriptions()

    def client(self, client_id: str, secret: str) -> Partner | None:
        return self._snapshot.client(client_id, secret)

    def username(self, username: str, password: str) -> Partner | None:
        return self._snapshot.username(username, password)

    def webhook_secret(self, subscription_id: str) -> str | None:
        return self._snapshot.webhook_secret(subscription_id)


def _versions(connection: Connection) -> tuple[int, int]:
    """The version counters of the directory and of the places."""
    counters = schema.counters.c
    wanted = select(counters.name, counters.value).where(counters.name.in_(("directory", places.COUNTER)))
    found = {row.name: row.value for row in connection.execute(wanted)}
    return found.get("directory", 0), found.get(places.COUNTER, 0)
