"""Front processes: the core that serves by them, and what one of them is made of."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from icjs_gateway.adapters.wire.jose import SigningKeys
from icjs_gateway.adapters.wire.signatures import ReceiptSigner
from icjs_gateway.api.server import ServerLimits, address_of, listen
from icjs_gateway.bootstrap.store import Decider, SystemClock, UlidIds, clock_watch, open_store, writer_limits
from icjs_gateway.bootstrap.surface import serve_surface, server_limits, surface, tls_of, way_out
from icjs_gateway.channels.frontline import FrontLine, FrontProgress
from icjs_gateway.channels.fronts import Fronts, end_with_the_core
from icjs_gateway.model.errors import Misconfigured, StoreFailed
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.authority import load_authority
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.registry.labels import load_labels
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.feeds import FeedDesk
from icjs_gateway.routing.intake import IntakePorts
from icjs_gateway.routing.loops import Health, Loops
from icjs_gateway.routing.progress import Progress
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.settings import Settings
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.writer import Writer


async def serve_by_fronts(
    settings: Settings,
    intake: IntakePorts,
    progress: Progress,
    feeds: FeedDesk,
    loops: Loops,
    health: Callable[[], Health],
    on_ready: Callable[[str], None],
) -> None:
    """Bind, start the fronts on the socket, and record what they translate, until a signal."""
    limits, scheme = server_limits(settings), "https" if tls_of(settings) else "http"
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
        loops=loops,
        health=health,
    )
    with closing(listener):
        await fronts.run(lambda: on_ready(address_of(listener, settings.host, scheme=scheme)), stop)


@retry(retry=retry_if_exception_type(Misconfigured), stop=stop_after_delay(5), wait=wait_fixed(0.1), reraise=True)
async def _listening(settings: Settings, limits: ServerLimits) -> socket.socket:
    """Bind. A front of a gateway that was killed while the front was starting holds the address for a moment more."""
    return listen(settings.host, settings.port, limits.backlog)


async def serve_front(settings: Settings, listener_fd: int, line_fd: int, on_ready: Callable[[], None]) -> None:
    """Be a front: serve the core's listening socket, and send what was translated down the line."""
    store = open_store(settings, may_create=False)
    clock = SystemClock()
    keys = SigningKeys(settings.keys_dir, now=clock.now)
    loops = Loops(clock)
    line = FrontLine(lambda: None if following.is_stopping else end_with_the_core())
    # Never started: a front writes nothing.
    idle = Writer(store.engine, writer_limits(settings))
    directory = DirectoryFollower(reader_of(store.engine), idle, store.vault, lambda: None, aside=loops.aside)
    following = loops.add(LoopName.DIRECTORY, Action.DIRECTORY_UNREAD, directory.turn)
    labeller = load_labels(packaged_contracts())
    disclosure = Disclosure(load_policy(packaged_contracts()), lambda: directory.places)
    rules = load_authority(packaged_contracts())
    decider = Decider(
        directory,
        labeller,
        rules,
        ReceiptSigner(keys),
        UlidIds(),
        settings.environment,
        disclosure,
        clock_watch(store, clock).has_jumped,
    )
    intake = IntakePorts(
        ledger=line,
        evidence=line,
        clock=clock,
        decider=decider,
        places=lambda: directory.places,
        listed=lambda: directory.listed_places,
    )
    contracts = load_contracts(settings.contracts)
    outbound = way_out(settings)
    progress = FrontProgress(line)

    async def health() -> Health:
        """The front's own, and the core's, which does all but the answering."""
        try:
            return loops.health().beside(await line.health())
        except StoreFailed as failure:
            return loops.health().with_reason(failure.detail)

    gateway = surface(settings, contracts, store, directory, intake, progress, line, outbound, keys, health)
    async with outbound, asyncio.TaskGroup() as tasks:
        tasks.create_task(line.run(socket.socket(fileno=line_fd)))
        tasks.create_task(loops.run())

        def ready(_address: str) -> None:
            on_ready()
            tasks.create_task(line.ready())

        try:
            await serve_surface(settings, gateway, ready, listener=socket.socket(fileno=listener_fd))
        finally:
            loops.stop()
            line.close()
    store.engine.dispose()
