"""Reading `canonical/matrix.yaml`, and holding it to what recipient classes may see."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.routing.directory import Pillar, RecipientClass
from icjs_gateway.routing.matrix import Matrix

MATRIX = Path("canonical") / "matrix.yaml"


def load_matrix(folder: Path) -> Matrix:
    """The matrix of a folder of contracts. Raises Misconfigured with file, line and reason."""
    members = read_yaml(folder / MATRIX).members(required=("matrix", "everybody"))
    sights = load_policy(folder).sights
    owed: dict[RecipientClass, list[str]] = {}
    for entry in members["matrix"].items():
        row = entry.members(required=("from", "to", "events"))
        _pillar(row["from"])
        to = _class(row["to"])
        for each in row["events"].items():
            for name in _types(each):
                if EVENT_TYPES[name].noun not in sights[to].nouns:
                    raise each.wrong(f"{to.value} is owed {name} and may not see it (disclosure.yaml)")
            owed.setdefault(to, []).append(each.text())
    for each in members["everybody"].items():
        _types(each)
    return Matrix(
        owed={to: tuple(dict.fromkeys(globs)) for to, globs in owed.items()}, everybody=members["everybody"].texts()
    )


def _types(entry: Marked) -> list[str]:
    """The event types that a glob names."""
    named = [name for name in EVENT_TYPES if fnmatchcase(name, entry.text())]
    if not named:
        raise entry.wrong(f"{entry.text()} is no event type")
    return named


def _pillar(entry: Marked) -> None:
    if entry.text() not in list(Pillar):
        raise entry.wrong(f"{entry.text()} is no pillar")


def _class(entry: Marked) -> RecipientClass:
    if entry.text() not in list(RecipientClass):
        raise entry.wrong(f"{entry.text()} is no recipient class")
    return RecipientClass(entry.text())
