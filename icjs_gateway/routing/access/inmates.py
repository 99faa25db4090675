"""Which inmates somebody may be told of, and which of their cases. Pure.

A prison is told of its own inmates, with all cases of theirs, because every one of them may hold or free them. Courts,
police and prosecution are told by jurisdiction. Labels hide on top of that: what a label withholds from a class is not
even counted; but where such a case keeps an inmate in, `OTHER_CASE` says so and no more, for an answer that calls
somebody releasable who is not would be false.

A jail of another State in which somebody is by its own word alone sees such a case in short: its own words, the orders
about the inmate, and `OTHER_CASE`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import Fact, known
from icjs_gateway.routing.access.jurisdiction import firs_of, has_court, lies_in, states_of_court
from icjs_gateway.routing.access.view import Disclosure, View
from icjs_gateway.routing.authority.places import PlaceKind, Places
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.jails import CUSTODIANS, is_jail_of
from icjs_gateway.routing.status.inmates import InCaseOf, Inmate, tree_of

_NOUN = "inmate_status"
JURISDICTION = "JURISDICTION"
OWN_WORD = "OWN-WORD-ALONE"
"""The rule against a case of another State whose person is in the jail by the jail's own word alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An inmate as somebody may see them: the tree, the cases in it, and what was left out, by (rule, path)."""

    inmate: Inmate
    tree: dict[str, Any]
    cases: tuple[InCaseOf, ...]
    short: tuple[InCaseOf, ...] = ()
    """Cases of which only the jail's own words and the orders are shown."""
    withheld: Counter[tuple[str, str]] = field(default_factory=Counter)


def seen(inmate: Inmate, recipient: Partner, disclosure: Disclosure) -> Seen | None:
    """None for an inmate whom this recipient may not know of."""
    is_custodian = recipient.recipient_class in CUSTODIANS
    if is_custodian and not is_own(inmate, recipient, disclosure.places):
        return None
    shown: list[InCaseOf] = []
    short: list[InCaseOf] = []
    withheld: Counter[tuple[str, str]] = Counter()
    held_elsewhere = False
    for each in inmate.cases:
        view = _view_of(each, is_custodian=is_custodian)
        if disclosure.rule_against_view(view, recipient) is not None:
            held_elsewhere = held_elsewhere or each.holding.holds
        elif not is_custodian and not lies_here(each.file.case, recipient, disclosure.places):
            withheld[JURISDICTION, "cases"] += 1
            held_elsewhere = held_elsewhere or each.holding.holds
        elif is_custodian and _is_short(each, inmate, recipient, disclosure.places):
            withheld[OWN_WORD, "cases"] += 1
            held_elsewhere = held_elsewhere or each.holding.holds
            short.append(each)
        else:
            shown.append(each)
    if not shown and not short:
        return None
    data = tree_of(inmate, shown, held_elsewhere=held_elsewhere, short=short, by=source_of(recipient))
    tree, fields = _view(data, (*shown, *short), recipient, disclosure)
    withheld.update((each["rule"], without_places(each["path"])) for each in fields)
    return Seen(inmate=inmate, tree=tree, cases=tuple(shown), short=tuple(short), withheld=withheld)


def _view_of(each: InCaseOf, *, is_custodian: bool) -> View:
    """One case of an inmate; of a custodian's own, with whether the inmate is a child."""
    has_a_child = any(person.is_child for person in each.file.case.persons)
    return View(
        noun=_NOUN,
        data={},
        labels=each.file.labels.marked,
        lodged_here=(is_custodian,),
        children=(any(person.is_child for person in each.persons),) if has_a_child else (),
    )


def seen_beside(said: dict[str, Any], about: Seen, recipient: Partner, disclosure: Disclosure) -> dict[str, Any]:
    """What of another system's word on an inmate is shown: members of the record's own answer, by the same rules."""
    return _view(said, (*about.cases, *about.short), recipient, disclosure)[0]


