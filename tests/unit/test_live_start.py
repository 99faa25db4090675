"""A gateway serves in `live` only where the directory of places and the claims are in order."""

from __future__ import annotations

import pytest

from icjs_gateway.bootstrap.live import refuse_in_clear, refuse_unready
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.authority.places import NO_PLACES
from icjs_gateway.settings import Settings
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


FILES = {"ICJS_TLS_CERT": "c.pem", "ICJS_TLS_KEY": "c.key"}
LIVE = {"ICJS_ENVIRONMENT": "live", "ICJS_HOST": "0.0.0.0"}  # noqa: S104


def test_live_does_not_take_messages_in_plain_http_from_other_machines() -> None:
    with pytest.raises(Misconfigured) as refused:
        refuse_in_clear(Settings.from_environment(LIVE))
    for variable in ("ICJS_HOST=0.0.0.0", "ICJS_TLS_CERT", "ICJS_TLS_KEY", "ICJS_TRUSTED_PROXIES"):
        assert variable in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        LIVE | FILES,
        LIVE | {"ICJS_TRUSTED_PROXIES": "10.0.0.0/8"},
        LIVE | {"ICJS_HOST": "127.0.0.1"},
        LIVE | {"ICJS_HOST": "::1"},
        LIVE | {"ICJS_ENVIRONMENT": "sandbox"},
    ],
)
def test_live_serves_where_nothing_crosses_a_network_in_clear(settings: dict[str, str]) -> None:
    refuse_in_clear(Settings.from_environment(settings))


@pytest.mark.parametrize("given", list(FILES))
def test_certificate_and_key_are_given_together(given: str) -> None:
    with pytest.raises(Misconfigured, match="give both"):
        refuse_in_clear(Settings.from_environment({given: "x.pem"}))


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "10.0.0.0/8, ::/0"])
def test_not_everybody_is_a_proxy(everybody: str) -> None:
    with pytest.raises(Misconfigured, match="ICJS_TRUSTED_PROXIES"):
        Settings.from_environment({"ICJS_TRUSTED_PROXIES": everybody})
