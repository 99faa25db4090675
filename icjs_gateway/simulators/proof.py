"""Proof: from the senders' receipts and the receivers' ledgers alone, did the gateway keep its promises?

What a sender was told (`answers`):

    unanswered      a message whose sender still has no answer, so that nobody can say what was promised
    misanswered     a receipt for another message
    contradicted    a receipt, and later another one or a refusal of the same message
    misread         a receipt that names other events than the message tells, or none
    swallowed       a message taken for a repeat of one that its sender never had taken
    reused          one event id in two places of receipts

What a receiver was told:

    lost            an accepted event that a subscription asked for and its receiver never took
    not accepted    a received event that stands in no receipt
    not asked for   a received event outside the subscription's filter, or of nobody in that jail
    unverified      a request without a good signature
    mistold         a received event with another type, source or case than was accepted
    unlinked        an event told before it has its case, and not for liberty's sake
    changed         a repeat that says something else
    told twice      one event under two deliveries, without being marked as a replay
    false void      a void that names what is not owed, stands in another place, or tells more than its event
    mismarked       an order marked as unverified whose case is known, or the other way round, or with advice to detain
    never verified  an unverified order whose message has its case by now, and whose jail never had the link

In which order (`lane_order`, `stops`):

    renamed         a repeat under another webhook id, or a delivery whose event, lane or position changed
    shared          two events on one position of a lane
    gap             a lane whose positions taken are not 1 to n
    out of order    a delivery taken for the first time after a later one of its lane
    ahead           a delivery tried before all before it were taken
    went back       a delivery that comes again, unmarked, after a later one of its lane
    scattered       regular events of one case in more than one lane
    mixed           regular events of two cases in one lane
    held back       liberty traffic in a lane with other events
    revived         an event after the void that names it, or an order after its correction, unmarked

What was told beside the trunk of the lives is counted by door (`scene_counts`): how many cases and messages, how many
orders reached whom they had to, and how many messages wait for standing. That last count is the operator's desk's.

What a jail is owed follows from who is lodged where when an event is recorded (`jail_dues`, `lodgings`): known from the
admissions, entries, releases and orders of the senders' own ledgers, by the published rule. Where the ledgers do not
tell which of two messages was recorded first, what depends on it is counted as `may`, and is neither owed nor false.

It shares no code with the gateway. Liberty lanes put speed before strictness (a failing order lets the next one go), so
there an overtaking is counted and not a violation; gaps and everything else count there as anywhere. What a void names,
and an order whose correction came instead, is not lost (`stops`). What a person had sent again is marked as a replay
and keeps no order.

Proof is possible only once everything is quiet: what is still on its way is reported as lost. It does not see what no
ledger holds: whether the words of an event are right, and whether the gateway's own alarms were due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from icjs_gateway.client.receipts import Outcome
from icjs_gateway.simulators.answers import wrong_answers
from icjs_gateway.simulators.jail_dues import NO_JAIL, jail_dues
from icjs_gateway.simulators.kinds import ORDER, Kind, Told, Witness
from icjs_gateway.simulators.lane_order import is_liberty, lanes, overtaken
from icjs_gateway.simulators.ledgers import Sent
from icjs_gateway.simulators.scene_counts import SceneCount, scene_counts, waits_for_standing
from icjs_gateway.simulators.scenes import Scene
from icjs_gateway.simulators.stops import superseded, voided
from icjs_gateway.simulators.unverified import unverified_orders, verified_orders, warrants
from icjs_gateway.simulators.violations import due_to, may_come_to, repeats, seen_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    kind: Kind
    where: str
    """The receiver, or the sender's contract."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One receiver in numbers. `owed = delivered + voided + superseded + outstanding`."""

    owed: int
    delivered: int
    voided: int
    superseded: int
    outstanding: int
    calls: int
    retries: int
    """Calls after the first of a delivery."""
    repeats: int
    """Calls of a delivery that had been taken already."""
    overtakings: int
    may: int
    """Events that may come and need not: the ledgers do not tell the order of two messages."""
    may_taken: int
    unverified: int
    """Orders taken before their case was known."""
    verified: int
    """Of these, orders whose link to their case came."""
    warrants: int
    """Orders on which a jail may detain somebody: an unverified one is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the ledgers say."""

    messages: int
    accepted: int
    parked: int
    linked: int
    """Parked messages that have found their case since."""
    suppressed: int
    refused: int
    """Without what its sender meant to be refused."""
    mistaken: int
    """Refused as its sender meant it to be."""
    events: int
    accounts: Mapping[str, Account]
    scenes: Mapping[Scene, SceneCount] = field(default_factory=dict)
    """By door, what was told and what came of it."""
    without_standing: tuple[str, ...] = ()
    """Messages that are still parked because nobody gave their place standing, as the operator's desk says."""
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


