"""What the owners of a case may do about claims in it: read who spoke there without standing, confirm it or reject it.

An owner is a police or court system for whose places the partner speaks: the station of a FIR of the case, or the court
that tries it under one of its CNRs; not one that has it for remand, bail, a writ or an appeal alone. Of the identifiers
of a case each withdraws its own: no court the FIR, no police a court's CNR, with which the court's orders would leave
the case. Nobody confirms what came over their own wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from icjs_gateway.model.case import Case
from icjs_gateway.routing.access.jurisdiction import firs_of, lies_in
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.authority.standing import is_trial
from icjs_gateway.routing.correlation import Identifier
from icjs_gateway.routing.directory import Partner, Pillar


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersClaim:
    """One claim as an owner sees it: what of, by which place, when; never what was said."""

    number: int
    kind: ClaimKind
    case_id: str
    identifier: str | None
    """Of a claim of an identifier: `cnr:...` or `fir:...`."""
    place: str | None
    state: ClaimState
    made_at: datetime | None


class ClaimDesk(Protocol):
    """The owner's side of claims."""

    async def refused(self, owner: Partner) -> Sequence[OwnersClaim]:
        """Words of places without standing in cases of this owner that nobody has decided about, the oldest first."""

    async def confirm(self, owner: Partner, number: int, reason: str) -> OwnersClaim:
        """Stand for a claim: the message is linked to the case. Raises NotFound for whoever is not the owner, and
        Conflict, also for a word that the owner's own wire carried."""

    async def reject(self, owner: Partner, number: int, reason: str) -> OwnersClaim:
        """Refuse a word from without for good, or withdraw an identifier of one's own. Raises NotFound and Conflict."""


def owns(case: Case, partner: Partner, places: Places) -> bool:
    """Whether a partner speaks for a station whose FIR this is, or for a court that tries it (not OTHER_ROLE)."""
    if partner.pillar is Pillar.POLICE:
        return lies_in(firs_of(case), (), partner.jurisdiction, places)
    tried = (cnr for cnr in case.own_cnrs if is_trial(case, cnr))
    return partner.pillar is Pillar.COURTS and lies_in((), tried, partner.jurisdiction, places)


def owns_identifier(case: Case, identifier: Identifier, partner: Partner, places: Places) -> bool:
    """Whether an identifier of a case is the partner's own: police's a FIR of its stations, a court's its CNR."""
    kind, value = identifier
    if kind == "cnr":
        return partner.pillar is Pillar.COURTS and lies_in((), (value,), partner.jurisdiction, places)
    named = [
        fir.model_dump(include={"state", "district", "police_station_code"})
        for fir in case.own_firs
        if value in (str(fir.key()), f"{fir.state}/{fir.registration_number}")
    ]
    return partner.pillar is Pillar.POLICE and lies_in(named, (), partner.jurisdiction, places)
