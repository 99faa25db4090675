"""No free text of a labelled case reaches who may not see identities: over every text of every event and view."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.text import Text
from icjs_gateway.model.views import VIEWS
from icjs_gateway.registry.canonical import leaves_of
from icjs_gateway.registry.closed_codes import closed_lists
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.registry.loading import packaged_contracts
from icjs_gateway.routing.directory import RecipientClass
from tests.contracts import contracts

POLICY = load_policy(packaged_contracts())
MUST_KNOW = frozenset(
    RecipientClass(name)
    for name in ("police-investigation", "police-supervision", "court-trial", "prosecution", "juvenile-board")
)
LISTED = yaml.safe_load((Path(__file__).parent / "free_text.yaml").read_text(encoding="utf-8"))
NOUNS = [noun for noun in {kind.noun for kind in EVENT_TYPES.values()} if noun not in VIEWS]


@cache
def free_texts(noun: str) -> tuple[str, ...]:
    """Leaves of a noun that hold free text: neither a date, a number, one word without blanks, nor a closed list. What
    the views of the record show was in an event before, under the same classes."""
    closed = closed_lists(contracts().all())
    return tuple(leaf for leaf, kind in leaves_of(noun).items() if _is_free(kind) and (noun, leaf) not in closed)


def _is_free(kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return False
    return kind is str or get_args(Text)[1] in get_args(kind) or kind is Text


def _reason(leaf: str, who: RecipientClass) -> str | None:
    for entry in LISTED:
        if who.value in entry.get("from", [who.value]) and any(fnmatchcase(leaf, each) for each in entry["leaves"]):
            return str(entry["about"])
    return None


def _shown(leaf: str, noun: str, who: RecipientClass, label: str) -> bool:
    """Whether the policy shows this recipient class this leaf of a case with one label."""
    sight = POLICY.sights[who]
    if noun in POLICY.always:
        return False  # The gateway's own word names a case by its id, and nobody in it.
    if noun not in sight.nouns or (sight.only_with is not None and sight.only_with != label):
        return False
    field_class, seen = POLICY.leaves[noun][leaf], sight.nouns[noun]
    rules = [rule for rule in POLICY.rules if who in rule.classes and label in rule.labels]
    withheld = any(rule.withholds for rule in rules) or any(field_class in rule.hides for rule in rules)
    return (seen is None or field_class in seen) and not withheld


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_free_text_is_hidden_under_every_label_or_listed_with_a_reason(noun: str) -> None:
    open_ones = [
        f"{leaf} ({POLICY.leaves[noun][leaf]}) to {who.value} under {label}"
        for leaf in free_texts(noun)
        for who in RecipientClass
        if who not in MUST_KNOW and _reason(leaf, who) is None
        for label in sorted(POLICY.labels)
        if _shown(leaf, noun, who, label)
    ]
    assert open_ones == []


def test_nothing_is_listed_in_vain() -> None:
    every = {leaf for noun in [*NOUNS, *VIEWS] for leaf in leaves_of(noun)}
    assert [each for entry in LISTED for each in entry["leaves"] if not any(fnmatchcase(x, each) for x in every)] == []


def test_there_is_free_text_to_hide() -> None:
    assert "court_case.disposal.nature.text" in free_texts("court_case")
    assert "accused.arrest.intimation.name" in free_texts("accused")
    assert "bail.decision" not in free_texts("bail")
    assert len({leaf for noun in NOUNS for leaf in free_texts(noun)}) > 200
