"""A police system's webhook receiver: a real HTTP server with a ledger, and faults on purpose.

It verifies each delivery, writes it down in order of arrival and answers as its faults say. It keeps what it
was told and nothing else. Down, it refuses connections or answers 503; a stalled call ends when the sender
hangs up, so that no time has to pass here.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from icjs_gateway.client import WebhookRejected, verify_webhook
from icjs_gateway.simulators.faults import Fault, Faults
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.kinds import VOIDED, Witness
from icjs_gateway.simulators.ledgers import Arrival, ReceiverLedger

_STATUS = {Fault.NONE: 204, Fault.FAIL: 500, Fault.REFUSE: 422, Fault.STALL: 0, Fault.STALL_AFTER_SUCCESS: 0}
_TAKEN = frozenset({Fault.NONE, Fault.STALL_AFTER_SUCCESS})


class Door(StrEnum):
    """Whether anybody is in."""

    OPEN = "open"
    UNAVAILABLE = "unavailable"
    """Every call is answered 503."""
    REFUSING = "refusing"
    """Nothing listens on the port."""


class _CloudEvent(BaseModel):
    """The members that a receiver writes down, and what it is told."""

    model_config = ConfigDict(extra="ignore")

    id: str
    type: str
    source: str = ""
    subject: str
    deliveryid: str
    lane: str
    position: int
    replay: bool = False
    time: str = ""
    data: dict[str, Any] = {}

    @property
    def voids(self) -> str | None:
        """Of a void: the event that does not come."""
        named = self.data.get("voids") if self.type.startswith(VOIDED) else None
        return named if isinstance(named, str) else None

    @property
    def story(self) -> str:
        """What is told, without the ids that a gateway gives: the same in every run of the same story."""
        case = {key: value for key, value in self.data.get("case", {}).items() if key != "id"}
        told = [self.type, self.time, self.data | {"case": case}]
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(slots=True)
class Receiver:
    """One subscription's endpoint. `door` may be changed while it runs; `moved` is set whenever something arrives."""

    name: str
    secret: str
    interest: Interest = field(default_factory=Interest)
    faults: Faults = field(default_factory=Faults)
    door: Door = Door.OPEN
    ledger: ReceiverLedger = field(default_factory=ReceiverLedger)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: list[bytes] | None = None
    """Every body that verified, where a list is given to keep them in."""
    _calls: Counter[str] = field(default_factory=Counter)
    _socket: socket.socket = field(default_factory=socket.socket)
    _runner: web.AppRunner | None = None
    _listening: bool = False

    @property
    def url(self) -> str:
        """Known once started, before anything listens."""
        host, port = self._socket.getsockname()
        return f"http://{host}:{port}/hook"

    @property
    def witness(self) -> Witness:
        return Witness(interest=self.interest, arrivals=self.ledger.arrivals)

    async def start(self) -> None:
        """Take a port of the loopback interface, and listen there unless the door refuses."""
        self._socket.bind(("127.0.0.1", 0))
        app = web.Application()
        app.router.add_post("/hook", self._receive)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.set_door(self.door)

    async def set_door(self, door: Door) -> None:
        """Go down or come up. A port that listens once cannot refuse again: start with `REFUSING`."""
        self.door = door
        if door is not Door.REFUSING and not self._listening and self._runner is not None:
            await web.SockSite(self._runner, self._socket, backlog=128).start()
            self._listening = True

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
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
        return web.Response(status=arrival.status)

    def _arrival(self, request: web.Request, body: bytes) -> Arrival:
        try:
            webhook_id = verify_webhook(request.headers, body, self.secret, now=self.now())
            event = _CloudEvent.model_validate_json(body)
        except (WebhookRejected, ValidationError) as error:
            return self._unverified(request, body, error)
        if self.bodies is not None:
            self.bodies.append(body)
        self._calls[event.deliveryid] += 1
        fault = self.faults.draw(event.story, self._calls[event.deliveryid])
        taken = fault in _TAKEN
        return Arrival(
            at=self.now(),
            webhook_id=webhook_id,
            delivery_id=event.deliveryid,
            event_id=event.id,
            type=event.type,
            subject=event.subject,
            lane=event.lane,
            position=event.position,
            replay=event.replay,
            digest=sha256(body).hexdigest(),
            status=_STATUS[fault],
            taken=taken,
            first=taken and event.deliveryid not in self.ledger.taken_ids,
            source=event.source,
            voids=event.voids,
            members=tuple(event.data),
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
