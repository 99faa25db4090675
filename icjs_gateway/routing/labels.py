"""Labels: what makes a case one that need to know is stricter for. Derived from its events, or told by a sender.

A label stands on something: a section, an age, a word of the sender. A named person may take it away; what it stood on
then gives it no more, but another section, or a sender who says it again, does. Sections are looked for in both laws.

What a place says whose case it is not is kept as said by it (`as_said_by`). A label that stands on nothing else is
marked: it hides from third parties at once, and opens and closes nothing else (`access.view`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from icjs_gateway.mappings.law import Provision, read_provisions
from icjs_gateway.mappings.law.acts import PENAL_CODES, act_code
from icjs_gateway.model.content import Event, declared
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.instants import IST

Ground = tuple[str, str]
"""(label, what gives it)."""

TOLD = "told"
CLUBBED = "clubbed"
"""A case tried together with this one has the label."""
_SAID_BY = " said by "
"""Between a ground and the place that said it, where the case is not that place's."""
_MARK = "?"
"""Behind the name of a label that stands on no owner's word."""
_OF_AGE = 18
_REMEMBERED_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """What gives one label. `sections` by act; an act's None is all of it."""

    label: str
    about: str
    sections: Mapping[str, tuple[Provision, ...] | None] = field(default_factory=dict)
    under_age: str | None = None
    """`accused` or `victims`: whose age decides."""
    serials: tuple[str, ...] = ()
    case_types: tuple[str, ...] = ()
    narrows: bool = False
    """Whether it keeps events from who holds a body."""


@dataclass(frozen=True, kw_only=True)
class Labeller:
    """The derivations, and where events hold the facts they need (`facts`: paths by kind of fact)."""

    derivations: tuple[Derivation, ...]
    facts: Mapping[str, tuple[str, ...]]
    _by_section: dict[tuple[str, str | None], frozenset[Ground]] = field(default_factory=dict, repr=False)

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(each.label for each in self.derivations)

    @cached_property
    def narrowing(self) -> frozenset[str]:
        """The labels that keep events from who holds a body."""
        return frozenset(each.label for each in self.derivations if each.narrows)

    def grounds(self, event: Event) -> frozenset[Ground]:
        """Every label that this event gives its case, with what gives it."""
        noun = EVENT_TYPES[event.type].noun
        found: set[Ground] = {(str(label), TOLD) for label in self._facts("told", noun, event) if label in self.known}
        for named in self._facts("provisions", noun, event):
            found |= self._sections(named.section, declared(named, "act"))
        told_on = event.occurred_at.astimezone(IST).date()
        happened_on = next((_day(at) for at in self._facts("happened", noun, event)), told_on)
        for who in ("accused", "victims"):
            for person in self._facts(who, noun, event):
                found |= self._by_person(person, who, happened_on, told_on)
        for word in (event.data.case.case_type or "").replace(".", "").split():
            found |= {(each.label, f"case type {word}") for each in self.derivations if word in each.case_types}
        return frozenset(found)

    def children(self, event: Event) -> tuple[Any, ...]:
        """The accused of an event whom it tells to have been children: each by age, number or a label of their own; or
        all of them, where only the label of the case or its type says that a child is accused."""
        noun = EVENT_TYPES[event.type].noun
        accused = tuple(self._facts("accused", noun, event))
        told_on = event.occurred_at.astimezone(IST).date()
        happened_on = next((_day(at) for at in self._facts("happened", noun, event)), told_on)
        own = tuple(
            each
            for each in accused
            if not self.of_children.isdisjoint(declared(each, "labels") or ())
            or any(label in self.of_children for label, _ in self._by_person(each, "accused", happened_on, told_on))
        )
        words = (event.data.case.case_type or "").replace(".", "").split()
        of_the_case = {
            *(each.label for each in self.derivations if not set(each.case_types).isdisjoint(words)),
            *(declared(getattr(event.data, noun), "labels") or ()),
        }
        return own or (() if self.of_children.isdisjoint(of_the_case) else accused)

    @cached_property
    def of_children(self) -> frozenset[str]:
        """The labels that the age of an accused gives."""
        return frozenset(each.label for each in self.derivations if each.under_age == "accused")

    def _sections(self, section: str, act: str | None) -> frozenset[Ground]:
        """Few sections make most cases: what they give is remembered, up to a bound."""
        known = self._by_section.get((section, act))
        if known is None:
            if len(self._by_section) >= _REMEMBERED_MAX:
                self._by_section.clear()
            known = self._by_section[section, act] = _by_section(self.derivations, section, act)
        return known

    @cached_property
    def _paths(self) -> Mapping[tuple[str, str], tuple[tuple[str, ...], ...]]:
        """Where a kind of fact lies in the events of a noun: steps below the noun's member."""
        paths: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for kind, listed in self.facts.items():
            for noun, *steps in (path.split(".") for path in listed):
                paths.setdefault((kind, noun), []).append(tuple(steps))
        return {place: tuple(each) for place, each in paths.items()}

    def _by_person(self, person: Any, who: str, happened_on: date, told_on: date) -> set[Ground]:
        found: set[Ground] = set()
        if _was_a_child(person, happened_on, told_on):
            found = {(each.label, f"age of {who}") for each in self.derivations if each.under_age == who}
        serial = declared(person, "serial")
        if who == "accused" and serial is not None:
            said = serial.upper()
            found |= {(each.label, "serial of an accused") for each in self._numbered if said.startswith(each.serials)}
        return found

    @cached_property
    def _numbered(self) -> tuple[Derivation, ...]:
        return tuple(each for each in self.derivations if each.serials)

    def _facts(self, kind: str, noun: str, event: Event) -> Iterator[Any]:
        for steps in self._paths.get((kind, noun), ()):
            yield from _members(getattr(event.data, noun), steps)