def may_be_asked(about: Seen, source: Partner, disclosure: Disclosure) -> bool:
    """Whether a source may know of the cases that a question to it is about."""
    return all(
        disclosure.rule_against_view(View(noun=_NOUN, data={}, labels=each.file.labels.marked), source) is None
        for each in (*about.cases, *about.short)
    )


def _view(
    data: dict[str, Any], cases: Sequence[InCaseOf], recipient: Partner, disclosure: Disclosure
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    labels = frozenset().union(*(each.file.labels.marked for each in cases))
    return disclosure.view_of(View(noun=_NOUN, data=data, labels=labels), recipient)


def source_of(partner: Partner) -> str:
    """As whose word the case keeps what this partner said."""
    return f"{partner.pillar.value}:{partner.id}"


def _is_short(each: InCaseOf, inmate: Inmate, recipient: Partner, places: Places) -> bool:
    orders = {key: fact for person in each.persons for key, fact in person.orders.items()}
    return is_own_word_alone(each.file.case, orders, inmate.jail, recipient, places)


def is_own_word_alone(
    case: Case, orders: Mapping[str, Fact], jail: str | None, recipient: Partner, places: Places
) -> bool:
    """Whether a person of a case of another State is in a jail by no word but that jail's: neither does an order in
    this case name the jail, nor did another jail move the person there. A jail whose State is unknown lies in none; one
    that the rows of its State do not know counts as another State's."""
    state = (places.state_of(PlaceKind.JAIL, jail) if jail is not None else None) or recipient.reads_for.home_state
    states = _states_of(case, places)
    is_unknown = jail in recipient.reads_for.jails and places.covers(state) and not places.knows(PlaceKind.JAIL, jail)
    if state is None or not states or (state in states and not is_unknown):
        return False
    return not any(_names(key, fact, jail) for key, fact in orders.items())


def _states_of(case: Case, places: Places) -> frozenset[str]:
    by_firs = {
        places.state_of(PlaceKind.STATION, fir.police_station_code or "") or fir.state or "" for fir in case.own_firs
    }
    by_courts = {state for cnr in case.own_cnrs for state in states_of_court(cnr[:6], places)}
    return frozenset(by_firs | by_courts)


def _names(key: str, fact: Fact, jail: str | None) -> bool:
    """Whether an order, or another jail's entry, says that somebody is in this jail or is to go there."""
    is_entry, members = key.startswith("inmate/"), known(fact)
    named = members.get("to_jail" if is_entry else "jail") or {}
    return named.get("code") == jail and jail is not None and not (is_entry and members["jail"].get("code") == jail)


def is_own(inmate: Inmate, recipient: Partner, places: Places) -> bool:
    """Whether somebody is an inmate of this prison system: of one of its jails, or, of a department that has all jails
    of its State, in one that lies there, or in custody in a case of that State where nobody knows where the jail lies.
    """
    if recipient.reads_for.jails or (
        inmate.jail is not None and places.state_of(PlaceKind.JAIL, inmate.jail) is not None
    ):
        return is_jail_of(inmate.jail, recipient.reads_for, places)
    is_inmate = inmate.jail is not None or inmate.stay is not None or inmate.in_custody
    return is_inmate and any(lies_here(each.file.case, recipient, places) for each in inmate.cases)


def lies_here(case: Case, recipient: Partner, places: Places) -> bool:
    """Whether a case lies in the jurisdiction of police or a court: by the FIRs and CNRs that are its own, or a court
    that its police named."""
    is_named = has_court(case.named_courts, recipient, places)
    return is_named or lies_in(firs_of(case), case.own_cnrs, recipient.reads_for, places)


def without_places(path: str) -> str:
    """A path as a rule is told with it: `cases.next_hearing.purpose_text`, whichever case it was."""
    parts = path.removeprefix(f"{_NOUN}.").split(".")
    return ".".join(part.partition("[")[0] for part in parts)
