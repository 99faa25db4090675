"""Members that a contract's keys and its `events` name, held against those that its table makes.

A key that names a member which no row writes is empty for every document: a jurisdiction that nobody has, a thread of
nothing. A part of `events` that does is an event that never comes. That is a fault of the contract, and not of each
sender.
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
            if _unnumbered(path) not in made:
                yield (
                    entry.line,
                    f"{path}: no row of mapping.yaml makes such a member; a key that a format has not is left out",
                )


def unknown_event_members(contract: CompiledContract) -> Iterator[tuple[int, str]]:
    """Line in mapping.yaml, and what is wrong, of each."""
    made = set(_made(contract.translator.table.group, ""))
    made |= {f"{main.at}.{name}" for main in contract.translator.splitting.mains for name in main.added}
    events = contract.translator.table.events
    for entry, paths in _named(events) if events is not None else ():
        if made.isdisjoint(paths):
            yield entry.line, f"{paths[0]}: `events` names it, and no row makes such a member"


def _named(events: Marked) -> Iterator[tuple[Marked, tuple[str, ...]]]:
    """What `events` names, with the paths of which one must be made: a party stands in any of the main events."""
    members = events.members(optional=None)
    yield from ((leaf, (_unnumbered(leaf.text()),)) for leaf in _leaves(members["case"]))
    yield from ((each, (each.text(),)) for each in (members["shared"].items() if "shared" in members else ()))
    main = members["main"].members(optional=None)
    mains = [each.members(optional=None) for each in main["as"].items()] if "as" in main else [main]
    yield from ((each["at"], (each["at"].text(),)) for each in mains)
    for each in mains:
        for entry in (each["compose"].members(optional=None) if "compose" in each else {}).values():
            yield from ((entry, (_unnumbered(path),)) for path in _paths(entry.text()))
    homes = tuple(dict.fromkeys(each["at"].text() for each in mains))
    for member, home in (main["lift"].members(optional=None) if "lift" in main else {}).items():
        yield home, tuple(f"{at}.{home.text()}.{member}" for at in homes)
    if "party" not in members:
        return
    party = members["party"].members(optional=None)
    parties = tuple(f"{at}.{party['at'].text()}" for at in homes)
    yield party["at"], parties
    yield from ((each, tuple(f"{at}.{each.text()}" for at in parties)) for each in party["members"].items())
    for part in members["parts"].items() if "parts" in members else ():
        said = part.members(optional=None)
        yield said["member"], tuple(f"{at}.{said['member'].text()}" for at in parties)
        for source in (said["copy"].members(optional=None) if "copy" in said else {}).values():
            yield source, tuple(f"{at}.{source.text()}" for at in homes)


def _leaves(shape: Marked) -> Iterator[Marked]:
    """The paths in a shape."""
    if shape.is_mapping:
        for inner in shape.members(optional=None).values():
            yield from _leaves(inner)
    elif isinstance(shape.plain(), list):
        for inner in shape.items():
            yield from _leaves(inner)
    else:
        yield shape


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


def _unnumbered(path: str) -> str:
    """A path without the places in lists."""
    return ".".join(step for step in path.split(".") if not step.isdigit())


def _made(group: Group, above: str) -> Iterator[str]:
    """Paths of all members that the rows write, and of those around them."""
    for row in group.rows:
        path = above
        for step in (*(row.inside.split(".") if row.inside else ()), row.to):
            path = f"{path}.{step}".lstrip(".")
            yield path
        yield from (
            f"{path.rpartition('.')[0]}.{name}".lstrip(".") for name in (row.raw, row.further, row.unread) if name
        )
        if row.codec == "coded":
            kept = ("raw", "text") if row.list_name is None else ("raw", "text", "code", "code_list")
            yield from (f"{path}.{name}" for name in kept)
        if row.group is not None:
            yield from _made(row.group, path)
