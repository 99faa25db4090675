"""Names in a partners file that mean nothing: a glob that fits no contract or event, a purpose or a State that is none.

Such a name would be accepted in silence and never do anything: a right that is not given, an event that never comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.names.states import STATES
from icjs_gateway.routing.access.permissions import CASES, allowed
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.directory import Filter, Jurisdiction, Partner
from icjs_gateway.stores.file_faults import Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the names of a partners file can mean."""

    pushed: frozenset[str]
    asked: frozenset[str]
    exchanges: frozenset[str]
    purposes: frozenset[str]

    @classmethod
    def of(cls, contracts: Contracts, purposes: Collection[str]) -> Names:
        queries = list(contracts.queries())
        return cls(
            pushed=frozenset(each.id for each in contracts.all()),
            asked=frozenset({CASES, *(each.id for each in queries)}),
            exchanges=frozenset(each.exchange for each in queries),
            purposes=frozenset(purposes),
        )


def unknown_of_partner(partner: Partner, names: Names) -> Iterator[tuple[Where, str]]:
    """(where, what is wrong) of each name of a partner that means nothing."""
    may = partner.may
    yield from _globs(("may", "push"), may.push, names.pushed, "contract that is pushed")
    yield from _globs(("may", "query"), may.query, names.asked, "query")
    yield from _globs(("may", "receive"), may.receive, EVENT_TYPES, "event type")
    yield from _names(("may", "purposes"), may.purposes, names.purposes, "purpose")
    yield from _names(("queries",), partner.queries, names.exchanges, "exchange that is asked")
    for member in ("speaks_as", "reads_as"):
        covered = partner.jurisdiction if member == "speaks_as" else partner.reads_as
        if covered is not None:
            yield from _states(member, covered)


def unknown_of_filter(wanted: Filter) -> Iterator[tuple[Where, str]]:
    """Likewise of a subscription's filter."""
    yield from _globs(("filter", "events"), wanted.events, EVENT_TYPES, "event type")
    yield from _names(("filter", "states"), wanted.states, STATES, "State or Union Territory")


def nearest(name: str, known: Collection[str]) -> str:
    """Words that name what may have been meant; empty where nothing is near."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""


def _states(member: str, covered: Jurisdiction) -> Iterator[tuple[Where, str]]:
    yield from _names((member, "states"), covered.states, STATES, "State or Union Territory")
    if covered.state is not None and covered.state not in STATES:
        yield (member, "state"), _is_none(covered.state, STATES, "State or Union Territory")


def _globs(where: Where, patterns: Collection[str], known: Collection[str], kind: str) -> Iterator[tuple[Where, str]]:
    for number, pattern in enumerate(patterns):
        if pattern not in known and not any(allowed([pattern], name) for name in known):
            # Of `court.*` and `courts.*` the first parts tell the nearest, of whole names their endings.
            starts = {f"{name.rsplit('.', length)[0]}.*" for name in known for length in (1, 2) if "." in name}
            yield (*where, number), f"{pattern} fits no {kind}{nearest(pattern, {*known, *starts})}"


def _names(where: Where, given: Collection[str], known: Collection[str], kind: str) -> Iterator[tuple[Where, str]]:
    for number, name in enumerate(given):
        if name not in known:
            yield (*where, number), _is_none(name, known, kind)


def _is_none(name: str, known: Collection[str], kind: str) -> str:
    return f"{name} is no {kind}{nearest(name, known) or '; there are ' + ', '.join(sorted(known))}"
