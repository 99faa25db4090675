"""`canonical/delivery.yaml`: how deliveries behave, by event type."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.registry.loading import packaged_contracts
from icjs_gateway.routing.head_waits import HeadWait, HeadWaits

DELIVERY = Path("canonical") / "delivery.yaml"
_HOURS_MAX = 24 * 365


def load_head_waits(extra: Path | None = None) -> HeadWaits:
    """What an operator's folder of contracts says comes before what the packaged one says. Raises Misconfigured."""
    folders = [packaged_contracts()] if extra is None else [extra, packaged_contracts()]
    files = [folder / DELIVERY for folder in folders if (folder / DELIVERY).is_file()]
    return HeadWaits(entries=tuple(entry for file in files for entry in _entries(file)))


def _entries(file: Path) -> list[HeadWait]:
    members = read_yaml(file).members(required=("max_head_wait",))
    return [_entry(item) for item in members["max_head_wait"].items()]


def _entry(item: Marked) -> HeadWait:
    members = item.members(required=("events", "hours"))
    return HeadWait(events=members["events"].texts(), wait=timedelta(hours=_hours(members["hours"])))


def _hours(written: Marked) -> float:
    try:
        hours = float(written.text())
    except ValueError:
        raise written.wrong("expected a number of hours") from None
    if not 0 < hours <= _HOURS_MAX:
        raise written.wrong(f"expected more than 0 and at most {_HOURS_MAX} hours")
    return hours
