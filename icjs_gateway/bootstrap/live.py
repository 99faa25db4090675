"""What a gateway needs before it serves in `live`: nobody's liberty hangs there on what a State's silence believes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.directory import Partner


def refuse_unready(environment: str, partners: Iterable[Partner], places: Places, *, legacy: Callable[[], int]) -> None:
    """Raises Misconfigured with every reason. `legacy` counts the claims from before claims were kept that nobody has
    judged; it is asked in `live` alone."""
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
    if unjudged := legacy():
        reasons.append(
            f"{unjudged} claims are from before claims were kept; look at them with "
            "`icjs-gateway claims list --legacy` and confirm or withdraw each"
        )
    if reasons:
        raise Misconfigured(f"ICJS_ENVIRONMENT=live: {'; '.join(reasons)}.")
