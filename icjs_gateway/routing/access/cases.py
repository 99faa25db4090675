"""Which cases somebody may read, and what of them. Pure.

By jurisdiction as for events: police and courts by FIR and proceeding, a prison by who of the case is lodged in its
jails, a laboratory by what it was sent. Whoever may not know of a case is told what they are told of none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from icjs_gateway.model.case import Case, called
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.access.inmates import OWN_WORD, is_own_word_alone, lies_here, source_of
from icjs_gateway.routing.access.permissions import CASES, allowed
from icjs_gateway.routing.access.view import Disclosure, View
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.jails import CUSTODIANS, is_jail_of
from icjs_gateway.routing.status.cases import children_of, laboratories_of, lodged_of, record_of
from icjs_gateway.routing.status.inmates import present

NOUN = "case_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCase:
    """A case as somebody may see it; `fields` is what was left out, each with its rule."""

    file: CaseFile
    tree: dict[str, Any]
    fields: tuple[dict[str, str], ...] = ()
    is_short: bool = False
    """A jail's own words and the orders about its inmate, and nothing else of the case."""

    @property
    def withheld(self) -> Counter[tuple[str, str]]:
        return Counter((each["rule"], _plain(each["path"])) for each in self.fields)


def seen_case(file: CaseFile, recipient: Partner, disclosure: Disclosure) -> SeenCase | None:
    """None for a case of which this recipient may not know."""
    lodged = lodged_of(file.case)
    jurisdiction = recipient.reads_for
    places = disclosure.places
    here = tuple(is_jail_of(jail, jurisdiction, places) for jail in lodged)
    if recipient.recipient_class in CUSTODIANS:
        is_known = any(is_jail_of(jail, jurisdiction, places, ()) for jail in lodged)
        concerned = is_known or (any(here) and lies_here(file.case, recipient, places))
    elif jurisdiction.laboratories:
        concerned = not laboratories_of(file.case).isdisjoint(jurisdiction.laboratories)
    else:
        concerned = lies_here(file.case, recipient, places)
    children = children_of(file.case)
    empty = View(noun=NOUN, data={}, labels=file.labels.marked, lodged_here=here, children=children)
    if not concerned or disclosure.rule_against_view(empty, recipient) is not None:
        return None
    here = tuple(disclosure.own_of(empty, recipient))
    record, is_short = record_of(file), _is_short(file.case, lodged, here, recipient, places)
    left_out: list[dict[str, str]] = []
    if is_short:
        left_out = [{"path": f"{NOUN}.{name}", "rule": OWN_WORD} for name in record if name not in _SHORT]
        record = {"id": record["id"], "persons": [*_rows_in_short(file.case, record["persons"], source_of(recipient))]}
    view = View(noun=NOUN, data=record, labels=file.labels.marked, lodged_here=here, children=children)
    tree, fields = disclosure.view_of(view, recipient)
    return SeenCase(file=file, tree=tree, fields=(*fields, *left_out), is_short=is_short)


_SHORT = frozenset({"id", "persons"})
_SHORT_ROW = frozenset(
    {"pid", "in_custody", "jail", "category", "admitted_on", "bail", "remand", "release_order", "warrants"}
    | {"holds_release"}
)
"""What a jail said itself, what was ordered, and whether the case holds."""


def _is_short(
    case: Case, lodged: tuple[str | None, ...], here: tuple[bool, ...], recipient: Partner, places: Places
) -> bool:
    """Whether everybody of a case who is in the recipient's jails is there by the jail's own word alone."""
    if recipient.recipient_class not in CUSTODIANS:
        return False
    return all(
        is_own_word_alone(case, person.orders, jail, recipient, places)
        for person, jail, is_here in zip(case.persons, lodged, here, strict=True)
        if is_here
    )


def _rows_in_short(case: Case, rows: Iterable[dict[str, Any]], source: str) -> Iterator[dict[str, Any]]:
    for person, row in zip(case.persons, rows, strict=True):
        who = called(case, person, by=source)
        yield present(
            **{name: value for name, value in row.items() if name in _SHORT_ROW},
            name=who.name,
            relative=present(relation=who.relation, name=who.relative) or None,
        )


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
    return disclosure.view_of(View(noun=NOUN, data=said, labels=case.file.labels.marked), recipient)[0]


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
