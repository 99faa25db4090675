"""Agreement: do the keys of a message name one case? Pure.

A FIR's own key (State, station, number, year) is what makes it that FIR. No third number joins two FIRs whose own keys
differ: a CNR that is the case's of one FIR, beside another FIR, is a slip of the pen or two cases tried together, and
only a document of the court says which. Until then the message waits for a person.

What a document stated before is no disagreement: an edge of the FIR and the CNR, a clubbing, a FIR that was registered
anew or whose investigation was transferred, a station that succeeded another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import known
from icjs_gateway.model.content import Action, Content, FirReference
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.names.districts import folded
from icjs_gateway.model.payloads.fir import Fir, FirData
from icjs_gateway.routing.authority.elsewhere import parents_of
from icjs_gateway.routing.correlation import CaseFile, Identifier

CODE = "CNR-OF-ANOTHER-FIR"


def keys_of(content: Content, default_state: str | None) -> frozenset[str]:
    """The own keys of the FIRs that a message names."""
    return frozenset(str(key) for fir in content.case.firs if (key := fir.key(default_state)) is not None)


def disagrees(
    content: Content, named: frozenset[str], home: CaseFile, cases: Mapping[Identifier, CaseFile]
) -> Finding | None:
    """What is told of a message whose FIRs are others than those of the case that it would come to, or of the case of
    its CNR; None where they agree. `named` are the keys of its FIRs, and those that they have by succession."""
    if not named or content.action is not Action.NEW:
        return None
    holder = cases.get(("cnr", content.case.cnr)) if content.case.cnr is not None else None
    files = [home] if holder is None or holder.case_id == home.case_id else [home, holder]
    if all(_is_of(file.case, named, content.case.cnr) for file in files):
        return None
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path="case.cnr",
        expected="a CNR and a FIR of one case",
        found=content.case.cnr,
        hint="the CNR is another FIR's here: correct the number or the FIR; it waits for a person",
    )


def _is_of(case: Case, named: frozenset[str], cnr: str | None) -> bool:
    """Whether one of these FIRs is the case's, or was stated to belong to it."""
    own = case.registrations.keys()
    if not own:
        return True
    tried = {edge.fir for edge in case.edges if edge.cnr == cnr}
    if not named.isdisjoint({*own, *case.clubbed_firs, *tried, *parents_of(case)}):
        return True
    taken_over = {known(fact).get("station") for key, fact in case.records.items() if key.startswith("investigation/")}
    return any(key.split("/")[1] in taken_over for key in named)


def is_one_fir(case: Case, content: Content, key: str, default_state: str | None) -> bool:
    """Whether a case may hold a FIR's key by a message: it registers this FIR first, or it is the one FIR that message
    and case name."""
    named = {str(each) for fir in case.firs if (each := fir.key()) is not None}
    return named <= {key} and (_registers(content, key) or keys_of(content, default_state) <= {key})


def _registers(content: Content, key: str) -> bool:
    return any(_key_of(event.data.fir) == key for event in content.events if isinstance(event.data, FirData))


def _key_of(fir: Fir) -> str:
    return str(FirKey(fir.police_station.state, fir.police_station.code, int(fir.number), fir.year))


def registers_another(case: Case, content: Content) -> str | None:
    """The key of a FIR that a message registers and that is none of the case's; None where there is none. A FIR that is
    registered anew belongs to the case of its parent, where a person says so."""
    own = case.registrations.keys()
    for event in content.events:
        if isinstance(event.data, FirData) and own:
            key = _key_of(event.data.fir)
            if key not in own and event.data.fir.parent_fir is None:
                return key
    return None


def is_registered_as(file: CaseFile, fir: FirReference, default_state: str | None) -> bool:
    """Whether the case that a registration number leads to may be that of a FIR which has no key: number and year are
    the same, and the station is not called otherwise. One that says no more than number and year stands in every
    station: it leads nowhere unless the stations are called the same."""
    of_case = [each for each in file.case.firs if each.registration_number == fir.registration_number]
    return any(_may_be(each, fir, default_state) for each in of_case)


def _may_be(known_fir: FirReference, fir: FirReference, default_state: str | None) -> bool:
    if (known_fir.number, known_fir.year) != (fir.number, fir.year):
        return False
    if (fir.state or default_state) not in (None, known_fir.state):
        return False
    names = [folded(each.police_station) for each in (known_fir, fir) if each.police_station is not None]
    if len(names) == 2:
        return names[0] == names[1]
    return not _says_number_alone(fir)


def _says_number_alone(fir: FirReference) -> bool:
    digits = "".join(each for each in fir.registration_number or "" if each.isdigit())
    return digits.lstrip("0") in _written(fir.number, str(fir.year))


def _written(number: str, year: str) -> Iterable[str]:
    """Number and year in one row of digits, as registration numbers of old form have them."""
    padded = [number.zfill(width) for width in range(len(number), 8)]
    both = [(each + tail, tail + each) for each in padded for tail in (year, year[2:])]
    return {each.lstrip("0") for pair in both for each in pair} | {number}
