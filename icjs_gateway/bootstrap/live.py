"""What a gateway needs before it serves in `live`: nobody's liberty hangs there on what a State's silence believes, and
nothing about anybody crosses a network in clear."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.directory import Partner
from icjs_gateway.settings import Settings


def refuse_in_clear(settings: Settings) -> None:
    """Raises Misconfigured where `live` would listen to other machines in plain HTTP, with no proxy that ends TLS; and
    in every environment where only one of certificate and key is given."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise Misconfigured("ICJS_TLS_CERT, ICJS_TLS_KEY: give both, or none.")
    if settings.environment != "live" or settings.tls_cert is not None or settings.trusted_proxies:
        return
    if not is_loopback(settings.host):
        raise Misconfigured(
            f"ICJS_ENVIRONMENT=live with ICJS_HOST={settings.host} would take messages in plain HTTP from other "
            "machines. Give the server a certificate (ICJS_TLS_CERT, ICJS_TLS_KEY); or put a proxy that ends TLS in "
            "front and name its network (ICJS_TRUSTED_PROXIES); or listen on loopback alone (ICJS_HOST=127.0.0.1)."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address to listen on."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_unready(
    environment: str,
    partners: Iterable[Partner],
    places: Places,
    *,
    sampled: Callable[[], Sequence[str]],
    legacy: Callable[[], int],
) -> None:
    """Raises Misconfigured with every reason. `sampled` tells the States of which the store has invented rows, `legacy`
    counts the claims from before claims were kept that nobody has judged; both are asked in `live` alone.

    An invented row is refused whichever State it is of: a superior court is over the courts of other States, and a
    neighbouring court and station corroborate each other in any case.
    """
    if environment != "live":
        return
    served = {state for partner in partners for state in partner.jurisdiction.named_states}
    silent = sorted(state for state in served if not places.covers(state))
    reasons = []
    if silent:
        reasons.append(
            f"the directory of places has no rows of {', '.join(silent)}, which partners speak for; "
            "apply them with `icjs-gateway places apply FILE`"
        )
    if invented := sampled():
        reasons.append(
            f"the rows of {', '.join(invented)} are those of a sample, which are invented; apply the real ones, or a "
            "file that lists these States and no places"
        )
    if unjudged := legacy():
        reasons.append(
            f"{unjudged} claims are from before claims were kept; look at them with "
            "`icjs-gateway claims list --legacy` and confirm or withdraw each"
        )
    if reasons:
        raise Misconfigured(f"ICJS_ENVIRONMENT=live: {'; '.join(reasons)}.")
