"""Scene counts: by door, how much of practice was told, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from icjs_gateway.simulators.kinds import LIBERTY, Told, Witness
from icjs_gateway.simulators.ledgers import Sent
from icjs_gateway.simulators.scenes import Scene
from icjs_gateway.simulators.stops import superseded, voided
from icjs_gateway.simulators.violations import due_to

_STANDING = "standing:"
"""How the operator's desk names what a message waits for whose place has no standing in its case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneCount:
    """One scene, over all lives that were dealt it."""

    cases: int
    messages: int
    parked: int
    """At first: receipted as parked."""
    waiting: int
    """Still waiting for standing."""
    orders: int
    """Orders, once for every jail that they had to reach."""
    reached: int


def scene_counts(
    sent: Iterable[Sent], told: Mapping[str, Told], witnesses: Mapping[str, Witness]
) -> dict[Scene, SceneCount]:
    """What was told of each scene, in the order of the doors."""
    by_scene: dict[Scene, list[Sent]] = {}
    for entry in sent:
        if entry.scene is not None:
            by_scene.setdefault(entry.scene, []).append(entry)
    reached = _reached(told, witnesses)
    return {
        scene: SceneCount(
            cases=len({entry.about.fir for entry in by_scene[scene]}),
            messages=len(by_scene[scene]),
            parked=sum(entry.is_parked for entry in by_scene[scene]),
            waiting=sum(waits_for_standing(entry) for entry in by_scene[scene]),
            orders=len(orders := [each for (told_in, each) in reached if told_in is scene]),
            reached=sum(orders),
        )
        for scene in Scene
        if scene in by_scene
    }


def waits_for_standing(entry: Sent) -> bool:
    """Whether a message is parked still because its place has no standing in the case that it names."""
    return any(each.startswith(_STANDING) for each in entry.waits_for)


def _reached(told: Mapping[str, Told], witnesses: Mapping[str, Witness]) -> list[tuple[Scene, bool]]:
    """For every order of a scene and every jail that it had to reach, whether the jail has it, or what stopped it."""
    found = []
    for witness in witnesses.values():
        if not witness.interest.jails:
            continue
        due = list(due_to(witness, told))
        come = {arrival.event_id for arrival in witness.arrivals if arrival.taken} | voided(witness).keys()
        come |= superseded(due, come)
        found += [
            (event.entry.scene, event.event_id in come)
            for event in due
            if event.entry.scene is not None and event.type.startswith(LIBERTY)
        ]
    return found
