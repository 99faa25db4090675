"""Journey: how far each case of a play has come, by the answers to its messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from icjs_gateway.simulators.ledgers import Sent

STATIONS_OF_A_CASE: Mapping[str, tuple[str, ...]] = {
    "FIR": ("icjs.fir.registered",),
    "arrest": ("icjs.accused.arrested",),
    "jail": ("icjs.inmate.admitted",),
    "exhibit": ("icjs.exhibit.forwarded",),
    "lab": ("icjs.lab-report.issued",),
    "scrutiny": ("icjs.charge-sheet.scrutinised",),
    "sheet": ("icjs.final-report.filed",),
    "CNR": ("icjs.court-case.registered",),
    "hearings": ("icjs.hearing.recorded",),
    "remand": ("icjs.remand.ordered", "icjs.custody.ordered"),
    "bail": ("icjs.bail.ordered",),
    "out": ("icjs.inmate.released",),
    "judgment": ("icjs.court-case.disposed",),
}
"""What is counted of a case, in the order of its life."""

_NAMES = {
    "police.fir.v1": "FIR",
    "police.arrest.v1": "arrest",
    "police.seizure.v1": "seizure memo",
    "police.case-change.v1": "change of the case",
    "police.exhibit-forwarding.v1": "exhibits forwarded",
    "police.final-report.v1": "charge sheet",
    "courts.case-registered.v1": "case registered",
    "courts.hearing-outcome.v1": "hearing outcome",
    "courts.bail-order.v1": "bail order",
    "courts.custody-order.v1": "custody order",
    "courts.proceeding-change.v1": "change of proceeding",
    "courts.disposal.v1": "judgment",
    "prisons.admission.v1": "admission",
    "prisons.movement.v1": "entry of the register",
    "prisons.release.v1": "release, or why not",
    "forensics.receipt.v1": "parcel received",
    "forensics.report.v1": "laboratory report",
    "prosecution.scrutiny.v1": "scrutiny",
}


@dataclass(slots=True)
class Journey:
    """One case."""

    name: str
    seen: Counter[str] = field(default_factory=Counter)

    def note(self, entry: Sent) -> None:
        """An answer came."""
        types = entry.tells or ()
        for station, prefixes in STATIONS_OF_A_CASE.items():
            self.seen[station] += sum(each.startswith(prefixes) for each in types)


def said_of(entry: Sent) -> str:
    """What was answered to a message, in a few words."""
    what = _NAMES.get(entry.contract, entry.contract)
    if entry.receipt is None:
        return f"{what} of {entry.about.fir}: refused"
    events = len(entry.receipt.events)
    return f"{what} of {entry.about.fir}: {entry.receipt.outcome.value}, {events} event{'s' * (events != 1)}"
