"""Under which provisions a case is: as the FIR has them, after what was added and dropped since. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import known, stands
from icjs_gateway.model.content import FirReference


def sections_of(case: Case, fir: FirReference | None = None) -> Iterator[Mapping[str, str]]:
    """`{act, section}`, in the order in which they were told, never rewritten to another law."""
    found: dict[tuple[str | None, str], Mapping[str, str]] = {}
    own = str(fir.key()) if fir is not None else None
    for key, fact in case.registrations.items():
        if own in (None, key):
            for each in known(fact).get("sections", ()):
                found[each.get("act"), each["section"]] = each
    changes = sorted(key for key in case.records if key.startswith("charges/"))
    for key in changes:
        if stands(case.records[key]):
            members = known(case.records[key])
            for each in members.get("dropped", ()):
                found.pop((each.get("act"), each["section"]), None)
            for each in members.get("added", ()):
                found[each.get("act"), each["section"]] = each
    yield from found.values()
