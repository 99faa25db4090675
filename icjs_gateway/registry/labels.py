"""Reading `canonical/labels.yaml`, and holding it to the canonical events: no fact that could label is overlooked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from icjs_gateway.mappings.law import Provision, read_provisions
from icjs_gateway.mappings.law.acts import CODES
from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry.canonical import leaves_of
from icjs_gateway.routing.labels import Derivation, Labeller

LABELS = Path("canonical") / "labels.yaml"
_FACTS = ("provisions", "accused", "victims", "told", "happened")
_TELLING = {"section": ("provisions",), "age_years": ("accused", "victims"), "date_of_birth": ("accused", "victims")}
"""Members by whose name a fact is known, and where their group must be listed."""


def load_labels(folder: Path) -> Labeller:
    """The labels of a folder of contracts. Raises Misconfigured with file, line and reason."""
    whole = read_yaml(folder / LABELS)
    members = whole.members(required=("labels", "facts"))
    labels = members["labels"].members(optional=None)
    facts = members["facts"].members(required=_FACTS)
    labeller = Labeller(
        derivations=tuple(_derivation(label, entry) for label, entry in labels.items()),
        facts={kind: entry.texts() for kind, entry in facts.items()},
    )
    for fault in _faults(labeller):
        raise members["facts"].wrong(fault)
    return labeller


def _derivation(label: str, entry: Marked) -> Derivation:
    members = entry.members(required=("about",), optional=("sections", "under_age", "serials", "case_types", "narrows"))
    sections = members["sections"].members(optional=None) if "sections" in members else {}
    under_age = members["under_age"].text() if "under_age" in members else None
    if under_age not in (None, "accused", "victims"):
        raise members["under_age"].wrong("under_age is accused or victims")
    if "narrows" in members and members["narrows"].plain() is not True:
        raise members["narrows"].wrong("narrows is true, or not there")
    return Derivation(
        label=label,
        about=members["about"].text(),
        sections={act: _provisions(act, listed) for act, listed in sections.items()},
        under_age=under_age,
        serials=members["serials"].texts() if "serials" in members else (),
        case_types=members["case_types"].texts() if "case_types" in members else (),
        narrows="narrows" in members,
    )


def _provisions(act: str, listed: Marked) -> tuple[Provision, ...] | None:
    if act not in CODES:
        raise listed.wrong(f"{act} is no act that is known")
    if listed.plain() == "all":
        return None
    found = []
    for each in listed.items():
        reading = read_provisions(each.text(), act)
        if len(reading.provisions) != 1 or reading.unread:
            raise each.wrong(f"{each.text()} is not one section")
        found.append(reading.provisions[0])
    return tuple(found)


def _faults(labeller: Labeller) -> Iterator[str]:
    """Facts of canonical events that are not looked at, and paths that lead nowhere."""
    leaves = {leaf for noun in {each.noun for each in EVENT_TYPES.values()} for leaf in leaves_of(noun)}
    for kind in _FACTS:
        for path in labeller.facts[kind]:
            if path not in leaves and not any(leaf.startswith(f"{path}.") for leaf in leaves):
                yield f"{path}: no event has it"
    for leaf in sorted(leaves):
        group, _, name = leaf.rpartition(".")
        kinds = ("told",) if name == "labels" else _TELLING.get(name, ())
        listed = leaf if name == "labels" else group
        if kinds and not any(listed in labeller.facts[kind] for kind in kinds):
            yield f"{leaf}: a fact that could label a case, and it is listed under none of {', '.join(kinds)}"
