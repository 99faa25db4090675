"""Kinds of audit leaves: what each attests, and its members. Every act leaves one; each kind has one shape.

A member that says nothing is null, never absent. Members are ids, digests, counts and words of closed lists; and, of a
person's act, who did it and why. Never a body, a secret or a name of a person of a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ACT = ("by", "reason")
_READ = ("partner", "trace_id")
_ASKED = ("partner", "request_id", "purpose", "requested_by", "by", "by_digest", "cases", "withheld", "sources")
_FEED = (*_READ, "subscription", "feed", "file")
_MESSAGE_READ = (*_READ, "found", "contract", "message_id")
_CASES_READ = (*_READ, "purpose", "cases", "withheld")

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "message.recorded": (
        "A message was receipted, and with which events.",
        ("partner", "contract", "message_id", "digest", "received_at", "outcome", "events"),
    ),
    "message.refused": (
        "A message of a known partner was refused: at the door, where `digest` is that of its body as sent, or by its "
        "contract, where it is that of the document.",
        ("partner", "contract", "digest", "received_at", "refused_as", "findings"),
    ),
    "message.clashed": (
        "A message came under the id of another one, with other content.",
        ("identity", "digest", "first_digest"),
    ),
    "message.linked": ("A parked message went to its case.", ("identity", "case_id")),
    "message.linked-by-hand": ("A person linked a parked message.", ("identity", "case_id", *_ACT)),
    "message.dismissed": ("A person dismissed a parked message.", ("identity", *_ACT)),
    "claim.confirmed": ("A claim was confirmed.", ("number", "case_id", *_ACT)),
    "claim.rejected": ("A claim was refused for good.", ("number", "case_id", *_ACT)),
    "claim.withdrawn": (
        "A claim was withdrawn, and what came of that.",
        ("number", "case_id", *_ACT, "gone", "cases", "stopped", "sent", "withheld", "owed_again"),
    ),
    "label.removed": ("A label was taken from a case.", ("case_id", "label", "stood_on", *_ACT)),
    "delivery.settled": (
        "What was owed ended: `delivered`, `dead`, `withdrawn`, `superseded` (by which event) or `withheld` (`outcome` "
        "is the rule). Once for every time that it was owed.",
        ("delivery_id", "event_id", "subscription", "state", "outcome", "superseded_by"),
    ),
    "delivery.voided": ("A void fills the place of a delivery.", ("delivery_id", "void_id", "reason")),
    "delivery.progressed": (
        "A recipient said that it consumed an event, or acted on it.",
        ("partner", "delivery_id", "at", "step", "number", "result", "reason"),
    ),
    "deliveries.replayed": (
        "A person had deliveries sent again: what was chosen, and how many.",
        ("deliveries", "subscription", "case_id", "lane", "since", "only_dead", "count", *_ACT),
    ),
    "alarm.raised": (
        "An alarm stands, for the first time or again.",
        ("alarm", "code", "subject", "case_id", "event_id"),
    ),
    "alarm.told": (
        "It was told to the log, and where it is about a case by alerts; `recipients` have not got its order.",
        ("alarm", "code", "reached", "recipients"),
    ),
    "alarm.cleared": (
        "It stands no more; `by` is null where that showed by itself.",
        ("alarm", "code", *_ACT),
    ),
    "partner.changed": (
        "`partners apply` put a partner in place: members that differ, by path, and the names of credentials and of "
        "secrets whose value changed, never a value.",
        ("partner", "change", "members", "credentials", "subscriptions", "secrets", "by"),
    ),
    "subscription.disabled": ("Its endpoint answered 410: what it is owed waits.", ("subscription", "reason")),
    "places.changed": (
        "`places apply` replaced the rows of States.",
        ("states", "added", "changed", "removed", "unchanged", "by"),
    ),
    "message.read": ("A sender asked how its message stands.", _MESSAGE_READ),
    "receipt.read": ("A sender asked for its receipt again.", _MESSAGE_READ),
    "case.read": ("A partner read a case.", _CASES_READ),
    "cases.searched": ("A partner looked for cases, and was shown these.", _CASES_READ),
    "case-status.asked": ("A partner asked how far a case has come.", _ASKED),
    "inmate-status.asked": ("A partner asked for an inmate's status.", _ASKED),
    "claims.read": ("An owner read the claims on its cases.", (*_READ, "count")),
    "attachment.read": ("A partner read an attachment.", (*_READ, "sha256", "found", "purpose")),
    "feed.read": ("A partner fetched from a feed behind a number, or a file of a drop.", (*_FEED, "after")),
    "feed.acknowledged": ("A partner acknowledged a feed up to a number.", (*_FEED, "number")),
    "feed.refused": ("A partner refused one number of a feed.", (*_FEED, "number")),
}
"""By kind: what it attests, and its members."""


def shaped(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a leaf with every member of its kind. Raises KeyError for a kind, ValueError for a member, that is
    not in the table."""
    _, members = KINDS[kind]
    if unknown := facts.keys() - set(members):
        raise ValueError(f"{kind}: a leaf of this kind has no {', '.join(sorted(unknown))}")
    return {name: facts.get(name) for name in members}