def prove(sent: Iterable[Sent], witnesses: Mapping[str, Witness]) -> Proof:
    """Judge the gateway by what others wrote down. Pure."""
    sent = list(sent)
    found = [Violation(kind=kind, where=where, detail=detail) for kind, where, detail in wrong_answers(sent)]
    told = events_of(sent, witnesses)
    accounts = {}
    for name, witness in witnesses.items():
        accounts[name] = _account(witness, told)
        found += [Violation(kind=kind, where=name, detail=detail) for kind, detail in seen_by(witness, told)]
    outcomes = Counter(entry.receipt.outcome for entry in sent if entry.receipt is not None)
    return Proof(
        messages=len(sent),
        accepted=outcomes[Outcome.ACCEPTED],
        parked=outcomes[Outcome.PARKED],
        linked=sum(entry.linked for entry in sent),
        suppressed=outcomes[Outcome.SUPPRESSED],
        refused=sum(entry.problem is not None and not entry.is_mistaken for entry in sent),
        mistaken=sum(entry.problem is not None and entry.is_mistaken for entry in sent),
        events=len(told),
        accounts=accounts,
        scenes=scene_counts(sent, told, witnesses),
        without_standing=tuple(f"{entry.contract} {entry.message_id}" for entry in sent if waits_for_standing(entry)),
        violations=tuple(found),
    )


def events_of(sent: Iterable[Sent], witnesses: Mapping[str, Witness]) -> dict[str, Told]:
    """Every event that a receipt speaks of, and the jails that it concerns."""
    sent = list(sent)
    dues = jail_dues(sent, _recorded_by(witnesses))
    return {
        event.event_id: Told(
            event_id=event.event_id,
            type=event.type,
            case_id=event.case_id,
            entry=entry,
            due=dues.get(event.event_id, NO_JAIL),
        )
        for entry in sent
        if entry.receipt is not None
        for event in entry.receipt.events
    }


def _recorded_by(witnesses: Mapping[str, Witness]) -> dict[str, float]:
    """By event, when it was recorded at the latest: before anybody was told of it as one of its case."""
    found: dict[str, float] = {}
    for witness in witnesses.values():
        for arrival in witness.arrivals:
            if not arrival.subject.startswith("message:"):
                found[arrival.event_id] = min(arrival.moment, found.get(arrival.event_id, arrival.moment))
    return found


def _account(witness: Witness, told: Mapping[str, Told]) -> Account:
    due = list(due_to(witness, told))
    owed = {event.event_id for event in due}
    taken = {arrival.event_id for arrival in witness.arrivals if arrival.taken}
    may = {event.event_id for event in may_come_to(witness, told)}
    stopped = voided(witness).keys() - taken
    replaced = superseded(due, taken | stopped)
    calls = Counter(arrival.delivery_id for arrival in witness.arrivals)
    unverified = unverified_orders(witness)
    return Account(
        owed=len(owed),
        delivered=len(taken & owed),
        voided=len(stopped & owed),
        superseded=len(replaced),
        outstanding=len(owed - taken - stopped - replaced),
        calls=len(witness.arrivals),
        retries=len(witness.arrivals) - len(calls),
        repeats=len(list(repeats(witness.arrivals))),
        may=len(may),
        may_taken=len(taken & may),
        unverified=len(unverified),
        verified=len(unverified & verified_orders(witness)),
        warrants=len(warrants(witness)) if witness.interest.jails else 0,
        overtakings=sum(is_liberty(arrivals) * len(overtaken(arrivals)) for arrivals in lanes(witness).values()),
    )
