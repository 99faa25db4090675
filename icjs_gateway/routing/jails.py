"""Jails: which one an event names, and whose system serves it.

An order that frees or holds a person names the jail that has to act. A system serves a jail when it is a prison's and
its jurisdiction covers that jail: by the jail's code, or by a State that nothing narrows.
"""

from __future__ import annotations

from collections.abc import Collection

from icjs_gateway.model.content import Event, declared
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.payloads.jail import Jail
from icjs_gateway.routing.directory import Partner, RecipientClass


def named_jail(event: Event) -> Jail | None:
    """The jail that an event names as the one to act, by code, name or both."""
    told = getattr(event.data, EVENT_TYPES[event.type].noun)
    jail = declared(told, "jail")
    return jail if isinstance(jail, Jail) and (jail.code or jail.name) else None


def may_answer(partner: Partner, decision: str, jail: str | None) -> bool:
    """Whether this partner's word answers what an order asked for: who holds the person says whether it is out. A
    cancellation asks whoever has it to bring the person back."""
    if decision == "CANCELLED":
        return True
    if partner.recipient_class is not RecipientClass.PRISON_CUSTODY:
        return False
    return jail is None or not partner.jurisdiction.jails or jail in partner.jurisdiction.jails


def serves(partner: Partner, code: str, states: Collection[str]) -> bool:
    """Whether a partner is the prison system of this jail, in one of these States."""
    if partner.recipient_class is not RecipientClass.PRISON_CUSTODY:
        return False
    covers = partner.reads_for
    if covers.jails:
        return code in covers.jails
    narrowed = covers.districts or covers.stations or covers.establishments or covers.laboratories
    return not narrowed and any(map(covers.has_state, states))
