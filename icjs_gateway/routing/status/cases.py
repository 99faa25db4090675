"""A case as it stands, read from its snapshot: a tree of `case_record` (model/views), before disclosure. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from icjs_gateway.model.case import Case, Person, called, jail_named
from icjs_gateway.model.case.facts import known, stands
from icjs_gateway.model.case.records import number_of
from icjs_gateway.model.case.stays import last_release_on
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.status.custody import in_case
from icjs_gateway.routing.status.holding import holding, names_a_jail
from icjs_gateway.routing.status.inmates import fir_tree, next_hearing, present
from icjs_gateway.routing.status.sections import sections_of
from icjs_gateway.routing.status.stages import stage_of

Tree = dict[str, Any]

_KEPT = {
    "final-report": ("on", "kind", "court"),
    "charge-sheet": ("on", "outcome", "objections"),
    "exhibit": ("on", "laboratory", "exhibits", "rejected"),
    "lab-case": ("on", "number", "laboratory"),
    "lab-report": ("on", "kind", "laboratory", "lab_case"),
    "court-case": ("on", "cnr", "court", "filing_number", "disposed_on", "nature"),
    "proceeding": ("on", "kind", "cnr", "until"),
    "investigation": ("on", "kind", "station", "agency"),
    "property": ("on",),
}
"""Of each kind of record what is shown of it."""


def record_of(file: CaseFile) -> Tree:
    """The case as shown to somebody from whom nothing is hidden."""
    case, cnrs = file.case, file.case.cnrs
    return {
        "id": file.case_id,
        "status": stage_of(case).value,
        "labels": sorted(file.labels.names),
        "firs": [fir_tree(fir) for fir in case.firs],
        "cnrs": list(cnrs),
        "edges": [
            {"fir": edge.fir, "cnr": edge.cnr, "method": edge.method}
            for edge in case.edges
            if edge.cnr in cnrs or edge.cnr not in case.proceedings
        ],
        "sections": list(sections_of(case)),
        "proceedings": [_proceeding(case, cnr) for cnr in cnrs],
        **present(next_hearing=next_hearing(case)),
        "persons": [_person(case, person) for person in case.persons],
        "records": {kind.replace("-", "_"): list(_records(case, kind)) for kind in _KEPT},
    }


def lodged_of(case: Case) -> tuple[str | None, ...]:
    """The jail of each person, in the order in which they are shown."""
    return tuple(jail_named(person.orders) for person in case.persons)


def children_of(case: Case) -> tuple[bool, ...]:
    """Of each person, whether the case knows them as a child; nothing where it knows no child."""
    children = tuple(bool(person.is_child) for person in case.persons)
    return children if any(children) else ()


def laboratories_of(case: Case) -> frozenset[str]:
    """Every laboratory that has something of the case."""
    kinds = ("exhibit/", "lab-case/", "lab-report/")
    return frozenset(
        code for key, fact in case.records.items() if key.startswith(kinds) and (code := known(fact).get("laboratory"))
    )


def _proceeding(case: Case, cnr: str) -> Tree:
    fact = case.proceedings[cnr]
    members = known(fact) if fact else {}
    hearing = next((each for each in case.current_hearings if each.cnr == cnr), None)
    own = case.model_copy(update={"hearings": {k: f for k, f in case.hearings.items() if known(f).get("cnr") == cnr}})
    return present(
        cnr=cnr,
        court=cnr[:6],
        case_type=members.get("case_type"),
        registration_number=members.get("registration_number"),
        last_listed_on=hearing.listed_on if hearing is not None else None,
        next_hearing=next_hearing(own),
    )


def _person(case: Case, person: Person) -> Tree:
    who, stay = called(case, person), person.stay
    numbers: dict[str, str] = {}
    for scope, value in person.numbers:
        numbers.setdefault(scope.partition(":")[0], value)
    told = in_case(
        person.orders,
        held_by_jail=True if stay is not None and stay.in_custody else None,
        released_on=last_release_on(person.orders),
    )
    held = holding(told)
    in_custody = stay.in_custody if stay is not None else held.holds and (told.remand is not None or names_a_jail(told))
    jail = dict(stay.jail) if stay is not None and stay.jail else None
    code = jail_named(person.orders)
    bail, remand, release, result = told.bail, told.remand, told.release, told.result
    return present(
        serial=numbers.get("fir") or numbers.get("cnr"),
        court_party=numbers.get("party"),
        pid=numbers.get("pid"),
        ptn=numbers.get("ptn"),
        name=who.name,
        relative=present(relation=who.relation, name=who.relative) or None,
        in_custody=in_custody,
        jail=(jail or ({"code": code} if code is not None else None)) if in_custody else None,
        category=stay.category if stay is not None else None,
        admitted_on=stay.admitted_on if stay is not None else None,
        bail=present(
            decision=bail.decision,
            kind=bail.kind,
            ordered_on=bail.ordered_on,
            sureties=bail.sureties,
            bond_accepted=bail.bond_accepted,
        )
        if bail is not None
        else None,
        remand=present(custody=remand.custody, until=remand.until, ordered_on=remand.ordered_on)
        if remand is not None
        else None,
        release_order=present(ordered_on=release.ordered_on, ground=release.ground) if release is not None else None,
        warrants=[
            present(
                type=each.type,
                process_id=each.process_id,
                ordered_on=each.ordered_on,
                returnable_on=each.returnable_on,
            )
            for each in person.open_warrants
        ],
        result=present(result=result.result, on=result.on) if result is not None else None,
        holds_release=in_custody and held.holds,
    )


def _records(case: Case, kind: str) -> Iterator[Tree]:
    for key, fact in case.records.items():
        if key.startswith(f"{kind}/") and stands(fact):
            members = known(fact)
            shown = {name: members[name] for name in _KEPT[kind] if name in members}
            yield shown | present(number=number_of(key, members))
