"""Unverified orders: what the simulated jails make of an order whose case the gateway does not know yet.

Such an order bears a mark with advice. One that holds somebody is no authority for detention until the link to its case
came; one that frees is carried out or asked about, and its link tells that it was verified. The mark and its advice are
read here by what was published, and judged by the type of the order alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from icjs_gateway.simulators.kinds import LIBERTY, LINKED, Kind, Told, Witness
from icjs_gateway.simulators.ledgers import Arrival

_NO_DETENTION = "authorises no detention"
_HOLDS = ("icjs.remand.ordered.", "icjs.custody.ordered.", "icjs.warrant.issued.")
_FREES = ("icjs.release.ordered.", "icjs.production.ordered.")


def marks(witness: Witness, told: Mapping[str, Told]) -> Iterator[tuple[Kind, str]]:
    """Orders that were marked wrongly, or whose link to their case never came."""
    verified = verified_orders(witness)
    for arrival in witness.arrivals:
        if arrival.why_not is not None or not arrival.type.startswith(LIBERTY):
            continue
        about = f"{arrival.type} {arrival.event_id}"
        if arrival.subject.startswith("message:") != (arrival.advice is not None):
            yield Kind.MISMARKED, about
        elif arrival.advice is not None and not _is_apt(arrival):
            yield Kind.MISMARKED, f"{about}: {arrival.advice}"
        event = told.get(arrival.event_id)
        is_known = event is not None and event.entry.linked
        if arrival.advice is not None and arrival.taken and is_known and arrival.event_id not in verified:
            yield Kind.NEVER_VERIFIED, about


def unverified_orders(witness: Witness) -> Set[str]:
    """Ids of the orders that were taken before their case was known."""
    return {arrival.event_id for arrival in witness.arrivals if arrival.taken and arrival.advice is not None}


def verified_orders(witness: Witness) -> Set[str]:
    """Ids of those whose link to their case came."""
    return {
        arrival.links
        for arrival in witness.arrivals
        if arrival.taken and arrival.type.startswith(LINKED) and arrival.links is not None
    }


def warrants(witness: Witness) -> Set[str]:
    """Ids of the orders on which a jail may detain: never one that is unverified."""
    held = {arrival.event_id for arrival in witness.arrivals if arrival.taken and arrival.type.startswith(_HOLDS)}
    return held - (unverified_orders(witness) - verified_orders(witness))


def _is_apt(arrival: Arrival) -> bool:
    """Whether the advice fits what the order does; of bail the type alone does not tell."""
    detains_nobody = (arrival.advice or "").startswith(_NO_DETENTION)
    if arrival.type.startswith(_HOLDS):
        return detains_nobody
    return not (arrival.type.startswith(_FREES) and detains_nobody)
