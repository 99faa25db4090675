"""Whom a step of verification reaches: the partners of the court, the jail, the supervisors and the legal aid authority
that are to look at an order which frees somebody and which nobody verified. Pure.

Addressees are found by places and not by the case, of which they may know nothing: they are told the message's number,
the jail and the step. The issuing court is asked about its own message, whether its case is absent or hidden from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from icjs_gateway.model.names.districts import is_listed
from icjs_gateway.routing.access.jurisdiction import states_of_court
from icjs_gateway.routing.authority.places import OfficeDuty, PlaceKind, Places
from icjs_gateway.routing.authority.rules import Verifier
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.directory import Partner, Pillar, RecipientClass
from icjs_gateway.routing.jails import has_all_jails, serves


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified:
    """An order that nobody verified: who gave it, the jail that has it, the CNR that it names, and the States of its
    FIRs or else of its sender, for places that the directory does not know."""

    issuer: Speaker
    jail: str | None = None
    cnr: str | None = None
    states: tuple[str, ...] = ()


def is_asked(partner: Partner, who: Verifier, about: Unverified, directory: Places, on: date) -> bool:
    """Whether a partner reads for whom a step names."""
    match who:
        case Verifier.ISSUING_COURT:
            return about.issuer.kind is PlaceKind.COURT and _reads_for_court(partner, about.issuer.code, directory)
        case Verifier.CASE_COURT:
            court = about.cnr[:6] if about.cnr is not None else None
            return court != about.issuer.code and _reads_for_court(partner, court, directory)
        case Verifier.DUTY_OFFICER:
            return about.jail is not None and serves(partner, about.jail, directory, about.states)
        case Verifier.SUPERVISION:
            is_over_the_jail = (
                about.jail is not None
                and has_all_jails(partner)
                and serves(partner, about.jail, directory, about.states)
            )
            return is_over_the_jail or _is_near(
                partner, RecipientClass.POLICE_SUPERVISION, OfficeDuty.PRISONS_SUPERVISION, about, directory, on
            )
        case Verifier.LEGAL_AID:
            return _is_near(partner, RecipientClass.LEGAL_AID, OfficeDuty.LEGAL_AID, about, directory, on)


def _reads_for_court(partner: Partner, court: str | None, directory: Places) -> bool:
    covered = partner.reads_for
    if partner.pillar is not Pillar.COURTS or court is None:
        return False
    if covered.establishments:
        return court in covered.establishments
    narrowed = covered.districts or covered.stations or covered.jails or covered.laboratories
    return not narrowed and any(map(covered.has_state, states_of_court(court, directory)))


def _is_near(
    partner: Partner, wanted: RecipientClass, duty: OfficeDuty, about: Unverified, directory: Places, on: date
) -> bool:
    """Whether a partner is of this class where the jail lies, or reads for an office that has this duty for the jail.
    Where nobody has the order, the place of the court that gave it counts."""
    kind, code = (PlaceKind.JAIL, about.jail) if about.jail is not None else (PlaceKind.COURT, about.issuer.code)
    state = directory.state_of(kind, code or "")
    district = directory.district_of(kind, code or "")
    states = (state,) if state is not None else about.states
    if not directory.offices(duty, states, district, about.jail, on).isdisjoint(partner.reads_for.offices):
        return True
    covered = partner.reads_for
    if partner.recipient_class is not wanted or not any(map(covered.has_state, states)):
        return False
    return not covered.districts or is_listed(district, state, covered.districts)
