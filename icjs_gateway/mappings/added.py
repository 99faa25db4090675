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

    fixed: Mapping[str, Any]
    composed: Mapping[str, Get]

    def __iter__(self) -> Iterator[str]:
        yield from self.fixed
        yield from self.composed

    def put(self, told: Tree, tree: Tree) -> None:
        """Add it to what the event tells; `tree` is the whole document."""
        for name, value in self.fixed.items():
            _set(told, name, value)
        for name, compose in self.composed.items():
            if (value := compose(tree)) is not None:
                _set(told, name, value)

    def take(self, told: Tree) -> None:
        """Remove it again."""
        for name in self:
            home, member = _home(told, name)
            home.pop(member, None)

    def fits(self, told: Tree) -> bool:
        """Whether what an event tells has what is set."""
        return all(home.get(member) == value for home, member, value in self._places(told))

    def _places(self, told: Tree) -> Iterator[tuple[Tree, str, Any]]:
        for name, value in self.fixed.items():
            home, member = _home(told, name)
            if home or "." not in name:
                yield home, member, value


def read_added(members: Mapping[str, Marked]) -> Added:
    """Of an entry's `set` and `compose`. Raises Misconfigured."""
    fixed = members["set"].plain() if "set" in members else {}
    composed = {}
    for name, entry in members["compose"].members(optional=None).items() if "compose" in members else ():
        try:
            composed[name] = template(entry.text())
        except ValueError as error:
            raise entry.wrong(str(error)) from None
    return Added(fixed=fixed, composed=composed)


def _home(told: Tree, name: str) -> tuple[Tree, str]:
    """The member around, and the last step; empty where it is not there."""
    *around, member = name.split(".")
    for step in around:
        told = told.get(step) or {}
    return told, member


def _set(told: Tree, name: str, value: Any) -> None:
    home, member = _home(told, name)
    if home is told or home:
        home[member] = value
