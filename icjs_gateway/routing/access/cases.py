"""Which cases somebody may read, and what of them. Pure.

By jurisdiction as for events: police and courts by FIR and proceeding, a prison by who of the case is lodged in its
jails, a laboratory by what it was sent. Whoever may not know of a case is told what they are told of none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from icjs_gateway.model.case import Case
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.access.inmates import CUSTODIANS, lies_here
from icjs_gateway.routing.access.permissions import CASES, allowed
from icjs_gateway.routing.access.view import Disclosure, View
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.status.cases import laboratories_of, lodged_of, record_of

NOUN = "case_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCase:
    """A case as somebody may see it; `fields` is what was left out, each with its rule."""

    file: CaseFile
    tree: dict[str, Any]
    fields: tuple[dict[str, str], ...] = ()

    @property
    def withheld(self) -> Counter[tuple[str, str]]:
        return Counter((each["rule"], _plain(each["path"])) for each in self.fields)


def seen_case(file: CaseFile, recipient: Partner, disclosure: Disclosure) -> SeenCase | None:
    """None for a case of which this recipient may not know."""
    lodged = lodged_of(file.case)
    jurisdiction = recipient.reads_for
    here = tuple(jail is not None and (not jurisdiction.jails or jail in jurisdiction.jails) for jail in lodged)
    if recipient.recipient_class in CUSTODIANS:
        concerned = any(here) and (bool(jurisdiction.jails) or lies_here(file.case, recipient, disclosure.places))
    elif jurisdiction.laboratories:
        concerned = not laboratories_of(file.case).isdisjoint(jurisdiction.laboratories)
    else:
        concerned = lies_here(file.case, recipient, disclosure.places)
    empty = View(noun=NOUN, data={}, labels=file.labels.names)
    if not concerned or disclosure.rule_against_view(empty, recipient) is not None:
        return None
    view = View(noun=NOUN, data=record_of(file), labels=file.labels.names, lodged_here=here)
    tree, fields = disclosure.view_of(view, recipient)
    return SeenCase(file=file, tree=tree, fields=tuple(fields))


def read_case(file: CaseFile, reader: Partner, disclosure: Disclosure) -> SeenCase | None:
    """The same for somebody who reads the case by itself: None also where the partner may neither read cases by
    `may.query`, nor receive any event of a kind that this case has."""
    return seen_case(file, reader, disclosure) if _may_read(file.case, reader) else None


def _may_read(case: Case, reader: Partner) -> bool:
    if allowed(reader.may.query, CASES):
        return True
    words = frozenset(_words(case))
    return any(name.split(".")[1] in words and allowed(reader.may.receive, name) for name in EVENT_TYPES)


def _words(case: Case) -> Iterator[str]:
    """The kinds of event that a case has, by the word that their types use (`icjs.<word>.<verb>.v1`)."""
    if case.registrations:
        yield "fir"
    if case.hearings:
        yield "hearing"
    for key in (*case.records, *(key for person in case.persons for key in person.orders)):
        word = key.partition("/")[0]
        yield from _KEPT_AS.get(word, (word,))


_KEPT_AS = {
    "arrest": ("accused",),
    "process": ("process", "warrant"),
    "refusal": ("release",),
    "result": ("court-case",),
}
"""Where a case keeps a fact under another word than that of its event."""


def seen_beside(said: dict[str, Any], case: SeenCase, recipient: Partner, disclosure: Disclosure) -> dict[str, Any]:
    """What of another system's word on a case is shown: members of the record, by the same rules."""
    return disclosure.view_of(View(noun=NOUN, data=said, labels=case.file.labels.names), recipient)[0]


def _plain(path: str) -> str:
    """Whichever of several it was."""
    return ".".join(part.partition("[")[0] for part in path.removeprefix(f"{NOUN}.").split("."))


class Sight:
    """Whether a partner, by its id, may know of a case."""

    def __init__(self, partner_of: Callable[[str], Partner | None], disclosure: Disclosure) -> None:
        self._partner_of = partner_of
        self._disclosure = disclosure

    def sees(self, partner_id: str, file: CaseFile) -> bool:
        partner = self._partner_of(partner_id)
        return partner is not None and seen_case(file, partner, self._disclosure) is not None
