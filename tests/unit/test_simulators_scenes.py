"""Scenes of practice in whole lives: dealt by seed, told by places of the simulated directory, each number once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from icjs_gateway.routing.authority.places import ActsAs, PlaceKind
from icjs_gateway.simulators.place_rows import places_file
from icjs_gateway.simulators.places import STATIONS, UNKNOWN_STATION
from icjs_gateway.simulators.scenes import BY_ROWS, FIRST_WEEKS, IN_SILENCE, TRIAL, Scene, dealt
from icjs_gateway.simulators.steps import JSON
from icjs_gateway.simulators.whole_lives import WholeLife, whole_life, whole_lives
from icjs_gateway.stores.places_file import faults_of, read_shape

ROUND = len(FIRST_WEEKS) * len(TRIAL)
LIVES = list(whole_lives(3, cases=ROUND, scenes=BY_ROWS))


def test_every_life_is_dealt_a_scene_of_its_first_weeks_and_one_of_its_trial_each_equally_often() -> None:
    hands = [dealt(3, index, BY_ROWS) for index in range(ROUND)]
    assert {len(hand) for hand in hands} == {2}
    counts = Counter(scene for hand in hands for scene in hand)
    assert counts == dict.fromkeys(FIRST_WEEKS, len(TRIAL)) | dict.fromkeys(TRIAL, len(FIRST_WEEKS))
    assert set(FIRST_WEEKS) | set(TRIAL) == set(Scene)


@pytest.mark.parametrize("scene", Scene)
def test_a_scene_that_was_dealt_is_told(scene: Scene) -> None:
    dealt_it = [life for life in LIVES if scene in dealt(3, life.index, BY_ROWS)]
    assert [life.index for life in dealt_it if scene not in scenes_of(life)] == []


def test_without_scenes_a_life_is_its_trunk() -> None:
    assert all(scenes_of(life) == set() for life in whole_lives(3, cases=30))


def test_in_silence_nothing_is_told_that_only_rows_let_stand() -> None:
    told = set().union(*(scenes_of(life) for life in whole_lives(3, cases=ROUND, scenes=IN_SILENCE)))
    assert told == set(Scene) - {Scene.TRANSIT_BAIL}


def test_the_same_seed_tells_the_same_scenes_byte_for_byte() -> None:
    assert whole_life(3, 40, scenes=BY_ROWS) == LIVES[40]


def test_no_two_messages_of_a_system_share_their_number() -> None:
    ids = Counter((step.system, step.contract, step.message_id) for life in LIVES for step in life.steps)
    assert [each for each, times in ids.items() if times > 1] == []


def test_no_two_cases_share_a_number() -> None:
    firs = Counter(step.message_id for life in LIVES for step in life.steps if step.contract == "police.fir.v1")
    taken_on = [step for life in LIVES for step in life.steps if step.contract == "courts.case-registered.v1"]
    cnrs = Counter(step.document["Case"]["CNR"] for step in taken_on)
    assert [each for each, times in (firs + cnrs).items() if times > 1] == []


def test_the_simulated_directory_of_places_knows_who_speaks_and_no_new_station(tmp_path: Path) -> None:
    written = tmp_path / "places.yaml"
    written.write_text(places_file(), encoding="utf-8")
    directory = read_shape(written)
    assert faults_of(directory) == []
    assert directory.sample
    rows = {(row.kind, row.code) for row in directory.places}
    courts = {
        step.document["Court"]["Establishment"] for life in LIVES for step in life.steps if step.pillar == "courts"
    }
    assert {(PlaceKind.COURT, code) for code in courts} <= rows
    stations = {
        json.loads(step.body)["arrest"]["station"]["code"]
        for life in LIVES
        for step in life.steps
        if step.contract == "police.arrest.v1" and step.media_type == JSON
    }
    new = set(UNKNOWN_STATION.values())
    assert {code for code in stations if (PlaceKind.STATION, code) not in rows} == new & stations != set()
    acting = {code for row in directory.acts_for if row.as_ is ActsAs.IN_CHARGE for code in row.for_}
    assert acting == {station.court.establishment for station in STATIONS}


def scenes_of(life: WholeLife) -> set[Scene]:
    return {step.scene for step in life.steps if step.scene is not None}
