"""Correlation: which case is a message about? By exact keys only; everything else is a person's work.

Join order: CNR, then (State, station code, number, year), then the registration number of a FIR without such a key.
What a message names together belongs together: a CNR named with a known FIR makes that edge. A CNR that already belongs
to one case and a FIR that belongs to another are a clubbed proceeding: the event belongs to the CNR's case, which
learns of the FIR; the FIR's own case stays its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, CaseReference, Content, FirReference
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.model.payloads.court_case import CourtCaseData
from icjs_gateway.model.payloads.proceeding import ProceedingData
from icjs_gateway.routing.labels import NO_LABELS, Labelling

Identifier = tuple[str, str]
"""(kind, value) of one case identifier; unique in the store. Kinds: cnr, fir-reg, fir."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case as loaded: its id, the version it was read at, its snapshot, and what its labels stand on."""

    case_id: str
    version: int
    case: Case
    labels: Labelling = NO_LABELS


def identifier_text(identifier: Identifier) -> str:
    """`kind:value`, the form in which an identifier is unique in the store."""
    kind, value = identifier
    return f"{kind}:{value}"


def identifier_of(text: str) -> Identifier:
    """From what `identifier_text` gave."""
    kind, _, value = text.partition(":")
    return kind, value


def identifiers(reference: CaseReference, default_state: str | None) -> tuple[Identifier, ...]:
    """Every exact key that a reference holds, in join order."""
    keys: list[Identifier] = []
    if reference.cnr is not None:
        keys.append(("cnr", reference.cnr))
    for fir in reference.firs:
        state = fir.state or default_state
        if fir.registration_number is not None and state is not None:
            keys.append(("fir-reg", f"{state}/{fir.registration_number}"))
    for fir in reference.firs:
        key = fir.key(default_state)
        if key is not None:
            keys.append(("fir", str(key)))
    return tuple(dict.fromkeys(keys))


def keys(content: Content, default_state: str | None) -> tuple[Identifier, ...]:
    """Every exact key of the case that a message is about, in join order; CNRs in which it goes on come last."""
    return _with_cnrs(identifiers(content.case, default_state), related(content, GOES_ON))


def looked_up(content: Content, default_state: str | None) -> tuple[Identifier, ...]:
    """Every identifier by which a message is decided on: its keys, the CNRs that it clubs with its own, and the CNR
    from which its case came: that finds a case, and claims nothing."""
    return _with_cnrs(keys(content, default_state), (*related(content, CLUBBED_WITH), *came_from(content)))


def came_from(content: Content) -> tuple[Cnr, ...]:
    """The CNR of the court from which a case came that is taken on file here."""
    if content.action is Action.WITHDRAW:
        return ()
    cases = (event.data.court_case for event in content.events if isinstance(event.data, CourtCaseData))
    return tuple(case.from_cnr for case in cases if case.from_cnr is not None)


SENT_ON = "sent-on"
"""The kind of the CNR to which a case was sent on: it leads to the case until the CNR's own court speaks in it."""


SUCCEEDED = "succeeded"
"""The kind of a FIR's key under the code that its station had or has: it leads to the case of that FIR."""

INDIRECT = frozenset({SENT_ON, SUCCEEDED})
"""Kinds by which a message finds a case where no key of its own does, and which no case holds."""


def sent_on_to(cnr: Cnr | None) -> tuple[Identifier, ...]:
    """By which a message that names a CNR finds the case that was sent on to it, where nothing else finds one."""
    return ((SENT_ON, cnr),) if cnr is not None else ()


def _with_cnrs(named: tuple[Identifier, ...], cnrs: tuple[Cnr, ...]) -> tuple[Identifier, ...]:
    return tuple(dict.fromkeys((*named, *(("cnr", cnr) for cnr in cnrs)))) if cnrs else named


def related(content: Content, kinds: frozenset[str]) -> tuple[Cnr, ...]:
    """CNRs that changes of these kinds name beside their own. A change that is withdrawn joins nothing."""
    if content.action is Action.WITHDRAW:
        return ()
    return tuple(
        other.cnr
        for event in content.events
        if isinstance(event.data, ProceedingData) and event.data.proceeding.kind in kinds
        for other in event.data.proceeding.to or ()
        if other.cnr is not None
    )


GOES_ON = frozenset({"COMMITTAL", "TRANSFER", "SPLIT", "REMAND_BACK"})
"""Kinds of change after which a case, or a part of it, goes on under the CNRs that they name."""

CLUBBED_WITH = frozenset({"CLUBBING"})
"""Kinds of change that try a case together with others."""


def case_of(named: tuple[Identifier, ...], known: Mapping[Identifier, CaseFile]) -> CaseFile | None:
    """The case by the first key, in join order, that any case holds."""
    return next((known[identifier] for identifier in named if identifier in known), None)


def by_their_keys(
    known: Mapping[Identifier, CaseFile],
    content: Content,
    default_state: str | None,
    is_registered_as: Callable[[CaseFile, FirReference, str | None], bool],
) -> Mapping[Identifier, CaseFile]:
    """What is known, but for the cases found by the registration number of a FIR whose key a message names, or whose
    number, year or station speaks against it.

    The key says which FIR it is. A registration number is opaque, and whoever registers a FIR may have written any: it
    finds a case only where a FIR has no key, as one whose station is told by its name.
    """
    passed_over = {
        ("fir-reg", f"{fir.state or default_state}/{fir.registration_number}")
        for fir in content.case.firs
        if fir.registration_number is not None
        and (fir.key(default_state) is not None or not _leads(known, fir, default_state, is_registered_as))
    }
    if passed_over.isdisjoint(known):
        return known
    return {name: file for name, file in known.items() if name not in passed_over}


def _leads(
    known: Mapping[Identifier, CaseFile],
    fir: FirReference,
    default_state: str | None,
    is_registered_as: Callable[[CaseFile, FirReference, str | None], bool],
) -> bool:
    file = known.get(("fir-reg", f"{fir.state or default_state}/{fir.registration_number}"))
    return file is not None and is_registered_as(file, fir, default_state)


def roots_a_case(content: Content) -> bool:
    """Whether a message may start a case: it registers a FIR, or takes on file a case without one. Amending or
    withdrawing starts nothing."""
    return opens_by_cnr(content) or any(event.type == "icjs.fir.registered.v1" for event in content.events)


def opens_by_cnr(content: Content) -> bool:
    """Whether a court takes a case on file that rests on no FIR: a complaint, a writ."""
    is_taken_on = any(event.type == "icjs.court-case.registered.v1" for event in content.events)
    return is_taken_on and content.case.cnr is not None and not content.case.firs and not came_from(content)
