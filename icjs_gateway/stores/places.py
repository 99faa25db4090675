"""The directory of places in the store: applied State by State, answered from memory.

Every change raises the version counter `places`, by which a running gateway follows changes that another process made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.authority.places import ActsFor, Place, Places, PlacesFile
from icjs_gateway.stores import schema
from icjs_gateway.stores.directory import raise_version
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.locking import lock_names

COUNTER = "places"
"""Name of the version counter."""
_PLACE, _ACTS_FOR = "place", "acts-for"
_ROW = schema.places.c
_Row = tuple[str, str, str, bool]
"""(state, kind, document, whether it is invented)"""


def load_places(engine: Engine) -> Places:
    """Read the directory of places. Raises StoreFailed when the database does not answer."""
    with reading(engine) as connection:
        return places_of(connection)


def sampled_states(engine: Engine) -> list[str]:
    """The States of which the store has invented rows, in order."""
    with reading(engine) as connection:
        return list(connection.scalars(select(_ROW.state).where(_ROW.sample).distinct().order_by(_ROW.state)))


def places_of(connection: Connection) -> Places:
    """The directory of places as this connection sees it."""
    rows = connection.execute(select(_ROW.kind, _ROW.document)).all()
    return Places(
        [Place.model_validate_json(row.document) for row in rows if row.kind == _PLACE],
        [ActsFor.model_validate_json(row.document) for row in rows if row.kind == _ACTS_FOR],
    )


def changes_of(connection: Connection, file: PlacesFile) -> dict[str, int]:
    """What `apply_places` would do: the number of rows `added`, `changed`, `removed` and `unchanged`."""
    return _counted(_kept(connection, file.states), dict(_rows_of(file)))


def apply_places(connection: Connection, file: PlacesFile) -> dict[str, int]:
    """Replace the rows of the States that the file lists; rows of other States stay as they are.

    Answers the number of rows `added`, `changed`, `removed` and `unchanged`; applying the same again changes nothing,
    not even the version. The file is one that `read_places` gave. Raises Misconfigured when a place stands among the
    rows of another State for the same days.
    """
    lock_names(connection, [COUNTER])
    refuse_taken(connection, file)
    kept, wanted = _kept(connection, file.states), dict(_rows_of(file))
    gone = [{"gone": key} for key, row in kept.items() if wanted.get(key) != row]
    come = [
        {"row_key": key, "state": row[0], "kind": row[1], "document": row[2], "sample": row[3]}
        for key, row in wanted.items()
        if kept.get(key) != row
    ]
    if gone:
        connection.execute(delete(schema.places).where(_ROW.row_key == bindparam("gone")), gone)
    if come:
        connection.execute(insert(schema.places), come)
    if gone or come:
        raise_version(connection, COUNTER)
    return _counted(kept, wanted)


def refuse_taken(connection: Connection, file: PlacesFile) -> None:
    """Raise Misconfigured when a place of the file stands among the rows of another State for the same days."""
    mine: dict[tuple[str, str], list[Place]] = {}
    for place in file.places:
        mine.setdefault((place.kind, place.code), []).append(place)
    faults = [
        f"{place.kind.value} {place.code}: stands among the rows of {other.state} for the same days"
        for other in _elsewhere(connection, file.states)
        for place in mine.get((other.kind, other.code), ())
        if place.overlaps(other)
    ]
    if faults:
        raise Misconfigured("\n".join(faults))


def known_elsewhere(connection: Connection, states: Iterable[str]) -> frozenset[tuple[str, str]]:
    """(kind, code) of the places of all States but these."""
    return frozenset((place.kind.value, place.code) for place in _elsewhere(connection, states))


def _elsewhere(connection: Connection, states: Iterable[str]) -> list[Place]:
    others = select(_ROW.document).where(_ROW.kind == _PLACE, _ROW.state.not_in(tuple(states)))
    return [Place.model_validate_json(document) for document in connection.scalars(others)]


def _kept(connection: Connection, states: Iterable[str]) -> dict[str, _Row]:
    """By key, the rows of these States."""
    kept = select(_ROW.row_key, _ROW.state, _ROW.kind, _ROW.document, _ROW.sample).where(_ROW.state.in_(tuple(states)))
    return {row.row_key: (row.state, row.kind, row.document, row.sample) for row in connection.execute(kept)}


def _rows_of(file: PlacesFile) -> Iterator[tuple[str, _Row]]:
    """By key, the rows of a file. A row of `acts_for` belongs to the State of its place."""
    states = {(place.kind, place.code): place.state for place in file.places}
    for place in file.places:
        yield place.key, (place.state, _PLACE, place.model_dump_json(exclude_defaults=True), file.sample)
    for acting in file.acts_for:
        document = acting.model_dump_json(by_alias=True, exclude_defaults=True)
        yield acting.key, (states[acting.kind, acting.place], _ACTS_FOR, document, file.sample)


def _counted(kept: dict[str, _Row], wanted: dict[str, _Row]) -> dict[str, int]:
    both = kept.keys() & wanted.keys()
    unchanged = sum(kept[key] == wanted[key] for key in both)
    return {
        "added": len(wanted) - len(both),
        "changed": len(both) - unchanged,
        "removed": len(kept) - len(both),
        "unchanged": unchanged,
    }
