"""Until when somebody is held: by remand or by a warrant on remand, whichever came later."""

from __future__ import annotations

from datetime import date

import pytest

from icjs_gateway.model.case.standing import StandingCustody, StandingRemand
from icjs_gateway.routing.status.holding import InCase
from icjs_gateway.routing.status.inmates import authorised_until

DAY, LAST, LATER = date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 30)
REMAND = StandingRemand(custody="JUDICIAL", until=LAST, ordered_on=DAY, jail="HPDJ04")


def warrant(kind: str = "CUSTODY_WARRANT", until: date | None = LATER, ordered_on: date = LAST) -> StandingCustody:
    return StandingCustody(type=kind, until=until, ordered_on=ordered_on)


@pytest.mark.parametrize(
    ("remand", "custody", "until"),
    [
        pytest.param(REMAND, None, LAST, id="a remand"),
        pytest.param(None, warrant(), LATER, id="a warrant on remand alone"),
        pytest.param(REMAND, warrant(), LATER, id="a later warrant"),
        pytest.param(REMAND, warrant(ordered_on=date(2026, 10, 1)), LAST, id="an earlier warrant"),
        pytest.param(REMAND, warrant(until=None), LAST, id="a warrant that says no day"),
        pytest.param(None, warrant("CONVICTION_WARRANT"), None, id="a conviction"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
def test_custody_lasts_until_the_day_of_the_later_order(
    remand: StandingRemand | None, custody: StandingCustody | None, until: date | None
) -> None:
    told = InCase(bail=None, release=None, remand=remand, custody=custody, result=None, refusal=None, arrested_on=None)
    assert authorised_until(told) == until
