"""Rules over one group of the canonical tree that no single row can judge: pure, and blind to the wire.

A check sees the members of its group and complains of one of them; where that is on the wire is the reader's to say.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from icjs_gateway.mappings.codelists import plain_words
from icjs_gateway.model.findings import Severity
from icjs_gateway.model.names.fir_numbers import parse_fir_number
from icjs_gateway.model.words import did_you_mean, one_among


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What a check found. `member` is None when it is about the group itself."""

    code: str
    member: str | None = None
    severity: Severity = Severity.ERROR
    expected: str | None = None
    found: str | None = None
    hint: str | None = None


Tree = Mapping[str, Any]
Judge = Callable[[Tree], Iterable[Complaint]]


def one_of(members: list[str], code: str, expected: str) -> Judge:
    """At least one of the members is there."""
    complaint = (Complaint(code=code, expected=expected),)

    def judge(tree: Tree) -> Iterable[Complaint]:
        for member in members:
            if tree.get(member):
                return ()
        return complaint

    return judge


def exactly_one(members: list[str], code: str, expected: str) -> Judge:
    """One of the members is there, and no other."""
    complaint = (Complaint(code=code, expected=expected),)

    def judge(tree: Tree) -> Iterable[Complaint]:
        return () if sum(tree.get(member) is not None for member in members) == 1 else complaint

    return judge


def needs(member: str, beside: str, code: str, expected: str) -> Judge:
    """Where one member is, another is too."""
    complaint = (Complaint(code=code, expected=expected),)

    def judge(tree: Tree) -> Iterable[Complaint]:
        return complaint if member in tree and beside not in tree else ()

    return judge


def year_agrees(number: str, year: str) -> Judge:
    """A year written with a FIR number (`112/2026`) is the year given beside it."""

    def judge(tree: Tree) -> Iterable[Complaint]:
        raw = tree.get(number)
        if raw is None or year not in tree:
            return ()
        try:
            written = parse_fir_number(raw)[1]
        except ValueError:
            return ()
        if written is None or written == tree[year]:
            return ()
        return (
            Complaint(
                code="FIR-YEAR-DISAGREES",
                member=year,
                expected=str(written),
                found=str(tree[year]),
                hint="the number is written with another year than the one given beside it",
            ),
        )

    return judge


_UNKNOWN = {plain_words(words) for words in ("Unknown", "Not known", "Unidentified", "अज्ञात", "नामालूम")}
_MAY_BE_UNKNOWN = {words[0] for words in _UNKNOWN}
"""Their first letters: hardly any name needs a closer look."""


def is_unknown_name(name: str) -> bool:
    """Whether what stands for a name says that nobody knows it."""
    return name[0].casefold() in _MAY_BE_UNKNOWN and plain_words(name) in _UNKNOWN


def identified(name: str, serial: str, status: str | None = None) -> Judge:
    """Warns of an accused whom nobody has identified, so that the sender knows that nobody was matched by name."""

    def judge(tree: Tree) -> Iterable[Complaint]:
        named = tree.get(name)
        if named is not None and is_unknown_name(named):
            member = name
        elif status is not None and tree.get(status) == "UNKNOWN":
            member = status
        else:
            return ()
        who = f"accused {tree[serial]}" if serial in tree else "this accused"
        hint = f"{who} is not identified; nothing was matched by name"
        return (Complaint(code="PERSON-UNKNOWN", member=member, severity=Severity.WARN, hint=hint),)

    return judge


def stated(member: str, unless: str, code: str, expected: str) -> Judge:
    """Warns when a member is missing, unless another one is there: a part that is taken back may be empty.

    Only a warning, because an amendment is a patch and may leave out whatever it does not change.
    """
    complaint = (Complaint(code=code, severity=Severity.WARN, expected=expected),)

    def judge(tree: Tree) -> Iterable[Complaint]:
        return () if member in tree or unless in tree else complaint

    return judge


def known(member: str, codes: list[str]) -> Judge:
    """Warns of a value that is none of those that mean something here: it is kept as sent."""
    meant = frozenset(codes)

    def judge(tree: Tree) -> Iterable[Complaint]:
        value = tree.get(member)
        if value is None or value in meant:
            return ()
        near = did_you_mean(str(value), codes)
        hint = "it was kept as sent" if near is None else f"it was kept as sent; {near}"
        expected = one_among(codes, str(value))
        complaint = Complaint(
            code="CODE-UNKNOWN",
            member=member,
            severity=Severity.WARN,
            expected=expected,
            found=str(value)[:80],
            hint=hint,
        )
        return (complaint,)

    return judge


def in_order(earlier: str, later: str, code: str) -> Judge:
    """Warns when one instant or date is after the one that should follow it. Chronology never refuses."""

    def judge(tree: Tree) -> Iterable[Complaint]:
        first, second = tree.get(earlier), tree.get(later)
        if first is None or second is None or first <= second:
            return ()
        return (Complaint(code=code, member=later, severity=Severity.WARN, expected=f"not before {earlier}"),)

    return judge


def digest_agrees(content: str, digest: str, code: str) -> Judge:
    """Warns when a file inline, in base64, is not the one that the digest beside it is of.

    Only a warning: whoever acts on the order checks its signature, and a court's wrong digest holds nobody in jail.
    """

    def judge(tree: Tree) -> Iterable[Complaint]:
        inline, stated = tree.get(content), tree.get(digest)
        if inline is None or stated is None:
            return ()
        computed = hashlib.sha256(b64decode(inline)).hexdigest()
        if computed == stated:
            return ()
        hint = "the content is not that of the digest; both were kept as sent"
        complaint = Complaint(
            code=code, member=digest, severity=Severity.WARN, expected=computed, found=stated, hint=hint
        )
        return (complaint,)

    return judge


CHECKS: Mapping[str, Callable[..., Judge]] = {
    "one-of": one_of,
    "exactly-one": exactly_one,
    "needs": needs,
    "year-agrees": year_agrees,
    "identified": identified,
    "stated": stated,
    "known": known,
    "in-order": in_order,
    "digest-agrees": digest_agrees,
}
"""By the name that tables use."""
