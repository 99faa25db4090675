"""Violations: what one receiver's ledger shows that the gateway promised never to do. Each kind is said in `proof`.

What the senders' ledgers show by themselves is in `answers`, the order within a lane in `lane_order`, what may stop a
delivery in `stops`, the marks of unverified orders in `unverified`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from icjs_gateway.simulators.kinds import GATEWAYS_OWN, LIBERTY, Kind, Told, Witness
from icjs_gateway.simulators.lane_order import disorder
from icjs_gateway.simulators.ledgers import GATEWAY, Arrival
from icjs_gateway.simulators.stops import false_voids, revived, superseded, voided
from icjs_gateway.simulators.unverified import marks

Found = Iterator[tuple[Kind, str]]


def due_to(witness: Witness, told: Mapping[str, Told]) -> Iterator[Told]:
    """What a receiver should have got, unless it was stopped."""
    wants = witness.interest.wants
    return (
        event for event in told.values() if event.entry.owed and wants(event.type, event.entry.about, event.due.must)
    )


def may_come_to(witness: Witness, told: Mapping[str, Told]) -> Iterator[Told]:
    """What a jail may get and need not, since the ledgers do not tell the order of two messages."""
    if not witness.interest.jails:
        return
    wants = witness.interest.wants
    for event in told.values():
        about, due = event.entry.about, event.due
        is_owed = event.entry.owed and wants(event.type, about, due.must)
        if not is_owed and wants(event.type, about, due.must | due.may):
            yield event


def seen_by(witness: Witness, told: Mapping[str, Told]) -> Found:
    """Every violation that a receiver's ledger shows, with what it is about."""
    due = list(due_to(witness, told))
    come = {arrival.event_id for arrival in witness.arrivals if arrival.taken} | voided(witness).keys()
    come |= superseded(due, come)
    for event in due:
        if event.event_id not in come:
            yield Kind.LOST, f"{event.type} {event.event_id} of {event.entry.message_id}"
    for arrival in witness.arrivals:
        yield from _misplaced(arrival, witness, told)
    known = [arrival for arrival in witness.arrivals if arrival.why_not is None]
    yield from _renamed(known)
    yield from _changed(known)
    yield from _told_twice(known)
    yield from _scattered(known, told)
    yield from marks(witness, told)
    yield from false_voids(witness, {event.event_id for event in due})
    yield from revived(witness, told)
    yield from disorder(witness)


def _misplaced(arrival: Arrival, witness: Witness, told: Mapping[str, Told]) -> Found:
    """Faults of one request by itself."""
    about = f"{arrival.type} {arrival.event_id}"
    if arrival.why_not is not None:
        yield Kind.UNVERIFIED, f"{arrival.webhook_id}: {arrival.why_not}"
    elif arrival.type.startswith(GATEWAYS_OWN):
        if arrival.source != GATEWAY:
            yield Kind.MISTOLD, f"{about} by {arrival.source}"
    elif (event := told.get(arrival.event_id)) is None:
        yield Kind.NOT_ACCEPTED, about
    else:
        yield from _mistold(arrival, event)
        if not witness.interest.wants(arrival.type, event.entry.about, event.due.must | event.due.may):
            yield Kind.NOT_ASKED_FOR, about


def _mistold(arrival: Arrival, event: Told) -> Found:
    """An event is told as it was accepted: what it is, who said it, of which case."""
    if (arrival.type, arrival.source) != (event.type, event.source):
        yield Kind.MISTOLD, f"{event.event_id} as {arrival.type} by {arrival.source}"
    if event.case_id is not None and arrival.subject != event.case_id:
        yield Kind.MISTOLD, f"{event.event_id} of {arrival.subject}"
    elif arrival.subject.startswith("message:") and not arrival.type.startswith(LIBERTY):
        yield Kind.UNLINKED, f"{arrival.type} {arrival.event_id}"


def _renamed(arrivals: Iterable[Arrival]) -> Found:
    """A delivery is one event on one position, however often it comes, and its id is the webhook's."""
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        known = first.setdefault(arrival.delivery_id, arrival)
        same = (known.event_id, known.lane, known.position) == (arrival.event_id, arrival.lane, arrival.position)
        if not same or arrival.webhook_id != arrival.delivery_id:
            yield Kind.RENAMED, f"{arrival.lane} {arrival.position}: {arrival.webhook_id}"


def _changed(arrivals: Iterable[Arrival]) -> Found:
    """A repeat says the same, byte for byte; one that a person asked for is marked, one linked since has a case."""
    first: dict[tuple[str, bool, str], str] = {}
    for arrival in arrivals:
        said = first.setdefault((arrival.delivery_id, arrival.replay, arrival.subject), arrival.digest)
        if said != arrival.digest:
            yield Kind.CHANGED, f"{arrival.type} {arrival.event_id}"


def _told_twice(arrivals: Iterable[Arrival]) -> Found:
    delivery_of: dict[str, str] = {}
    for arrival in arrivals:
        if not arrival.replay and delivery_of.setdefault(arrival.event_id, arrival.delivery_id) != arrival.delivery_id:
            yield Kind.TOLD_TWICE, f"{arrival.type} {arrival.event_id}"


def _scattered(arrivals: Iterable[Arrival], told: Mapping[str, Told]) -> Found:
    """A lane for every event would always be in order: what is not liberty traffic shares its case's lane, alone."""
    lane_of: dict[str, str] = {}
    case_of: dict[str, str] = {}
    for arrival in arrivals:
        if arrival.event_id not in told or arrival.type.startswith(LIBERTY):
            continue
        if lane_of.setdefault(arrival.subject, arrival.lane) != arrival.lane:
            yield Kind.SCATTERED, f"{arrival.subject} {arrival.lane}"
        if case_of.setdefault(arrival.lane, arrival.subject) != arrival.subject:
            yield Kind.MIXED, f"{arrival.lane} {arrival.subject}"


def repeats(arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """Calls of what had been taken already."""
    taken: set[str] = set()
    for arrival in arrivals:
        if arrival.delivery_id in taken:
            yield arrival
        if arrival.taken:
            taken.add(arrival.delivery_id)
