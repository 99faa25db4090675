"""Lanes and deliveries: their states, and what may follow what.

A *lane* is (subscription, lane key): everything owed to one subscription about one case, in order; a liberty lane is
narrower (one accused of a case) and never behind anything else. A lane exists while something is owed. Workers lease
lanes, never deliveries.

    delivery:   owed ──► delivered | dead | withdrawn | superseded | withheld
                dead | delivered ──► owed by a person's replay
    lane:       ready ──► leased ──► ready | waiting | halted | (gone)
                waiting ──► leased
                waiting ──► ready when what it waited for stopped, or its endpoint is well again, or, of a liberty lane,
                            when something new came
                halted ──► ready by a person's replay, or behind a void in the dead one's place

What stops after its first attempt leaves its position to a void, so that positions have no gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from icjs_gateway.routing.places import NOWHERE, Places


class LaneState(StrEnum):
    READY = "ready"
    LEASED = "leased"
    WAITING = "waiting"
    HALTED = "halted"


class DeliveryState(StrEnum):
    OWED = "owed"
    DELIVERED = "delivered"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    WITHHELD = "withheld"


DELIVERY_TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.OWED: frozenset(DeliveryState) - {DeliveryState.OWED},
    DeliveryState.DELIVERED: frozenset({DeliveryState.OWED}),
    DeliveryState.DEAD: frozenset({DeliveryState.OWED}),
    DeliveryState.WITHDRAWN: frozenset(),
    DeliveryState.SUPERSEDED: frozenset(),
    DeliveryState.WITHHELD: frozenset(),
}
LANE_TRANSITIONS: dict[LaneState, frozenset[LaneState]] = {
    LaneState.READY: frozenset({LaneState.LEASED}),
    LaneState.LEASED: frozenset({LaneState.READY, LaneState.WAITING, LaneState.HALTED}),
    LaneState.WAITING: frozenset({LaneState.LEASED, LaneState.READY}),
    LaneState.HALTED: frozenset({LaneState.READY}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A delivery that a decision creates: this event, to this subscription, in this lane."""

    delivery_id: str
    event_id: str
    subscription_id: str
    lane: str
    liberty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as the store keeps it, before disclosure. `data` is UTF-8 JSON, its case as linked.

    `labels` are those of its case now; None where it has no case yet, and then it is shown as if it had all of them.
    """

    event_id: str
    type: str
    partner_id: str
    pillar: str
    case_id: str | None
    message_id: str
    occurred_at: datetime
    recorded_at: datetime
    data: bytes
    traceparent: str | None = None
    places: Places = NOWHERE
    labels: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first owed delivery of a lane, before disclosure."""

    delivery_id: str
    subscription_id: str
    lane: str
    liberty: bool
    attempts: int
    replay: bool
    owed_at: datetime
    told: Told


Admit = Callable[[Head], str | None]
"""None where a delivery may leave, else the rule under which it is withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A head whose lane this worker holds until `until`, with its position. `token` fences the settlement.

    `scheduled_at` is set of a probe of an endpoint that is down (`probing`): when its own schedule has it tried.
    """

    head: Head
    token: str
    position: int
    until: datetime
    scheduled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a dispatcher asks for: at most `most` lanes in all and `per_endpoint` of one subscription, counting those
    that are `busy` already. Liberty lanes are claimed by workers of their own."""

    now: datetime
    until: datetime
    most: int
    liberty: bool
    per_endpoint: int
    busy: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    """Endpoints whose breaker is open: they get nothing now but a probe."""
    disabled: frozenset[str] = frozenset()
    """Endpoints that get nothing at all, not even a probe."""

    def room(self, subscription_id: str) -> int:
        """How many more lanes of an endpoint may be leased as they fall due."""
        return 0 if subscription_id in self.closed else self.room_for_probe(subscription_id)

    def room_for_probe(self, subscription_id: str) -> int:
        """How many more may be leased, breaker or not."""
        if subscription_id in self.disabled:
            return 0
        return self.per_endpoint - self.busy.get(subscription_id, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """What a claim got, and when the next lane falls due of an endpoint that has room (None: nothing waits)."""

    leased: tuple[Leased, ...]
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The recipient acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Try again then."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Dead: a person decides what happens next. The settlement's outcome word says why.

    It halts its lane until then, or until a person has it sent again; None: only a person can let the lane go on.
    """

    lane_goes_on_at: datetime | None = None


Verdict = Delivered | Wait | GiveUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What an attempt came to."""

    leased: Leased
    verdict: Verdict
    attempted_at: datetime
    took_ms: int
    outcome: str
    """A short, stable word: `acknowledged`, `http-500`, `timeout`, `refused`, `blocked`, `gateway-fault`."""
    counts: bool = True
    """Whether it uses up an attempt of the schedule."""
    endpoint_down: bool = False
    """Whether the endpoint, not the delivery, is what failed."""
    probe_at: datetime | None = None
    """When the endpoint is to be probed next; None where it took the delivery."""
    remark: str | None = None
    """What the recipient said with it: its number for the delivery, or its reason."""
