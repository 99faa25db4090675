"""What contradicts itself in one document: two statements about one thing that cannot both be true.

Judged over the events that a document becomes, so that it holds for every contract and wire; what is compared is data
(`contracts/canonical/contradictions.yaml`). Each place of a contradiction gets a finding of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from icjs_gateway.mappings.codelists import plain_words
from icjs_gateway.mappings.same_person import NUMBERS, Same, is_same_person
from icjs_gateway.mappings.told import Told
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.findings import Severity

REFUSED = "CONTRADICTS-ITSELF"
HELD = "MAY-CONTRADICT-ITSELF"
_CODE = re.compile(r"[A-Z][A-Z_]*|true|false")
"""What may be told of another place: a code, never a name."""

Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A member that is compared; `apart` are members by which two statements are about two matters, `agree` sets of
    values that are true at once."""

    of: str
    about: str
    apart: tuple[str, ...] = ()
    agree: tuple[frozenset[str], ...] = ()
    refuses: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Things of one kind in a document: where they stand, and what says which one each is."""

    at: tuple[str, ...]
    called: str
    person: tuple[str, ...] | None = None
    key: tuple[str, ...] = ()
    says: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Two lists in which the same thing cannot stand."""

    one: Listed
    other: Listed
    about: str
    refuses: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One place of a contradiction. `path` is that of the tree: `hearing.accused[1].bail.decision`."""

    path: str
    severity: Severity
    found: str
    other: str
    subject: str
    about: str

    @property
    def code(self) -> str:
        return REFUSED if self.severity is Severity.ERROR else HELD

    @property
    def expected(self) -> str:
        also = f"; another place says {self.other}" if _CODE.fullmatch(self.other) else ""
        return f"one {self.about} of {self.subject}{also}"

    @property
    def hint(self) -> str:
        if self.severity is Severity.ERROR:
            return "the other place has a finding of its own: send what is right, once"
        return "it is not certain that both are about the same; the message was kept, and a person looks at it"


@dataclass(frozen=True, slots=True)
class _Thing:
    """One item of a list. `chain` holds what stands around it, by path."""

    path: str
    item: Tree
    chain: Mapping[tuple[str, ...], Tree]


@dataclass(frozen=True, slots=True)
class Contradictions:
    """What cannot be said twice of one thing. Empty, it finds nothing."""

    lists: tuple[Listed, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    def of(self, told: Sequence[Told], *, has_several_firs: bool) -> Iterator[Contradiction]:
        """Every place of every contradiction, once; what refuses before what holds."""
        places: dict[tuple[str, str], Contradiction] = {}
        for found in self._of(told, has_several_firs):
            known = places.get((found.path, found.about))
            if known is None or found.severity is Severity.ERROR:
                places[found.path, found.about] = found
        yield from places.values()

    def _of(self, told: Sequence[Told], has_several_firs: bool) -> Iterator[Contradiction]:
        for listed in self.lists:
            things = _things(listed, told)
            if len(things) > 1:
                for says in listed.says:
                    yield from _said_twice(listed, says, things, has_several_firs)
        for exclusion in self.exclusions:
            yield from _in_both(exclusion, told)


NOTHING_COMPARED = Contradictions()


def _things(listed: Listed, told: Sequence[Told]) -> list[_Thing]:
    """What stands in a list, in every event that is not taken back."""
    noun = listed.at[0]
    found: list[_Thing] = []
    for each in told:
        if each.noun == noun and EVENT_TYPES[each.type].verb != "withdrawn":
            found += _below(each.told, each.path, (noun,), listed.at[1:], {(noun,): each.told})
    return found


def _below(
    item: Tree, path: str, at: tuple[str, ...], steps: tuple[str, ...], chain: Mapping[tuple[str, ...], Tree]
) -> Iterator[_Thing]:
    if not steps:
        if item.get("action") != "WITHDRAW":
            yield _Thing(path, item, chain)
        return
    inner, here = item.get(steps[0]), (*at, steps[0])
    items = enumerate(inner) if isinstance(inner, list) else [(None, inner)] if inner is not None else []
    for index, one in items:
        where = f"{path}.{steps[0]}" if index is None else f"{path}.{steps[0]}[{index}]"
        yield from _below(one, where, here, steps[1:], {**chain, here: one})


def _said_twice(
    listed: Listed, says: Statement, things: Sequence[_Thing], has_several_firs: bool
) -> Iterator[Contradiction]:
    for group in _groups(listed, says, things):
        for one, other in combinations(group, 2):
            first, second = _member(one.item, says.of), _member(other.item, says.of)
            if first == second or any(first in values and second in values for values in says.agree):
                continue
            sure = min(_one_thing(listed, one, other, has_several_firs), _one_matter(says, one, other))
            if sure is Same.NO:
                continue
            severity = Severity.ERROR if sure is Same.YES and says.refuses else Severity.HOLD
            for thing, found, also in ((one, first, second), (other, second, first)):
                yield Contradiction(
                    path=f"{thing.path}.{says.of}",
                    severity=severity,
                    found=_plain(found),
                    other=_plain(also),
                    subject=_subject(listed, thing),
                    about=says.about,
                )


def _groups(listed: Listed, says: Statement, things: Sequence[_Thing]) -> Iterable[list[_Thing]]:
    """Things that may be one, of each statement about them the first."""
    groups: dict[tuple[str, str], dict[str, _Thing]] = {}
    for thing in things:
        value = _member(thing.item, says.of)
        if value is None or not _is_keyed(listed, thing):
            continue
        matter = repr((value, [_member(thing.item, member) for member in says.apart], _person(listed, thing)))
        for name in _names(listed, thing):
            groups.setdefault(name, {}).setdefault(matter, thing)
    return [list(group.values()) for group in groups.values() if len(group) > 1]


def _names(listed: Listed, thing: _Thing) -> Iterator[tuple[str, str]]:
    """What of a thing makes it worth comparing with another that has the same."""
    person = _person(listed, thing)
    if person is None:
        yield "key", _key(listed, thing)
        return
    for member in NUMBERS:
        if member in person:
            yield member, f"{person[member]} {_key(listed, thing)}"
    if "name" in person:
        yield "name", f"{plain_words(person['name'])} {_key(listed, thing)}"


def _is_keyed(listed: Listed, thing: _Thing) -> bool:
    return not listed.key or any(thing.item.get(member) is not None for member in listed.key)


def _key(listed: Listed, thing: _Thing) -> str:
    return "/".join(plain_words(str(thing.item.get(member, ""))) for member in listed.key)


def _person(listed: Listed, thing: _Thing) -> Tree | None:
    if listed.person is None:
        return None
    around = thing.chain.get(listed.person)
    if around is None:
        around = _member(thing.chain[listed.person[:-1]], listed.person[-1])
    return around if isinstance(around, Mapping) else {}


def _one_thing(listed: Listed, one: _Thing, other: _Thing, has_several_firs: bool) -> Same:
    first, second = _person(listed, one), _person(listed, other)
    if first is None or second is None:
        return Same.YES
    return is_same_person(first, second, has_several_firs=has_several_firs)


def _one_matter(says: Statement, one: _Thing, other: _Thing) -> Same:
    """Whether two statements are about one matter, as far as what sets matters apart tells."""
    sure = Same.YES
    for member in says.apart:
        first, second = _matter(_member(one.item, member)), _matter(_member(other.item, member))
        if first and second and not first & second:
            return Same.NO
        if bool(first) != bool(second):
            sure = Same.PERHAPS
    return sure


def _matter(value: Any) -> frozenset[str]:
    """What a value names, a list of provisions each of its sections."""
    if value is None:
        return frozenset()
    if isinstance(value, list | tuple):
        return frozenset(plain_words(f"{each.get('act', '')} {each.get('section', '')}") for each in value)
    return frozenset({plain_words(str(value))})


def _in_both(exclusion: Exclusion, told: Sequence[Told]) -> Iterator[Contradiction]:
    others: dict[str, _Thing] = {}
    for thing in _things(exclusion.other, told):
        if _is_keyed(exclusion.other, thing):
            others.setdefault(_key(exclusion.other, thing), thing)
    for one in _things(exclusion.one, told) if others else ():
        other = others.get(_key(exclusion.one, one))
        if other is None or not _is_keyed(exclusion.one, one):
            continue
        for thing in (one, other):
            yield Contradiction(
                path=thing.path,
                severity=Severity.ERROR if exclusion.refuses else Severity.HOLD,
                found=_subject(exclusion.one, one),
                other="",
                subject=_subject(exclusion.one, one),
                about=f"place ({exclusion.about})",
            )


def _member(item: Tree, path: str) -> Any:
    value: Any = item
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _subject(listed: Listed, thing: _Thing) -> str:
    """`accused A1`, `exhibit E-3`: by number, never by name."""
    named: list[str] = [str(thing.item[member]) for member in listed.key if thing.item.get(member) is not None]
    person = _person(listed, thing) or {}
    who = next((str(person[each]) for each in NUMBERS if each in person), None)
    if named and who is not None:
        return f"{listed.called} {' '.join(named)} of accused {who}"
    return " ".join([listed.called, *named, *([who] if who is not None else [])])


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
