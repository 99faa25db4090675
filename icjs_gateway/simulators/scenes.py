"""Scenes: rightful situations of practice that a life may contain beside its trunk, by the door that they go through.

The doors are those of `canonical/authority.yaml`. Each life is dealt one scene of its first weeks and one of its trial,
from two shuffled decks, so that every scene comes equally often. Before the gateway, a scene is a few messages of
places that are not the case's own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from random import Random


class Scene(StrEnum):
    """As tables name it: the door, and what happens."""

    DUTY_REMAND = "D1 first remand by whoever sits, no CNR yet"
    NEAREST_MAGISTRATE = "D2 D4 arrest and remand in another State"
    TRANSIT_BAIL = "D3 transit bail in another State"
    WARRANT_ELSEWHERE = "D4 arrest in another State on a warrant"
    ANTICIPATORY_BAIL = "D5 anticipatory bail under its own CNR"
    HIGH_COURT = "D6 bail by the High Court, by FIR alone"
    BOND = "D7 bond taken by another court"
    COMMITTAL = "D8 committal"
    TRANSFER = "D8 transfer to another court"
    SPLIT = "D8 split of who absconds"
    CLUBBING = "D8 clubbing of two cases"
    SUCCESSION = "D9 a court that succeeded another"
    IN_CHARGE = "D11 the court in charge"
    SECOND_REGISTER = "D13 a second admission before the out-entry"
    PRODUCTION = "D14 production"
    ZERO_FIR = "D16 Zero FIR, given to another station"
    NEW_STATION = "D18 a station that no row knows"
    PAROLE = "parole, and arrest elsewhere"
    CHILD = "a child among adults"


FIRST_WEEKS = (
    Scene.DUTY_REMAND,
    Scene.NEAREST_MAGISTRATE,
    Scene.TRANSIT_BAIL,
    Scene.ANTICIPATORY_BAIL,
    Scene.ZERO_FIR,
    Scene.NEW_STATION,
    Scene.CHILD,
)
TRIAL = (
    Scene.WARRANT_ELSEWHERE,
    Scene.HIGH_COURT,
    Scene.BOND,
    Scene.COMMITTAL,
    Scene.TRANSFER,
    Scene.SPLIT,
    Scene.CLUBBING,
    Scene.SUCCESSION,
    Scene.IN_CHARGE,
    Scene.SECOND_REGISTER,
    Scene.PRODUCTION,
    Scene.PAROLE,
)

BY_ROWS = frozenset(Scene)
"""What can be told where the directory of places has rows of the simulated States."""
IN_SILENCE = BY_ROWS - {Scene.TRANSIT_BAIL}
"""What can be told without rows: nobody knows then that a court of another State is a Court of Session."""
NO_SCENES: frozenset[Scene] = frozenset()
"""The trunk alone."""

NEEDS_A_PRISONER = frozenset(
    {
        Scene.DUTY_REMAND,
        Scene.NEAREST_MAGISTRATE,
        Scene.HIGH_COURT,
        Scene.BOND,
        Scene.IN_CHARGE,
        Scene.SECOND_REGISTER,
        Scene.PRODUCTION,
        Scene.PAROLE,
    }
)
NEEDS_SOMEBODY_AT_LARGE = frozenset({Scene.TRANSIT_BAIL, Scene.ANTICIPATORY_BAIL, Scene.WARRANT_ELSEWHERE, Scene.SPLIT})
WHOLE_TRIAL = frozenset({Scene.COMMITTAL, Scene.TRANSFER, Scene.SUCCESSION})
"""Scenes to which everything belongs that is told of the trial."""


def dealt(seed: int, index: int, scenes: Collection[Scene]) -> frozenset[Scene]:
    """The scenes of the life of that index, of those that may be told."""
    hands = (_dealt(f"{name}:{seed}", index, deck) for name, deck in (("first", FIRST_WEEKS), ("trial", TRIAL)))
    return frozenset(hands) & frozenset(scenes)


def _dealt(name: str, index: int, deck: Sequence[Scene]) -> Scene:
    shuffled = list(deck)
    Random(f"icjs:scenes:{name}:{index // len(deck)}").shuffle(shuffled)  # noqa: S311 - a story, not a secret
    return shuffled[index % len(deck)]
