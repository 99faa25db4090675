"""`icjs-gateway demo`: runs by itself for as long as it is told, proves its promises, leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import httpx
import pytest

from icjs_gateway.simulators.demonstrations import TITLES
from icjs_gateway.simulators.process import installed_command

WORDS = (
    "accepted",
    "parked",
    "events",
    "deliveries",
    "retries",
    "conserved",
    "in order",
    "receivers' own ledgers",
    "by the directory of places",
    *(f"✓ {title}" for title in TITLES),
    *("CODE-NOT-ALLOWED at Hearing/Accused[1]/Appearance: found PRESENT", "SCHEMA-VALUE at Hearing/Next/On"),
    *("withheld: NEED-TO-KNOW", "withheld: NOT-LODGED-HERE", "a dead letter, icjs.fir.registered.v1 at position 1"),
)


async def demo(folder: Path, *options: str, **environment: str) -> tuple[int | None, str]:
    """Exit code and everything printed."""
    process = await asyncio.create_subprocess_exec(
        *installed_command(),
        "demo",
        "--folder",
        str(folder),
        *options,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "80"} | environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    return process.returncode, printed.decode()


@pytest.mark.timeout(240)
async def test_the_demo_ends_by_itself_with_the_proof(tmp_path: Path) -> None:
    code, printed = await demo(tmp_path / "demo", "--seed", "7", DEMO_SECONDS="6")
    assert code == 0, printed
    for word in WORDS:
        assert word in printed
    assert re.search(r"conserved\W+yes", printed)
    assert re.search(r"in order\W+yes", printed)
    assert "did not come about" not in printed
    of_each = [line.split() for line in printed.splitlines() if re.match(r"(hp|pb|kangra|mandi|shimla)\S* +\d", line)]
    assert {"hp-jail-dharamshala", "hp-observation-home"} <= {line[0] for line in of_each}
    for _, owed, came, void, replaced, still_open, *_ in of_each:
        assert int(owed) == int(came) + int(void) + int(replaced) + int(still_open)
        assert int(still_open) == 0
    address = re.search(r"http://127\.0\.0\.1:\d+", printed)
    assert address is not None
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{address[0]}/livez")


async def test_the_demo_empties_no_folder_but_its_own(tmp_path: Path) -> None:
    (tmp_path / "somebody's").write_text("work")
    code, _ = await demo(tmp_path, DEMO_SECONDS="1")
    assert code == 2
    assert (tmp_path / "somebody's").read_text() == "work"
