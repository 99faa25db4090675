"""Redaction: one event's data, less what a compiled tree hides. What the tree does not know is hidden too.

A tree is compiled once for every (class, noun, labels); an empty one means that nothing is hidden, and then nobody
walks the data. Every field left out is named, at the highest member that was left out whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNCLASSIFIED = "UNCLASSIFIED"
"""No line says what this member is: older or newer data than the policy."""
NOT_LODGED = "NOT-LODGED-HERE"


@dataclass(slots=True)
class Branch:
    """A member with members. Each is a rule that hides it, a branch, or None: shown whole.

    Of a `lodged_only` branch, a list of accused, only those are shown that are lodged with the recipient.
    """

    members: dict[str, Branch | str | None] = field(default_factory=dict)
    lodged_only: bool = False


def tree_of(hidden_by: Iterable[tuple[str, str | None]], lodged_only: str | None) -> Branch:
    """From (leaf, the rule that hides it). A branch whose every leaf falls to one rule is hidden whole."""
    root = Branch()
    for path, rule in hidden_by:
        *above, last = path.split(".")
        branch = root
        for step in above:
            below = branch.members.setdefault(step, Branch())
            assert isinstance(below, Branch), f"{path} lies in a leaf"  # noqa: S101 - the registry has checked it
            branch = below
        branch.members[last] = rule
    _join(root)
    if lodged_only is not None:
        branch = root
        for step in lodged_only.split("."):
            below = branch.members.get(step)
            if not isinstance(below, Branch):
                return root
            branch = below
        branch.lodged_only = True
    return root


def _join(branch: Branch) -> None:
    for name, below in branch.members.items():
        if isinstance(below, Branch):
            _join(below)
            first, *others = below.members.values()
            if isinstance(first, str) and all(other == first for other in others):
                branch.members[name] = first


def redacted(
    data: Mapping[str, Any], tree: Branch, lodged_here: Sequence[bool]
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """What is shown, and the account of what is not: `[{path, rule}]`."""
    withheld: list[dict[str, str]] = []
    return _members(data, tree, "", withheld, lodged_here), withheld


def _members(
    data: Any, branch: Branch, at: str, withheld: list[dict[str, str]], lodged_here: Sequence[bool]
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in data.items():
        path = f"{at}.{name}" if at else name
        below = branch.members.get(name, UNCLASSIFIED)
        if below is None:
            shown[name] = value
        elif isinstance(below, str):
            withheld.append({"path": path, "rule": below})
        else:
            below_shown = (_items if isinstance(value, list) else _members)(value, below, path, withheld, lodged_here)
            if below_shown or not value:
                shown[name] = below_shown
    return shown


def _items(
    values: Any, below: Branch, at: str, withheld: list[dict[str, str]], lodged_here: Sequence[bool]
) -> list[Any]:
    kept = []
    for index, value in enumerate(values):
        path = f"{at}[{index}]"
        if below.lodged_only and not (index < len(lodged_here) and lodged_here[index]):
            withheld.append({"path": path, "rule": NOT_LODGED})
            continue
        item = _members(value, below, path, withheld, lodged_here)
        if item:
            kept.append(item)
    return kept
