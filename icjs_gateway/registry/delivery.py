"""`canonical/delivery.yaml`: how deliveries behave, by event type, and how endpoints that are down are probed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.registry.loading import packaged_contracts
from icjs_gateway.routing.head_waits import HeadWait, HeadWaits
from icjs_gateway.routing.probing import ProbeTimes, Probing

DELIVERY = Path("canonical") / "delivery.yaml"
_HOURS_MAX = 24 * 365


def load_head_waits(extra: Path | None = None) -> HeadWaits:
    """What an operator's folder of contracts says comes before what the packaged one says. Raises Misconfigured."""
    said = [each["max_head_wait"] for each in _said(extra) if "max_head_wait" in each]
    return HeadWaits(entries=tuple(_entry(item) for entries in said for item in entries.items()))


def load_probing(extra: Path | None = None) -> Probing:
    """As an operator's folder of contracts has it, or else the packaged one. Raises Misconfigured."""
    members = next(each["probes"] for each in _said(extra) if "probes" in each).members(required=("liberty", "other"))
    return Probing(liberty=_times(members["liberty"]), other=_times(members["other"]))


def _said(extra: Path | None) -> list[dict[str, Marked]]:
    """What each folder that has the file says, the operator's first."""
    folders = [packaged_contracts()] if extra is None else [extra, packaged_contracts()]
    files = [folder / DELIVERY for folder in folders if (folder / DELIVERY).is_file()]
    return [read_yaml(file).members(optional=("max_head_wait", "probes")) for file in files]


_TIMES = ("every_s", "for_s", "then_every_s", "retry_after_s_max")


def _times(written: Marked) -> ProbeTimes:
    members = written.members(required=_TIMES)
    return ProbeTimes(**{name: _within(members[name], 86_400, "seconds") for name in _TIMES})


def _entry(item: Marked) -> HeadWait:
    members = item.members(required=("events", "hours"))
    hours = _within(members["hours"], _HOURS_MAX, "hours")
    return HeadWait(events=members["events"].texts(), wait=timedelta(hours=hours))


def _within(written: Marked, most: float, unit: str) -> float:
    try:
        number = float(written.text())
    except ValueError:
        raise written.wrong(f"expected a number of {unit}") from None
    if not 0 < number <= most:
        raise written.wrong(f"expected more than 0 and at most {most} {unit}")
    return number
