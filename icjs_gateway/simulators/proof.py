"""Proof: from the senders' receipts and the receivers' ledgers alone, did the gateway keep its promises?

    lost            an accepted event that a subscription asked for and its receiver never took
    unanswered      a message whose sender still has no answer, so that nobody can say what was promised
    not accepted    a received event that stands in no receipt
    not asked for   a received event outside the subscription's filter
    unverified      a request without a good signature
    renamed         a repeat under another webhook id, or a delivery whose event, lane or position changed
    told twice      one event under two deliveries, without being marked as a replay
    shared          two deliveries on one position of a lane
    gap             a lane whose positions taken are not 1 to n
    out of order    a delivery taken for the first time after a later one of its lane

It shares no code with the gateway. Liberty lanes put speed before strictness (a failing order lets the next
one go), so there an overtaking is counted and not a violation; gaps and everything else count there as
anywhere. Proof is possible only once everything is quiet: what is still on its way is reported as lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from icjs_gateway.client.receipts import Outcome
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


ORDER = frozenset({Kind.GAP, Kind.OUT_OF_ORDER, Kind.SHARED, Kind.RENAMED})
"""Violations that break the promise of order; the others break conservation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    kind: Kind
    where: str
    """The receiver, or the sender's contract."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One receiver in numbers. `owed = delivered + outstanding`."""

    owed: int
    delivered: int
    calls: int
    retries: int
    """Calls after the first of a delivery."""
    repeats: int
    """Calls of a delivery that had been taken already."""
    overtakings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the ledgers say."""

    messages: int
    accepted: int
    parked: int
    suppressed: int
    refused: int
    events: int
    accounts: Mapping[str, Account]
    violations: tuple[Violation, ...] = field(default=())

    @property
    def conserved(self) -> bool:
        return all(violation.kind in ORDER for violation in self.violations)

    @property
    def in_order(self) -> bool:
        return not any(violation.kind in ORDER for violation in self.violations)

    def total(self, count: str) -> int:
        """A count of `Account`, over all receivers."""
        return sum(int(getattr(account, count)) for account in self.accounts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One receiver: what it asked for and what it wrote down."""

    interest: Interest
    arrivals: Sequence[Arrival]


def prove(sent: Iterable[Sent], witnesses: Mapping[str, Witness]) -> Proof:
    """Judge the gateway by what others wrote down. Pure."""
    sent = list(sent)
    violations = [
        Violation(kind=Kind.UNANSWERED, where=entry.contract, detail=entry.message_id)
        for entry in sent
        if not entry.answered
    ]
    told = _told(sent)
    accounts = {}
    for name, witness in witnesses.items():
        accounts[name] = _account(witness, told)
        violations += [Violation(kind=kind, where=name, detail=detail) for kind, detail in _violations(witness, told)]
    outcomes = Counter(entry.receipt.outcome for entry in sent if entry.receipt is not None)
    return Proof(
        messages=len(sent),
        accepted=outcomes[Outcome.ACCEPTED],
        parked=outcomes[Outcome.PARKED],
        suppressed=outcomes[Outcome.SUPPRESSED],
        refused=sum(entry.problem is not None for entry in sent),
        events=len(told),
        accounts=accounts,
        violations=tuple(violations),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """An event of a receipt. Only an accepted one is owed; a parked one may come once it is linked."""

    event_id: str
    type: str
    entry: Sent
    owed: bool


def _told(sent: Iterable[Sent]) -> dict[str, _Event]:
    """Every event that a receipt speaks of."""
    return {
        event.event_id: _Event(
            event_id=event.event_id,
            type=event.type,
            entry=entry,
            owed=entry.receipt.outcome is Outcome.ACCEPTED,
        )
        for entry in sent
        if entry.receipt is not None
        for event in entry.receipt.events
    }


def _owed(witness: Witness, told: Mapping[str, _Event]) -> Iterator[_Event]:
    return (event for event in told.values() if event.owed and witness.interest.wants(event.type, event.entry.about))


def _account(witness: Witness, told: Mapping[str, _Event]) -> Account:
    owed = [event.event_id for event in _owed(witness, told)]
    taken = {arrival.event_id for arrival in witness.arrivals if arrival.taken}
    calls = Counter(arrival.delivery_id for arrival in witness.arrivals)
    return Account(
        owed=len(owed),
        delivered=len(taken.intersection(owed)),
        calls=len(witness.arrivals),
        retries=len(witness.arrivals) - len(calls),
        repeats=len(list(_repeats(witness.arrivals))),
        overtakings=sum(_is_liberty(arrivals) * len(_overtaken(arrivals)) for arrivals in _lanes(witness).values()),
    )


def _violations(witness: Witness, told: Mapping[str, _Event]) -> Iterator[tuple[Kind, str]]:
    taken = {arrival.event_id for arrival in witness.arrivals if arrival.taken}
    for event in _owed(witness, told):
        if event.event_id not in taken:
            yield Kind.LOST, f"{event.type} {event.event_id} of {event.entry.message_id}"
    for arrival in witness.arrivals:
        yield from _misplaced(arrival, witness, told)
    yield from _renamed(witness.arrivals)
    yield from _told_twice(witness.arrivals)
    for lane, arrivals in _lanes(witness).items():
        yield from _lane(lane, arrivals)


def _misplaced(arrival: Arrival, witness: Witness, told: Mapping[str, _Event]) -> Iterator[tuple[Kind, str]]:
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


def _lanes(witness: Witness) -> dict[str, list[Arrival]]:
    """First takings by lane, in order of arrival."""
    lanes: dict[str, list[Arrival]] = defaultdict(list)
    seen: set[str] = set()
    for arrival in witness.arrivals:
        if arrival.taken and arrival.delivery_id not in seen:
            seen.add(arrival.delivery_id)
            lanes[arrival.lane].append(arrival)
    return lanes


def _lane(lane: str, arrivals: Sequence[Arrival]) -> Iterator[tuple[Kind, str]]:
    times = Counter(arrival.position for arrival in arrivals)
    for position in sorted(position for position, count in times.items() if count > 1):
        yield Kind.SHARED, f"{lane} {position}"
    missing = set(range(1, max(times) + 1)) - set(times)
    for position in sorted(missing):
        yield Kind.GAP, f"{lane} {position}"
    if not _is_liberty(arrivals):
        for position in _overtaken(arrivals):
            yield Kind.OUT_OF_ORDER, f"{lane} {position}"


def _overtaken(arrivals: Iterable[Arrival]) -> list[int]:
    """Positions that came after a later one of their lane."""
    highest, late = 0, []
    for arrival in arrivals:
        if arrival.position < highest:
            late.append(arrival.position)
        highest = max(highest, arrival.position)
    return late


def _is_liberty(arrivals: Sequence[Arrival]) -> bool:
    return all(arrival.type.startswith(LIBERTY + GATEWAYS_OWN) for arrival in arrivals)


def _repeats(arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """Calls of what had been taken already."""
    taken: set[str] = set()
    for arrival in arrivals:
        if arrival.delivery_id in taken:
            yield arrival
        if arrival.taken:
            taken.add(arrival.delivery_id)
