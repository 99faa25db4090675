"""Members that a contract's keys name, held against those that its table makes.

A key that names a member which no row writes is empty for every document: a jurisdiction that nobody has, a thread of
nothing. That is a fault of the contract, and not of each sender.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.vocabulary import Group
from icjs_gateway.registry.compiled import CompiledContract

_HOLE = re.compile(r"\{([a-z0-9_.|]+)(?::[0-9]+)?\}")


def unknown_members(contract: CompiledContract) -> Iterator[tuple[int, str]]:
    """Line in contract.yaml, and what is wrong, of each."""
    made = set(_made(contract.translator.table.group, ""))
    for entry in _texts(contract.declaration.keys):
        text = entry.text()
        for path in _paths(text):
            named = ".".join(step for step in path.split(".") if not step.isdigit())
            if named not in made:
                yield (
                    entry.line,
                    f"{path}: no row of mapping.yaml makes such a member; a key that a format has not is left out",
                )


def _texts(entry: Marked) -> Iterator[Marked]:
    """Every path and template of the keys; a constant is neither."""
    for name, value in entry.members(optional=None).items():
        if value.is_mapping:
            yield from (each for key, each in value.members(optional=None).items() if (name, key) != _CONSTANT)
        elif name == "occurred_at":
            yield from value.items()
        else:
            yield value


_CONSTANT = ("action", "constant")


def _paths(text: str) -> list[str]:
    if "{" not in text:
        return [text]
    return [path for hole in _HOLE.findall(text) for path in hole.split("|")]


def _made(group: Group, above: str) -> Iterator[str]:
    """Paths of all members that the rows write, and of those around them."""
    for row in group.rows:
        path = above
        for step in (*(row.inside.split(".") if row.inside else ()), row.to):
            path = f"{path}.{step}".lstrip(".")
            yield path
        yield from (f"{path.rpartition('.')[0]}.{name}".lstrip(".") for name in (row.raw, row.further) if name)
        if row.group is not None:
            yield from _made(row.group, path)
