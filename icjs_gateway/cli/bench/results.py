"""What a run of the suite comes to: one record a scenario, each beside its reference, and the file of them all.

A figure alone says more of the machine than of the gateway. So each stands beside a reference that was taken in
the same run, in turn with it, and the ratio is what may be compared between runs and machines.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from icjs_gateway.model.instants import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One measured scenario. `samples` hold a figure a round; the value is their median.

    `wanted` is the ratio aimed at, as people say it. `also` has further figures, each with its unit in its name.
    """

    name: str
    unit: str
    samples: Sequence[float]
    reference_name: str
    reference_samples: Sequence[float]
    wanted: str = ""
    note: str = ""
    also: Mapping[str, float] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.samples)

    @property
    def reference(self) -> float:
        return median(self.reference_samples)

    @property
    def ratio(self) -> float:
        return self.value / self.reference

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": _shown(self.value),
            "unit": self.unit,
            "reference": {
                "name": self.reference_name,
                "value": _shown(self.reference),
                "samples": [_shown(sample) for sample in self.reference_samples],
            },
            "ratio": _shown(self.ratio),
            "wanted": self.wanted,
            "samples": [_shown(sample) for sample in self.samples],
            "also": {name: _shown(value) for name, value in self.also.items()},
            "note": self.note,
        }


def as_json(scenarios: Sequence[Scenario], *, effort: str, at: datetime) -> dict[str, Any]:
    """The whole run, for the file."""
    return {
        "machine": machine(),
        "python": platform.python_version(),
        "date": rfc3339(at),
        "commit": commit(),
        "effort": effort,
        "scenarios": [scenario.as_json() for scenario in scenarios],
    }


def write(run: Mapping[str, Any], file: Path) -> None:
    """Put the run in place as a whole: a reader never sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(file)


def table(scenarios: Sequence[Scenario]) -> Group:
    """For people: a table that fits a small terminal, and below it what else is known of each scenario."""
    shown = Table(header_style="bold", expand=False)
    for name in ("scenario", "value", "unit", "reference", "its value", "ratio", "wanted"):
        shown.add_column(name, justify="right" if name in ("value", "its value", "ratio") else "left", no_wrap=True)
    for one in scenarios:
        figures = (_text(one.value), one.unit, one.reference_name, _text(one.reference), f"{one.ratio:.3g}")
        shown.add_row(one.name, *figures, one.wanted)
    return Group(shown, *(_particulars(one) for one in scenarios))


def _particulars(one: Scenario) -> Text:
    figures = "   ".join(f"{name} {_text(value)}" for name, value in one.also.items())
    return Text.assemble((one.name, "bold"), f"  {one.note}\n  {figures}")


def machine() -> str:
    """Processor, how many of it this process may use, and system."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{usable} x {_processor()}, {platform.system()} {platform.release()}"


def commit() -> str | None:
    """The commit of the checkout around the working folder, `-dirty` when it is changed; None outside of one."""
    git = shutil.which("git")
    if git is None:
        return None
    asked = [git, "describe", "--always", "--dirty", "--abbrev=12"]
    told = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - fixed words
    return told.stdout.strip() or None if told.returncode == 0 else None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return named or platform.machine()


def _shown(value: float) -> float:
    """Four figures: more would be noise."""
    return float(f"{value:.4g}")


def _text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
