"""A partner's receiver: a real HTTP server with a ledger, and faults on purpose.

It verifies each delivery, writes it down in order of arrival and answers as its faults say. It keeps what it
was told and nothing else. Down, it refuses connections or answers 503; a stalled call ends when the sender
hangs up, so that no time has to pass here.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from hashlib import sha256
from time import monotonic
from types import TracebackType
from typing import Self

from aiohttp import web
from lxml import etree

from icjs_gateway.client import WebhookRejected, verify_webhook
from icjs_gateway.simulators.faults import Fault, Faults
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.kinds import Witness
from icjs_gateway.simulators.ledgers import Arrival, ReceiverLedger
from icjs_gateway.simulators.told import Told, Words

_STATUS = {Fault.NONE: 204, Fault.FAIL: 500, Fault.REFUSE: 422, Fault.STALL: 0, Fault.STALL_AFTER_SUCCESS: 0}
_TAKEN = frozenset({Fault.NONE, Fault.STALL_AFTER_SUCCESS})


class Door(StrEnum):
    """Whether anybody is in."""

    OPEN = "open"
    UNAVAILABLE = "unavailable"
    """Every call is answered 503."""
    REFUSING = "refusing"
    """Nothing listens on the port."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """What a receiver's program fails on (500, not taken) until it is mended: events of these types (globs) that have
    this text in what they tell."""

    events: tuple[str, ...]
    naming: str = ""

    def fits(self, told: Told) -> bool:
        return self.naming in told.told and any(fnmatchcase(told.type, glob) for glob in self.events)


@dataclass(slots=True)
class Receiver:
    """One subscription's endpoint. `door` may be changed while it runs; `moved` is set whenever something arrives."""

    name: str
    secret: str
    interest: Interest = field(default_factory=Interest)
    words: Words = field(default_factory=Words)
    faults: Faults = field(default_factory=Faults)
    door: Door = Door.OPEN
    stuck: Stuck | None = None
    retry_s: tuple[float, ...] | None = None
    """The schedule of its subscription, where it is another one than everybody's."""
    ledger: ReceiverLedger = field(default_factory=ReceiverLedger)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: list[bytes] | None = None
    """Every body that verified, where a list is given to keep them in."""
    _calls: Counter[str] = field(default_factory=Counter)
    _socket: socket.socket | None = None
    _runner: web.AppRunner | None = None
    _listening: bool = False

    @property
    def url(self) -> str:
        """Known once started, before anything listens."""
        if self._socket is None:
            raise RuntimeError("not started")
        host, port = self._socket.getsockname()
        return f"http://{host}:{port}/hook"

    @property
    def witness(self) -> Witness:
        return Witness(interest=self.interest, arrivals=self.ledger.arrivals)

    def deliver(self) -> dict[str, str]:
        """Where and how it is served, as the partners file says it."""
        words = self.words
        told = {"channel": words.channel, "url": self.url, "secret": self.secret, "contract": words.contract}
        return told | ({"username": words.username} if words.username is not None else {})

    async def start(self) -> None:
        """Take a port of the loopback interface, and listen there unless the door refuses."""
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        app = web.Application()
        app.router.add_post("/hook", self._receive)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.set_door(self.door)

    async def set_door(self, door: Door) -> None:
        """Go down or come up. A port that listens once cannot refuse again: start with `REFUSING`."""
        self.door = door
        if self._socket is None or self._runner is None:
            return
        if door is not Door.REFUSING and not self._listening:
            await web.SockSite(self._runner, self._socket, backlog=128).start()
            self._listening = True

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.door is not Door.OPEN:
            return web.Response(status=503)
        arrival = self._arrival(request, body)
        self.ledger.write(arrival)
        self.moved.set()
        if arrival.status == 0:
            await asyncio.Event().wait()
        if arrival.status != _STATUS[Fault.NONE] or self.words.channel == "webhook":
            return web.Response(status=arrival.status)
        answer, media_type = self.words.taken(f"{self.name}-{len(self.ledger.arrivals)}")
        return web.Response(body=answer, content_type=media_type)

    def _arrival(self, request: web.Request, body: bytes) -> Arrival:
        try:
            webhook_id = verify_webhook(request.headers, body, self.secret, now=self.now())
            told = self.words.read(body)
        except (WebhookRejected, ValueError, KeyError, etree.LxmlError) as error:
            return self._unverified(request, body, error)
        if self.bodies is not None:
            self.bodies.append(body)
        self._calls[told.delivery_id] += 1
        is_stuck = self.stuck is not None and self.stuck.fits(told)
        fault = Fault.FAIL if is_stuck else self.faults.draw(told.story, self._calls[told.delivery_id])
        taken = fault in _TAKEN
        return Arrival(
            at=self.now(),
            webhook_id=webhook_id,
            delivery_id=told.delivery_id,
            event_id=told.event_id,
            type=told.type,
            subject=told.subject,
            lane=told.lane,
            position=told.position,
            replay=told.replay,
            digest=sha256(body).hexdigest(),
            status=_STATUS[fault],
            taken=taken,
            first=taken and told.delivery_id not in self.ledger.taken_ids,
            moment=monotonic(),
            source=told.source,
            voids=told.voids,
            members=told.members,
            advice=told.advice,
            links=told.links,
        )

    def _unverified(self, request: web.Request, body: bytes, error: Exception) -> Arrival:
        webhook_id = request.headers.get("webhook-id", "")
        return Arrival(
            at=self.now(),
            webhook_id=webhook_id,
            delivery_id=webhook_id,
            event_id="",
            type="",
            subject="",
            lane="",
            position=0,
            replay=False,
            digest=sha256(body).hexdigest(),
            status=401 if isinstance(error, WebhookRejected) else 400,
            taken=False,
            first=False,
            why_not=type(error).__name__,
        )
