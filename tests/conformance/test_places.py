"""What every store promises of the directory of places: applied State by State, and followed by a running gateway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.authority.places import PlaceKind, PlacesFile
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.places import apply_places, changes_of, known_elsewhere, load_places, sampled_states
from tests.conformance.conftest import Store

ON = date(2026, 11, 30)
SESSIONS = {"code": "HPKN01", "court_kind": "sessions", "over": ["HPKN02"]}
MAGISTRATE = {"code": "HPKN02", "former_names": ["काँगड़ा"], "valid_from": "2020-01-01"}
DUTY = {"place": "HPKN01", "for": ["HPKN02"], "as": "duty", "from": "2026-11-01", "until": "2026-11-30", "order": "O-1"}


def file(*places: dict[str, Any], acts_for: tuple[dict[str, Any], ...] = (), state: str = "HP") -> PlacesFile:
    known = {"kind": "court", "court_kind": "magistrate", "state": state, "name": "A court"}
    return PlacesFile.model_validate(
        {"states": [state], "places": [known | each for each in places], "acts_for": acts_for}
    )


def applied(engine: Engine, wanted: PlacesFile) -> dict[str, int]:
    with engine.begin() as connection:
        return apply_places(connection, wanted)


def counts(added: int = 0, changed: int = 0, removed: int = 0, unchanged: int = 0) -> dict[str, int]:
    return {"added": added, "changed": changed, "removed": removed, "unchanged": unchanged}


def version(engine: Engine) -> int | None:
    counters = schema.counters.c
    with engine.connect() as connection:
        return connection.scalar(select(counters.value).where(counters.name == "places"))


def test_rows_are_kept_as_they_were_applied(engine: Engine) -> None:
    wanted = file(SESSIONS, MAGISTRATE, acts_for=(DUTY,))
    assert applied(engine, wanted) == counts(added=3)
    places = load_places(reader_of(engine))
    assert set(places.places) == set(wanted.places)
    assert places.acts_for == wanted.acts_for
    assert places.covers("HP")
    assert places.speaks_for(PlaceKind.COURT, "HPKN01", ON) == {"HPKN01", "HPKN02"}


def test_applying_the_same_again_changes_nothing_not_even_the_version(engine: Engine) -> None:
    assert version(engine) is None
    applied(engine, file(SESSIONS, MAGISTRATE, acts_for=(DUTY,)))
    assert version(engine) == 1
    assert applied(engine, file(MAGISTRATE, SESSIONS, acts_for=(DUTY,))) == counts(unchanged=3)
    assert version(engine) == 1


def test_the_rows_of_a_state_are_replaced_as_a_whole(engine: Engine) -> None:
    applied(engine, file(SESSIONS, MAGISTRATE, acts_for=(DUTY,)))
    renamed = MAGISTRATE | {"name": "Another name"}
    wanted = file(SESSIONS, renamed, {"code": "HPKN04"}, acts_for=(DUTY | {"from": "2026-11-02"},))
    expected = counts(added=2, changed=1, removed=1, unchanged=1)
    with engine.connect() as connection:
        assert changes_of(connection, wanted) == expected
    assert len(load_places(engine).places) == 2
    assert applied(engine, wanted) == expected
    places = load_places(engine)
    assert {row.code: row.name for row in places.places}["HPKN02"] == "Another name"
    assert places.acts_for == wanted.acts_for
    assert applied(engine, file()) == counts(removed=4)
    assert not load_places(engine).covers("HP")
    assert version(engine) == 3


def test_invented_rows_are_known_as_such_until_real_ones_replace_them(engine: Engine) -> None:
    real = file(SESSIONS, MAGISTRATE, acts_for=(DUTY,))
    invented = real.model_copy(update={"sample": True})
    applied(engine, file({"code": "PBLD01"}, state="PB"))
    assert applied(engine, invented) == counts(added=3)
    assert sampled_states(reader_of(engine)) == ["HP"]
    assert applied(engine, real) == counts(changed=3)
    assert sampled_states(reader_of(engine)) == []


def test_other_states_stay_as_they_are(engine: Engine) -> None:
    applied(engine, file(SESSIONS, MAGISTRATE))
    assert applied(engine, file({"code": "PBPT01"}, state="PB")) == counts(added=1)
    assert load_places(engine).state_of(PlaceKind.COURT, "HPKN02") == "HP"
    with engine.connect() as connection:
        assert known_elsewhere(connection, ["HP"]) == {("court", "PBPT01")}
    assert applied(engine, file(state="PB")) == counts(removed=1)
    assert load_places(engine).covers("HP")


def test_a_place_of_another_state_is_not_taken_over(engine: Engine) -> None:
    applied(engine, file(MAGISTRATE | {"valid_until": "2026-10-31"}))
    with pytest.raises(Misconfigured, match="court HPKN02: stands among the rows of HP"):
        applied(engine, file({"code": "HPKN02", "valid_from": "2026-10-31"}, {"code": "PBPT01"}, state="PB"))
    assert version(engine) == 1
    assert not load_places(engine).covers("PB")
    later = file({"code": "HPKN02", "valid_from": "2026-11-01"}, state="PB")
    assert applied(engine, later) == counts(added=1)
    jail = {"code": "HPKN01", "kind": "jail", "court_kind": None}
    assert applied(engine, file(jail, {"code": "HPKN02", "valid_from": "2026-11-01"}, state="PB"))["added"] == 1


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_running_gateway_follows_and_asks_once_where_nothing_changed(store: Store) -> None:
    follower = DirectoryFollower(reader_of(store.engine), store.writer, store.vault, lambda: None)
    assert not follower.places.covers("HP")
    assert not follower.refresh()
    applied(store.engine, file(SESSIONS, MAGISTRATE))
    assert follower.refresh()
    before = follower.places
    assert before.is_over("HPKN01", "HPKN02", ON)
    assert follower.version == 0
    with statements(store.engine) as seen:
        assert not follower.refresh()
    assert len([each for each in seen if each.startswith("SELECT")]) == 1
    assert follower.places is before
    applied(store.engine, file(SESSIONS | {"over": []}, MAGISTRATE))
    assert follower.refresh()
    assert not follower.places.is_over("HPKN01", "HPKN02", ON)


def test_a_gateway_that_starts_knows_the_places(store: Store) -> None:
    applied(store.engine, file(SESSIONS))
    follower = DirectoryFollower(reader_of(store.engine), store.writer, store.vault, lambda: None)
    assert follower.places.covers("HP")
