"""Reading a case: as it stands, as it stood at a moment, and event by event.

As it stood is the fold of what the gateway had recorded by then, by the same fold that keeps the case; only the labels,
and who is a child, are those of today, for need to know is judged now. What a case learned by the way (that its FIR is
tried together with another case's) is not in its own messages, and not in how it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from icjs_gateway.model.case import Case, fold, rank_of, with_children
from icjs_gateway.model.content import Event
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.access.cases import SeenCase, read_case, seen_case
from icjs_gateway.routing.access.inmates import OWN_WORD
from icjs_gateway.routing.access.jurisdiction import orders_a_jail_of
from icjs_gateway.routing.access.permissions import CASES, allowed
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.access.wanted import seen_by_warrant
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.cases import Cases, History, ToldMessage
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.lanes import Told

Retell = Callable[[ToldMessage], Sequence[Event]]
"""A message's events in its sender's own words, from its body; those of the record where that cannot be read."""

EVENTS_MAX = 10_000
"""Of a case that is read as it stood."""


async def case_now(case_id: str, asker: Partner, cases: Cases, disclosure: Disclosure) -> SeenCase | None:
    """None for a case that there is not, or of which this partner may not know."""
    file = await cases.file(case_id)
    return None if file is None else shown_case(file, asker, disclosure)


def shown_case(file: CaseFile, asker: Partner, disclosure: Disclosure) -> SeenCase | None:
    """The case as it is now, or of one that the asker may not know of the warrant on which its station arrested."""
    return read_case(file, asker, disclosure) or (
        seen_by_warrant(file, asker, disclosure) if allowed(asker.may.query, CASES) else None
    )


async def case_as_of(
    case_id: str, at: datetime, asker: Partner, cases: Cases, disclosure: Disclosure, retell: Retell
) -> SeenCase | None:
    """The same as it stood at a moment; None also for a case that had not begun."""
    file = await cases.file(case_id)
    if file is None or read_case(file, asker, disclosure) is None:
        return None
    told = await cases.told_by(case_id, at, most=EVENTS_MAX)
    if not told:
        return None
    children = [number for person in file.case.persons if person.is_child for number in person.numbers]
    return seen_case(replace(file, case=with_children(folded(told, retell), children)), asker, disclosure)


def folded(told: Sequence[ToldMessage], retell: Retell) -> Case:
    """The case that these messages make. Pure."""
    case = Case()
    for message in told:
        ranked = [
            (
                event,
                rank_of(
                    event,
                    pillar=message.pillar,
                    recorded_at=message.recorded_at,
                    received_at=message.received_at,
                    content_hash=message.content_hash,
                ),
            )
            for event in retell(message)
        ]
        case = fold(case, ranked, source=message.source, default_state=message.home_state)
    return case


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What of a page of a case's events somebody may see; what not, with its rule; and where to go on."""

    entries: tuple[History, ...]
    withheld: tuple[Mapping[str, Any], ...]
    next: int
    more: bool


NOT_RECEIVED = "RECEIVE-NOT-ALLOWED"
"""The rule against an event of a type that the partner may not receive: a read shows no more than a delivery."""


def _is_short_too(told: Told, asker: Partner, places: Places) -> bool:
    """Whether an event is the jail's own word or an order for it."""
    return told.partner_id == asker.id or (EVENT_TYPES[told.type].liberty and orders_a_jail_of(told, asker, places))


async def history(
    case_id: str, asker: Partner, cases: Cases, disclosure: Disclosure, *, after: int, limit: int
) -> Page | None:
    """None for a case of which this partner may not know."""
    file = await cases.file(case_id)
    seen = read_case(file, asker, disclosure) if file is not None else None
    if seen is None:
        return None
    page = await cases.history(case_id, after=after, limit=limit)
    shown, withheld = [], []
    for entry in page.entries:
        is_received = allowed(asker.may.receive, entry.told.type)
        rule = disclosure.rule_against(entry.told, asker) if is_received else NOT_RECEIVED
        if rule is None and seen.is_short and not _is_short_too(entry.told, asker, disclosure.places):
            rule = OWN_WORD
        if rule is None:
            shown.append(entry)
        else:
            withheld.append({"type": entry.told.type, "rule": rule})
    last = page.entries[-1].number if page.entries else after
    return Page(entries=tuple(shown), withheld=tuple(withheld), next=last, more=not page.is_last)
