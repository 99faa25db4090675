"""Legacy claims by the directory of today: would the place that owns an identifier have standing in the case that holds
it, if it came now? Pure."""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Action, CaseReference, Content, FirReference
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.model.names.states import state_of_letters
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.rules import Basis
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import Authority
from icjs_gateway.routing.correlation import Identifier


def legacy_basis(authority: Authority, identifier: Identifier, case: Case, on: date) -> Basis | None:
    """Why the owner of an identifier has standing in the case apart from it; None where the claim would fall.

    A FIR is its registering station's, a CNR that of the court whose code it begins with.
    """
    kind, value = identifier
    if kind == "cnr":
        apart = case.model_copy(update={"references": (*case.references, value)})
        return _basis(authority, _court(authority, value[:6]), apart, on)
    fir = _fir(case, kind, value)
    if fir is None or fir.police_station_code is None:
        return None
    key = str(fir.key())
    if key in case.registrations:
        return Basis.OWN_FIR
    return _basis(authority, Speaker(kind=PlaceKind.STATION, code=fir.police_station_code, state=fir.state), case, on)


def _court(authority: Authority, code: str) -> Speaker:
    return Speaker(
        kind=PlaceKind.COURT,
        code=code,
        state=authority.places.state_of(PlaceKind.COURT, code) or state_of_letters(code),
    )


def _basis(authority: Authority, speaker: Speaker, case: Case, on: date) -> Basis | None:
    found = authority.basis(speaker, _NOTHING_SAID, case, on)
    # Standing for some kinds of word alone owns no identifier.
    return found if found is not None and authority.rules.basis[found].events is None else None


def _fir(case: Case, kind: str, value: str) -> FirReference | None:
    for fir in case.firs:
        if kind == "fir" and str(fir.key()) == value:
            return fir
        if kind == "fir-reg" and f"{fir.state}/{fir.registration_number}" == value:
            return fir
    return None


_NOTHING_SAID = Content(
    message_id=MessageId("legacy"),
    action=Action.NEW,
    refers_to=None,
    recorded_at=None,
    thread="",
    case=CaseReference(),
    events=(),
)
