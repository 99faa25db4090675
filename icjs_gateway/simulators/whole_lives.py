"""Whole lives: a case from its FIR to the judgment, told by all five pillars from a seed.

Several accused meet different fates: arrested or not, bailed by the court and released, held for want of sureties or in
another case, convicted or acquitted. Some cases begin as a Zero FIR elsewhere, some seizures are told before their FIR,
some persons are held in a second case, and some outcomes and orders are corrected the next morning. The same seed tells
the same story byte for byte, on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.simulators import papers
from icjs_gateway.simulators.firs import Accused, draw_offence
from icjs_gateway.simulators.ledgers import About
from icjs_gateway.simulators.lives import OPENED_AT
from icjs_gateway.simulators.names import person
from icjs_gateway.simulators.papers import CasePapers, Prisoner
from icjs_gateway.simulators.places import STATE, STATIONS
from icjs_gateway.simulators.steps import Step
from icjs_gateway.simulators.story import Story

HEARINGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLife:
    """One case: its steps, in the order in which they are told. A person's second case is told along with it."""

    index: int
    about: About
    steps: tuple[Step, ...]


def whole_lives(seed: int, *, cases: int | None = None, hearings: int = HEARINGS) -> Iterator[WholeLife]:
    """Cases one after another, without end when `cases` is None."""
    index = 0
    while cases is None or index < cases:
        yield whole_life(seed, index, hearings=hearings)
        index += 1


def whole_life(seed: int, index: int, *, hearings: int = HEARINGS) -> WholeLife:
    """The case of that index under that seed."""
    chance = Random(f"icjs:whole:{seed}:{index}")  # noqa: S311 - a story, not a secret
    station = STATIONS[index % len(STATIONS)]
    opened_at = OPENED_AT + timedelta(days=chance.randint(0, 30), minutes=chance.randint(0, 700))
    filed = seed % 97 * 10_000 + 1 + index
    case = CasePapers(
        station=station,
        key=FirKey(STATE, station.code, seed % 97 * 1000 + 1 + index // len(STATIONS), opened_at.year),
        cnr=f"{station.court.establishment}{filed:06d}{opened_at.year}",
        registration_number=f"{filed}/{opened_at.year}",
        offence=draw_offence(chance),
    )
    accused = tuple(
        Accused(serial=f"A{number}", who=person(chance, women=0.1, alias=0.2))
        for number in range(1, chance.choice((1, 2, 2, 3, 4)) + 1)
    )
    arrested = [
        Prisoner(accused=one, pid=f"HP{filed:06d}{one.serial[1:]}") for one in accused if chance.random() < 0.75
    ]
    story = Story(chance, case, accused, arrested)
    story.registration(opened_at)
    story.investigation(opened_at)
    story.trial(opened_at.date() + timedelta(days=42), hearings, filed)
    return WholeLife(index=index, about=papers.about(case), steps=tuple(story.steps))
