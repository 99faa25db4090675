"""The directed matrix as default subscriptions: what a partner of a class is owed without having asked. Pure.

A subscription by the matrix asks for the event types that its class is owed, within the partner's own jurisdiction: a
State's system gets the State's cases, a jail its inmates, a laboratory its exhibits, a court what is before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icjs_gateway.routing.directory import Filter, Jurisdiction, Partner, RecipientClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """By recipient class the globs of event types it is owed; `everybody` is beside them."""

    owed: Mapping[RecipientClass, tuple[str, ...]] = field(default_factory=dict)
    everybody: tuple[str, ...] = ()

    def filter_for(self, partner: Partner) -> Filter | None:
        """What this partner's default subscription asks for; None for a class that is owed nothing."""
        owed = self.owed.get(partner.recipient_class, ())
        if not owed:
            return None
        return Filter(events=tuple(dict.fromkeys((*owed, *self.everybody))), **_within(partner.reads_for))


def subscription_id(partner: Partner) -> str:
    """The name of a partner's default subscription."""
    return f"{partner.id}-matrix"


def _within(jurisdiction: Jurisdiction) -> dict[str, tuple[str, ...]]:
    """The narrowest that the jurisdiction says, as a filter says it. Districts are of a State."""
    narrowest = (
        ("jails", jurisdiction.jails),
        ("laboratories", jurisdiction.laboratories),
        ("courts", jurisdiction.establishments),
        ("stations", jurisdiction.stations),
        ("districts", jurisdiction.districts),
    )
    for key, values in narrowest:
        if values:
            return {key: values}
    states = tuple(sorted({*jurisdiction.states, *((jurisdiction.state,) if jurisdiction.state is not None else ())}))
    return {"states": states} if states else {}
