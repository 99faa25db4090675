"""Recipients: who is told of cases in the simulated State, as partners of the gateway with a receiver each.

What each is owed by default is said here once more, and not taken from the gateway: the directed matrix between the
pillars, in the words of a filter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.places import STATE
from icjs_gateway.simulators.receiver import Receiver

_FROM_POLICE = ("icjs.fir.*", "icjs.accused.*", "icjs.charges.*", "icjs.investigation.*", "icjs.property.*")
_FROM_COURTS = ("icjs.court-case.*", "icjs.proceeding.*", "icjs.hearing.*", "icjs.process.*")
_LIBERTY = ("icjs.bail.*", "icjs.remand.*", "icjs.custody.*", "icjs.release.*", "icjs.warrant.*")
_FROM_JAILS = ("icjs.inmate.*", "icjs.release.*")

OWED: dict[str, tuple[str, ...]] = {
    "police-investigation": (
        *_FROM_COURTS,
        *_LIBERTY,
        "icjs.production.*",
        *_FROM_JAILS,
        *("icjs.lab-case.*", "icjs.exhibit.*", "icjs.lab-report.*", "icjs.charge-sheet.*"),
    ),
    "police-supervision": (
        *("icjs.court-case.*", "icjs.proceeding.*", *_LIBERTY),
        *(*_FROM_JAILS, "icjs.charge-sheet.*"),
    ),
    "court-trial": (*_FROM_POLICE, "icjs.final-report.*", *_FROM_JAILS, "icjs.lab-report.*"),
    "prison-custody": (
        *("icjs.accused.*", "icjs.hearing.*", *_LIBERTY, "icjs.production.*"),
        *("icjs.proceeding.*", "icjs.court-case.*"),
    ),
    "forensic-laboratory": ("icjs.exhibit.*",),
    "prosecution": (
        *(*_FROM_POLICE, "icjs.exhibit.*", "icjs.final-report.*", *_FROM_COURTS, *_LIBERTY, *_FROM_JAILS),
        *("icjs.lab-case.*", "icjs.lab-report.*"),
    ),
    "child-care-home": (
        *("icjs.hearing.*", "icjs.bail.*", "icjs.remand.*", "icjs.custody.*"),
        *("icjs.production.*", "icjs.release.*"),
    ),
    "legal-aid": ("icjs.bail.*", "icjs.remand.*", "icjs.custody.*", *_FROM_JAILS),
}
"""By recipient class, the events that the matrix owes it."""

_PILLARS = {
    "police-investigation": "police",
    "police-supervision": "police",
    "court-trial": "courts",
    "prison-custody": "prisons",
    "child-care-home": "prisons",
    "forensic-laboratory": "forensics",
    "prosecution": "prosecution",
    "legal-aid": "courts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A partner that is told what the matrix owes its class, within its jurisdiction."""

    receiver: Receiver
    recipient_class: str
    title: str
    jurisdiction: dict[str, Any] = field(default_factory=dict)
    state: str = STATE

    @property
    def name(self) -> str:
        return self.receiver.name

    def entry(self) -> dict[str, Any]:
        """Of the partners file, but for the retries."""
        return {
            "id": self.name,
            "name": self.title,
            "pillar": _PILLARS[self.recipient_class],
            "jurisdiction": {"state": self.state} | self.jurisdiction,
            "may": {"receive": ["icjs.*"], "class": self.recipient_class},
            "deliver": self.receiver.deliver(),
        }


def interest_of(recipient_class: str, *, state: str, **within: tuple[str, ...]) -> Interest:
    """What the matrix owes a recipient of this class, of a whole State or within these jails or laboratories."""
    return Interest(events=OWED[recipient_class], **(within or {"states": (state,)}))
