"""Stops: what was accepted and may yet never arrive, judged from the ledgers alone.

A delivery that had a place leaves it to a void, which names the event. An order that frees or holds a person gives way
to its correction: when the correction came and the order did not, it was superseded. Which message corrects which is
the sender's own knowledge; which of its events correct which is taken by kind and number, since neither a receipt nor
what never came says of whom they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from icjs_gateway.simulators.kinds import LIBERTY, VOIDED, Kind, Told, Witness
from icjs_gateway.simulators.ledgers import Arrival, Sent

_CONTENT_FREE = frozenset({"voids", "reason", "disclosure"})
Thread = tuple[str, str]
"""(contract, id of the first message) of a message and all its corrections."""


def voided(witness: Witness) -> dict[str, Arrival]:
    """The first void that was taken of each event that any names."""
    found: dict[str, Arrival] = {}
    for arrival in witness.arrivals:
        if arrival.taken and arrival.voids is not None:
            found.setdefault(arrival.voids, arrival)
    return found


def superseded(due: Iterable[Told], come: Set[str]) -> set[str]:
    """Orders that never came because corrections of them did, or were themselves superseded."""
    threads: dict[tuple[Thread, str], list[list[Told]]] = defaultdict(list)
    for event in due:
        if event.type.startswith(LIBERTY):
            told_in_turn = threads[_root(event.entry), event.noun]
            if not told_in_turn or told_in_turn[-1][0].entry is not event.entry:
                told_in_turn.append([])
            told_in_turn[-1].append(event)
    gone: set[str] = set()
    for told_in_turn in threads.values():
        takes_its_place = 0
        for events in reversed(told_in_turn):
            missing = [event.event_id for event in events if event.event_id not in come]
            gone.update(missing[:takes_its_place])
            settled = len(events) - len(missing) + len(missing[:takes_its_place])
            takes_its_place = max(takes_its_place, settled)
    return gone


def false_voids(witness: Witness, due: Set[str]) -> Iterator[tuple[Kind, str]]:
    """A void tells nothing but the id of an event that is owed or was tried here, and stands in that event's place."""
    place: dict[str, tuple[str, int]] = {}
    for arrival in witness.arrivals:
        where = (arrival.lane, arrival.position)
        if arrival.why_not is not None:
            continue
        if not arrival.type.startswith(VOIDED):
            place.setdefault(arrival.event_id, where)
        elif arrival.voids is None or not set(arrival.members) <= _CONTENT_FREE:
            yield Kind.FALSE_VOID, f"{arrival.event_id} tells {', '.join(arrival.members)}"
        elif arrival.voids not in due and arrival.voids not in place:
            yield Kind.FALSE_VOID, f"{arrival.event_id} of {arrival.voids}"
        elif place.get(arrival.voids, where) != where:
            yield Kind.FALSE_VOID, f"{arrival.event_id} in another place than {arrival.voids}"


def revived(witness: Witness, told: Mapping[str, Told]) -> Iterator[tuple[Kind, str]]:
    """What was voided, or corrected, comes no more unless a person had it sent again."""
    gone: set[str] = set()
    turn = _turns(told.values())
    latest: Counter[tuple[str, Thread, str]] = Counter()
    for arrival in witness.arrivals:
        if arrival.why_not is not None or arrival.replay:
            continue
        if arrival.taken and arrival.voids is not None:
            gone.add(arrival.voids)
        elif arrival.event_id in gone:
            yield Kind.REVIVED, f"{arrival.type} {arrival.event_id} after its void"
        event = told.get(arrival.event_id)
        if event is None or not event.type.startswith(LIBERTY):
            continue
        where = (arrival.lane, _root(event.entry), event.noun)
        if turn[event.entry.message_id, event.entry.contract] < latest[where]:
            yield Kind.REVIVED, f"{arrival.type} {arrival.event_id} after its correction"
        latest[where] = max(latest[where], turn[event.entry.message_id, event.entry.contract])


def _turns(told: Iterable[Told]) -> dict[tuple[str, str], int]:
    """Which message of its thread each message is, in the order in which they were sent, from 1."""
    turn: dict[tuple[str, str], int] = {}
    length: Counter[Thread] = Counter()
    for event in told:
        message = (event.entry.message_id, event.entry.contract)
        if message not in turn:
            length[_root(event.entry)] += 1
            turn[message] = length[_root(event.entry)]
    return turn


def _root(entry: Sent) -> Thread:
    return entry.contract, entry.corrects or entry.message_id
