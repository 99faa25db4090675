"""Whole lives: a case from its FIR to the judgment, told by all five pillars from a seed.

Several accused meet different fates: arrested or not, bailed by the court and released, held for want of sureties or in
another case, convicted or acquitted. Some cases begin as a Zero FIR elsewhere, some seizures are told before their FIR,
some persons are held in a second case, and some outcomes and orders are corrected the next morning. A life may be dealt
scenes (`scenes`) in which places beside the case's own have a word. The same seed tells the same story byte for byte,
on any machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators import papers
from icjs_gateway.simulators.firs import Accused, draw_offence
from icjs_gateway.simulators.ledgers import About
from icjs_gateway.simulators.lives import OPENED_AT
from icjs_gateway.simulators.names import person
from icjs_gateway.simulators.papers import CasePapers, Prisoner
from icjs_gateway.simulators.places import STATE, STATIONS, UNKNOWN_STATION
from icjs_gateway.simulators.scenes import (
    NEEDS_A_PRISONER,
    NEEDS_SOMEBODY_AT_LARGE,
    NO_SCENES,
    WHOLE_TRIAL,
    Scene,
    dealt,
)
from icjs_gateway.simulators.steps import Step
from icjs_gateway.simulators.story import Story
from icjs_gateway.simulators.telling import Telling

HEARINGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLife:
    """One case: its steps, in the order in which they are told. A person's second case is told along with it."""

    index: int
    about: About
    steps: tuple[Step, ...]


def whole_lives(
    seed: int, *, cases: int | None = None, hearings: int = HEARINGS, scenes: Collection[Scene] = NO_SCENES
) -> Iterator[WholeLife]:
    """Cases one after another, without end when `cases` is None; `scenes` are those that may be told."""
    index = 0
    while cases is None or index < cases:
        yield whole_life(seed, index, hearings=hearings, scenes=scenes)
        index += 1


def whole_life(seed: int, index: int, *, hearings: int = HEARINGS, scenes: Collection[Scene] = NO_SCENES) -> WholeLife:
    """The case of that index under that seed."""
    chance = Random(f"icjs:whole:{seed}:{index}")  # noqa: S311 - a story, not a secret
    own = dealt(seed, index, scenes)
    station = STATIONS[index % len(STATIONS)]
    opened_at = OPENED_AT + timedelta(days=chance.randint(0, 30), minutes=chance.randint(0, 700))
    filed = seed % 97 * 10_000 + 1 + index
    prefix = station.court.former if Scene.SUCCESSION in own else station.court.establishment
    if Scene.NEW_STATION in own:
        station = replace(station, code=UNKNOWN_STATION[station.district], name=f"PS New {station.village}")
    case = CasePapers(
        station=station,
        key=FirKey(STATE, station.code, seed % 97 * 1000 + 1 + index // len(STATIONS), opened_at.year),
        cnr=f"{prefix}{filed:06d}{opened_at.year}",
        registration_number=f"{filed}/{opened_at.year}",
        offence=draw_offence(chance),
    )
    accused = tuple(
        Accused(serial=f"A{number}", who=person(chance, women=0.1, alias=0.2))
        for number in range(1, chance.choice((1, 2, 2, 3, 4)) + 1)
    )
    if own & NEEDS_SOMEBODY_AT_LARGE and own & NEEDS_A_PRISONER and len(accused) == 1:
        accused = (*accused, Accused(serial="A2", who=person(chance)))
    arrested = _arrested(chance, accused, filed, own)
    telling = Telling(chance=chance, case=case, accused=accused, inside=arrested, scenes=own)
    story = Story(telling, child=_child(chance, filed) if Scene.CHILD in own else None)
    with telling.telling(Scene.NEW_STATION if Scene.NEW_STATION in own else None):
        story.registration(opened_at)
        story.investigation(opened_at)
    with telling.telling(next(iter(own & WHOLE_TRIAL), None)):
        story.trial(opened_at.date() + timedelta(days=42), hearings, filed)
    return WholeLife(index=index, about=papers.about(case), steps=story.steps)


def _arrested(
    chance: Random, accused: tuple[Accused, ...], filed: int, scenes: Collection[Scene]
) -> dict[str, Prisoner]:
    """Three of four, and at least whom the scenes need; not all where they need somebody at large."""
    drawn = [one for one in accused if chance.random() < 0.75]
    if not drawn and not NEEDS_A_PRISONER.isdisjoint(scenes):
        drawn = [accused[0]]
    if len(drawn) == len(accused) and not NEEDS_SOMEBODY_AT_LARGE.isdisjoint(scenes):
        drawn = drawn[:-1]
    return {one.serial: Prisoner(accused=one, pid=f"HP{filed:06d}{one.serial[1:]}") for one in drawn}


def _child(chance: Random, filed: int) -> Prisoner:
    who = replace(person(chance), age_years=16)
    return Prisoner(accused=Accused(serial="CCL1", who=who), pid=f"HP{filed:06d}9")
