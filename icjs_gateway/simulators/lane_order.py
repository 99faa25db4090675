"""Lane order: what a receiver's ledger shows of one lane after another.

A lane that is not liberty traffic is strict: nothing is tried before all before it was taken, and nothing comes back
once a later one came. A liberty lane puts speed before strictness; there only places are judged, and overtakings
counted. What a person had sent again is marked, and may come at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from icjs_gateway.simulators.kinds import ALERT, GATEWAYS_OWN, LIBERTY, Kind, Witness
from icjs_gateway.simulators.ledgers import Arrival


def disorder(witness: Witness) -> Iterator[tuple[Kind, str]]:
    """Every violation of order within a lane, with lane and position."""
    calls = _calls(witness)
    for lane, arrivals in calls.items():
        if any(arrival.type.startswith(LIBERTY) for arrival in arrivals) and not is_liberty(arrivals):
            yield Kind.HELD_BACK, lane
        if not is_liberty(arrivals):
            yield from _impatient(lane, arrivals)
    for lane, arrivals in lanes(witness).items():
        yield from _places(lane, arrivals)
        if not is_liberty(calls[lane]):
            for position in overtaken(arrivals):
                yield Kind.OUT_OF_ORDER, f"{lane} {position}"


def lanes(witness: Witness) -> dict[str, list[Arrival]]:
    """First takings by lane, in order of arrival."""
    found: dict[str, list[Arrival]] = defaultdict(list)
    seen: set[str] = set()
    for arrival in witness.arrivals:
        if arrival.taken and arrival.delivery_id not in seen:
            seen.add(arrival.delivery_id)
            found[arrival.lane].append(arrival)
    return found


def _calls(witness: Witness) -> dict[str, list[Arrival]]:
    """Every call that verified, by lane, in order of arrival."""
    found: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in witness.arrivals:
        if arrival.why_not is None:
            found[arrival.lane].append(arrival)
    return found


def _impatient(lane: str, arrivals: Sequence[Arrival]) -> Iterator[tuple[Kind, str]]:
    """Of a strict lane one delivery is under way at a time: the first that is not taken."""
    taken: set[int] = set()
    first_open, highest = 1, 0
    for arrival in arrivals:
        if not arrival.replay:
            if arrival.position > first_open:
                yield Kind.AHEAD, f"{lane} {arrival.position}"
            if arrival.position < highest:
                yield Kind.WENT_BACK, f"{lane} {arrival.position}"
            highest = max(highest, arrival.position)
        if arrival.taken:
            taken.add(arrival.position)
        while first_open in taken:
            first_open += 1


def _places(lane: str, arrivals: Sequence[Arrival]) -> Iterator[tuple[Kind, str]]:
    """A place belongs to one event: to itself, or to the voids that name it."""
    at: dict[int, set[str]] = defaultdict(set)
    for arrival in arrivals:
        at[arrival.position].add(arrival.voids or arrival.event_id)
    for position in sorted(position for position, events in at.items() if len(events) > 1):
        yield Kind.SHARED, f"{lane} {position}"
    outside = {position for position in at if position < 1}
    for position in sorted(outside | (set(range(1, max(at) + 1)) - set(at))):
        yield Kind.GAP, f"{lane} {position}"


def overtaken(arrivals: Iterable[Arrival]) -> list[int]:
    """Positions that came after a later one of their lane."""
    highest, late = 0, []
    for arrival in arrivals:
        if arrival.replay:
            continue
        if arrival.position < highest:
            late.append(arrival.position)
        highest = max(highest, arrival.position)
    return late


def is_liberty(arrivals: Sequence[Arrival]) -> bool:
    """Whether a lane carries liberty traffic and nothing else, corrections of the gateway's own apart. An alert is
    about a person's liberty too, and somebody may be told nothing but alerts of them."""
    return any(arrival.type.startswith((*LIBERTY, ALERT)) for arrival in arrivals) and all(
        arrival.type.startswith(LIBERTY + GATEWAYS_OWN) for arrival in arrivals
    )
