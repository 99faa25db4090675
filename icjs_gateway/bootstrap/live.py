"""What a gateway needs before it serves in `live`: nobody's liberty hangs there on what a State's silence believes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.directory import Partner


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
