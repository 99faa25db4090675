"""Reading `canonical/disclosure.yaml`, and holding it to the canonical events: each field stands in one field class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.views import VIEWS
from icjs_gateway.registry.canonical import leaves_of
from icjs_gateway.registry.labels import load_labels
from icjs_gateway.routing.access.policy import FieldClass, NamedJail, Policy, Rule, Sight, ToldApart
from icjs_gateway.routing.directory import RecipientClass

DISCLOSURE = Path("canonical") / "disclosure.yaml"
_ADDED = ("case.id", "supersedes")
"""What recording adds to what a message told."""
_VALUES = (
    {"code", "raw", "text", "code_list"},
    {"lang", "text"},
    {"currency", "amount"},
    {"relation", "name"},
    {"sha256", "bytes", "media_type"},
)
"""Members of what is one value: it may be classified as one."""
_ALTERNATIVES = re.compile(r"\{([^{}]*)\}")


def load_policy(folder: Path) -> Policy:
    """The policy of a folder of contracts. Raises Misconfigured with file, line and reason."""
    whole = read_yaml(folder / DISCLOSURE)
    members = whole.members(required=("fields", "groups", "classes", "always", "rules", "named_jail", "told_apart"))
    fields = members["fields"].members(optional=None)
    groups = {name: _classes(entry, {}) for name, entry in members["groups"].members(optional=None).items()}
    labeller = load_labels(folder)
    known = labeller.known
    classes = members["classes"].members(optional=None)
    named = members["named_jail"].members(required=("classes", "shows"))
    apart = members["told_apart"].members(required=("label", "classes", "hides_of_several"))
    policy = Policy(
        labels=known,
        fields=tuple(
            FieldClass(name=name, about=entry.members(required=("about", "leaves"))["about"].text())
            for name, entry in fields.items()
        ),
        leaves=_leaves(members["fields"], fields),
        sights={_class(members["classes"], name): _sight(entry, fields, known) for name, entry in classes.items()},
        rules=tuple(_rule(entry, fields, groups, known) for entry in members["rules"].items()),
        named_jail=NamedJail(classes=_classes(named["classes"], groups), shows=_fields(named["shows"], fields)),
        told_apart=ToldApart(
            label=_known(apart["label"], labeller.of_children, "label of children"),
            classes=_classes(apart["classes"], groups),
            hides_of_several=_fields(apart["hides_of_several"], fields),
        ),
        always=frozenset(_known(entry, _nouns(), "noun") for entry in members["always"].items()),
    )
    missing = [each.value for each in RecipientClass if each not in policy.sights]
    if missing:
        raise members["classes"].wrong(f"nothing is said of {', '.join(missing)}")
    narrowing = {
        label
        for rule in policy.rules
        if rule.withholds and rule.classes & policy.named_jail.classes
        for label in rule.labels
    }
    if narrowing != labeller.narrowing:
        raise members["rules"].wrong(
            f"labels.yaml says of {sorted(labeller.narrowing)} that they narrow, and these rules of {sorted(narrowing)}"
        )
    return policy


def _leaves(where: Marked, fields: Mapping[str, Marked]) -> dict[str, dict[str, str]]:
    """The field class of every leaf, by noun."""
    leaves = {noun: [*(() if noun in VIEWS else _ADDED), *leaves_of(noun)] for noun in _nouns()}
    every = {leaf for each in leaves.values() for leaf in each}
    below: dict[str, set[str]] = {}
    for leaf in every:
        below.setdefault(leaf.rpartition(".")[0], set()).add(leaf.rpartition(".")[2])
    found: dict[str, str] = {}
    for name, entry in fields.items():
        for listed in entry.members(required=("about", "leaves"))["leaves"].items():
            for path in _spelled(listed.text()):
                is_value = below.get(path) in _VALUES
                if path not in every and not is_value:
                    raise listed.wrong(f"{path} is no field of any event")
                for leaf in [f"{path}.{member}" for member in sorted(below[path])] if is_value else [path]:
                    if leaf in found:
                        raise listed.wrong(f"{leaf} stands under {found[leaf]} already")
                    found[leaf] = name
    if unclassified := sorted(every - set(found)):
        raise where.wrong(f"no field class says what this is, so nobody may see it: {', '.join(unclassified)}")
    return {noun: {leaf: found[leaf] for leaf in each} for noun, each in leaves.items()}


def _spelled(path: str) -> Iterator[str]:
    """Every path that one with alternatives stands for."""
    parts = _ALTERNATIVES.split(path)
    ways = [part.split(",") if index % 2 else [part] for index, part in enumerate(parts)]
    return ("".join(way) for way in product(*ways))


def _sight(entry: Marked, fields: Mapping[str, Marked], labels: Iterable[str]) -> Sight:
    members = entry.members(required=("sees",), optional=("lodged_only", "only_with"))
    sees = members["sees"].members(optional=None)
    for noun, listed in sees.items():
        if noun not in _nouns():
            raise listed.wrong(f"{noun} is no noun of an event")
    return Sight(
        nouns={noun: None if listed.plain() == "whole" else _fields(listed, fields) for noun, listed in sees.items()},
        lodged_only=members["lodged_only"].texts() if "lodged_only" in members else (),
        only_with=_known(members["only_with"], labels, "label") if "only_with" in members else None,
    )


def _rule(
    entry: Marked,
    fields: Mapping[str, Marked],
    groups: Mapping[str, frozenset[RecipientClass]],
    labels: frozenset[str],
) -> Rule:
    members = entry.members(required=("id", "about", "labels"), optional=("hides", "withholds", "all_but", "from"))
    if ("hides" in members) == ("withholds" in members) or ("all_but" in members) == ("from" in members):
        raise entry.wrong("a rule hides fields or withholds the event, from some or from all but some")
    if "withholds" in members and members["withholds"].text() != "event":
        raise members["withholds"].wrong("what a rule withholds is the event")
    named = _classes(members.get("from") or members["all_but"], groups)
    return Rule(
        id=members["id"].text(),
        about=members["about"].text(),
        labels=frozenset(_known(each, labels, "label") for each in members["labels"].items()),
        hides=_fields(members["hides"], fields) if "hides" in members else frozenset(),
        withholds="withholds" in members,
        classes=named if "from" in members else frozenset(RecipientClass) - named,
    )


def _fields(listed: Marked, fields: Mapping[str, Marked]) -> frozenset[str]:
    return frozenset(_known(each, fields, "field class") for each in listed.items())


def _classes(listed: Marked, groups: Mapping[str, frozenset[RecipientClass]]) -> frozenset[RecipientClass]:
    found: set[RecipientClass] = set()
    for each in listed.items():
        found |= groups[each.text()] if each.text() in groups else {_class(each, each.text())}
    return frozenset(found)


def _class(where: Marked, name: str) -> RecipientClass:
    try:
        return RecipientClass(name)
    except ValueError:
        raise where.wrong(f"{name} is no recipient class") from None


def _known(entry: Marked, known: Iterable[str], what: str) -> str:
    if entry.text() not in known:
        raise entry.wrong(f"{entry.text()} is no {what}")
    return entry.text()


def _nouns() -> list[str]:
    """Of events, and the views of the record."""
    return [*dict.fromkeys(each.noun for each in EVENT_TYPES.values()), *VIEWS]
