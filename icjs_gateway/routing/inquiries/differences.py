"""Where a live answer and the record part: member by member, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Tree = Mapping[str, Any]


def differences(record: Tree, live: Tree, members: Sequence[str]) -> Iterator[dict[str, str]]:
    """What both say of these members (`next_hearing.on`), where it is not the same. What one does not say is no
    difference."""
    for member in members:
        ours, theirs = _at(record, member), _at(live, member)
        if ours is not None and theirs is not None and ours != theirs:
            yield {"member": _camel(member), "record": _word(ours), "live": _word(theirs)}


def _at(tree: Tree, member: str) -> Any:
    value: Any = tree
    for step in member.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _camel(member: str) -> str:
    """As the wire calls it."""
    first, *rest = member.split("_")
    return first + "".join(word.capitalize() for word in rest)
