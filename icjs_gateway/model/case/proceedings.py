"""Proceedings of a case beyond the one that a message is about: those in which it goes on, those it is clubbed with.

What goes on elsewhere is the case's own proceeding from then on, with the same FIRs, unless the court takes that back
before anything but a hearing's outcome named the case so. What is clubbed stays two cases, and each knows the FIRs of
the other: every station is told of what is tried together, and no case takes another over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from icjs_gateway.model.case.facts import Fact, known, stands
from icjs_gateway.model.case.references import with_edges, with_firs
from icjs_gateway.model.case.snapshot import Case
from icjs_gateway.model.content import CaseReference, FirReference
from icjs_gateway.model.identifiers import Cnr


def firs_of(case: Case, cnr: str | None) -> tuple[FirReference, ...]:
    """The FIRs of the case that are tried in a proceeding; all of its own where nobody said which."""
    tried = {edge.fir for edge in case.edges if edge.cnr == cnr}
    return tuple(fir for fir in case.own_firs if str(fir.key()) in tried) or case.own_firs


def gone_on(case: Case, told: CaseReference, cnrs: Iterable[Cnr], *, source: str) -> Case:
    """The case after it was committed, transferred or split: it goes on under these CNRs too."""
    firs = firs_of(case, told.cnr)
    for cnr in cnrs:
        by_change = cnr not in case.proceedings or cnr in case.gone_on_to
        changes: dict[str, Any] = {
            "edges": with_edges(case.edges, CaseReference(firs=firs, cnr=cnr), source, None),
            "proceedings": {cnr: (), **case.proceedings},
            "gone_on_to": {**case.gone_on_to, cnr: True} if by_change else case.gone_on_to,
        }
        case = case.model_copy(update=changes)
    return case


def come_back(before: Mapping[str, Fact], after: Mapping[str, Fact], change: str) -> frozenset[str]:
    """The CNRs that a change of proceeding, by its key among the records, named until now, and no change names now."""
    unnamed = _named_by(before.get(change, ())) - _named_by(after.get(change, ()))
    return unnamed.difference(*map(_named_by, after.values())) if unnamed else unnamed


def _named_by(change: Fact) -> frozenset[str]:
    return frozenset(known(change).get("to", ())) if stands(change) else frozenset()


def tried_with(case: Case, cnr: Cnr | None, firs: tuple[FirReference, ...], *, source: str) -> Case:
    """The case whose proceeding is clubbed with one of these FIRs: they are tried in it as well."""
    edges = with_edges(case.edges, CaseReference(firs=firs, cnr=cnr), source, None)
    clubbed = {str(fir.key()) for fir in firs} - case.registrations.keys()
    changes = {
        "firs": with_firs(case.firs, firs, None),
        "edges": edges,
        "clubbed_firs": tuple(sorted(clubbed.union(case.clubbed_firs))),
    }
    return case.model_copy(update=changes)
