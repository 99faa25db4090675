"""The mark of an order that nobody verified, with what to do: it goes out before its case is known, or to a jail that
has the person by the record of another case.

    {"state": "UNVERIFIED", "reason": "NO_CASE", "advice": "verify identity; ask the issuing court"}
    {"state": "UNVERIFIED", "reason": "NO_CASE", "advice": "authorises no detention: go by your warrant register"}

The reason is NO_CASE, or MOVED_FIR where the order has a case, and the jail has the person by the case from which the
taking station says that its FIR came. The first advice goes with an order that frees or shifts a person, the second
with one that holds. Which of the two an order is follows from its event type, and where that is not enough from two
members of its data as the recipient sees it:

    bail         frees: GRANTED, MODIFIED; a CANCELLED that is withdrawn
    release      frees, unless it is recalled or withdrawn
    production   shifts, also when it is recalled or withdrawn
    remand, custody, warrant
                 hold, unless they are recalled or withdrawn

Whatever is not known to free is marked as holding: a decision that was withheld from the recipient, or a jail's own
word, which is no order. The mark stops nothing; an order that frees reaches its jail all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from icjs_gateway.model.event_types import EVENT_TYPES

Mark = Mapping[str, str]

AUTHORITY = "authority"
"""The member that bears the mark."""
UNVERIFIED = "UNVERIFIED"
"""The state of an order that nobody verified."""


class Effect(StrEnum):
    """What an order does to a person's liberty. To shift somebody counts as to free."""

    FREES = "frees"
    HOLDS = "holds"


_ADVICE = {
    Effect.FREES: "verify identity; ask the issuing court",
    Effect.HOLDS: "authorises no detention: go by your warrant register",
}
_NO_CASE, _MOVED_FIR = "NO_CASE", "MOVED_FIR"
_MARKS: Mapping[tuple[Effect, str], Mark] = {
    (effect, reason): {"state": UNVERIFIED, "reason": reason, "advice": advice}
    for effect, advice in _ADVICE.items()
    for reason in (_NO_CASE, _MOVED_FIR)
}
HOLDING_NOUNS = frozenset({"remand", "custody", "warrant"})
"""Nouns of the orders that hold somebody."""
_JAILS_OWN = frozenset({"icjs.release.not-complied.v1"})
_CORRECTED = frozenset({"amended", "withdrawn"})


def mark_of(event_type: str, data: Mapping[str, Any], *, has_case: bool = False) -> Mark:
    """The mark of an order without a case, or, with one, to a jail of the case from which its FIR came. `data` is what
    the recipient sees, with the account of its disclosure."""
    return _MARKS[effect_of(event_type, data), _MOVED_FIR if has_case else _NO_CASE]


def effect_of(event_type: str, data: Mapping[str, Any]) -> Effect:
    """Whether an order frees or holds, as far as its recipient can see."""
    return Effect.FREES if event_type not in _JAILS_OWN and _frees(event_type, data) else Effect.HOLDS


def _frees(event_type: str, data: Mapping[str, Any]) -> bool:
    kind = EVENT_TYPES[event_type]
    if kind.noun == "production":
        return True
    if kind.noun == "bail":
        return _member(data, "bail", "decision") in (
            ("CANCELLED",) if kind.verb == "withdrawn" else ("GRANTED", "MODIFIED")
        )
    if kind.noun != "release" and kind.noun not in HOLDING_NOUNS:
        return False
    if kind.verb in _CORRECTED and _is_withheld(data, f"{kind.noun}.type"):
        return False
    is_recall = kind.verb == "recalled" or (kind.verb in _CORRECTED and _member(data, kind.noun, "type") == "RECALL")
    is_taken_back = is_recall != (kind.verb == "withdrawn")
    return is_taken_back != (kind.noun == "release")


def _member(data: Mapping[str, Any], noun: str, name: str) -> Any:
    return data.get(noun, {}).get(name)


def _is_withheld(data: Mapping[str, Any], path: str) -> bool:
    """Whether the recipient is not shown a member, or anything above it."""
    withheld = data.get("disclosure", {}).get("withheld", ())
    return any(path == each["path"] or path.startswith(f"{each['path']}.") for each in withheld)
