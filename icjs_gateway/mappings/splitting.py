"""One document, several events: how the canonical tree is split, and how events are put together again.

    events:
      case: case                          member of the tree, or a shape of paths where the case is told elsewhere
      shared: [court]                     members that stand beside the case in every event
      main: {at: hearing, noun: hearing, verb: recorded}       also `set` and `compose` (`added`), and
                                                               `lift: {member: of which}`
            or, where documents of one contract become events of several types, the first that fits:
            as: [{at: order, when: {type: [RECALL]}, noun: warrant, verb: recalled}, {at: order, noun: ...}]
      party: {at: accused, members: [serial, court_party, name, ...]}
      parts:                              what of each party becomes an event of its own
        - member: bail
          set: {authority: NOTICE}
          copy: {hearing_id: hearing_id, ordered_on: listed_on}
          as: [{noun: bail, verb: ordered}]
        - member: process
          as: [{when: {type: [RECALL]}, noun: warrant, verb: recalled}, {noun: process, verb: issued}]

A part's `action` of WITHDRAW becomes the verb `withdrawn`, and is put back from it. In an amending message the verb is
`amended`, in a withdrawing one `withdrawn`. Events are joined by their party, whole: two parties that a document
describes in exactly the same words cannot be told apart, and share what is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from icjs_gateway.mappings.added import Added, read_added
from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.paths import Get, path
from icjs_gateway.mappings.told import Told
from icjs_gateway.mappings.unsigned import take_mark
from icjs_gateway.model.content import Action, Event
from icjs_gateway.model.event_types import EVENT_TYPES

Tree = dict[str, Any]
_VERBS = {Action.AMEND: "amended", Action.WITHDRAW: "withdrawn"}
_WITHDRAW = "WITHDRAW"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guise:
    """As which noun a part goes, and when."""

    when: tuple[tuple[str, tuple[str | None, ...]], ...]
    noun: str
    verb: str

    def fits(self, part: Tree) -> bool:
        return all(part.get(member) in values for member, values in self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Main:
    """What the main event is made of: the member `at` of the tree, when it is there and says so."""

    at: str
    guise: _Guise
    added: Added

    @property
    def member(self) -> str:
        """The member of the event's data."""
        return _member(self.guise.noun, self.guise.verb)

    def fits(self, tree: Tree) -> bool:
        return self.at in tree and self.guise.fits(tree[self.at])

    def told_by(self, noun: str, told: Tree) -> bool:
        """Whether an event of this noun that tells this was made so."""
        return noun == self.member and self.added.fits(told) and self.guise.fits(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    member: str
    many: bool
    added: Added
    copied: Mapping[str, str]
    guises: tuple[_Guise, ...]

    @property
    def nouns(self) -> frozenset[str]:
        """Members of data in which a part may be told."""
        return frozenset(_member(guise.noun, guise.verb) for guise in self.guises)


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitting:
    """The compiled `events` of a table."""

    case: str | Any
    shared: tuple[str, ...]
    mains: tuple[Main, ...]
    lifted: Mapping[str, str]
    """Members of a member of the main event that the event tells itself: where they are told, and where they stand."""
    parties: str | None
    party: tuple[str, ...]
    parts: tuple[_Part, ...]

    def case_of(self, tree: Tree) -> Tree:
        """What the document says of its case."""
        if isinstance(self.case, str):
            case: Tree = tree.get(self.case) or {}
            return case
        filled: Tree = _fill(self.case, tree)
        return filled

    def split(self, tree: Tree, action: Action) -> list[Told]:
        """The events of a tree, the main one first. Takes the parts out of the tree. Raises ValueError when the tree
        fits no main event."""
        chosen = next((main for main in self.mains if main.fits(tree)), None)
        if chosen is None:
            raise ValueError(f"expected one of {', '.join(dict.fromkeys(main.at for main in self.mains))}")
        main = tree[chosen.at]
        chosen.added.put(main, tree)
        amended = _VERBS.get(action)
        event_type = _type(chosen.guise.noun, amended or chosen.guise.verb)
        events = [Told(chosen.at, event_type, chosen.member, main)]
        if self.parties is not None:
            for index, party in enumerate(main.get(self.parties) or ()):
                where = f"{chosen.at}.{self.parties}[{index}]"
                for part in self.parts:
                    if part.member in party:
                        self._take(part, party, main, amended, where, events)
        for member, home in self.lifted.items():
            if member in main.get(home, ()):
                main[member] = main[home].pop(member)
        return events

    def _take(self, part: _Part, party: Tree, main: Tree, amended: str | None, where: str, events: list[Told]) -> None:
        found = party.pop(part.member)
        about = {member: party[member] for member in self.party if member in party}
        for index, said in enumerate(found if part.many else (found,)):
            told = said | {"accused": about}
            part.added.put(told, main)
            for name, source in part.copied.items():
                if source in main:
                    told[name] = main[source]
            if amended == "withdrawn":
                # Whoever withdraws the whole withdraws each part of it.
                told["action"] = _WITHDRAW
            guise = next(guise for guise in part.guises if guise.fits(told))
            withdrawn = told.pop("action", None) == _WITHDRAW
            verb = "withdrawn" if withdrawn else amended or guise.verb
            at = f"{where}.{part.member}[{index}]" if part.many else f"{where}.{part.member}"
            events.append(Told(at, _type(guise.noun, verb), _member(guise.noun, guise.verb), told))

    def join(self, events: Iterable[Event], action: Action) -> Tree:
        """The tree that these events were split from. Raises ValueError when the main event is not among them."""
        tree: Tree = {}
        main: Tree | None = None
        others: list[tuple[str, Tree]] = []
        for event in events:
            data = event.data.model_dump(exclude_none=True)
            noun = EVENT_TYPES[event.type].noun
            take_mark(Told(noun, event.type, noun, data[noun]), action)
            made = next((each for each in self.mains if each.told_by(noun, data[noun])), None) if main is None else None
            if made is not None:
                main = tree[made.at] = data[noun]
                made.added.take(main)
                if isinstance(self.case, str) and (case := _said(data["case"])):
                    tree[self.case] = case
                tree |= {name: data[name] for name in self.shared if name in data}
            else:
                others.append((event.type, data[noun]))
        if main is None:
            raise ValueError(f"expected {self._expected()}")
        for member, home in self.lifted.items():
            if member in main:
                main.setdefault(home, {})[member] = main.pop(member)
        for event_type, told in others:
            self._put(event_type, told, main, action)
        return tree

    def _expected(self) -> str:
        """What the main event may be, in words."""
        ways = []
        for main in self.mains:
            fixed = " and ".join(f"{name} {value}" for name, value in main.added.fixed.items())
            ways.append(f"a {main.member} event" + (f" with {fixed}" if fixed else ""))
        return " or ".join(dict.fromkeys(ways))

    def _put(self, event_type: str, told: Tree, main: Tree, action: Action) -> None:
        noun, verb = EVENT_TYPES[event_type].noun, EVENT_TYPES[event_type].verb
        part = next((part for part in self.parts if noun in part.nouns), None)
        if part is None or self.parties is None:
            raise ValueError(f"a {noun} event has no place in this contract")
        about = told.pop("accused")
        part.added.take(told)
        said = {name: value for name, value in told.items() if name not in part.copied}
        if verb == "withdrawn" and action is not Action.WITHDRAW:
            said["action"] = _WITHDRAW
        parties: list[Tree] = list(main.get(self.parties) or ())
        main[self.parties] = parties
        home = next(
            (
                party
                for party in parties
                if all(party.get(member) == about.get(member) for member in self.party)
                and (part.many or part.member not in party)
            ),
            None,
        )
        if home is None:
            home = about
            parties.append(home)
        if part.many:
            home.setdefault(part.member, []).append(said)
        else:
            home[part.member] = said


def _said(case: Tree) -> Tree:
    """A case as a document names it: without the empty list of FIRs; empty where it names none at all."""
    return {name: value for name, value in case.items() if value != ()}


def read_splitting(entry: Marked, repeated: frozenset[str]) -> Splitting:
    """Compile `events`. `repeated` are the members of a party that occur several times. Raises Misconfigured."""
    members = entry.members(required=("case", "main"), optional=("shared", "party", "parts"))
    party = members["party"].members(required=("at", "members")) if "party" in members else None
    mains, lifted = _mains(members["main"])
    return Splitting(
        case=_shape(members["case"]),
        shared=members["shared"].texts() if "shared" in members else (),
        mains=mains,
        lifted=lifted,
        parties=party["at"].text() if party else None,
        party=party["members"].texts() if party else (),
        parts=tuple(_part(part, repeated) for part in members["parts"].items()) if "parts" in members else (),
    )


def _mains(entry: Marked) -> tuple[tuple[Main, ...], Mapping[str, str]]:
    members = entry.members(optional=("at", "noun", "verb", "set", "compose", "lift", "as"))
    lifted: Mapping[str, str] = members["lift"].plain() if "lift" in members else {}
    if "as" not in members:
        return (_main(entry, lift=True),), lifted
    if others := sorted(members.keys() - {"as", "lift"}):
        raise entry.wrong(f"beside `as` stands `lift` at most, not {', '.join(others)}")
    return tuple(_main(each, lift=False) for each in members["as"].items()), lifted


def _main(entry: Marked, *, lift: bool) -> Main:
    members = entry.members(required=("at", "noun", "verb"), optional=("set", "compose", "lift" if lift else "when"))
    noun, verb = members["noun"].text(), members["verb"].text()
    _require_type(entry, noun, verb)
    return Main(
        at=members["at"].text(),
        guise=_Guise(when=_when(members.get("when")), noun=noun, verb=verb),
        added=read_added(members),
    )


def _part(entry: Marked, repeated: frozenset[str]) -> _Part:
    members = entry.members(required=("member", "as"), optional=("set", "copy"))
    member = members["member"].text()
    guises = tuple(_guise(guise) for guise in members["as"].items())
    if not guises or guises[-1].when:
        raise members["as"].wrong("`as` ends with a noun and verb without `when`, for everything else")
    return _Part(
        member=member,
        many=member in repeated,
        added=read_added(members),
        copied=members["copy"].plain() if "copy" in members else {},
        guises=guises,
    )


def _guise(entry: Marked) -> _Guise:
    members = entry.members(required=("noun", "verb"), optional=("when",))
    noun, verb = members["noun"].text(), members["verb"].text()
    _require_type(entry, noun, verb)
    return _Guise(when=_when(members.get("when")), noun=noun, verb=verb)


def _when(entry: Marked | None) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    conditions: dict[str, list[str | None]] = entry.plain() if entry is not None else {}
    return tuple((member, tuple(values)) for member, values in conditions.items())


def _require_type(entry: Marked, noun: str, verb: str) -> None:
    if _type(noun, verb) not in EVENT_TYPES:
        raise entry.wrong(f"no event type {_type(noun, verb)}")


def _member(noun: str, verb: str) -> str:
    """The member of data in which events of a type tell what they tell."""
    return EVENT_TYPES[_type(noun, verb)].noun


def _type(noun: str, verb: str) -> str:
    return f"icjs.{noun}.{verb}.v1"


def _shape(entry: Marked) -> Any:
    """A member's name, or a shape with a path at each leaf."""
    plain = entry.plain()
    if isinstance(plain, str):
        return plain

    def compiled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: compiled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [compiled(inner) for inner in value]
        try:
            return path(str(value))
        except ValueError as error:
            raise entry.wrong(str(error)) from None

    return compiled(plain)


def _fill(shape: Any, tree: Tree) -> Any:
    """A shape with the values of its paths; what has none is left out, an item of a list too."""
    if isinstance(shape, dict):
        filled = {name: _fill(inner, tree) for name, inner in shape.items()}
        return {name: value for name, value in filled.items() if value is not None}
    if isinstance(shape, list):
        return [filled for inner in shape if (filled := _fill(inner, tree)) not in ({}, None)]
    get: Get = shape
    return get(tree)
