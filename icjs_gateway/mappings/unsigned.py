"""The mark of an order without a signature to rely on: whoever acts on it sees it, and its sender is told.

An order that frees or holds somebody is taken without the signed file too. Then its `order.signature_status` is
UNSIGNED, whatever contract it came in; INVALID stays as the sender stated it. An amendment is a patch: one that says
nothing of the order leaves it as it was. A document that is written leaves the mark out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from icjs_gateway.mappings.told import Told
from icjs_gateway.model.content import Action
from icjs_gateway.model.event_types import EVENT_TYPES

UNSIGNED, INVALID = "UNSIGNED", "INVALID"
_NOUNS = frozenset({"bail", "custody", "production", "release"})
_VERBS = frozenset({"ordered", "amended", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """An order whose signature nobody can rely on. `path` is that of the order in the tree."""

    path: str
    status: str

    @property
    def code(self) -> str:
        return "ORDER-UNSIGNED" if self.status == UNSIGNED else "ORDER-SIGNATURE-INVALID"

    @property
    def expected(self) -> str:
        return "the signed order: its digest, or its file"

    @property
    def hint(self) -> str:
        return f"the order went on, marked {self.status}; whoever acts on it asks the court: send the signed order too"


def mark_unsigned(told: Sequence[Told], action: Action) -> Iterator[Unsigned]:
    """Marks every order that is not signed, and tells of it."""
    for each in told:
        if not _is_signed_order(each):
            continue
        order = each.told.get("order")
        if order is None and action is Action.AMEND:
            continue
        order = order or {}
        if not _has_signed_file(order):
            each.told["order"] = order = order | {"signature_status": UNSIGNED}
        status = order.get("signature_status")
        if status in (UNSIGNED, INVALID):
            yield Unsigned(path=f"{each.path}.order", status=status)


def take_mark(told: Told, action: Action) -> None:
    """Removes the mark that an order without a signed file gets when it is read."""
    order = told.told.get("order")
    if order is None or not _is_signed_order(told) or _has_signed_file(order):
        return
    if order.get("signature_status") == UNSIGNED:
        del order["signature_status"]
    if not order and action is not Action.AMEND:
        del told.told["order"]


def _has_signed_file(order: dict[str, Any]) -> bool:
    return "sha256" in order or "attachment" in order


def _is_signed_order(told: Told) -> bool:
    """Whether an event is an order to a jail itself: no notice of one, no recall, no jail's own word."""
    if told.noun not in _NOUNS or EVENT_TYPES[told.type].verb not in _VERBS:
        return False
    own, is_recall = "prison" in told.told, told.told.get("type") == "RECALL"
    return not own and not is_recall and told.told.get("authority") != "NOTICE"
