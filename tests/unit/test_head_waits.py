"""`canonical/delivery.yaml`: every event type has its time, an operator's comes first, and a fault names its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry import load_head_waits


def folder(tmp_path: Path, written: str) -> Path:
    file = tmp_path / "canonical" / "delivery.yaml"
    file.parent.mkdir()
    file.write_text(written, encoding="utf-8")
    return tmp_path


def test_every_event_type_has_a_time_after_which_its_lane_goes_on() -> None:
    waits = load_head_waits()
    assert all(waits.of(name) is not None for name in EVENT_TYPES)


def test_what_an_operator_says_comes_first(tmp_path: Path) -> None:
    waits = load_head_waits(folder(tmp_path, "max_head_wait:\n  - {events: [icjs.fir.*], hours: 0.5}\n"))
    assert [waits.of(f"icjs.{name}.v1") for name in ("fir.registered", "hearing.recorded")] == [
        timedelta(minutes=30),
        load_head_waits().of("icjs.hearing.recorded.v1"),
    ]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("max_head_wait:\n  - {events: ['*'], hours: long}\n", ":2: expected a number of hours"),
        ("max_head_wait:\n  - {events: ['*'], hours: 0}\n", ":2: expected more than 0"),
        ("max_head_wait:\n  - {events: ['*'], hours: nan}\n", ":2: expected more than 0"),
        ("max_head_wait:\n  - {events: ['*']}\n", ":2: hours missing"),
        ("max_head_weight: []\n", "max_head_weight is not known here"),
    ],
)
def test_a_fault_names_its_file_and_line(tmp_path: Path, written: str, fault: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load_head_waits(folder(tmp_path, written))
    assert fault in refused.value.detail
