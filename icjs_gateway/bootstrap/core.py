"""The gateway itself: its parts put together, started in order and stopped in reverse.

The door closes first, then dispatch settles what is in flight, then the writer commits what is queued.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache

import structlog

from icjs_gateway.adapters.delivery.courier import PartnerCourier
from icjs_gateway.adapters.wire.jose import SigningKeys
from icjs_gateway.adapters.wire.outbound import Outbound
from icjs_gateway.adapters.wire.signatures import ReceiptSigner
from icjs_gateway.bootstrap.fronts import serve_by_fronts
from icjs_gateway.bootstrap.live import refuse_in_clear, refuse_unready
from icjs_gateway.bootstrap.store import Decider, Store, SystemClock, UlidIds, clock_watch, open_store, writer_limits
from icjs_gateway.bootstrap.surface import serve_surface, surface, tls_of, way_out
from icjs_gateway.registry import load_contracts, load_head_waits, packaged_contracts
from icjs_gateway.registry.authority import load_authority
from icjs_gateway.registry.delivery import load_probing
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.registry.labels import load_labels
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.delivery import DispatchPorts
from icjs_gateway.routing.dispatch import Dispatcher, DispatchLimits
from icjs_gateway.routing.encoding import Encoder
from icjs_gateway.routing.feed_desk import Desk
from icjs_gateway.routing.following_up import FollowingUp
from icjs_gateway.routing.intake import IntakePorts
from icjs_gateway.routing.loops import Health, Loops
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.sequencer import Sequencer
from icjs_gateway.routing.serving import shows_no_mark
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.routing.watching import Watch, WatchLimits
from icjs_gateway.settings import Settings
from icjs_gateway.stores.alarms import StoreAlarms
from icjs_gateway.stores.claims import legacy_count
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.evidence import StoreEvidence
from icjs_gateway.stores.feeds import StoreFeeds
from icjs_gateway.stores.follow_ups import StoreFollowUps
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.lane_store import StoreLanes
from icjs_gateway.stores.ledger import StoreLedger
from icjs_gateway.stores.loop_alarms import begin_well
from icjs_gateway.stores.nodes import Node, reclaim, take_node
from icjs_gateway.stores.places import sampled_states
from icjs_gateway.stores.progress import StoreProgress
from icjs_gateway.stores.writer import Writer

log = structlog.get_logger(__name__)


async def serve_gateway(settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then stop cleanly. `on_ready` is told the address once requests are answered."""
    refuse_in_clear(settings)
    if (tls := tls_of(settings)) is not None:
        tls.context()
    # Before anything starts: a wrong contract stops the gateway, with fronts too.
    contracts = load_contracts(settings.contracts)
    labeller, rules = load_labels(packaged_contracts()), load_authority(packaged_contracts())
    head_waits, probing = load_head_waits(settings.contracts), load_probing(settings.contracts)
    store = open_store(settings, may_create=True)
    clock, ids = SystemClock(), UlidIds()
    keys = SigningKeys(settings.keys_dir, now=clock.now)
    writer = Writer(store.engine, writer_limits(settings))
    node = take_node(store.engine, settings.node_id or f"{socket.gethostname()}:{settings.port}")
    wakers: list[Callable[[], None]] = []

    def wake() -> None:
        for waker in wakers:
            waker()

    loops = Loops(clock)
    directory = DirectoryFollower(reader_of(store.engine), writer, store.vault, wake, aside=loops.aside)
    loops.add(LoopName.DIRECTORY, Action.DIRECTORY_UNREAD, directory.turn)
    refuse_unready(
        settings.environment,
        directory.active_partners(),
        directory.places,
        sampled=lambda: sampled_states(reader_of(store.engine)),
        legacy=lambda: legacy_count(reader_of(store.engine)),
    )
    # In every other State a place's word is judged by its State alone.
    log.info(Action.PLACES_IN_FORCE.value, states=directory.places.states)
    disclosure = Disclosure(load_policy(packaged_contracts()), lambda: directory.places)
    outbound = way_out(settings)
    admission = Admission(directory, disclosure)
    encoder = Encoder(contracts, settings.environment)
    dispatcher = Dispatcher(
        DispatchPorts(
            lanes=StoreLanes(writer, store.vault, node.name, loops.aside),
            directory=directory,
            encoder=encoder,
            courier=PartnerCourier(outbound, directory, clock, timeout_s=settings.delivery_timeout_s),
            admission=admission,
            clock=clock,
            jitter=random.Random().random,  # noqa: S311 - spreads retries; guards nothing
            head_waits=head_waits,
            probing=probing,
        ),
        _dispatch_limits(settings),
        loops,
    )
    wakers.append(dispatcher.wake)
    decider = Decider(
        directory,
        labeller,
        rules,
        ReceiptSigner(keys),
        ids,
        settings.environment,
        disclosure,
        clock_watch(store, clock).has_jumped,
    )
    following_up = FollowingUp(StoreFollowUps(writer, reader_of(store.engine), wake), decider, loops)
    intake = IntakePorts(
        ledger=StoreLedger(writer, store.vault, wake, following_up.loop.wake),
        evidence=StoreEvidence(writer, clock),
        clock=clock,
        decider=decider,
        places=lambda: directory.places,
        listed=lambda: directory.listed_places,
    )
    progress = StoreProgress(writer, store.vault, clock, directory.partner)
    alerter = Alerter(recipients=lambda: directory.recipients, ids=ids)
    watch = Watch(
        StoreAlarms(writer, alerter, rules.clocks, _unmarked(directory, contracts), node.name),
        clock,
        WatchLimits(undelivered_s=settings.liberty_alarm_s, again_s=settings.liberty_alarm_again_s),
        loops,
    )
    feeds = StoreFeeds(writer, reader_of(store.engine), loops.aside)
    wakers.append(Sequencer(feeds, directory, admission, clock, loops).loop.wake)
    loops.tell(watch.note_loop)
    desk = Desk(feeds, directory, admission, encoder, clock)
    running = Running(store=store, node=node, clock=clock, writer=writer, loops=loops, outbound=outbound)
    async with running.started():
        if settings.fronts:
            await serve_by_fronts(settings, intake, progress, desk, loops, running.health, on_ready)
        else:

            async def health() -> Health:
                return running.health()

            gateway = surface(settings, contracts, store, directory, intake, progress, desk, outbound, keys, health)
            await serve_surface(settings, gateway, on_ready)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The parts that live: started in order, stopped in reverse."""

    store: Store
    node: Node
    clock: Clock
    writer: Writer
    loops: Loops
    outbound: Outbound

    def health(self) -> Health:
        health = self.loops.health()
        return health if self.writer.alive else health.with_reason("the store's writer has ended")

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        with self.store.engine.begin() as connection:
            if taken_back := reclaim(connection, self.node):
                log.info(Action.LEASES_TAKEN_BACK.value, node=self.node.name, leases=taken_back)
            begin_well(connection, self.node.name, self.clock.now())
        self.writer.start()
        async with self.outbound, asyncio.TaskGroup() as tasks:
            tasks.create_task(self.loops.run())
            try:
                yield
            finally:
                self.loops.stop()
        await asyncio.to_thread(self.writer.stop)
        self.node.release()
        self.store.engine.dispose()


def _dispatch_limits(settings: Settings) -> DispatchLimits:
    return DispatchLimits(
        workers=settings.delivery_workers,
        liberty_workers=settings.liberty_workers,
        per_endpoint=settings.per_endpoint,
        lease_s=settings.delivery_timeout_s * 2 + 30,
    )


def _unmarked(directory: DirectoryFollower, contracts: Contracts) -> Callable[[], frozenset[str]]:
    """Answers the subscriptions whose contract cannot say that an order is unverified; found once a version."""

    @lru_cache(maxsize=1)
    def found(_version: int) -> frozenset[str]:
        return frozenset(each.id for each in directory.subscriptions() if shows_no_mark(each.deliver, contracts))

    return lambda: found(directory.version)
