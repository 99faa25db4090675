"""Board: the play in numbers while it runs, counted as answers and deliveries come in: per pillar, case and receiver.

It is for looking at, and takes it that what is parked will be linked. What counts as proof is judged from the
whole ledgers afterwards.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from icjs_gateway.simulators.jail_dues import NO_JAIL, Record
from icjs_gateway.simulators.journey import Journey, said_of
from icjs_gateway.simulators.ledgers import Sent
from icjs_gateway.simulators.receiver import Receiver
from icjs_gateway.simulators.systems import System

SAID_KEPT = 1
"""Latest words of a pillar that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One receiver by now."""

    receiver: Receiver
    owed: int
    taken: int
    calls: int

    @property
    def waiting(self) -> int:
        return max(self.owed - self.taken, 0)


@dataclass(slots=True)
class Voice:
    """One pillar's system by now."""

    pushed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    said: deque[str] = field(default_factory=lambda: deque(maxlen=SAID_KEPT))


@dataclass(slots=True)
class Board:
    """Reads each answer once."""

    systems: Mapping[str, System]
    receivers: Sequence[Receiver]
    outcomes: Counter[str] = field(default_factory=Counter)
    events: int = 0
    voices: dict[str, Voice] = field(default_factory=dict)
    journeys: dict[str, Journey] = field(default_factory=dict)
    """By FIR; the one that something was told of last stands last."""
    _read: Counter[str] = field(default_factory=Counter)
    _owed: Counter[str] = field(default_factory=Counter)
    _parked: list[tuple[Sent, Counter[str]]] = field(default_factory=list)
    """Messages that were parked at first, and to how many events of theirs each receiver is entitled."""
    _record: Record = field(default_factory=Record)

    @property
    def pushed(self) -> int:
        return sum(len(system.ledger.entries) for system in self.systems.values())

    def read(self) -> None:
        """Count what is new."""
        for pillar, system in self.systems.items():
            voice = self.voices.setdefault(pillar, Voice())
            voice.pushed = len(system.ledger.entries)
            answered = system.ledger.answered
            for entry in answered[self._read[pillar] :]:
                self._count(entry, voice)
            self._read[pillar] = len(answered)

    def lines(self) -> list[Line]:
        """The receivers, as of the last reading."""
        waiting: Counter[str] = Counter()
        for entry, owed in self._parked:
            # Known once the operator's desk was asked.
            if entry.waits_for:
                waiting += owed
        return [
            Line(
                receiver=receiver,
                owed=self._owed[receiver.name] - waiting[receiver.name],
                taken=receiver.ledger.taken,
                calls=len(receiver.ledger.arrivals),
            )
            for receiver in self.receivers
        ]

    def _count(self, entry: Sent, voice: Voice) -> None:
        outcome = "refused" if entry.receipt is None else entry.receipt.outcome.value
        self.outcomes[outcome] += 1
        voice.outcomes[outcome] += 1
        voice.said.append(said_of(entry))
        if entry.receipt is None:
            return
        journey = self.journeys.pop(entry.about.fir, None) or Journey(entry.about.fir)
        journey.note(entry)
        self.journeys[entry.about.fir] = journey
        self.events += len(entry.receipt.events)
        self._record.note(entry)
        dues = dict(self._record.dues(entry))
        owed: Counter[str] = Counter()
        for receiver in self.receivers:
            wants = receiver.interest.wants
            events = entry.receipt.events
            owed[receiver.name] = sum(
                wants(event.type, entry.about, dues.get(event.event_id, NO_JAIL).must) for event in events
            )
        self._owed += owed
        if entry.is_parked:
            self._parked.append((entry, owed))
