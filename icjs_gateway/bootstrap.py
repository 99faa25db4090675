"""The composition root: the one place where the parts of a gateway meet.

Everything else takes what it needs as arguments. `compose` builds; `Running` starts in order and stops in reverse:
the door closes first, then dispatch settles what is in flight, then the writer commits what is queued.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import random
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from icjs_gateway.adapters.webhook import WebhookCourier
from icjs_gateway.adapters.wire.addresses import AddressPolicy
from icjs_gateway.adapters.wire.jose import SigningKeys
from icjs_gateway.adapters.wire.outbound import Outbound, OutboundLimits
from icjs_gateway.adapters.wire.signatures import ReceiptSigner
from icjs_gateway.adapters.wire.tokens import TokenIssuer
from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.api.app import create_app
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.api.server import ServerLimits, address_of, listen, serve
from icjs_gateway.channels.frontline import FrontLine, FrontProgress
from icjs_gateway.channels.fronts import Fronts, end_with_the_core
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.ulid import RANDOM_BYTES, ulid
from icjs_gateway.registry import load_contracts, load_head_waits, packaged_contracts
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.registry.labels import load_labels
from icjs_gateway.routing.access.labels import Labeller
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.delivery import DispatchPorts
from icjs_gateway.routing.dispatch import Dispatcher, DispatchLimits
from icjs_gateway.routing.feeds import Desk, FeedDesk
from icjs_gateway.routing.intake import IntakePorts
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.progress import Progress
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.recording import Bench, Decision, Facts, Freed
from icjs_gateway.routing.sequencer import Sequencer
from icjs_gateway.routing.watching import Watch, WatchLimits
from icjs_gateway.settings import Settings
from icjs_gateway.stores import migrate
from icjs_gateway.stores.alarms import StoreAlarms, counts
from icjs_gateway.stores.directory import load
from icjs_gateway.stores.engine import open_engine, reader_of
from icjs_gateway.stores.evidence import StoreEvidence
from icjs_gateway.stores.feeds import StoreFeeds
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.lane_store import StoreLanes
from icjs_gateway.stores.ledger import StoreLedger
from icjs_gateway.stores.nodes import Node, reclaim, take_node
from icjs_gateway.stores.progress import StoreProgress
from icjs_gateway.stores.readers import StoreMessages
from icjs_gateway.stores.writer import Writer, WriterLimits

log = structlog.get_logger(__name__)


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class UlidIds:
    """ULIDs: unique, and in order of time to the millisecond."""

    def new(self) -> str:
        return ulid(time.time_ns() // 1_000_000, os.urandom(RANDOM_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An opened store of the wanted schema, and the keys that go with it."""

    engine: Engine
    vault: Vault


def open_store(settings: Settings, *, may_create: bool) -> Store:
    """Open the message store. An empty one gets its schema where `may_create`; an older one asks for `migrate`.

    Raises Misconfigured.
    """
    engine = open_engine(settings.database_url, writers=settings.writers)
    try:
        current, wanted = migrate.standing(engine)
    except OperationalError as fault:
        # What the driver says names host and user, never the password.
        raise Misconfigured(f"ICJS_DATABASE_URL: the database does not answer: {fault.orig}") from fault
    if current is None and may_create:
        migrate.upgrade(engine)
    elif current != wanted:
        raise Misconfigured(f"The store has schema {current or 'none'} and not {wanted}; run `icjs-gateway migrate`.")
    return Store(engine=engine, vault=Vault(settings.keys_dir))


def desk_bench(store: Store, settings: Settings) -> Bench:
    """What decisions at the exceptions desk are taken with: today's recipients, the gateway's own keys."""
    directory = load(reader_of(store.engine), store.vault)
    return Bench(
        recipients=RecipientList(directory.subscriptions(), directory.partner),
        labeller=load_labels(packaged_contracts()),
        signer=ReceiptSigner(SigningKeys(settings.keys_dir, now=SystemClock().now)),
        ids=UlidIds(),
        environment=settings.environment,
    )


