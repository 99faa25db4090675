"""Jails: which one an event names, and whose system serves it.

An order that frees or holds a person names the jail that has to act. A system serves a jail when it is a prison's and
its jurisdiction covers that jail: by the jail's code, or by a State that nothing narrows. A jail lies in the State of
its row in the directory of places, whichever State's case its inmates have. An observation home is named and answers
like a jail (JJ Act 47), and its system serves the homes that its jurisdiction lists by code.
"""

from __future__ import annotations

from collections.abc import Collection

from icjs_gateway.model.content import Event, declared
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.payloads.jail import Jail
from icjs_gateway.routing.authority.places import PlaceKind, Places
from icjs_gateway.routing.directory import Jurisdiction, Partner, RecipientClass

CUSTODIANS = frozenset({RecipientClass.PRISON_CUSTODY, RecipientClass.CHILD_CARE_HOME})
"""Who has persons in custody."""


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


def is_jail_of(
    code: str | None, covered: Jurisdiction, directory: Places, states: Collection[str] | None = None
) -> bool:
    """Whether a jail is one of a jurisdiction's.

    Where jails are listed, by its code; else by the State in which it lies by the directory of places. A jail that the
    directory does not know lies in `states`, those of the case; None: these were looked at already.
    """
    if code is None or covered.jails:
        return code in covered.jails
    state = directory.state_of(PlaceKind.JAIL, code)
    if state is not None:
        return covered.has_state(state)
    return states is None or any(map(covered.has_state, states))


def has_all_jails(partner: Partner) -> bool:
    """Whether a partner is the prison system of whole States, and not of jails that it lists."""
    covered = partner.reads_for
    narrowed = covered.jails or covered.districts or covered.stations or covered.establishments or covered.laboratories
    return partner.recipient_class in CUSTODIANS and not narrowed


def serves(partner: Partner, code: str, directory: Places, states: Collection[str] | None) -> bool:
    """Whether a partner is the system of this jail or home. `states` are those of the case, for a jail that the
    directory does not know; None where they are not known either."""
    covered = partner.reads_for
    if partner.recipient_class not in CUSTODIANS:
        return False
    # A State's homes are not its jails: whoever has the homes serves none that is not named.
    has_all = partner.recipient_class is RecipientClass.PRISON_CUSTODY and has_all_jails(partner)
    return bool(covered.jails or has_all) and is_jail_of(code, covered, directory, states)
