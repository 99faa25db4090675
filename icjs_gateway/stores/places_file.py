"""The places file: one YAML document with the directory of places of one or several States.

Parsed once, at the edge, into the rows that the store keeps. Every fault of the file is named with its position; no row
of a faulty file is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import combinations
from pathlib import Path

import yaml
from pydantic import ValidationError

from icjs_gateway.mappings.marked_yaml import SAFE_LOADER
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.names.states import STATES
from icjs_gateway.routing.authority.places import PlaceKind, PlacesFile

Known = Callable[[tuple[str, ...]], Collection[tuple[str, str]]]
"""(kind, code) of the places of all States but these."""


def read_places(path: Path, known: Known = lambda _: ()) -> PlacesFile:
    """Parse a places file. Raises Misconfigured with every fault of the file, one a line.

    `known` are places of other States, which `over`, `successor` and `for` may name besides the places of the file.
    """
    file = read_shape(path)
    faults = [f"{path}: {fault}" for fault in faults_of(file, known(file.states))]
    if faults:
        raise Misconfigured("\n".join(faults))
    return file


def read_shape(path: Path) -> PlacesFile:
    """Parse a places file and hold each row against its shape. Raises Misconfigured with every fault of a shape."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)  # noqa: S506  (a safe loader)
        return PlacesFile.model_validate(document)
    except ValidationError as fault:
        lines = (f"{path}: {_position(each['loc'])}{each['msg']}" for each in fault.errors())
        raise Misconfigured("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as fault:
        raise Misconfigured(f"{path}: {fault}") from fault


def faults_of(file: PlacesFile, known: Collection[tuple[str, str]] = ()) -> list[str]:
    """What is wrong with a file whose rows have the right shapes."""
    return [*_wrong_states(file), *_doubles(file), *_unknown_codes(file, known)]


def _position(location: tuple[int | str, ...]) -> str:
    return "".join(f"{part}." for part in location)[:-1] + ": " if location else ""


def _wrong_states(file: PlacesFile) -> Iterator[str]:
    for state in file.states:
        if state not in STATES:
            yield f"states: {state} is no State or Union Territory"
    for number, place in enumerate(file.places):
        where = f"places.{number} ({place.kind.value} {place.code})"
        if place.state not in file.states:
            yield f"{where}.state: {place.state} is not listed under `states`"
        for state in place.states:
            if state not in STATES:
                yield f"{where}.states: {state} is no State or Union Territory"


def _doubles(file: PlacesFile) -> Iterator[str]:
    """Rows that count on the same day for the same place, and rows of acts_for that are written twice."""
    rows: dict[tuple[str, str], list[int]] = {}
    for number, place in enumerate(file.places):
        rows.setdefault((place.kind, place.code), []).append(number)
    for numbers in rows.values():
        for one, other in combinations(numbers, 2):
            place = file.places[other]
            if file.places[one].overlaps(place):
                yield f"places.{other} ({place.kind.value} {place.code}): its dates overlap those of places.{one}"
    seen: dict[str, int] = {}
    for number, acting in enumerate(file.acts_for):
        first = seen.setdefault(acting.key, number)
        if first != number:
            yield f"acts_for.{number} ({acting.kind.value} {acting.place}): is the same row as acts_for.{first}"


def _unknown_codes(file: PlacesFile, known: Collection[tuple[str, str]]) -> Iterator[str]:
    """Codes that are named and are those of no place."""
    own = {(place.kind.value, place.code) for place in file.places}
    everywhere = own | set(known)
    for number, place in enumerate(file.places):
        kind, where = place.kind.value, f"places.{number} ({place.kind.value} {place.code})"
        below = PlaceKind.JAIL.value if place.kind is PlaceKind.OFFICE else kind
        for code in place.over:
            if (below, code) not in everywhere:
                yield f"{where}.over: there is no {below} {code}"
        if place.successor is not None and (kind, place.successor) not in everywhere:
            yield f"{where}.successor: there is no {kind} {place.successor}"
    for number, acting in enumerate(file.acts_for):
        kind, where = acting.kind.value, f"acts_for.{number} ({acting.kind.value} {acting.place})"
        if (kind, acting.place) not in own:
            yield f"{where}.place: there is no {kind} {acting.place} in this file"
        for code in acting.for_:
            if (kind, code) not in everywhere:
                yield f"{where}.for: there is no {kind} {code}"