async def serve_gateway(settings: Settings, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then stop cleanly. `on_ready` is told the address once requests are answered."""
    # Before anything starts: a wrong contract stops the gateway, with fronts too.
    contracts = load_contracts(settings.contracts)
    labeller, disclosure = load_labels(packaged_contracts()), Disclosure(load_policy(packaged_contracts()))
    head_waits = load_head_waits(settings.contracts)
    store = open_store(settings, may_create=True)
    clock, ids = SystemClock(), UlidIds()
    keys = SigningKeys(settings.keys_dir, now=clock.now)
    writer = Writer(store.engine, _writer_limits(settings))
    node = take_node(store.engine, settings.node_id or f"{socket.gethostname()}:{settings.port}")
    wakers: list[Callable[[], None]] = []

    def wake() -> None:
        for waker in wakers:
            waker()

    directory = DirectoryFollower(reader_of(store.engine), writer, store.vault, wake)
    outbound = Outbound(
        AddressPolicy(settings.allowed_networks),
        limits=OutboundLimits(connections_per_destination=settings.per_endpoint * 2),
    )
    admission = Admission(directory, disclosure)
    dispatcher = Dispatcher(
        DispatchPorts(
            lanes=StoreLanes(writer, node.name),
            directory=directory,
            courier=WebhookCourier(outbound, directory, clock, timeout_s=settings.delivery_timeout_s),
            admission=admission,
            clock=clock,
            jitter=random.Random().random,  # noqa: S311 - spreads retries; guards nothing
            environment=settings.environment,
            head_waits=head_waits,
        ),
        _dispatch_limits(settings),
    )
    wakers.append(dispatcher.wake)
    intake = IntakePorts(
        ledger=StoreLedger(writer, store.vault, wake),
        evidence=StoreEvidence(writer, clock),
        clock=clock,
        decider=_Decider(directory, labeller, ReceiptSigner(keys), ids, settings.environment),
    )
    progress = StoreProgress(writer, store.vault, clock)
    watch = Watch(StoreAlarms(writer), clock, WatchLimits(undelivered_s=settings.liberty_alarm_s))
    feeds = StoreFeeds(writer, reader_of(store.engine))
    sequencer = Sequencer(feeds, directory, admission, clock)
    wakers.append(sequencer.wake)
    desk = Desk(feeds, admission, clock, settings.environment)
    running = Running(
        store=store,
        node=node,
        writer=writer,
        dispatcher=dispatcher,
        sequencer=sequencer,
        directory=directory,
        outbound=outbound,
        watch=watch,
    )
    async with running.started():
        if settings.fronts:
            await _serve_by_fronts(settings, intake, progress, desk, on_ready)
        else:
            ready = running.reasons_not_ready
            gateway = _gateway(settings, contracts, store, directory, intake, progress, desk, keys, ready)
            await _serve(settings, gateway, on_ready)


def _gateway(
    settings: Settings,
    contracts: Contracts,
    store: Store,
    directory: DirectoryFollower,
    intake: IntakePorts,
    progress: Progress,
    feeds: FeedDesk,
    keys: SigningKeys,
    ready: Callable[[], Sequence[str]],
) -> Gateway:
    """What the HTTP surface is made with, in the core or in a front."""
    return Gateway(
        contracts=contracts,
        directory=directory,
        intake=intake,
        messages=StoreMessages(reader_of(store.engine), _class_of(directory)),
        progress=progress,
        alarms=lambda: asyncio.to_thread(counts, reader_of(store.engine)),
        feeds=feeds,
        tokens=TokenIssuer(keys, issuer="icjs-gateway"),
        jwks=ReceiptSigner(keys).jwks,
        limits=ApiLimits(body_bytes_max=settings.max_body_bytes),
        environment=settings.environment,
        clock=intake.clock,
        ready=ready,
        base_url=settings.base_url,
        host_is_loopback=_is_loopback(settings.host),
        metrics_token=settings.metrics_token,
    )


async def _serve(
    settings: Settings,
    gateway: Gateway,
    on_ready: Callable[[str], None],
    listener: socket.socket | None = None,
) -> None:
    await serve(
        create_app(gateway),
        host=settings.host,
        port=settings.port,
        limits=_server_limits(settings),
        on_ready=on_ready,
        on_refused=gateway.metrics.refused_by_server,
        listener=listener,
    )


async def _serve_by_fronts(
    settings: Settings, intake: IntakePorts, progress: Progress, feeds: FeedDesk, on_ready: Callable[[str], None]
) -> None:
    """Bind, start the fronts on the socket, and record what they translate, until a signal."""
    limits = _server_limits(settings)
    listener = await _listening(settings, limits)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    fronts = Fronts(
        settings.fronts,
        lambda *fds: (sys.executable, "-m", "icjs_gateway.cli", "front", *map(str, fds)),
        listener,
        ledger=intake.ledger,
        evidence=intake.evidence,
        progress=progress,
        decider=intake.decider,
        feeds=feeds,
    )
    with closing(listener):
        await fronts.run(lambda: on_ready(address_of(listener, settings.host)), stop)


@retry(retry=retry_if_exception_type(Misconfigured), stop=stop_after_delay(5), wait=wait_fixed(0.1), reraise=True)
async def _listening(settings: Settings, limits: ServerLimits) -> socket.socket:
    """Bind. A front of a gateway that was killed while the front was starting holds the address for a moment more."""
    return listen(settings.host, settings.port, limits.backlog)


async def serve_front(settings: Settings, listener_fd: int, line_fd: int, on_ready: Callable[[], None]) -> None:
    """Be a front: serve the core's listening socket, and send what was translated down the line."""
    store = open_store(settings, may_create=False)
    clock = SystemClock()
    keys = SigningKeys(settings.keys_dir, now=clock.now)
    stopping = asyncio.Event()
    line = FrontLine(lambda: None if stopping.is_set() else end_with_the_core())
    # Never started: a front writes nothing.
    idle = Writer(store.engine, _writer_limits(settings))
    directory = DirectoryFollower(reader_of(store.engine), idle, store.vault, lambda: None)
    labeller = load_labels(packaged_contracts())
    decider = _Decider(directory, labeller, ReceiptSigner(keys), UlidIds(), settings.environment)
    intake = IntakePorts(ledger=line, evidence=line, clock=clock, decider=decider)
    contracts = load_contracts(settings.contracts)
    gateway = _gateway(settings, contracts, store, directory, intake, FrontProgress(line), line, keys, lambda: ())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(line.run(socket.socket(fileno=line_fd)))
        tasks.create_task(directory.run(stopping))

        def ready(_address: str) -> None:
            on_ready()
            tasks.create_task(line.ready())

        try:
            await _serve(settings, gateway, ready, listener=socket.socket(fileno=listener_fd))
        finally:
            stopping.set()
            line.close()
    store.engine.dispose()


class _Decider:
    """`Decider`: the recording decisions, always with the newest recipient list."""

    def __init__(
        self,
        directory: DirectoryFollower,
        labeller: Labeller,
        signer: ReceiptSigner,
        ids: UlidIds,
        environment: str,
    ) -> None:
        self._directory = directory
        self._labeller = labeller
        self._signer = signer
        self._ids = ids
        self._environment = environment

    def decide(self, command: Record, facts: Facts) -> Decision:
        return self._bench().decide(command, facts)

    def relink(self, command: Record, facts: Facts, event_ids: Sequence[str], at: datetime) -> Freed | None:
        return self._bench().relink(command, facts, event_ids, at)

    def _bench(self) -> Bench:
        return Bench(
            recipients=self._directory.recipients,
            labeller=self._labeller,
            signer=self._signer,
            ids=self._ids,
            environment=self._environment,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The parts that live: started in order, stopped in reverse."""

    store: Store
    node: Node
    writer: Writer
    dispatcher: Dispatcher
    sequencer: Sequencer
    directory: DirectoryFollower
    outbound: Outbound
    watch: Watch

    def reasons_not_ready(self) -> Sequence[str]:
        return () if self.writer.alive else ("the store's writer has ended",)

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        with self.store.engine.begin() as connection:
            if taken_back := reclaim(connection, self.node):
                log.info(Action.LEASES_TAKEN_BACK.value, node=self.node.name, leases=taken_back)
        self.writer.start()
        stopping = asyncio.Event()
        async with self.outbound, asyncio.TaskGroup() as tasks:
            tasks.create_task(self.directory.run(stopping))
            tasks.create_task(self.dispatcher.run())
            tasks.create_task(self.watch.run(stopping))
            tasks.create_task(self.sequencer.run())
            try:
                yield
            finally:
                stopping.set()
                self.dispatcher.stop()
                self.sequencer.stop()
        await asyncio.to_thread(self.writer.stop)
        self.node.release()
        self.store.engine.dispose()


def _class_of(directory: DirectoryFollower) -> Callable[[str], str]:
    def class_of(subscription_id: str) -> str:
        subscription = directory.subscription(subscription_id)
        partner = directory.partner(subscription.partner) if subscription else None
        return partner.recipient_class.value if partner else "former"

    return class_of


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _writer_limits(settings: Settings) -> WriterLimits:
    return WriterLimits(
        writers=settings.writers, queue_max=settings.writer_queue_max, batch_max=settings.writer_batch_max
    )


def _dispatch_limits(settings: Settings) -> DispatchLimits:
    return DispatchLimits(
        workers=settings.delivery_workers,
        liberty_workers=settings.liberty_workers,
        per_endpoint=settings.per_endpoint,
        lease_s=settings.delivery_timeout_s * 2 + 30,
    )


def _server_limits(settings: Settings) -> ServerLimits:
    return ServerLimits(
        # The API refuses at the limit, in the words of its surface (a problem, a SOAP fault); the server cuts off
        # whoever sends far more than that.
        body_bytes_max=2 * settings.max_body_bytes,
        connections_max=settings.max_connections,
        head_timeout_s=settings.head_timeout_s,
        body_timeout_s=settings.body_timeout_s,
    )
