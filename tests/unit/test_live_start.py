"""A gateway serves in `live` only where the directory of places and the claims are in order."""

from __future__ import annotations

import pytest

from icjs_gateway.bootstrap.live import refuse_unready
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.authority.places import NO_PLACES
from tests.support.doors import ROWS
from tests.support.messages import police


def test_live_is_refused_for_silent_states_invented_rows_and_unjudged_claims_with_every_reason() -> None:
    partners = (police(), police("ga-police", state="GA"))
    with pytest.raises(Misconfigured) as refused:
        refuse_unready("live", partners, ROWS, sampled=lambda: ["CH", "HP"], legacy=lambda: 3)
    told = str(refused.value)
    assert "no rows of GA," in told
    assert "rows of CH, HP are those of a sample" in told
    assert "3 claims" in told


@pytest.mark.parametrize("environment", ["sandbox", "demo"])
def test_elsewhere_a_state_may_be_silent(environment: str) -> None:
    refuse_unready(environment, (police(),), NO_PLACES, sampled=lambda: ["HP"], legacy=lambda: 3)


def test_live_serves_states_that_have_rows() -> None:
    refuse_unready("live", (police(), police("pb-police", state="PB")), ROWS, sampled=list, legacy=lambda: 0)
