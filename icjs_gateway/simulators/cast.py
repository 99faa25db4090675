"""Cast: the police receivers of the demo, each with the trouble it is known for."""

from __future__ import annotations

from secrets import token_urlsafe

from icjs_gateway.simulators.faults import Faults
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.places import STATE
from icjs_gateway.simulators.receiver import Door, Receiver

TROUBLE = {
    "kangra": "fails 1 call in 10",
    "mandi": "stalls, also after taking",
    "shimla": "down at first",
    "state-control-room": "refuses 1 in 20",
}
"""What to show beside each name."""


def cast(seed: int) -> list[Receiver]:
    """Four systems. No delivery meets two faults in a row, so that a play of seconds can end.

    Orders about liberty keep a schedule of their own, up to minutes, whatever a subscription asks for; the
    one that is down for longer than a first retry has therefore not asked for them.
    """
    return [
        Receiver(
            name="kangra",
            secret=token_urlsafe(),
            interest=Interest(events=("icjs.*",), districts=("Kangra",)),
            faults=Faults(fail=0.10, streak_max=1, seed=seed),
        ),
        Receiver(
            name="mandi",
            secret=token_urlsafe(),
            interest=Interest(events=("icjs.*",), districts=("Mandi",)),
            faults=Faults(stall=0.01, stall_after_success=0.02, streak_max=1, seed=seed),
        ),
        Receiver(
            name="shimla",
            secret=token_urlsafe(),
            interest=Interest(events=("icjs.fir.*", "icjs.hearing.*", "icjs.process.*"), districts=("Shimla",)),
            door=Door.REFUSING,
        ),
        Receiver(
            name="state-control-room",
            secret=token_urlsafe(),
            interest=Interest(events=("icjs.*",), states=(STATE,)),
            faults=Faults(refuse=0.05, streak_max=1, seed=seed),
        ),
    ]
