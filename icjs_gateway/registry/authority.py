"""Reading `canonical/authority.yaml`: every basis that the code knows, and no other."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.model.event_types import EVENT_TYPES, GATEWAYS_OWN
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.rules import Basis, Clocks, Door, Effect, Rule, Rules, Step, Verifier, WaitLimits

AUTHORITY = Path("canonical") / "authority.yaml"
_TAKES_BACK = ("any", "own")
_STATES = ("open", "told")
_LABELS = ("owner",)
_NOUNS = frozenset(kind.noun for kind in EVENT_TYPES.values() if kind.name not in GATEWAYS_OWN)


def load_authority(folder: Path) -> Rules:
    """The rules of a folder of contracts. Raises Misconfigured with file, line and reason."""
    members = read_yaml(folder / AUTHORITY).members(required=("basis", "doors", "verify", "waiting"))
    rules = [_rule(name, entry) for name, entry in members["basis"].members(optional=None).items()]
    basis = {rule.basis: rule for rule in rules}
    for missing in set(Basis) - basis.keys():
        raise members["basis"].wrong(f"{missing.value} is missing")
    return Rules(
        basis=basis,
        doors=tuple(_door(name, entry) for name, entry in members["doors"].members(optional=None).items()),
        clocks=Clocks(
            verify=tuple(_step(entry) for entry in members["verify"].items()), waiting=_waiting(members["waiting"])
        ),
    )


def _rule(name: str, entry: Marked) -> Rule:
    members = entry.members(required=("about", "effects", "takes_back"), optional=("place", "events", "labels"))
    events = members["events"].items() if "events" in members else None
    for each in events or ():
        if each.text() not in _NOUNS:
            raise each.wrong(f"{each.text()} is no noun of events")
    return Rule(
        basis=_one_of(Basis, name, entry),
        about=" ".join(members["about"].text().split()),
        place=_one_of(PlaceKind, members["place"].text(), members["place"]) if "place" in members else None,
        events=frozenset(each.text() for each in events) if events is not None else None,
        effects=frozenset(_one_of(Effect, each.text(), each) for each in members["effects"].items()),
        takes_back_any=_word(members["takes_back"], _TAKES_BACK) == "any",
        owns_labels="labels" in members and _word(members["labels"], _LABELS) == "owner",
    )


def _door(name: str, entry: Marked) -> Door:
    members = entry.members(required=("title", "about", "by", "state"))
    return Door(
        id=name,
        title=members["title"].text(),
        about=members["about"].text(),
        by=tuple(_one_of(Basis, each.text(), each) for each in members["by"].items()),
        is_open=_word(members["state"], _STATES) == "open",
    )


def _step(entry: Marked) -> Step:
    members = entry.members(required=("after_minutes", "who"))
    return Step(
        after_minutes=_whole(members["after_minutes"]), who=_one_of(Verifier, members["who"].text(), members["who"])
    )


def _waiting(entry: Marked) -> WaitLimits:
    members = entry.members(required=tuple(WaitLimits.__slots__))
    found = WaitLimits(**{name: _whole(member) for name, member in members.items()})
    if found.hold_warns_after_days >= found.hold_lapses_after_days:
        raise members["hold_warns_after_days"].wrong("the alarm comes before the claim lapses")
    return found


def _whole(entry: Marked) -> int:
    number = entry.plain()
    if not isinstance(number, int) or number <= 0:
        raise entry.wrong("it is a whole number, more than none")
    return number


def _word(entry: Marked, known: tuple[str, ...]) -> str:
    if entry.text() not in known:
        raise entry.wrong(f"{entry.text()} is none of {', '.join(known)}")
    return entry.text()


_Known = TypeVar("_Known", bound=StrEnum)


def _one_of(known: type[_Known], word: str, entry: Marked) -> _Known:
    if word not in set(known):
        raise entry.wrong(f"{word} is none of {', '.join(each.value for each in known)}")
    return known(word)
