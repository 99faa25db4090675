"""Reading `canonical/contradictions.yaml`, and holding it to the canonical events: no list of theirs is overlooked."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from icjs_gateway.mappings.contradictions import Contradictions, Exclusion, Listed, Statement
from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.model.event_types import EVENT_TYPES, GATEWAYS_OWN

CONTRADICTIONS = Path("canonical") / "contradictions.yaml"
_DOES = ("refuse", "hold")
_PAYLOADS = {kind.noun: kind.payload for kind in EVENT_TYPES.values() if kind.name not in GATEWAYS_OWN}


@cache
def load_contradictions(folder: Path) -> Contradictions:
    """The statements of a folder of contracts that are compared. Raises Misconfigured with file, line and reason."""
    whole = read_yaml(folder / CONTRADICTIONS)
    members = whole.members(required=("lists", "exclude", "free"))
    lists = tuple(_listed(entry) for entry in members["lists"].items())
    free = [entry.members(required=("at", "reason"))["at"] for entry in members["free"].items()]
    listed = {".".join(each.at) for each in lists}
    known = set(lists_of_events())
    for at in sorted(known - listed):
        if not any(fnmatchcase(at, each.text()) for each in free):
            raise whole.wrong(f"{at}: a list of events that stands neither in lists nor in free")
    for each in free:
        if not any(fnmatchcase(at, each.text()) for at in known - listed):
            raise each.wrong(f"{each.text()}: no list of events that is not compared")
    return Contradictions(lists=lists, exclusions=tuple(_exclusion(entry) for entry in members["exclude"].items()))


def lists_of_events() -> Iterator[str]:
    """Every list of things in the canonical events: `hearing.accused.charges`."""
    for payload in _PAYLOADS.values():
        yield from _lists(payload, "")


def _lists(model: type[BaseModel], above: str) -> Iterator[str]:
    for name, info in model.model_fields.items():
        inner, many = _inner(info.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            if many:
                yield f"{above}{name}"
            yield from _lists(inner, f"{above}{name}.")


def _inner(kind: Any) -> tuple[Any, bool]:
    """The type without what says that it may be absent or several, and whether it may be several."""
    if get_origin(kind) in (Union, UnionType):
        [kind] = [way for way in get_args(kind) if way is not type(None)]
    return (get_args(kind)[0], True) if get_origin(kind) is tuple else (kind, False)


def _listed(entry: Marked) -> Listed:
    members = entry.members(required=("at", "called", "says"), optional=("person", "key"))
    at = _path(members["at"])
    if "person" not in members and "key" not in members:
        raise entry.wrong("person or key says which one it is")
    person = _path(members["person"]) if "person" in members else None
    if person is not None and person[:-1] != at and person != at[: len(person)]:
        raise members["person"].wrong("the person stands in it, or around it")
    key = members["key"].items() if "key" in members else []
    return Listed(
        at=at,
        called=members["called"].text(),
        person=person,
        key=tuple(_member(each, at) for each in key),
        says=tuple(_statement(each, at) for each in members["says"].items()),
    )


def _statement(entry: Marked, at: tuple[str, ...]) -> Statement:
    members = entry.members(required=("of", "about", "does"), optional=("apart", "agree"))
    return Statement(
        of=_member(members["of"], at),
        about=members["about"].text(),
        apart=tuple(_member(each, at) for each in members["apart"].items()) if "apart" in members else (),
        agree=tuple(frozenset(each.texts()) for each in members["agree"].items()) if "agree" in members else (),
        refuses=_refuses(members["does"]),
    )


def _exclusion(entry: Marked) -> Exclusion:
    members = entry.members(required=("at", "and", "called", "key", "does", "about"))
    one, other = (
        Listed(
            at=(at := _path(members[name])),
            called=members["called"].text(),
            key=tuple(_member(each, at) for each in members["key"].items()),
        )
        for name in ("at", "and")
    )
    return Exclusion(one=one, other=other, about=members["about"].text(), refuses=_refuses(members["does"]))


def _refuses(entry: Marked) -> bool:
    if entry.text() not in _DOES:
        raise entry.wrong(f"{entry.text()} is none of {', '.join(_DOES)}")
    return entry.text() == "refuse"


def _path(entry: Marked) -> tuple[str, ...]:
    at = tuple(entry.text().split("."))
    if at[0] not in _PAYLOADS or not _leads(_PAYLOADS[at[0]], at):
        raise entry.wrong(f"{entry.text()}: no event has it")
    return at


def _member(entry: Marked, at: tuple[str, ...]) -> str:
    if not _leads(_PAYLOADS[at[0]], (*at, *entry.text().split("."))):
        raise entry.wrong(f"{entry.text()}: no member of {'.'.join(at)}")
    return entry.text()


def _leads(model: type[BaseModel], steps: tuple[str, ...]) -> bool:
    kind: Any = model
    for step in steps:
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)) or step not in kind.model_fields:
            return False
        kind, _ = _inner(kind.model_fields[step].annotation)
    return True
