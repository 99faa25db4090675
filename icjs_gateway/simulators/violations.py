"""Violations: what one receiver's ledger shows that the gateway promised never to do. Each kind is said in `proof`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.ledgers import Arrival, Sent

GATEWAYS_OWN = (
    "icjs.message.settled.",
    "icjs.order.linked.",
    "icjs.delivery.voided.",
    "icjs.case.snapshot.",
    "icjs.case.labelled.",
    "icjs.alert.raised.",
    "icjs.deadline.",
)
"""Events that the gateway itself raises; they have ids of their own and stand in no receipt."""

LIBERTY = (
    "icjs.bail.",
    "icjs.bond.",
    "icjs.release.",
    "icjs.custody.",
    "icjs.production.",
    "icjs.remand.",
    "icjs.warrant.",
)
"""Events that free or hold a person."""


class Kind(StrEnum):
    LOST = "lost"
    UNANSWERED = "unanswered"
    NOT_ACCEPTED = "not accepted"
    NOT_ASKED_FOR = "not asked for"
    UNVERIFIED = "unverified"
    RENAMED = "renamed"
    TOLD_TWICE = "told twice"
    SHARED = "shared"
    GAP = "gap"
    OUT_OF_ORDER = "out of order"
    SCATTERED = "scattered"


ORDER = frozenset({Kind.GAP, Kind.OUT_OF_ORDER, Kind.SHARED, Kind.RENAMED, Kind.SCATTERED})
"""Violations that break the promise of order; the others break conservation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One receiver: what it asked for and what it wrote down."""

    interest: Interest
    arrivals: Sequence[Arrival]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event of a receipt. A parked one is owed only once it is linked."""

    event_id: str
    type: str
    case_id: str | None
    entry: Sent


def due_to(witness: Witness, told: Mapping[str, Told]) -> Iterator[Told]:
    """What a receiver should have got."""
    return (
        event for event in told.values() if event.entry.owed and witness.interest.wants(event.type, event.entry.about)
    )


def seen_by(witness: Witness, told: Mapping[str, Told]) -> Iterator[tuple[Kind, str]]:
    """Every violation that a receiver's ledger shows, with what it is about."""
    taken = {arrival.event_id for arrival in witness.arrivals if arrival.taken}
    for event in due_to(witness, told):
        if event.event_id not in taken:
            yield Kind.LOST, f"{event.type} {event.event_id} of {event.entry.message_id}"
    for arrival in witness.arrivals:
        yield from _misplaced(arrival, witness, told)
    yield from _renamed(witness.arrivals)
    yield from _told_twice(witness.arrivals)
    yield from _scattered(witness.arrivals, told)
    for lane, arrivals in lanes(witness).items():
        yield from _lane(lane, arrivals)


def _misplaced(arrival: Arrival, witness: Witness, told: Mapping[str, Told]) -> Iterator[tuple[Kind, str]]:
    """Faults of one request by itself."""
    if arrival.why_not is not None:
        yield Kind.UNVERIFIED, f"{arrival.webhook_id}: {arrival.why_not}"
    elif arrival.type.startswith(GATEWAYS_OWN):
        return
    elif arrival.event_id not in told:
        yield Kind.NOT_ACCEPTED, f"{arrival.type} {arrival.event_id}"
    elif not witness.interest.wants(arrival.type, told[arrival.event_id].entry.about):
        yield Kind.NOT_ASKED_FOR, f"{arrival.type} {arrival.event_id}"


def _renamed(arrivals: Iterable[Arrival]) -> Iterator[tuple[Kind, str]]:
    """A delivery is one event on one position, however often it comes, and its id is the webhook's."""
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        known = first.setdefault(arrival.delivery_id, arrival)
        same = (known.event_id, known.lane, known.position) == (arrival.event_id, arrival.lane, arrival.position)
        if not same or arrival.webhook_id != arrival.delivery_id:
            yield Kind.RENAMED, f"{arrival.lane} {arrival.position}: {arrival.webhook_id}"


def _told_twice(arrivals: Iterable[Arrival]) -> Iterator[tuple[Kind, str]]:
    delivery_of: dict[str, str] = {}
    for arrival in arrivals:
        if not arrival.replay and delivery_of.setdefault(arrival.event_id, arrival.delivery_id) != arrival.delivery_id:
            yield Kind.TOLD_TWICE, f"{arrival.type} {arrival.event_id}"


def _scattered(arrivals: Iterable[Arrival], told: Mapping[str, Told]) -> Iterator[tuple[Kind, str]]:
    """A lane for every event would always be in order: what is not liberty traffic shares its case's lane."""
    lane_of: dict[str, str] = {}
    for arrival in arrivals:
        event = told.get(arrival.event_id)
        if event is None or event.case_id is None or event.type.startswith(LIBERTY):
            continue
        if lane_of.setdefault(event.case_id, arrival.lane) != arrival.lane:
            yield Kind.SCATTERED, f"{event.case_id} {arrival.lane}"


def lanes(witness: Witness) -> dict[str, list[Arrival]]:
    """First takings by lane, in order of arrival."""
    found: dict[str, list[Arrival]] = defaultdict(list)
    seen: set[str] = set()
    for arrival in witness.arrivals:
        if arrival.taken and arrival.delivery_id not in seen:
            seen.add(arrival.delivery_id)
            found[arrival.lane].append(arrival)
    return found


def _lane(lane: str, arrivals: Sequence[Arrival]) -> Iterator[tuple[Kind, str]]:
    times = Counter(arrival.position for arrival in arrivals)
    for position in sorted(position for position, count in times.items() if count > 1):
        yield Kind.SHARED, f"{lane} {position}"
    missing = set(range(1, max(times) + 1)) - set(times)
    for position in sorted(missing):
        yield Kind.GAP, f"{lane} {position}"
    if not is_liberty(arrivals):
        for position in overtaken(arrivals):
            yield Kind.OUT_OF_ORDER, f"{lane} {position}"


def overtaken(arrivals: Iterable[Arrival]) -> list[int]:
    """Positions that came after a later one of their lane."""
    highest, late = 0, []
    for arrival in arrivals:
        if arrival.position < highest:
            late.append(arrival.position)
        highest = max(highest, arrival.position)
    return late


def is_liberty(arrivals: Sequence[Arrival]) -> bool:
    """Whether a lane carries liberty traffic and nothing else, corrections of the gateway's own apart."""
    return any(arrival.type.startswith(LIBERTY) for arrival in arrivals) and all(
        arrival.type.startswith(LIBERTY + GATEWAYS_OWN) for arrival in arrivals
    )


def repeats(arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """Calls of what had been taken already."""
    taken: set[str] = set()
    for arrival in arrivals:
        if arrival.delivery_id in taken:
            yield arrival
        if arrival.taken:
            taken.add(arrival.delivery_id)
