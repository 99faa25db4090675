"""Ledgers: what a sender was told, and what a receiver was given, each written down by its own side.

They are the only evidence that the proof uses. A ledger only ever grows; nothing in it comes from the
gateway's store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from icjs_gateway.client import Problem, Receipt
from icjs_gateway.client.receipts import Outcome
from icjs_gateway.simulators.said import NOTHING_SAID, Said
from icjs_gateway.simulators.scenes import Scene

GATEWAY = "urn:icjs:gateway"
"""The source of what the gateway says by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The case that a message is about, in the terms that a subscription's filter asks for."""

    state: str
    district: str
    station: str
    fir: str
    cnr: str
    jails: tuple[str, ...] = ()
    """The jails that the message has to reach: the one that it names, and who holds the person."""
    laboratory: str = ""


@dataclass(slots=True, kw_only=True)
class Sent:
    """One message, and the answer to it once there is one."""

    contract: str
    message_id: str
    about: About
    receipt: Receipt | None = None
    problem: Problem | None = None
    linked: bool = False
    """Whether a parked message has found its case since, as the gateway tells its sender."""
    tells: tuple[str, ...] | None = None
    """The types of the events that its sender knows it to tell; None where the sender cannot say."""
    corrects: str | None = None
    """The id of the first message of what it amends or withdraws."""
    waits_for: tuple[str, ...] = ()
    """Of a message that is still parked: what it waits for, as the operator's desk lists it."""
    scene: Scene | None = None
    """What it belongs to, if not to the trunk of its life."""
    said: Said = NOTHING_SAID
    """Whom its events are about, and which words on where somebody is it has."""
    opened_at: float = 0.0
    answered_at: float = 0.0
    """Seconds of a clock of this machine, that of `SenderLedger`: only for the order."""
    is_mistaken: bool = False
    """Whether its sender means it to be refused."""
    contradictions: int = 0
    """Later answers that took back what the receipt had promised: another receipt, or a refusal."""

    @property
    def owed(self) -> bool:
        """Whether its events are owed to whoever asked for them: accepted, or parked and linked since."""
        return self.receipt is not None and (self.linked or self.receipt.outcome is Outcome.ACCEPTED)

    @property
    def partner(self) -> str:
        """Who sent it, by its receipt."""
        return self.receipt.partner if self.receipt is not None else ""

    @property
    def is_parked(self) -> bool:
        return self.receipt is not None and self.receipt.outcome is Outcome.PARKED

    @property
    def answered(self) -> bool:
        return self.receipt is not None or self.problem is not None


@dataclass(slots=True)
class SenderLedger:
    """Every message that a sender ever tried to push, by (contract, message id)."""

    entries: dict[tuple[str, str], Sent] = field(default_factory=dict)
    answered: list[Sent] = field(default_factory=list)
    """In order of their answers."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with every answer; who waits for one clears it first."""

    def open(
        self,
        *,
        contract: str,
        message_id: str,
        about: About,
        tells: tuple[str, ...] | None = None,
        corrects: str | None = None,
        scene: Scene | None = None,
        said: Said = NOTHING_SAID,
        is_mistaken: bool = False,
        at: float | None = None,
    ) -> Sent:
        """Written down before the first byte leaves, so that no message is forgotten for want of an answer. `at` is
        the instant, the same for all messages of a batch."""
        return self.entries.setdefault(
            (contract, message_id),
            Sent(contract=contract, message_id=message_id, about=about, tells=tells, corrects=corrects, scene=scene,
                 said=said, is_mistaken=is_mistaken, opened_at=monotonic() if at is None else at),
        )  # fmt: skip

    def close(
        self,
        entry: Sent,
        *,
        receipt: Receipt | None = None,
        problem: Problem | None = None,
        at: float | None = None,
    ) -> None:
        """Write down the answer. A receipt is kept for good: one that is given again says the same, byte for byte."""
        if not entry.answered:
            self.answered.append(entry)
        if entry.receipt is None:
            entry.answered_at = monotonic() if at is None else at
        if entry.receipt is not None:
            entry.contradictions += receipt is None or receipt.stored != entry.receipt.stored
        else:
            entry.receipt, entry.problem = receipt, problem
        self.moved.set()

    async def until(self, answers: int) -> None:
        """Return once so many messages have their answer."""
        while len(self.answered) < answers:
            self.moved.clear()
            await self.moved.wait()

    def __iter__(self) -> Iterator[Sent]:
        return iter(self.entries.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One request that a receiver was given, as it saw it and as it meant to answer it.

    `taken` tells that the receiver took the event for its own, also when its answer never reached the sender;
    `first` that it had not taken this delivery before. `why_not` is set when the request did not verify.
    """

    at: datetime
    webhook_id: str
    delivery_id: str
    event_id: str
    type: str
    subject: str
    lane: str
    position: int
    replay: bool
    digest: str
    """SHA-256 of the body, hex."""
    status: int
    """What was answered; 0 when the answer was withheld."""
    taken: bool
    first: bool
    moment: float = 0.0
    """By the clock of the senders' ledgers: only for the order."""
    source: str = ""
    voids: str | None = None
    """Of a void: the event that does not come."""
    members: tuple[str, ...] = ()
    """Names of the members of `data`."""
    advice: str | None = None
    """Of an order that is marked as unverified: what its recipient is advised to do."""
    links: str | None = None
    """Of the link of an order to its case: the event of the order."""
    why_not: str | None = None


@dataclass(slots=True)
class ReceiverLedger:
    """Every request in order of arrival."""

    arrivals: list[Arrival] = field(default_factory=list)
    taken_ids: set[str] = field(default_factory=set)
    events_taken: set[str] = field(default_factory=set)
    events_voided: set[str] = field(default_factory=set)
    """Those of which a void was taken."""

    own_words: set[str] = field(default_factory=set)
    """Deliveries of what the gateway says by itself, which stands in no receipt."""

    def write(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        if arrival.taken:
            if arrival.source == GATEWAY:
                self.own_words.add(arrival.delivery_id)
            self.taken_ids.add(arrival.delivery_id)
            self.events_taken.add(arrival.event_id)
            if arrival.voids is not None:
                self.events_voided.add(arrival.voids)

    @property
    def taken(self) -> int:
        """Deliveries taken of what senders told, each counted once."""
        return len(self.taken_ids) - len(self.own_words)
