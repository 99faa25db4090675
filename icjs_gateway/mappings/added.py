"""Members of an event that a document does not hold: the contract says them, or they are put together of what it does.

    set: {authority: NOTICE, bond_amount.currency: INR}
    compose: {hearing_id: "{court.establishment}.{case.cnr}.{hearing.listed_on}"}

A member inside another (`bond_amount.currency`) is set where that one is there, and what has a part that is missing is
not composed. An event that is written again leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.paths import Get, template

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What is added to one event, by the member's path."""

    fixed: dict[str, Any]
    composed: Mapping[str, Get]

    def __iter__(self) -> Iterator[str]:
        yield from self.fixed
        yield from self.composed

    def put(self, told: Tree, tree: Tree) -> None:
        """Add it to what the event tells; `tree` is what templates read."""
        composed = {name: value for name, compose in self.composed.items() if (value := compose(tree)) is not None}
        for name, value in (self.fixed | composed).items():
            home, member = _home(told, name)
            if home is not None:
                home[member] = value

    def take(self, told: Tree) -> None:
        """Remove it again."""
        for name in self:
            home, member = _home(told, name)
            if home is not None:
                home.pop(member, None)

    def fits(self, told: Tree) -> bool:
        """Whether what an event tells has what is set."""
        places = ((*_home(told, name), value) for name, value in self.fixed.items())
        return all(home is None or home.get(member) == value for home, member, value in places)


def read_added(members: Mapping[str, Marked]) -> Added:
    """Of an entry's `set` and `compose`. Raises Misconfigured."""
    composed = members["compose"].members(optional=None) if "compose" in members else {}
    for name, value in (members["set"].members(optional=None) if "set" in members else {}).items():
        if value.is_null:
            raise value.wrong(f"set: {name} is given nothing")
    return Added(
        fixed=members["set"].plain() if "set" in members else {},
        composed={name: entry.compiled(template) for name, entry in composed.items()},
    )


def _home(told: Tree, name: str) -> tuple[Tree | None, str]:
    """The member around, None where it is not there, and the last step."""
    *around, member = name.split(".")
    home: Tree | None = told
    for step in around:
        home = (home.get(step) or None) if home is not None else None
    return home, member
