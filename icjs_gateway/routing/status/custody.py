"""What one case says of one person's custody, read from the facts of the snapshot. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from icjs_gateway.model.case.facts import Fact, known, stands
from icjs_gateway.model.case.standing import (
    latest_refusal,
    latest_result,
    standing_bail,
    standing_custody,
    standing_release,
    standing_remand,
)
from icjs_gateway.routing.status.holding import InCase


def in_case(orders: Mapping[str, Fact], *, held_by_jail: bool | None = None, released_on: date | None = None) -> InCase:
    """Of somebody about whom this was ordered. What the jail says is of the whole person, and given."""
    return InCase(
        bail=standing_bail(orders),
        release=standing_release(orders),
        remand=standing_remand(orders),
        custody=standing_custody(orders),
        result=latest_result(orders),
        refusal=latest_refusal(orders),
        arrested_on=_arrested_on(orders),
        held_by_jail=held_by_jail,
        released_on=released_on,
    )


def _arrested_on(orders: Mapping[str, Fact]) -> date | None:
    return max(
        (
            date.fromisoformat(known(fact)["on"])
            for key, fact in orders.items()
            if key.startswith("arrest/") and stands(fact)
        ),
        default=None,
    )
