"""The policy of disclosure as data: field classes, what each recipient class sees, what labels hide.

`icjs_gateway.registry.disclosure` reads it; `view` compiles and applies it. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icjs_gateway.routing.directory import RecipientClass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldClass:
    """Fields that are shown and hidden together."""

    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one recipient class sees: by noun the names of field classes, None for the whole event.

    `lodged_only` are lists of accused of which only those are shown who are lodged in the recipient's own jails;
    `only_with` a label that the case must have.
    """

    nouns: Mapping[str, frozenset[str] | None]
    lodged_only: tuple[str, ...] = ()
    only_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where a case has any of the labels, these classes are not shown these fields, or not the event at all."""

    id: str
    about: str
    labels: frozenset[str]
    hides: frozenset[str]
    withholds: bool
    classes: frozenset[RecipientClass]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedJail:
    """What of a liberty order reaches the jail that it names, whatever withholds the event."""

    classes: frozenset[RecipientClass]
    shows: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldApart:
    """A label that stands on persons whom the record tells apart: what is withheld by it alone reaches these classes
    where it is about another accused in a jail of their own. `hides_of_several` are field classes that are hidden then
    of what is about several."""

    label: str
    classes: frozenset[RecipientClass]
    hides_of_several: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All of it. `leaves` has the field class of every leaf, by noun; a class without sight sees nothing."""

    labels: frozenset[str]
    fields: tuple[FieldClass, ...]
    leaves: Mapping[str, Mapping[str, str]]
    sights: Mapping[RecipientClass, Sight]
    rules: tuple[Rule, ...]
    named_jail: NamedJail
    told_apart: ToldApart
    always: frozenset[str] = field(default_factory=frozenset)
