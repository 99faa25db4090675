"""Board: the play in numbers while it runs, counted as answers and deliveries come in.

It is for looking at, and takes it that what is parked will be linked. What counts as proof is judged from the
whole ledgers afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from icjs_gateway.simulators.ledgers import SenderLedger, Sent
from icjs_gateway.simulators.receiver import Receiver


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
class Board:
    """Reads each answer once."""

    ledgers: Sequence[SenderLedger]
    receivers: Sequence[Receiver]
    outcomes: Counter[str] = field(default_factory=Counter)
    events: int = 0
    _read: list[int] = field(default_factory=list)
    _owed: Counter[str] = field(default_factory=Counter)

    @property
    def pushed(self) -> int:
        return sum(len(ledger.entries) for ledger in self.ledgers)

    def lines(self) -> list[Line]:
        """The receivers, after reading what is new."""
        self._read = self._read or [0] * len(self.ledgers)
        for index, ledger in enumerate(self.ledgers):
            for entry in ledger.answered[self._read[index] :]:
                self._count(entry)
            self._read[index] = len(ledger.answered)
        return [
            Line(
                receiver=receiver,
                owed=self._owed[receiver.name],
                taken=receiver.ledger.taken,
                calls=len(receiver.ledger.arrivals),
            )
            for receiver in self.receivers
        ]

    def _count(self, entry: Sent) -> None:
        if entry.receipt is None:
            self.outcomes["refused"] += 1
            return
        self.outcomes[entry.receipt.outcome.value] += 1
        self.events += len(entry.receipt.events)
        for receiver in self.receivers:
            wanted = (receiver.interest.wants(event.type, entry.about) for event in entry.receipt.events)
            self._owed[receiver.name] += sum(wanted)
