"""A fact: what was told of one thing, each member by the latest word.

A fact is the layers of its tellings, the newest first. A layer is a rank and the members that no newer telling holds,
so that an amendment, which is a patch, replaces what it says and leaves the rest. Each member is a register: the higher
rank wins whenever it arrives, and telling the same again changes nothing. Most facts were told once and are one layer.

Of two words of one rank the lesser stays: arbitrary, but the same whichever came first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rank = tuple[int, int, int, int, str]
"""(when it was last vouched for, source rank, revision, when it happened, content hash): greater is later. Instants are
milliseconds since 1970."""

Members = dict[str, Any]
"""What is said, in JSON's own types. What is not said is not a member; there is no None."""

Fact = tuple[tuple[Rank, Members], ...]
"""Layers, the newest first."""

WITHDRAWN = "withdrawn"
"""The mark that a thing was taken back. A register like any other: a later word makes the thing stand again."""


def tell(fact: Fact, rank: Rank, members: Members) -> Fact:
    """The fact after one more telling, wherever in time the telling belongs."""
    if not fact:
        return ((rank, members),)
    if rank <= fact[0][0]:
        return merged(fact, ((rank, members),))
    layers = [(rank, members)]
    for earlier, held in fact:
        left = {name: value for name, value in held.items() if name not in members}
        if left:
            layers.append((earlier, left))
    return tuple(layers)


def merged(one: Fact, other: Fact) -> Fact:
    """What both tell of one thing. The order of the two does not matter."""
    words: dict[str, tuple[Rank, Any]] = {}
    for rank, members in (*one, *other):
        for name, value in members.items():
            held = words.get(name)
            if held is None or _later((rank, value), held):
                words[name] = (rank, value)
    layers: dict[Rank, Members] = {}
    for name in sorted(words):
        rank, value = words[name]
        layers.setdefault(rank, {})[name] = value
    return tuple((rank, layers[rank]) for rank in sorted(layers, reverse=True))


def _later(said: tuple[Rank, Any], held: tuple[Rank, Any]) -> bool:
    return said[0] > held[0] or (said[0] == held[0] and said[1] != held[1] and repr(said[1]) < repr(held[1]))


def known(fact: Fact) -> Members:
    """All members by their latest word."""
    if len(fact) == 1:
        return fact[0][1]
    return {name: value for _, members in reversed(fact) for name, value in members.items()}


def word(fact: Fact, member: str) -> tuple[Rank, Any] | None:
    """The latest word on one member, and its rank."""
    return next(((rank, members[member]) for rank, members in fact if member in members), None)


def stands(fact: Fact) -> bool:
    """Whether the thing was told and not taken back."""
    mark = word(fact, WITHDRAWN)
    return mark is not None and mark[1] is False


def newest(facts: Mapping[str, Fact], *, by: str, at_most: int) -> dict[str, Fact]:
    """The newest of many things, by a member that is a date. Those without one are the oldest."""
    if len(facts) <= at_most:
        return dict(facts)
    ordered = sorted(facts, key=lambda key: (known(facts[key]).get(by, ""), key), reverse=True)
    kept = set(ordered[:at_most])
    return {key: fact for key, fact in facts.items() if key in kept}