def _members(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    if value is None:
        return
    if isinstance(value, tuple):
        for each in value:
            yield from _members(each, steps)
    elif steps:
        # `from` is a word of Python: the member is called `from_`.
        name = steps[0] if hasattr(value, steps[0]) else f"{steps[0]}_"
        yield from _members(getattr(value, name, None), steps[1:])
    else:
        yield value


def _by_section(derivations: Iterable[Derivation], section: str, act: str | None) -> frozenset[Ground]:
    reading = read_provisions(section, act)
    acts = {code for code, _ in reading.acts} | ({act_code(act)} if act is not None else set())
    named = {(code, None) for code in acts} | {(each.act, each) for each in reading.provisions}
    found: set[Ground] = set()
    for code, provision in named:
        for each in derivations:
            # An act that nobody could read is taken for a penal code: rather one label too many.
            for possible in [code] if code is not None else sorted(PENAL_CODES):
                if possible in each.sections and (ground := _ground(each.sections[possible], possible, provision)):
                    found.add((each.label, ground))
    return frozenset(found)


def _ground(listed: tuple[Provision, ...] | None, act: str, named: Provision | None) -> str | None:
    """The listed provision that what is named lies in; the act where all of it is listed."""
    if listed is None:
        return act
    if named is None:
        return None
    for each in listed:
        if each.section == named.section and named.parts[: len(each.parts)] == each.parts:
            return str(each)
    return None


def _day(at: Any) -> date:
    return at.astimezone(IST).date() if isinstance(at, datetime) else at


def _was_a_child(person: Any, happened_on: date, told_on: date) -> bool:
    """Under 18 on that day by the date of birth, or by the age told later: if either says so."""
    born_on, age_years = declared(person, "date_of_birth"), declared(person, "age_years")
    by_birth = born_on is not None and _years(born_on, happened_on) < _OF_AGE
    by_age = age_years is not None and age_years - max(0, _years(happened_on, told_on)) < _OF_AGE
    return by_birth or by_age


def _years(since: date, until: date) -> int:
    """Whole years between two days."""
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def as_said_by(grounds: Iterable[Ground], place: str) -> frozenset[Ground]:
    """The same grounds as the word of a place whose case it is not."""
    return frozenset(
        (label, ground if _SAID_BY in ground else f"{ground}{_SAID_BY}{place}") for label, ground in grounds
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """The labels of one case and what each stands on; `lifted` is what a person decided that none shall stand on."""

    on: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lifted: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.on)

    @property
    def marked(self) -> frozenset[str]:
        """The names, with a mark on each label that stands on no owner's word: what disclosure asks for."""
        return frozenset(
            name if any(_SAID_BY not in ground for ground in grounds) else f"{name}{_MARK}"
            for name, grounds in self.on.items()
        )

    def clubbed(self) -> frozenset[Ground]:
        """What a case that is tried together with this one has of it, by the same word."""
        found: set[Ground] = set()
        for label, grounds in self.on.items():
            said = sorted(grounds)
            is_owned = any(_SAID_BY not in ground for ground in said)
            found.add((label, CLUBBED if is_owned else f"{CLUBBED}{_SAID_BY}{said[0].partition(_SAID_BY)[2]}"))
        return frozenset(found)

    def given(self, grounds: Iterable[Ground]) -> Labelling:
        """With these as well. What was lifted gives nothing again, but an owner's own word always counts."""
        new = [each for each in grounds if self._is_new(*each)]
        if not new:
            return self
        on = dict(self.on)
        for label, ground in new:
            on[label] = on.get(label, frozenset()) | {ground}
        return Labelling(on=on, lifted=self.lifted)

    def _is_new(self, label: str, ground: str) -> bool:
        """A ground that an owner named, or that was lifted, is nothing new by another place's word."""
        on, lifted = self.on.get(label, frozenset()), self.lifted.get(label, frozenset())
        said = ground.partition(_SAID_BY)[0]
        if ground in on or said in on:
            return False
        return ground == TOLD or (ground not in lifted and (said == TOLD or said not in lifted))

    def without(self, label: str) -> Labelling:
        """A person takes a label away, and with it all that it stands on now. Raises KeyError where it is not."""
        on = {name: grounds for name, grounds in self.on.items() if name != label}
        lifted = self.lifted.get(label, frozenset()) | self.on[label]
        return Labelling(on=on, lifted={**self.lifted, label: lifted})

    def written(self) -> str:
        """As JSON, the same for the same labelling."""
        if not self.on and not self.lifted:
            return ""
        return json.dumps({"on": _plain(self.on), "lifted": _plain(self.lifted)}, separators=(",", ":"))

    @classmethod
    def read(cls, written: str) -> Labelling:
        """From what `written` gave."""
        return _read(written)


NO_LABELS = Labelling()


def _plain(grounds: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {label: sorted(grounds[label]) for label in sorted(grounds)}


@lru_cache(maxsize=4096)
def _read(written: str) -> Labelling:
    if not written:
        return NO_LABELS
    kept = _DECODE(written)
    return Labelling(
        **{side: {name: frozenset(each) for name, each in kept[side].items()} for side in ("on", "lifted")}
    )


_DECODE = json.JSONDecoder().decode


def names_text(labels: frozenset[str]) -> str:
    """The labels in one word each, as a lease reads them: `CHILD_VICTIM SEXUAL_OFFENCE`."""
    return " ".join(sorted(labels))


def unmarked(labels: frozenset[str]) -> frozenset[str]:
    """The names of labels that have marks or none."""
    return frozenset(label.removesuffix(_MARK) for label in labels)


@lru_cache(maxsize=256)
def names_of(text: str) -> frozenset[str]:
    """From what `names_text` gave."""
    return frozenset(text.split())
