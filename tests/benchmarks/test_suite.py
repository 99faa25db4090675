"""The benchmark suite runs, and its file is what readers of it rely on. No figure is judged here."""

from __future__ import annotations

import asyncio
import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from icjs_gateway.simulators.process import installed_command

NAMES = [
    "translate",
    "translate-screen",
    "ingest",
    "ingest-soap",
    "ingest-cases",
    "inmate-status",
    "subscriptions",
    "end-to-end-1",
    "end-to-end-3",
]
UNITS = {name: "us/document" if name.startswith("translate") else "messages/s" for name in NAMES} | {
    "ingest-cases": "cpu us/message",
    "subscriptions": "cpu us/message",
    "inmate-status": "ms, median",
}


async def bench(folder: Path, *options: str) -> tuple[int | None, str, str]:
    """Exit code, what was printed, what was said beside it."""
    process = await asyncio.create_subprocess_exec(
        *installed_command(),
        "bench",
        "--quick",
        "--output",
        str(folder / "bench" / "latest.json"),
        *options,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        printed, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    return process.returncode, printed.decode(), said.decode()


def written(folder: Path) -> dict[str, Any]:
    run: dict[str, Any] = json.loads((folder / "bench" / "latest.json").read_text(encoding="utf-8"))
    return run


@pytest.mark.timeout(600)
async def test_every_scenario_gives_a_figure_beside_its_reference(tmp_path: Path) -> None:
    code, printed, said = await bench(tmp_path, "--json")
    assert code == 0, said
    run = json.loads(printed)
    assert run == written(tmp_path)
    assert {"machine", "python", "date", "commit", "scenarios"} <= run.keys()
    assert [scenario["name"] for scenario in run["scenarios"]] == NAMES
    for scenario in run["scenarios"]:
        assert scenario["unit"] == UNITS[scenario["name"]]
        assert scenario["reference"]["name"]
        assert scenario["value"] > 0
        assert scenario["samples"]
        assert math.isclose(scenario["ratio"], scenario["value"] / scenario["reference"]["value"], rel_tol=0.01)
        assert scenario["note"]
    # The stores and keys of the gateways are gone.
    assert {path.name for path in (tmp_path / "bench").iterdir()} == {"latest.json", "echo.log"}


async def test_one_scenario_alone_is_shown_as_a_table(tmp_path: Path) -> None:
    code, printed, said = await bench(tmp_path, "--scenario", "translate")
    assert code == 0, said
    assert "translate" in printed
    assert [scenario["name"] for scenario in written(tmp_path)["scenarios"]] == ["translate"]


async def test_an_unknown_scenario_is_wrong_usage(tmp_path: Path) -> None:
    code, _, said = await bench(tmp_path, "--scenario", "teleport")
    assert code == 2
    assert "translate-screen" in said
    assert not (tmp_path / "bench").exists()
